"""Who an audience is: the recipients of a step, as rows of the people and the roster."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from notifications.ladder import Audience
from plans.deputies import Deputies
from plans.tables import Enterprise, Person
from plans.words import Role
from tasks.tables import Task

GROUP = "group:"
CLIMB = (Audience.HEAD, Audience.LEADER, Audience.DIRECTOR)
"""The levels above an officer, lowest first."""
_ROLES = {
    Audience.HEAD: Role.OFFICE_HEAD,
    Audience.LEADER: Role.DEPUTY_DIRECTOR,
    Audience.DIRECTOR: Role.DIRECTOR,
}


class Recipient(NamedTuple):
    """Who hears a step: a key (``person:3``, ``enterprise:5``, ``group:``), for a deputy with the absent one's name."""

    key: str
    on_behalf_of: str = ""


@dataclass(frozen=True)
class Staff:
    """The people of the bureau who are there and who stands in for them, looked up once a batch."""

    people: dict[int, Person]
    has_group: bool = False
    deputies: Deputies = field(default_factory=Deputies)

    @classmethod
    def of(cls, session: Session, has_group: bool = False) -> "Staff":
        active = session.exec(select(Person).where(col(Person.active)).order_by(col(Person.id)))
        return cls({person.id or 0: person for person in active}, has_group, Deputies.of(session))

    def recipients(self, task: Task, audience: Audience, day: date) -> list[Recipient]:
        """Who hears it on that day; empty when neither that level nor any above it has somebody."""
        if audience is Audience.GROUP:
            return [Recipient(GROUP)] if self.has_group else []
        if audience is Audience.ASSIGNEE and task.enterprise_id is not None:
            return [Recipient(f"enterprise:{task.enterprise_id}")]
        officer = self.people.get(task.owner_id)
        if audience in (Audience.ASSIGNEE, Audience.OFFICER):
            return [self._present(officer, day)] if officer else []
        return [self._present(person, day) for person in self._level(audience, officer)]

    def _level(self, audience: Audience, officer: Person | None) -> list[Person]:
        if found := self._at(audience, officer):
            return found
        above = (self._at(level, officer) for level in CLIMB[CLIMB.index(audience) + 1 :])
        # An officer who is that level already hears it as the officer.
        others = ([person for person in found if person is not officer] for found in above)
        return next((found for found in others if found), [])

    def _at(self, level: Audience, officer: Person | None) -> list[Person]:
        persons = self._of(_ROLES[level])
        if level is Audience.HEAD:
            return [person for person in persons if officer and same_office(person, officer)]
        return persons

    def _present(self, person: Person, day: date) -> Recipient:
        acting = self.deputies.stand_in(person.id or 0, day)
        return Recipient(f"person:{acting}", person.name if acting != person.id else "")

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
