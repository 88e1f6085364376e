"""What became of letters: sent, stopped as the matter was settled, or needless before anybody decided."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from notifications.by_hand import BY_HAND
from notifications.drafting import DEMAND
from notifications.formal import FILED_AFTER, FILED_BEFORE, void
from notifications.orders import DONE_AFTER, DONE_BEFORE
from notifications.tables import Delivery, DeliveryState, Letter, LetterState
from plans.zone import local_day
from tasks.states import PENDING
from tasks.tables import Task
from tasks.verbs import Act

CLOCK = "督办"
OUTCOMES: Mapping[str, LetterState] = {
    DeliveryState.SENT: LetterState.SENT,
    DeliveryState.DROPPED: LetterState.VOID,
}


def follow_letters(session: Session, now: datetime) -> int:
    """Note which approved letters were sent or stopped, and void the drafts that have nothing to say; how many."""
    needless = session.exec(select(Letter).where(col(Letter.id).in_(_needless(session, local_day(now))))).all()
    for letter in needless:
        void(session, letter, Act(CLOCK, "clock", now), FILED_BEFORE if letter.kind == DEMAND else DONE_BEFORE)
    settled = _settled(session)
    for letter, outcome, told in settled:
        _settle(session, letter, OUTCOMES[outcome], told)
    return len(needless) + len(settled)


def letters_to_follow(session: Session, today: date) -> bool:
    """True when ``follow_letters`` would change something."""
    return bool(_settled(session) or _needless(session, today))


def _settle(session: Session, letter: Letter, state: LetterState, told: str) -> None:
    letter.state = state.value
    if state is LetterState.VOID:
        over = FILED_AFTER if letter.kind == DEMAND else DONE_AFTER
        letter.facts = {**letter.facts, "reason": told if BY_HAND in told else over}
    session.add(letter)


def _settled(session: Session) -> list[tuple[Letter, str, str]]:
    approved = select(Letter, Delivery.state, Delivery.reason).join(
        Delivery, col(Delivery.id) == col(Letter.delivery_id)
    )
    approved = approved.where(Letter.state == LetterState.APPROVED, col(Delivery.state).in_(OUTCOMES))
    return list(session.exec(approved))


def _needless(session: Session, today: date) -> list[int]:
    return [*_needless_demands(session, today), *_needless_orders(session)]


def _needless_demands(session: Session, today: date) -> list[int]:
    # Asked at every tick: plain columns, as there may be a draft for each enterprise.
    drafted = select(Letter.id, Letter.recipient, Letter.about).where(
        Letter.kind == DEMAND, Letter.state == LetterState.DRAFTED
    )
    matters = [(number or 0, (int(about.partition("/")[0]), whom)) for number, whom, about in session.exec(drafted)]
    owed = select(Task.item_id, Task.enterprise_id).where(col(Task.state).in_(PENDING), Task.due_on < today)
    owed = owed.where(col(Task.item_id).in_({item_id for _, (item_id, _) in matters}))
    wanting = {(item_id, f"enterprise:{firm_id}") for item_id, firm_id in session.exec(owed)} if matters else set()
    return [number for number, matter in matters if matter not in wanting]


def _needless_orders(session: Session) -> list[int]:
    drafted = select(Letter.id, Letter.about).where(Letter.kind != DEMAND, Letter.state == LetterState.DRAFTED)
    matters = {number or 0: int(about.partition("/")[0]) for number, about in session.exec(drafted)}
    if not matters:
        return []
    pending = select(Task.id).where(col(Task.id).in_(matters.values()), col(Task.state).in_(PENDING))
    open_tasks = set(session.exec(pending))
    return [number for number, task_id in matters.items() if task_id not in open_tasks]
