"""催报函: formal letters, drafted by a step, numbered when a person approves them, and never sent twice by themselves.

The number is given at approval, so that a year's numbers have no gap; a letter that is stopped after that keeps its
number and says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from notifications.audience import Recipient, Staff
from notifications.channels.mime import one_line
from notifications.drafting import DEMAND, LETTERS_LOCK
from notifications.ladder import Audience
from notifications.letters import Pen, bureau_name
from notifications.quiet import quiets_of
from notifications.stepping import Rules
from notifications.tables import LETTER, Delivery, Letter, LetterState, Notice, NoticeState
from notifications.writing import Written, time_left, write
from plans.database import one_at_a_time
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Agency, Enterprise, Person, PlanItem
from plans.zone import local_day, local_text
from tasks.states import PENDING
from tasks.tables import Task
from tasks.verbs import Act

FILED_BEFORE = "批准前企业已经报送"
FILED_AFTER = "批准后、发出前企业已经报送"
LONGEST_REASON = 500


class LetterRefused(Refused):
    """这封催报函林岚已于 2026-10-20 09:12 批准。"""


@dataclass(frozen=True)
class Press:
    """What letters are made with. ``mark`` stands before the number, ``phone`` is the bureau's for questions."""

    rules: Rules
    pen: Pen
    mark: str = "催报函"
    phone: str = ""


@dataclass(frozen=True)
class Draft:
    """A letter with what it is about as things stand. ``owed`` are the enterprise's overdue tasks of the item."""

    letter: Letter
    item: PlanItem
    enterprise: Enterprise
    owner: Person
    owed: Sequence[Task] = field(default=())

    @property
    def waits(self) -> bool:
        """It can be decided and still has something to say."""
        return self.letter.state == LetterState.DRAFTED and bool(self.owed)


def find_letter(session: Session, number: int) -> Letter:
    """The letter with that id. Raises LetterRefused."""
    letter = session.get(Letter, number)
    if letter is None:
        raise LetterRefused(f"没有编号为 {number} 的函件：请用 duban letter list 查看编号。")
    return letter


def drafts_of(session: Session, letters: Sequence[Letter], today: date) -> list[Draft]:
    """These letters with their item, enterprise, officer and what is overdue on that day."""
    firms, items = _named(session, letters)
    owed: dict[tuple[int, int], list[Task]] = {}
    overdue = select(Task).where(col(Task.item_id).in_(items), col(Task.enterprise_id).in_(firms))
    overdue = overdue.where(col(Task.state).in_(PENDING), Task.due_on < today)
    for task in session.exec(overdue.order_by(col(Task.period))):
        owed.setdefault((task.item_id, task.enterprise_id or 0), []).append(task)
    owners = {one.id: one for one in session.exec(select(Person))}
    return [
        Draft(letter, item, firm, owners[item.owner_id], owed.get((item.id or 0, firm.id or 0), ()))
        for letter in letters
        for item, firm in ((items[_item_id(letter)], firms[_firm_id(letter)]),)
    ]


def _named(session: Session, letters: Sequence[Letter]) -> tuple[dict[int, Enterprise], dict[int, PlanItem]]:
    firms = session.exec(select(Enterprise).where(col(Enterprise.id).in_({_firm_id(one) for one in letters})))
    items = session.exec(select(PlanItem).where(col(PlanItem.id).in_({_item_id(one) for one in letters})))
    return {firm.id or 0: firm for firm in firms}, {item.id or 0: item for item in items}


def _item_id(letter: Letter) -> int:
    return int(letter.facts["item_id"])


def _firm_id(letter: Letter) -> int:
    return int(letter.recipient.partition(":")[2])


def waiting_drafts(session: Session, today: date) -> list[Draft]:
    """The drafts that wait for a decision and still have something to say, oldest first."""
    drafted = select(Letter).where(Letter.kind == DEMAND, Letter.state == LetterState.DRAFTED)
    letters = session.exec(drafted.order_by(col(Letter.id))).all()
    return [draft for draft in drafts_of(session, letters, today) if draft.owed]


def preview(session: Session, draft: Draft, press: Press, now: datetime) -> Written:
    """The letter as it would go out now, or as it was approved; without the enterprise's own links."""
    return letter_written(demand_facts(session, draft, press, now), [], press.pen)


def demand_facts(session: Session, draft: Draft, press: Press, now: datetime) -> dict[str, Any]:
    """What a letter says: as it was approved, or as it would be now, with an empty number."""
    kept = draft.letter.facts
    if "number" not in kept:
        return _facts(session, draft, draft.owed, f"{press.mark}〔待编号〕", press, now)
    return {**kept, "said": kept.get("said") or _said(kept["title"], kept["as_of"], press.pen)}


def approve(session: Session, letter: Letter, act: Act, press: Press) -> Letter:
    """批准: give it the year's next number and queue it. Where nothing is owed any more it is void, and says so.

    Months that are promised or paused are left out. Raises LetterRefused when it was decided before, or when
    everything in it is promised or paused.
    """
    # Numbers are given one after another: no gap and no double, however many approve at once.
    one_at_a_time(session, LETTERS_LOCK)
    require_undecided(session, letter)
    (draft,) = drafts_of(session, [letter], local_day(act.at))
    if not draft.owed:
        return void(session, letter, act, FILED_BEFORE)
    owed = _speakable(session, draft, press.rules, local_day(act.at))
    letter.year = local_day(act.at).year
    letter.number = next_number(session, letter.kind, letter.year)
    facts = _facts(session, draft, owed, label(letter, press.mark), press, act.at)
    letter.facts = {**letter.facts, **facts}
    decided(letter, LetterState.APPROVED, act)
    _queue(session, letter, draft, owed, press, act.at)
    return letter


def decline(session: Session, letter: Letter, act: Act, reason: str) -> Letter:
    """不发, with a reason. Raises LetterRefused when it was decided before or without a reason."""
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise LetterRefused(f"不发要写明原因，{LONGEST_REASON}字以内。")
    one_at_a_time(session, LETTERS_LOCK)
    require_undecided(session, letter)
    return void(session, letter, act, reason.strip())


def label(letter: Letter, mark: str) -> str:
    """催报函〔2026〕3号, empty while it has no number."""
    return f"{mark}〔{letter.year}〕{letter.number}号" if letter.number else ""


def require_undecided(session: Session, letter: Letter) -> None:
    """Hold the letter and read it anew. Raises LetterRefused when somebody decided about it."""
    session.refresh(letter, with_for_update=True)
    if letter.state != LetterState.DRAFTED:
        told = f"{letter.decided_by}已于 {local_text(letter.decided_at)} " if letter.decided_at else ""
        raise LetterRefused(f"这封函不用再批：{told}{LetterState(letter.state).label}。")


def _speakable(session: Session, draft: Draft, rules: Rules, today: date) -> list[Task]:
    quiets = quiets_of(session, draft.owed, rules.terms, today)
    silences = [quiet.until(today) for quiet in quiets]
    owed = [task for task, silent_to in zip(draft.owed, silences, strict=True) if silent_to is None]
    if not owed:
        last = max(day for day in silences if day)
        raise LetterRefused(f"企业已承诺报送、申请延期或已暂停催报，到 {last} 为止不发；之后仍未报再批。")
    return owed


def next_number(session: Session, kind: str, year: int) -> int:
    """The year's next number of a kind; only under LETTERS_LOCK."""
    given = select(func.max(Letter.number)).where(Letter.kind == kind, Letter.year == year)
    return (session.exec(given).one() or 0) + 1


def _facts(
    session: Session, draft: Draft, owed: Sequence[Task], number: str, press: Press, now: datetime
) -> dict[str, Any]:
    today = local_day(now)
    return {
        "number": number,
        "title": one_line(draft.item.title),
        "addressee": one_line(draft.enterprise.name),
        "months": [
            {
                "task_id": task.id,
                "period": Period.parse(task.period).label,
                "due_on": task.due_on.isoformat(),
                "left": time_left(today, task.due_on, press.pen.workdays),
            }
            for task in owed
        ],
        "as_of": local_text(now),
        "contact": one_line(draft.owner.name),
        "phone": press.phone,
        "mail": one_line(draft.owner.email),
        "bureau": bureau_name(session),
        "day": f"{today.year}年{today.month}月{today.day}日",
        # A letter that is approved says word for word what was approved, whatever is changed after.
        "said": _said(one_line(draft.item.title), local_text(now), press.pen),
    }


def letter_written(facts: Mapping[str, Any], links: Sequence[str], pen: Pen) -> Written:
    """A letter from its facts, with these links in it."""
    said = facts.get("said") or _said(facts["title"], facts["as_of"], pen)
    return write("letter", {**facts, "said": said, "links": links}, pen.language)


def _said(title: str, as_of: str, pen: Pen) -> dict[str, str]:
    return pen.wordings.said("letter", title=title, now=as_of)


def _queue(session: Session, letter: Letter, draft: Draft, owed: Sequence[Task], press: Press, now: datetime) -> None:
    today = local_day(now)
    hearer = Staff.of(session, enterprises=[draft.enterprise.id or 0]).hearer(draft.enterprise.id or 0)
    written = letter_written(letter.facts, _links(session, hearer, owed, press.pen, today), press.pen)
    queue_letter(session, letter, Recipient(hearer), owed, written, now)


def queue_letter(
    session: Session, letter: Letter, to: Recipient, about: Sequence[Task], written: Written, now: datetime
) -> None:
    """Put an approved letter on its way; it stops when one of the tasks it is about is over before it has left."""
    delivery = Delivery(
        kind=LETTER,
        channel="mail",
        recipient=to.key,
        on_day=local_day(now),
        about=str(letter.id),
        subject=written.subject,
        text=written.text,
        html=written.html,
        next_try_at=now,
        made_at=now,
    )
    session.add(delivery)
    session.flush()
    letter.delivery_id = delivery.id
    session.add(letter)
    session.add_all(_notice(task, letter, to, delivery, now) for task in about)
    session.flush()


def _notice(task: Task, letter: Letter, to: Recipient, delivery: Delivery, now: datetime) -> Notice:
    # Bundled, so that sending asks again whether each of its tasks is still to be done.
    return Notice(
        task_id=task.id or 0,
        step=f"{LETTER}:{letter.id}",
        audience=Audience.ASSIGNEE.value,
        recipient=to.key,
        state=NoticeState.BUNDLED.value,
        made_at=now,
        delivery_id=delivery.id,
        on_behalf_of=to.on_behalf_of,
    )


def _links(session: Session, hearer: str, owed: Sequence[Task], pen: Pen, today: date) -> list[str]:
    kind, _, number = hearer.partition(":")
    if kind == "agency":
        agency = session.get_one(Agency, int(number))
        return [pen.links.agency(agency.id or 0, agency.link_version, today)]
    firm = session.get_one(Enterprise, int(number))
    return [pen.links.filing(firm.id or 0, firm.link_version, task.id or 0, today) for task in owed]


def decided(letter: Letter, state: LetterState, act: Act) -> None:
    """Note who decided what, a deputy with the absent one's name."""
    letter.state = state.value
    letter.decided_by = f"{act.by}（代{act.on_behalf_of}）" if act.on_behalf_of else act.by
    letter.decided_at = act.at


def void(session: Session, letter: Letter, act: Act, reason: str) -> Letter:
    """不发, and why."""
    letter.facts = {**letter.facts, "reason": reason}
    decided(letter, LetterState.VOID, act)
    session.add(letter)
    session.flush()
    return letter
