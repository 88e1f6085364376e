"""The roster's verbs: who files for an enterprise, from which month to which, exempt and why. Every change is a row.

All take the session of a writing transaction and an Act; those that change who belongs take a Revision, because open
reports follow.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlmodel import Session, select

from notifications.handing_on import tell_new_filer
from plans.columns import figure_text
from plans.errors import Refused
from plans.periods import Period, Span
from plans.roster.comparing import EMPTY
from plans.roster.fields import canonical, folded_name, label_of, read_field
from plans.roster.others import Other, other_of
from plans.roster_tables import Contact, EnterpriseChange, Handover
from plans.tables import Agency, Enterprise
from tasks.audit import append
from tasks.following import follow_membership
from tasks.revision import Revision
from tasks.verbs import Act

FILER = "填报人"
AGENCY = "代账公司"
OTHERS = "其他联系人"
MEMBERSHIP = ("first_month", "last_month", "exempt_reason", "exempt_from")
OF_FILER = ("contact", "phone", "email")
PLAIN = ("name", "short_name", "credit_code", "weight", *MEMBERSHIP)
"""Fields that are a column of the enterprise, read by plans/roster/fields.py."""
LONGEST_REASON = 500


class EnterpriseNotFound(Refused):
    """名册里没有“青禾”：请写全称、简称或信用代码。"""


@dataclass(frozen=True, slots=True)
class Filer:
    """Who files: a contact of the enterprise, or an agency."""

    name: str
    email: str = ""
    phone: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.phone, self.email) if part) or EMPTY


@dataclass
class Notes:
    """Changes of the roster in one transaction, written to the audit chain together."""

    session: Session
    act: Act
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, enterprise: Enterprise, label: str, before: str, after: str, why: str = "") -> None:
        """One change, as people read it."""
        by = f"{self.act.by}（代{self.act.on_behalf_of}）" if self.act.on_behalf_of else self.act.by
        what = {"enterprise_id": enterprise.id or 0, "field": label, "note": why}
        told = {"before": before or EMPTY, "after": after or EMPTY}
        self.rows.append(what | told | {"by": by, "via": self.act.via, "at": self.act.at})


@contextmanager
def noting(session: Session, act: Act) -> Iterator[Notes]:
    """Notes that are written when the block ends well."""
    notes = Notes(session, act)
    yield notes
    append(session, EnterpriseChange, notes.rows)


def find_enterprise(session: Session, said: str) -> Enterprise:
    """The enterprise that is called so: by its whole name, its credit code, or a short name only it has. Raises
    EnterpriseNotFound."""
    words = canonical(said)
    for query in (Enterprise.name == words, Enterprise.credit_code == words.upper(), Enterprise.short_name == words):
        found = session.exec(select(Enterprise).where(query).limit(2)).all()
        if len(found) == 1 and words:
            return found[0]
    raise EnterpriseNotFound(f"名册里没有“{said}”，或不止一家：请写全称或信用代码，见 duban roster list。")


def agency_of(session: Session, enterprise: Enterprise) -> Agency | None:
    """The agency that files for it, if any."""
    return session.get(Agency, enterprise.agency_id) if enterprise.agency_id else None


def filer_of(session: Session, enterprise: Enterprise) -> Filer:
    """Who files now: its agency, or its own contact."""
    agency = agency_of(session, enterprise)
    return _as_filer(agency) if agency else Filer(enterprise.contact, enterprise.email, enterprise.phone)


def read_filer(typed: Filer) -> Filer:
    """Who is to file, in canonical form. Raises Refused."""
    read = Filer(canonical(typed.name), read_field("email", typed.email), read_field("phone", typed.phone))
    if not read.name or not (read.email or read.phone):
        raise Refused("请填写接手人的姓名，和邮箱或电话。")
    return read


def hand_over(session: Session, enterprise: Enterprise, after: Filer, act: Act, reason: str = "") -> None:
    """移交: another person files from now on, an agency no more. Links sent so far end. Raises Refused."""
    after = read_filer(after)
    _hold(session, enterprise)
    if after == filer_of(session, enterprise):
        raise Refused(f"本来就由{after.name}填报，不用移交。")
    with noting(session, act) as notes:
        _hand_to(notes, enterprise, after, None, _reason(reason))


def assign_agency(session: Session, enterprise: Enterprise, agency: Agency, act: Act, reason: str = "") -> None:
    """代账: an agency files from now on; the contact stays known. Links sent so far end. Raises Refused."""
    _hold(session, enterprise)
    if enterprise.agency_id == agency.id:
        raise Refused(f"本来就由“{agency.name}”代报。")
    if not agency.active:
        raise Refused(f"“{agency.name}”已经停用：请换一家。")
    with noting(session, act) as notes:
        write_agency(notes, enterprise, agency, _reason(reason))


def end_agency(session: Session, enterprise: Enterprise, act: Act, reason: str = "") -> None:
    """The enterprise files itself again. Links sent so far end. Raises Refused."""
    _hold(session, enterprise)
    if enterprise.agency_id is None:
        raise Refused("这家企业没有代账公司，不用结束。")
    with noting(session, act) as notes:
        write_agency(notes, enterprise, None, _reason(reason))


def write_agency(notes: Notes, enterprise: Enterprise, agency: Agency | None, why: str) -> None:
    """Give the filing to an agency, or back to the enterprise's own contact."""
    own = Filer(enterprise.contact, enterprise.email, enterprise.phone)
    _hand_to(notes, enterprise, _as_filer(agency) if agency else own, agency, why)


def _hand_to(notes: Notes, enterprise: Enterprise, after: Filer, agency: Agency | None, why: str) -> None:
    before, old = filer_of(notes.session, enterprise), agency_of(notes.session, enterprise)
    enterprise.agency_id = agency.id if agency else None
    if agency is None:
        enterprise.contact, enterprise.email, enterprise.phone = after.name, after.email, after.phone
    # Whoever filed so far holds links: they are worthless from now on.
    enterprise.link_version += 1
    notes.session.add(enterprise)
    told = AGENCY if agency or old else FILER
    notes.add(enterprise, told, str(before), str(after), why)
    notes.session.add(_handover(enterprise, before, after, notes.act, why))
    tell_new_filer(notes.session, enterprise, notes.act.at)


def _handover(enterprise: Enterprise, before: Filer, after: Filer, act: Act, why: str) -> Handover:
    return Handover(
        enterprise_id=enterprise.id or 0,
        before_name=before.name,
        before_email=before.email,
        before_phone=before.phone,
        after_name=after.name,
        after_email=after.email,
        after_phone=after.phone,
        reason=why,
        by=act.by,
        via=act.via,
        at=act.at,
    )


def _as_filer(agency: Agency) -> Filer:
    return Filer(agency.name, agency.email, agency.phone)


def _hold(session: Session, enterprise: Enterprise) -> None:
    session.refresh(enterprise, with_for_update=True)


def _reason(text: str) -> str:
    return canonical(text)[:LONGEST_REASON]


def find_agency(session: Session, name: str) -> Agency | None:
    """The agency of that name, whatever its widths and blanks."""
    wanted = folded_name(name)
    exact = session.exec(select(Agency).where(Agency.name == canonical(name))).first()
    return exact or next((one for one in session.exec(select(Agency)) if folded_name(one.name) == wanted), None)


def keep_agency(session: Session, name: str, contact: str = "", email: str = "", phone: str = "") -> Agency:
    """The agency of that name, made where there is none; one that is there is only told what it lacks. Raises
    Refused."""
    if not canonical(name):
        raise Refused("请填写代账公司的名称。")
    agency = find_agency(session, name) or Agency(name=read_field("name", name))
    agency.contact = agency.contact or canonical(contact)
    agency.email = agency.email or read_field("email", email)
    agency.phone = agency.phone or read_field("phone", phone)
    agency.active = True
    session.add(agency)
    session.flush()
    return agency


def edit_agency(session: Session, agency: Agency, after: Filer, act: Act) -> bool:
    """How an agency is reached; where its accountant or address changes, its old links end. False for no change."""
    session.refresh(agency, with_for_update=True)
    now = Filer(agency.contact, agency.email, agency.phone)
    after = Filer(canonical(after.name), read_field("email", after.email), read_field("phone", after.phone))
    if after == now:
        return False
    if (now.name, now.email) != (after.name, after.email) and now.email:
        agency.link_version += 1
    agency.contact, agency.email, agency.phone = after.name, after.email, after.phone
    session.add(agency)
    with noting(session, act) as notes:
        for enterprise in session.exec(select(Enterprise).where(Enterprise.agency_id == agency.id)):
            notes.add(enterprise, f"{AGENCY}联系方式", str(now), str(after))
    return True


def write_fields(notes: Notes, enterprise: Enterprise, values: Mapping[str, str], why: str = "") -> set[str]:
    """Set fields, in canonical form, to what they are not yet; which of them changed. Raises Refused."""
    changed = {name for name in PLAIN if name in values and _plain(enterprise, name) != values[name]}
    for name in [name for name in PLAIN if name in changed]:
        notes.add(enterprise, label_of(name), _plain(enterprise, name), values[name], why)
        setattr(enterprise, name, _typed(name, values[name]))
    changed |= _write_filer(notes, enterprise, values, why)
    notes.session.add(enterprise)
    return changed


def _write_filer(notes: Notes, enterprise: Enterprise, values: Mapping[str, str], why: str) -> set[str]:
    now = {name: str(getattr(enterprise, name)) for name in OF_FILER}
    then = {name: values.get(name, now[name]) for name in OF_FILER}
    changed = {name for name in OF_FILER if now[name] != then[name]}
    # A number put right, or a first contact, takes nobody's links away.
    moves = changed & {"contact", "email"} and (now["contact"] or now["email"])
    if moves and enterprise.agency_id is None:
        _hand_to(notes, enterprise, Filer(then["contact"], then["email"], then["phone"]), None, why)
    else:
        for name in sorted(changed):
            notes.add(enterprise, label_of(name), now[name], then[name], why)
            setattr(enterprise, name, then[name])
    return changed


def _plain(enterprise: Enterprise, name: str) -> str:
    value = getattr(enterprise, name)
    if isinstance(value, Decimal):
        return figure_text(value) if value else ""
    return str(value or "")


def _typed(name: str, text: str) -> object:
    if name == "weight":
        return Decimal(text or "0")
    return (text or None) if name == "credit_code" else text


def add_contact(
    session: Session, enterprise: Enterprise, name: str, role: str, phone: str, email: str, act: Act
) -> Contact:
    """Somebody else to call. Raises Refused."""
    other = other_of(name, role, phone, email)
    with noting(session, act) as notes:
        notes.add(enterprise, OTHERS, "", str(other))
    contact = contact_of(enterprise, other)
    session.add(contact)
    return contact


def remove_contact(session: Session, enterprise: Enterprise, number: int, act: Act) -> None:
    """Somebody who is not to be called any more. Raises Refused."""
    contact = session.get(Contact, number)
    if contact is None or contact.enterprise_id != enterprise.id:
        raise Refused("没有这位联系人：可能已经删了，请刷新页面。")
    with noting(session, act) as notes:
        notes.add(enterprise, OTHERS, str(as_other(contact)), "")
    session.delete(contact)


def as_other(contact: Contact) -> Other:
    """A contact as it stands in a cell."""
    return Other(contact.name, contact.role, contact.phone, contact.email)


def write_others(notes: Notes, enterprise: Enterprise, others: tuple[Other, ...], why: str) -> None:
    """Make these the other contacts of an enterprise."""
    known = notes.session.exec(select(Contact).where(Contact.enterprise_id == enterprise.id)).all()
    before = "；".join(str(as_other(one)) for one in known)
    for contact in known:
        notes.session.delete(contact)
    notes.session.add_all(contact_of(enterprise, other) for other in others)
    notes.add(enterprise, OTHERS, before, "；".join(str(one) for one in others), why)


def contact_of(enterprise: Enterprise, other: Other) -> Contact:
    """A row for somebody else to call."""
    return Contact(
        enterprise_id=enterprise.id or 0, name=other.name, role=other.role, phone=other.phone, email=other.email
    )


def edit_enterprise(session: Session, enterprise: Enterprise, values: Mapping[str, str], act: Act) -> set[str]:
    """Name, short name, credit code and weight as typed; which changed. Raises Refused."""
    _hold(session, enterprise)
    read = {name: read_field(name, text) for name, text in values.items()}
    if "name" in read and not read["name"]:
        raise Refused("企业名称不能空着。")
    for name in ("name", "credit_code"):
        _refuse_taken(session, enterprise, name, read.get(name, ""))
    with noting(session, act) as notes:
        return write_fields(notes, enterprise, read)


def _refuse_taken(session: Session, enterprise: Enterprise, name: str, value: str) -> None:
    same = select(Enterprise).where(getattr(Enterprise, name) == value, Enterprise.id != enterprise.id)
    if value and (other := session.exec(same).first()):
        raise Refused(f"这个{label_of(name)}已经是“{other.name}”的：请核对。")


def exempt(revision: Revision, enterprise: Enterprise, reason: str, month: str) -> int:
    """免报 from a month on; how many open reports were cancelled. Raises Refused."""
    if not _reason(reason):
        raise Refused("请写明免报的原因。")
    values = {"exempt_reason": _reason(reason), "exempt_from": _month(month)}
    return _change_membership(revision, enterprise, values, f"免报：{_reason(reason)}")


def end_exemption(revision: Revision, enterprise: Enterprise) -> int:
    """It files again; open reports that were cancelled and are not past are taken up again."""
    if not enterprise.exempt_reason:
        raise Refused("这家企业没有免报，不用恢复。")
    return _change_membership(revision, enterprise, {"exempt_reason": "", "exempt_from": ""}, "恢复填报")


def set_months(revision: Revision, enterprise: Enterprise, first: str, last: str) -> int:
    """It files from the first month to the last, both inside; empty is open. How many open reports were cancelled."""
    values = {"first_month": _month(first), "last_month": _month(last)}
    if values["first_month"] and values["last_month"] and values["last_month"] < values["first_month"]:
        raise Refused("停报月份在起报月份之前：请核对。")
    return _change_membership(revision, enterprise, values, "名册月份调整，本期不用报")


def begin(revision: Revision, enterprise: Enterprise, month: str) -> int:
    """起报: it files from that month on, with no end."""
    return set_months(revision, enterprise, month, "")


def end(revision: Revision, enterprise: Enterprise, month: str) -> int:
    """停报: that month is the last it files for."""
    if not month.strip():
        raise Refused("请写明报到哪个月为止，如 2026-10。")
    return set_months(revision, enterprise, enterprise.first_month, month)


def _change_membership(revision: Revision, enterprise: Enterprise, values: Mapping[str, str], why: str) -> int:
    _hold(revision.session, enterprise)
    with noting(revision.session, revision.act) as notes:
        if not write_fields(notes, enterprise, values):
            return 0
    return follow_membership(revision, [enterprise], why)


def _month(text: str) -> str:
    month = read_field("first_month", text)
    return Period.containing(Span.MONTH, Period.parse(month).first).key if month else ""
