"""催报函 put together for the command line and the pages: who may decide, what a list shows, what a letter says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.supervising import may_supervise
from notifications.drafting import DEMAND
from notifications.formal import Draft, approve, decline, drafts_of, find_letter, label, preview, waiting_drafts
from notifications.tables import Letter, LetterState
from notifications.writing import Written
from plans.database import reading
from plans.deputies import voices
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Person
from plans.zone import local_day, local_text
from tasks.verbs import Act

NOT_YOURS = "没有这封催报函，或者它不由您批：请回到“催报函”，从列表里打开。"


@dataclass(frozen=True)
class LetterLine:
    """One letter as a list shows it. ``number`` is empty until it is approved."""

    id: int
    enterprise: str
    title: str
    periods: str
    number: str
    state: LetterState
    drafted_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True)
class LetterPage:
    """A letter with its text; ``waiting`` while it can be decided."""

    line: LetterLine
    written: Written
    waiting: bool


def may_decide(session: Session, person: Person, draft: Draft, today: date) -> bool:
    """True for the director and deputies, the head of the officer's 股室, and on that day for who stands in for one."""
    return any(may_supervise(one, draft.owner) for one in voices(session, person, today))


def letters_for(session: Session, runtime: Runtime, person: Person, today: date) -> list[LetterLine]:
    """The drafts that wait for this person's word, oldest first."""
    drafts = waiting_drafts(session, today)
    return [line_of(one, runtime) for one in drafts if may_decide(session, person, one, today)]


def decided_for(session: Session, runtime: Runtime, person: Person, today: date, limit: int = 50) -> list[LetterLine]:
    """The latest letters that were decided, of those this person may decide; the newest first."""
    decided = select(Letter).where(Letter.kind == DEMAND, Letter.state != LetterState.DRAFTED)
    letters = session.exec(decided.order_by(col(Letter.decided_at).desc(), col(Letter.id).desc()).limit(limit)).all()
    return [
        line_of(one, runtime) for one in drafts_of(session, letters, today) if may_decide(session, person, one, today)
    ]


def letter_page(session: Session, runtime: Runtime, person: Person, number: int, now: datetime) -> LetterPage:
    """A letter for who may decide it. Raises Refused."""
    draft = _draft_for(session, person, number, local_day(now))
    return page_of(session, runtime, draft, now)


def page_of(session: Session, runtime: Runtime, draft: Draft, now: datetime) -> LetterPage:
    """A letter with its text as it stands."""
    waiting = draft.letter.state == LetterState.DRAFTED and bool(draft.owed)
    return LetterPage(line_of(draft, runtime), preview(session, draft, runtime.press, now), waiting)


def decide_letter(
    session: Session, runtime: Runtime, person: Person, number: int, send: bool, reason: str, now: datetime
) -> Letter:
    """批准 or 不发 by this person, for a deputy in the name of who is away. Raises Refused."""
    today = local_day(now)
    draft = _draft_for(session, person, number, today)
    named = next(one for one in voices(session, person, today) if may_supervise(one, draft.owner))
    act = Act(person.name, "page", now, "" if named.id == person.id else named.name)
    return approve(session, draft.letter, act, runtime.press) if send else decline(session, draft.letter, act, reason)


def _draft_for(session: Session, person: Person, number: int, today: date) -> Draft:
    letter = session.get(Letter, number)
    draft = drafts_of(session, [letter], today)[0] if letter else None
    if draft is None or not may_decide(session, person, draft, today):
        raise Refused(NOT_YOURS)
    return draft


def decide_by_name(
    session: Session, runtime: Runtime, number: int, name: str, send: bool, reason: str, now: datetime
) -> Letter:
    """批准 or 不发 on the command line by the leader of that name. Raises Refused."""
    person = session.exec(select(Person).where(Person.name == name, col(Person.active))).first()
    (draft,) = drafts_of(session, [find_letter(session, number)], local_day(now))
    if person is None or not may_decide(session, person, draft, local_day(now)):
        able = [
            one.name
            for one in session.exec(select(Person).where(col(Person.active)).order_by(col(Person.id)))
            if may_supervise(one, draft.owner)
        ]
        raise Refused(f"“{name}”不能批这封催报函：请用 --by 写明由谁批，可以批的有：{'、'.join(able) or '无'}。")
    return decide_letter(session, runtime, person, number, send, reason, now)


def line_of(draft: Draft, runtime: Runtime) -> LetterLine:
    """A letter as a list shows it: while it waits with the months that are owed now, later with those it was for."""
    letter = draft.letter
    kept = [month["period"] for month in letter.facts.get("months", ())]
    return LetterLine(
        id=letter.id or 0,
        enterprise=draft.enterprise.name,
        title=draft.item.title,
        periods="、".join(kept or [Period.parse(task.period).label for task in draft.owed]),
        number=str(letter.facts.get("number", "")) or label(letter, runtime.press.mark),
        state=LetterState(letter.state),
        drafted_at=letter.drafted_at,
        decided_by=letter.decided_by,
        decided_at=letter.decided_at,
        reason=str(letter.facts.get("reason", "")),
    )


def letter_rows(runtime: Runtime, now: datetime, everything: bool = False) -> list[dict[str, Any]]:
    """Letters as plain rows: those that wait, or all of them, oldest first."""
    today = local_day(now)
    with reading(runtime.engine) as session:
        letters = session.exec(select(Letter).where(Letter.kind == DEMAND).order_by(col(Letter.id))).all()
        drafts = drafts_of(session, letters, today) if everything else waiting_drafts(session, today)
        return [_row(line_of(draft, runtime)) for draft in drafts]


def _row(line: LetterLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "enterprise": line.enterprise,
        "title": line.title,
        "periods": line.periods,
        "number": line.number,
        "state": line.state.label,
        "drafted_at": local_text(line.drafted_at),
        "decided_by": line.decided_by,
        "decided_at": local_text(line.decided_at) if line.decided_at else "",
        "reason": line.reason,
    }


def letter_text(runtime: Runtime, number: int, now: datetime) -> dict[str, Any]:
    """A letter as a plain row with its text. Raises Refused."""
    with reading(runtime.engine) as session:
        (draft,) = drafts_of(session, [find_letter(session, number)], local_day(now))
        shown = page_of(session, runtime, draft, now)
        return _row(shown.line) | {"subject": shown.written.subject, "text": shown.written.text}
