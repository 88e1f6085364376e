"""Who an audience is: the recipients of a step, as rows of the people and the roster."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from notifications.ladder import Audience
from plans.deputies import Deputies
from plans.tables import Agency, Enterprise, Person
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
    """Who hears a step: a key (``person:3``, ``enterprise:5``, ``agency:2``, ``group:``), for a deputy with the absent
    one's name."""

    key: str
    on_behalf_of: str = ""


@dataclass(frozen=True)
class Staff:
    """The people of the bureau who are there and who stands in for them, looked up once a batch. ``agencies`` maps the
    enterprises for which an agency hears to that agency."""

    people: dict[int, Person]
    has_group: bool = False
    deputies: Deputies = field(default_factory=Deputies)
    agencies: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, has_group: bool = False, enterprises: Collection[int] | None = None) -> "Staff":
        """``enterprises`` are those that will be asked about, None for all."""
        active = session.exec(select(Person).where(col(Person.active)).order_by(col(Person.id)))
        people = {person.id or 0: person for person in active}
        return cls(people, has_group, Deputies.of(session), speaking_agencies(session, enterprises))

    def recipients(self, task: Task, audience: Audience, day: date) -> list[Recipient]:
        """Who hears it on that day; empty when neither that level nor any above it has somebody."""
        if audience is Audience.GROUP:
            return [Recipient(GROUP)] if self.has_group else []
        if audience is Audience.ASSIGNEE and task.enterprise_id is not None:
            return [Recipient(self.hearer(task.enterprise_id))]
        officer = self.people.get(task.owner_id)
        if audience in (Audience.ASSIGNEE, Audience.OFFICER):
            return [self._present(officer, day)] if officer else []
        return [self._present(person, day) for person in self._level(audience, officer)]

    def hearer(self, enterprise_id: int) -> str:
        """Who hears for an enterprise: its agency, or its own contact where no agency can be reached."""
        agency_id = self.agencies.get(enterprise_id)
        return f"agency:{agency_id}" if agency_id else f"enterprise:{enterprise_id}"

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
    agencies = session.exec(select(Agency.id).where(Agency.email != ""))
    found = {"person": people, "enterprise": enterprises, "agency": agencies}
    return frozenset({GROUP, *(f"{kind}:{key}" for kind, keys in found.items() for key in keys)})


def speaking_agencies(session: Session, enterprises: Collection[int] | None = None) -> dict[int, int]:
    """For which of these enterprises an agency hears, and which: one that is active and has an address."""
    query = select(Enterprise.id, Agency.id).join(Agency, col(Agency.id) == col(Enterprise.agency_id))
    query = query.where(col(Agency.active), Agency.email != "")
    if enterprises is not None:
        query = query.where(col(Enterprise.id).in_(enterprises))
    return {enterprise_id or 0: agency_id or 0 for enterprise_id, agency_id in session.exec(query)}


def same_office(one: Person, other: Person) -> bool:
    """True when both belong to one 股室."""
    return one.office_id is not None and one.office_id == other.office_id
