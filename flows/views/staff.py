"""People as the settings show them: where each sits, whether they can sign in, and what they still hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, or_, select

from flows.people import held_rows
from flows.staffing import account_of_person, mark_of_person
from flows.views.lines import Badge
from plans.account_tables import Account
from plans.accounts import Seat, seat_of
from plans.kept_files import mark_of
from plans.tables import Office, Person
from plans.words import Role
from tasks.reassigning import holdings

NO_ACCOUNT = Badge("blank", "没有账号")
SHUT = Badge("yellow", "账号停用")


@dataclass(frozen=True)
class StaffLine:
    """One person in the list; ``seat`` is what their account lets them do, empty without one."""

    person: Person
    role: str
    office: str
    account: Account | None
    badge: Badge
    seat: str


@dataclass(frozen=True)
class StaffCard:
    """One person's page. ``held`` are the items and open tasks that are theirs, ``seen`` what its forms carry."""

    line: StaffLine
    held: list[dict[str, Any]]
    seen: str
    others: list[str]


@dataclass(frozen=True)
class OfficeLine:
    """A 股室 with who is in it, those who left among them."""

    office: Office
    people: list[str]
    seen: str


def staff_lines(session: Session, wanted: str = "") -> list[StaffLine]:
    """Everybody by 股室, those who are here first; with a word, whose name, mail or 股室 has it in it."""
    query = (
        select(Person, Office.name, Account)
        .join(Office, col(Office.id) == col(Person.office_id), isouter=True)
        .join(Account, col(Account.person_id) == col(Person.id), isouter=True)
        .order_by(col(Person.active).desc(), func.coalesce(Office.id, 0), col(Person.id))
    )
    if wanted:
        fields = (col(Person.name), col(Person.email), col(Office.name))
        query = query.where(or_(*(field.contains(wanted, autoescape=True) for field in fields)))
    return [_line(person, office or "", account) for person, office, account in session.exec(query)]


def staff_card(session: Session, person: Person) -> StaffCard:
    """One person with all that is theirs."""
    account = account_of_person(session, person)
    office = session.get(Office, person.office_id) if person.office_id else None
    others = select(Person.name).where(col(Person.active), Person.id != person.id).order_by(col(Person.id))
    return StaffCard(
        _line(person, office.name if office else "", account),
        held_rows(session, holdings(session, person)),
        mark_of_person(person, account),
        list(session.exec(others)),
    )


def office_lines(session: Session) -> list[OfficeLine]:
    """Every 股室, as they were made."""
    inside: dict[int | None, list[str]] = {}
    for name, office_id in session.exec(select(Person.name, Person.office_id).order_by(col(Person.id))):
        inside.setdefault(office_id, []).append(name)
    offices = session.exec(select(Office).order_by(col(Office.id)))
    return [OfficeLine(office, inside.get(office.id, []), mark_of(office.name)) for office in offices]


def _line(person: Person, office: str, account: Account | None) -> StaffLine:
    seat = seat_of(account, person).label if account else ""
    return StaffLine(person, Role(person.role).label, office, account, _badge(person, account, seat), seat)


def _badge(person: Person, account: Account | None, seat: str) -> Badge:
    if not person.active:
        return Badge("", "离岗")
    if account is None:
        return NO_ACCOUNT
    return Badge("blue" if account.duty else "green", seat) if account.active else SHUT


def duty_choices() -> Iterator[tuple[str, str]]:
    """What an account may be given besides the person's place: (value, words)."""
    yield "", "按职务"
    yield Seat.OFFICE.value, "办公室（能看全局，管人员和代理）"
    yield Seat.ADMIN.value, "管理员（能改全部设置）"
