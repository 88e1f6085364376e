"""Importing a roster file: looked at first, when nothing is written, then what was chosen in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from flows.changing import revising
from flows.roster import (
    MEMBERSHIP,
    Notes,
    as_other,
    contact_of,
    find_agency,
    keep_agency,
    noting,
    write_agency,
    write_fields,
    write_others,
)
from flows.roster_certificates import HIGH_TECH, new_certificate, write_certificate
from flows.runtime import Runtime
from plans.columns import figure_text
from plans.database import one_at_a_time, reading, writing
from plans.errors import Refused
from plans.reading.opening import open_source
from plans.roster.checking import read_roster
from plans.roster.comparing import Added, Changed, Known, RosterChanges, compare_roster, fingerprint
from plans.roster.fields import folded_name
from plans.roster.others import read_others, written_others
from plans.roster.reading import RosterReading, RosterRow, Shared
from plans.roster_tables import Certificate, Contact, RosterImport
from plans.tables import Agency, Enterprise
from tasks.following import follow_membership
from tasks.revision import Revision
from tasks.verbs import Act, MoveRefused

MOST_TEXT = 6_000_000
"""Characters of a roster file: 10,000 enterprises with every column filled are a third of it."""
LOCK = 20_260_705
BY_FILE = "名册导入"
ENLISTED = "列入名册"
NONE_CHOSEN = "请先勾选要导入的变化。"


class RosterMoved(MoveRefused):
    """名册刚被改过，没有导入：请重新核对后再导入。"""

    def __init__(self) -> None:
        super().__init__("名册刚被改过，没有导入：请重新核对后再导入。")


@dataclass(frozen=True)
class Look:
    """A file beside the roster. ``seen`` is what the roster is known by when something of it is applied."""

    reading: RosterReading
    changes: RosterChanges
    seen: str

    @property
    def problems(self) -> list[Any]:
        """All that is wrong, of the file and beside the roster, by row."""
        return sorted((*self.reading.problems, *self.changes.problems), key=lambda problem: problem.row)


@dataclass(frozen=True)
class Imported:
    """What an import did: enterprises that are new, that changed, and open reports that were cancelled."""

    added: int
    changed: int
    agencies: int
    cancelled: int


def read_roster_file(name: str, content: bytes) -> RosterReading:
    """A roster file of any format. Raises DocumentError."""
    return read_roster(open_source(name, content, MOST_TEXT))


def look(session: Session, read: RosterReading) -> Look:
    """What a file would change. Nothing is written."""
    known = known_roster(session)
    return Look(read, compare_roster(read.rows, known), fingerprint(known))


def look_at_file(runtime: Runtime, name: str, content: bytes) -> Look:
    """The same of a file in hand."""
    with reading(runtime.engine) as session:
        return look(session, read_roster_file(name, content))


def hand_in_roster(runtime: Runtime, name: str, content: bytes, by: str, now: datetime) -> int:
    """Keep what a file says, to be looked at and applied later; its number. Raises DocumentError."""
    read = read_roster_file(name, content)
    row = RosterImport(name=name, reading=_codec().dump_python(read, mode="json"), handed_in_by=by, handed_in_at=now)
    with writing(runtime.engine) as session:
        session.add(row)
    return row.id or 0


def handed_in(session: Session, number: int) -> tuple[RosterImport, RosterReading]:
    """A file that was handed in. Raises Refused."""
    row = session.get(RosterImport, number)
    if row is None:
        raise Refused("没有这份名册文件：请重新上传。")
    return row, _codec().validate_python(row.reading)


@cache
def _codec() -> TypeAdapter[RosterReading]:
    return TypeAdapter(RosterReading)


def apply_handed_in(runtime: Runtime, number: int, chosen: Collection[str], seen: str, act: Act) -> Imported:
    """Apply what was chosen of a file that was handed in, once. Raises RosterMoved, Refused."""
    with revising(runtime, act) as revision:
        row, read = handed_in(revision.session, number)
        revision.session.refresh(row, with_for_update=True)
        if row.applied_at is not None:
            raise MoveRefused(f"这份名册已由{row.applied_by}导入：要再改请重新上传。")
        row.applied_at, row.applied_by = act.at, act.by
        revision.session.add(row)
        return apply_roster(revision, read, chosen, seen)


def apply_file(runtime: Runtime, read: RosterReading, chosen: Collection[str], seen: str, act: Act) -> Imported:
    """Apply what was chosen of a file in hand. Raises RosterMoved, Refused."""
    with revising(runtime, act) as revision:
        return apply_roster(revision, read, chosen, seen)


def apply_roster(revision: Revision, read: RosterReading, chosen: Collection[str], seen: str) -> Imported:
    """Make the chosen changes, all of them or none; ``seen`` is the look's mark."""
    session = revision.session
    one_at_a_time(session, LOCK)
    found = look(session, read)
    if seen and seen != found.seen:
        raise RosterMoved
    shared = [one for one in read.shared if one.key in chosen]
    if not set(chosen) & (found.changes.every() | {one.key for one in shared}):
        raise Refused(NONE_CHOSEN)
    try:
        return _written(revision, read, found.changes, chosen, shared)
    except IntegrityError as error:
        raise Refused("文件里有两家换了同样的名称或信用代码，没有导入：请分两次导入。") from error


def _written(
    revision: Revision, read: RosterReading, changes: RosterChanges, chosen: Collection[str], shared: Sequence[Shared]
) -> Imported:
    agencies = _Agencies(revision.session, read.rows)
    with noting(revision.session, revision.act) as notes:
        added = [one for one in changes.added if one.key in chosen]
        new = _enlist(notes, added, agencies)
        moved = [moved for one in changes.changed if (moved := _change(notes, one, chosen, agencies))]
        for one in shared:
            _share(notes, one, agencies)
        revision.session.flush()
    belonging = [enterprise for enterprise, fields in moved if fields & set(MEMBERSHIP)]
    cancelled = follow_membership(revision, belonging, f"{BY_FILE}：本期不用报") if belonging else 0
    return Imported(len(new), len(moved), agencies.made, cancelled)


def _enlist(notes: Notes, added: Sequence[Added], agencies: "_Agencies") -> list[Enterprise]:
    enterprises = [Enterprise(name=one.row.name) for one in added]
    for one, enterprise in zip(added, enterprises, strict=True):
        quiet = Notes(notes.session, notes.act)
        agency = agencies.of(one.row)
        write_fields(quiet, enterprise, one.row.values)
        enterprise.agency_id = agency.id if agency else None
    notes.session.add_all(enterprises)
    notes.session.flush()
    for one, enterprise in zip(added, enterprises, strict=True):
        notes.add(enterprise, ENLISTED, "", enterprise.name, BY_FILE)
        _add_more(notes.session, enterprise, one.row)
    return enterprises


def _change(
    notes: Notes, one: Changed, chosen: Collection[str], agencies: "_Agencies"
) -> tuple[Enterprise, set[str]] | None:
    fields = {change.field for change in one.changes if change.key in chosen}
    if not fields:
        return None
    enterprise = notes.session.get_one(Enterprise, one.known.id)
    values = {name: text for name, text in one.row.values.items() if name in fields}
    if "agency" in fields:
        write_agency(notes, enterprise, agencies.of(one.row), BY_FILE)
    write_fields(notes, enterprise, values, BY_FILE)
    if fields & {"certificate_on", "certificate_number"}:
        values |= {name: one.row.of(name) for name in ("certificate_on", "certificate_number")}
    _write_more(notes, enterprise, values)
    return enterprise, fields


def _add_more(session: Session, enterprise: Enterprise, row: RosterRow) -> None:
    """The same of a new enterprise, which has none yet: nothing is asked of the database."""
    session.add_all(contact_of(enterprise, other) for other in read_others(row.of("others")))
    if issued_on := row.of("certificate_on"):
        session.add(new_certificate(enterprise, row.of("certificate_number"), date.fromisoformat(issued_on)))


def _write_more(notes: Notes, enterprise: Enterprise, values: Mapping[str, str]) -> None:
    """What is kept in rows of its own: other contacts and the certificate."""
    if "others" in values:
        write_others(notes, enterprise, read_others(values["others"]), BY_FILE)
    if values.get("certificate_on"):
        issued_on = date.fromisoformat(values["certificate_on"])
        write_certificate(notes, enterprise, values.get("certificate_number", ""), issued_on, BY_FILE)


def _share(notes: Notes, shared: Shared, agencies: "_Agencies") -> None:
    """Enterprises that one accountant files for become those of one agency."""
    name = shared.contact or shared.email
    same = find_agency(notes.session, name)
    if same and same.email.lower() != shared.email.lower():
        name = f"{name}（{shared.email}）"  # another accountant of the same name
    agency = keep_agency(notes.session, name, shared.contact, shared.email, shared.phone)
    agencies.made += 1
    wanted = select(Enterprise).where(col(Enterprise.name).in_(shared.names), col(Enterprise.agency_id).is_(None))
    for enterprise in notes.session.exec(wanted).all():
        write_agency(notes, enterprise, agency, BY_FILE)


class _Agencies:
    """The agencies a file names, each looked up once and made where there is none."""

    def __init__(self, session: Session, rows: Iterable[RosterRow]) -> None:
        self._session = session
        self._found: dict[str, Agency] = {}
        self._rows: dict[str, list[RosterRow]] = defaultdict(list)
        self.made = 0
        for row in rows:
            self._rows[folded_name(row.of("agency"))].append(row)

    def of(self, row: RosterRow) -> Agency | None:
        """The row's agency; None where it names none."""
        key = folded_name(row.of("agency"))
        if key and key not in self._found:
            self._found[key] = find_agency(self._session, row.of("agency")) or self._make(row.of("agency"), key)
        return self._found.get(key)

    def _make(self, name: str, key: str) -> Agency:
        """A new agency, reached as the file says; where it does not, as all of its rows say."""
        self.made += 1
        rows = self._rows[key]
        given = {
            field: next((row.of(f"agency_{field}") for row in rows if row.of(f"agency_{field}")), "")
            for field in ("contact", "email", "phone")
        }
        own = {field: {row.of(field) for row in rows} for field in given}
        if not given["email"] and len(own["email"]) == 1:
            given = {field: next(iter(said)) if len(said) == 1 else "" for field, said in own.items()}
        return keep_agency(self._session, name, **given)


def known_roster(session: Session) -> list[Known]:
    """Every enterprise as the fields of a file, in the order of the roster."""
    agencies = {agency.id: agency for agency in session.exec(select(Agency))}
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for contact in session.exec(select(Contact).order_by(col(Contact.id))):
        contacts[contact.enterprise_id].append(contact)
    held = select(Certificate).where(Certificate.kind == HIGH_TECH, col(Certificate.revoked_on).is_(None))
    certificates = {one.enterprise_id: one for one in session.exec(held.order_by(col(Certificate.issued_on)))}
    enterprises = session.exec(select(Enterprise).order_by(col(Enterprise.id))).all()
    return [
        _known(one, agencies.get(one.agency_id), contacts.get(one.id or 0, []), certificates.get(one.id or 0))
        for one in enterprises
    ]


def _known(
    enterprise: Enterprise, agency: Agency | None, contacts: Sequence[Contact], certificate: Certificate | None
) -> Known:
    values = {
        "name": enterprise.name,
        "short_name": enterprise.short_name,
        "credit_code": enterprise.credit_code or "",
        "contact": enterprise.contact,
        "phone": enterprise.phone,
        "email": enterprise.email,
        "agency": agency.name if agency else "",
        "agency_contact": agency.contact if agency else "",
        "agency_phone": agency.phone if agency else "",
        "agency_email": agency.email if agency else "",
        "weight": figure_text(enterprise.weight) if enterprise.weight else "",
        "first_month": enterprise.first_month,
        "last_month": enterprise.last_month,
        "exempt_reason": enterprise.exempt_reason,
        "exempt_from": enterprise.exempt_from,
        "certificate_number": certificate.number if certificate else "",
        "certificate_on": certificate.issued_on.isoformat() if certificate else "",
        "others": written_others(as_other(one) for one in contacts),
    }
    return Known(enterprise.id or 0, values)
