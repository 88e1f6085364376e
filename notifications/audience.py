"""Who an audience is: the recipients of a step, as rows of the people and the roster."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from notifications.ladder import Audience
from plans.tables import Enterprise, Person
from plans.words import Role
from tasks.tables import Task

GROUP = "group:"
_ROLES = {Audience.LEADER: Role.DEPUTY_DIRECTOR, Audience.DIRECTOR: Role.DIRECTOR}


@dataclass(frozen=True)
class Staff:
    """The people of the bureau who are there, looked up once a batch."""

    people: dict[int, Person]
    has_group: bool = False

    @classmethod
    def of(cls, session: Session, has_group: bool = False) -> "Staff":
        active = session.exec(select(Person).where(col(Person.active)).order_by(col(Person.id)))
        return cls({person.id or 0: person for person in active}, has_group)

    def recipients(self, task: Task, audience: Audience) -> list[str]:
        """Recipient keys (``person:3``, ``enterprise:5``, ``group:``); empty when nobody of that kind is there."""
        if audience is Audience.GROUP:
            return [GROUP] if self.has_group else []
        if audience is Audience.ASSIGNEE and task.enterprise_id is not None:
            return [f"enterprise:{task.enterprise_id}"]
        return [f"person:{person.id}" for person in self._persons(task, audience)]

    def _persons(self, task: Task, audience: Audience) -> Iterator[Person]:
        officer = self.people.get(task.owner_id)
        if audience in (Audience.ASSIGNEE, Audience.OFFICER):
            yield from [officer] if officer else []
        elif audience is Audience.HEAD:
            yield from (person for person in self._of(Role.OFFICE_HEAD) if officer and same_office(person, officer))
        else:
            yield from self._of(_ROLES[audience])

    def leaders(self) -> list[Person]:
        """Those who get the month's digest: the director and the deputies."""
        return [*self._of(Role.DIRECTOR), *self._of(Role.DEPUTY_DIRECTOR)]

    def _of(self, role: Role) -> list[Person]:
        return [person for person in self.people.values() if person.role == role]


def reachable(session: Session) -> frozenset[str]:
    """The recipient keys that have an address; whether a channel for it is set up is not asked here."""
    people = session.exec(select(Person.id).where(Person.email != ""))
    enterprises = session.exec(select(Enterprise.id).where(Enterprise.email != ""))
    return frozenset({GROUP, *(f"person:{key}" for key in people), *(f"enterprise:{key}" for key in enterprises)})


def same_office(one: Person, other: Person) -> bool:
    """True when both belong to one 股室."""
    return one.office_id is not None and one.office_id == other.office_id
