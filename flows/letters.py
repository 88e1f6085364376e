"""Letters put together for the command line and the pages: 催报函 to enterprises and the three orders to people of the
bureau; who may draft and decide, what a list shows, what a letter says, how it arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.supervising import may_supervise
from notifications.documents.letter_word import letter_docx
from notifications.drafting import DEMAND
from notifications.formal import (
    Draft,
    approve,
    decline,
    demand_facts,
    drafts_of,
    find_letter,
    label,
    preview,
    waiting_drafts,
)
from notifications.orders import (
    Order,
    approve_order,
    draft_order,
    kind_named,
    order_facts,
    orders_of,
    preview_order,
    waiting_orders,
)
from notifications.tables import Delivery, DeliveryState, Letter, LetterState
from notifications.writing import Written
from plans.accounts import Seat, seat_of_person
from plans.database import reading
from plans.deputies import voices
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Person
from plans.words import Role
from plans.zone import local_day, local_text
from tasks.tables import Task
from tasks.verbs import Act, find_task

NOT_YOURS = "没有这封函，或者它不由您批：请回到“函件”，从列表里打开。"
NOT_A_DRAFTER = "函件由股室负责人、局领导、办公室和管理员起草：有事请和他们商量。"
DEMAND_NAME = "催报函"
Matter = Draft | Order
"""A letter with what it is about as things stand."""


@dataclass(frozen=True)
class LetterLine:
    """One letter as a list shows it. ``number`` is empty until it is approved; ``about`` is a month or a task."""

    id: int
    kind: str
    addressee: str
    title: str
    periods: str
    number: str
    state: LetterState
    drafted_at: datetime
    drafted_by: str
    decided_by: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Proof:
    """How a letter arrived: when, to which address, what the mail server said."""

    state: DeliveryState
    name: str
    address: str
    sent_at: datetime | None
    said: str
    message_id: str


@dataclass(frozen=True)
class LetterPage:
    """A letter with its text; ``waiting`` while it can be decided, ``proof`` once it is on its way."""

    line: LetterLine
    written: Written
    waiting: bool
    mine: bool = True
    proof: Proof | None = None


def may_decide(session: Session, person: Person, matter: Matter, today: date) -> bool:
    """True for the director and deputies, the head of the officer's 股室, and on that day for who stands in for one."""
    return any(may_supervise(one, matter.owner) for one in voices(session, person, today))


def may_draft(session: Session, person: Person, task: Task, today: date) -> bool:
    """True for who may supervise the task's owner, and for 办公室 and 管理员."""
    if seat_of_person(session, person) in (Seat.ADMIN, Seat.OFFICE):
        return True
    owner = session.get_one(Person, task.owner_id)
    return any(may_supervise(one, owner) for one in voices(session, person, today))


def letters_for(session: Session, runtime: Runtime, person: Person, today: date) -> list[LetterLine]:
    """The drafts that wait for this person's word, oldest first."""
    drafts: list[Matter] = [*waiting_drafts(session, today), *waiting_orders(session)]
    mine = [line_of(one, runtime) for one in drafts if may_decide(session, person, one, today)]
    return sorted(mine, key=lambda line: (line.drafted_at, line.id))


def drafted_by(session: Session, runtime: Runtime, person: Person, today: date) -> list[LetterLine]:
    """The orders this person drafted and somebody else decides about."""
    mine = [one for one in waiting_orders(session) if one.letter.facts.get("drafted_by") == person.name]
    return [line_of(one, runtime) for one in mine if not may_decide(session, person, one, today)]


def decided_for(session: Session, runtime: Runtime, person: Person, today: date, limit: int = 50) -> list[LetterLine]:
    """The latest letters that were decided, of those this person may decide or drafted; the newest first."""
    decided = select(Letter).where(Letter.state != LetterState.DRAFTED)
    letters = session.exec(decided.order_by(col(Letter.decided_at).desc(), col(Letter.id).desc()).limit(limit)).all()
    found = matters_of(session, letters, today)
    return [line_of(one, runtime) for one in found if _may_see(session, person, one, today)]


def matters_of(session: Session, letters: Sequence[Letter], today: date) -> list[Matter]:
    """These letters with what they are about, in their order."""
    demands = drafts_of(session, [one for one in letters if one.kind == DEMAND], today)
    orders = orders_of(session, [one for one in letters if one.kind != DEMAND])
    both: list[Matter] = [*demands, *orders]
    found = {one.letter.id: one for one in both}
    return [found[letter.id] for letter in letters]


def _may_see(session: Session, person: Person, matter: Matter, today: date) -> bool:
    wrote = matter.letter.facts.get("drafted_by") == person.name
    return wrote or may_decide(session, person, matter, today)


def letter_page(session: Session, runtime: Runtime, person: Person, number: int, now: datetime) -> LetterPage:
    """A letter for who may decide it or drafted it. Raises Refused."""
    matter = _matter(session, number, local_day(now))
    if matter is None or not _may_see(session, person, matter, local_day(now)):
        raise Refused(NOT_YOURS)
    return page_of(session, runtime, matter, now, may_decide(session, person, matter, local_day(now)))


def page_of(session: Session, runtime: Runtime, matter: Matter, now: datetime, mine: bool = True) -> LetterPage:
    """A letter with its text as it stands."""
    if isinstance(matter, Order):
        written = preview_order(session, matter, runtime.press, now)
    else:
        written = preview(session, matter, runtime.press, now)
    return LetterPage(line_of(matter, runtime), written, matter.waits, mine, proof_of(session, matter.letter))


def proof_of(session: Session, letter: Letter) -> Proof | None:
    """How a letter arrived; None before it was approved."""
    sent = session.get(Delivery, letter.delivery_id) if letter.delivery_id else None
    if sent is None:
        return None
    state = DeliveryState(sent.state)
    return Proof(state, sent.to_name, sent.to_address, sent.sent_at, sent.reason, sent.message_id)


def decide_letter(
    session: Session,
    runtime: Runtime,
    person: Person,
    number: int,
    send: bool,
    reason: str,
    now: datetime,
    via: str = "page",
) -> Letter:
    """批准 or 不发 by this person, for a deputy in the name of who is away. Raises Refused."""
    today = local_day(now)
    matter = _matter(session, number, today)
    if matter is None or not may_decide(session, person, matter, today):
        raise Refused(NOT_YOURS)
    named = next(one for one in voices(session, person, today) if may_supervise(one, matter.owner))
    act = Act(person.name, via, now, "" if named.id == person.id else named.name)
    if not send:
        return decline(session, matter.letter, act, reason)
    if isinstance(matter, Order):
        return approve_order(session, matter.letter, act, runtime.press)
    return approve(session, matter.letter, act, runtime.press)


def _matter(session: Session, number: int, today: date) -> Matter | None:
    letter = session.get(Letter, number)
    return matters_of(session, [letter], today)[0] if letter else None


def decide_by_name(
    session: Session, runtime: Runtime, number: int, name: str, send: bool, reason: str, now: datetime
) -> Letter:
    """批准 or 不发 on the command line by the leader of that name. Raises Refused."""
    person = session.exec(select(Person).where(Person.name == name, col(Person.active))).first()
    (matter,) = matters_of(session, [find_letter(session, number)], local_day(now))
    if person is None or not may_decide(session, person, matter, local_day(now)):
        able = [
            one.name
            for one in session.exec(select(Person).where(col(Person.active)).order_by(col(Person.id)))
            if may_supervise(one, matter.owner)
        ]
        raise Refused(f"“{name}”不能批这封函：请用 --by 写明由谁批，可以批的有：{'、'.join(able) or '无'}。")
    return decide_letter(session, runtime, person, number, send, reason, now, "cli")


def draft_for(
    session: Session, person: Person, kind: str, number: int, require: str, contact: str, now: datetime
) -> Letter:
    """起草 one of the three orders about a task, by this person on the pages. Raises Refused."""
    task = find_task(session, number)
    if not may_draft(session, person, task, local_day(now)):
        raise Refused(NOT_A_DRAFTER)
    return draft_order(session, kind_named(kind), task, require, contact, Act(person.name, "page", now))


def draft_by_name(
    session: Session, kind: str, number: int, require: str, contact: str, name: str, now: datetime
) -> Letter:
    """The same on the command line, by the person of that name. Raises Refused."""
    person = session.exec(select(Person).where(Person.name == name, col(Person.active))).first()
    task = find_task(session, number)
    if person is None or not may_draft(session, person, task, local_day(now)):
        known = select(Person.name).where(col(Person.active), Person.role != Role.STAFF).order_by(col(Person.id))
        able = "、".join(session.exec(known))
        raise Refused(f"“{name}”不能起草：请用 --by 写明起草人，如 {able}。")
    return draft_order(session, kind_named(kind), task, require, contact, Act(person.name, "cli", now))


def line_of(matter: Matter, runtime: Runtime) -> LetterLine:
    """A letter as a list shows it: while it waits as things stand, later as it was approved."""
    letter = matter.letter
    return LetterLine(
        id=letter.id or 0,
        kind=matter.kind.name if isinstance(matter, Order) else DEMAND_NAME,
        addressee=_addressee(matter),
        title=matter.item.title,
        periods=_periods(matter),
        number=str(letter.facts.get("number", "")) or label(letter, runtime.press.mark),
        state=LetterState(letter.state),
        drafted_at=letter.drafted_at,
        drafted_by=str(letter.facts.get("drafted_by", "")),
        decided_by=letter.decided_by,
        decided_at=letter.decided_at,
        reason=str(letter.facts.get("reason", "")),
    )


def _addressee(matter: Matter) -> str:
    if not isinstance(matter, Order):
        return matter.enterprise.name
    facts = matter.letter.facts
    office, owner = facts.get("office", matter.office), facts.get("owner", matter.owner.name)
    return f"{office}（{owner}）"


def _periods(matter: Matter) -> str:
    if isinstance(matter, Order):
        return matter.period
    kept = [month["period"] for month in matter.letter.facts.get("months", ())]
    return "、".join(kept or [Period.parse(task.period).label for task in matter.owed])


def letter_file(session: Session, runtime: Runtime, letter: Letter, now: datetime) -> tuple[str, bytes]:
    """The name and the content of a letter's Word file: as approved, or as it would be now with an empty number."""
    (matter,) = matters_of(session, [letter], local_day(now))
    if isinstance(matter, Order):
        facts, name = order_facts(session, matter, runtime.press, now), matter.kind.name
    else:
        facts, name = demand_facts(session, matter, runtime.press, now), DEMAND_NAME
    named = f"{facts['number'] if letter.number else name + '（草稿）'}.docx"
    return named, letter_docx(facts, letter.decided_at or now)


def letter_rows(runtime: Runtime, now: datetime, everything: bool = False) -> list[dict[str, Any]]:
    """Letters as plain rows: those that wait, or all of them, oldest first."""
    today = local_day(now)
    with reading(runtime.engine) as session:
        if everything:
            found = matters_of(session, session.exec(select(Letter).order_by(col(Letter.id))).all(), today)
        else:
            found = [*waiting_drafts(session, today), *waiting_orders(session)]
            found.sort(key=lambda one: one.letter.id or 0)
        return [_row(line_of(one, runtime)) for one in found]


def _row(line: LetterLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": line.kind,
        "addressee": line.addressee,
        "title": line.title,
        "periods": line.periods,
        "number": line.number,
        "state": line.state.label,
        "drafted_at": local_text(line.drafted_at),
        "drafted_by": line.drafted_by,
        "decided_by": line.decided_by,
        "decided_at": local_text(line.decided_at) if line.decided_at else "",
        "reason": line.reason,
    }


def letter_text(runtime: Runtime, number: int, now: datetime) -> dict[str, Any]:
    """A letter as a plain row with its text and how it arrived. Raises Refused."""
    with reading(runtime.engine) as session:
        (matter,) = matters_of(session, [find_letter(session, number)], local_day(now))
        shown = page_of(session, runtime, matter, now)
        said = {"subject": shown.written.subject, "text": shown.written.text, "proof": proof_told(shown.proof)}
        return _row(shown.line) | said


def proof_told(proof: Proof | None) -> str:
    """2026-10-20 09:12 送达 李明 <li@…>，服务器答复：250 OK"""
    if proof is None:
        return ""
    when = f"{local_text(proof.sent_at)} " if proof.sent_at else ""
    whom = f" {proof.name} <{proof.address}>" if proof.address else ""
    return f"{when}{proof.state.label}{whom}" + (f"：{proof.said}" if proof.said else "")
