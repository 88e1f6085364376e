"""三单 orders: 工作交办单, 工作催办单 and 督办通知单 to people of the bureau, drafted and then approved by a leader.

What one says is fixed at approval, with its number; it is sent as approved or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML
from sqlmodel import Session, col, func, select

from notifications.audience import Staff
from notifications.channels.mime import one_line
from notifications.drafting import DEMAND, LETTERS_LOCK
from notifications.formal import (
    LetterRefused,
    Press,
    decided,
    label,
    next_number,
    queue_letter,
    require_undecided,
    void,
)
from notifications.ladder import Audience
from notifications.letters import bureau_name
from notifications.tables import Letter, LetterState
from notifications.writing import Written, write
from plans.agenda import Purpose
from plans.database import one_at_a_time
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Office, Person, PlanItem
from plans.zone import local_day
from tasks.states import PENDING, State
from tasks.tables import Task
from tasks.verbs import Act

DONE_BEFORE = "批准前任务已经办结"
DONE_AFTER = "批准后、发出前任务已经办结"
LONGEST = 2_000
NO_OFFICE = "局领导"


class OrderKind(BaseModel):
    """One of the three; see orders.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    mark: str
    short: str
    opening: str
    require: str
    closing: str


@cache
def order_kinds() -> Mapping[str, OrderKind]:
    """The three, in the order in which they press."""
    text = Path(__file__).with_name("orders.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, OrderKind]).validate_python(YAML(typ="safe").load(text))


def kind_named(name: str) -> str:
    """The key of a kind as people call it: 交办单, 工作交办单 or assign. Raises Refused."""
    for key, kind in order_kinds().items():
        if name.strip() in (key, kind.name, kind.short, kind.mark):
            return key
    known = "、".join(kind.short for kind in order_kinds().values())
    raise Refused(f"没有“{name}”这种函件：可以起草 {known}。", "kind")


@dataclass(frozen=True)
class Order:
    """An order with the task it is about as things stand. ``office`` is the owner's 股室."""

    letter: Letter
    task: Task
    item: PlanItem
    owner: Person
    office: str

    @property
    def kind(self) -> OrderKind:
        return order_kinds()[self.letter.kind]

    @property
    def waits(self) -> bool:
        """It can be decided and still has something to say."""
        return self.letter.state == LetterState.DRAFTED and self.task.state in PENDING

    @property
    def period(self) -> str:
        return f"{Period.parse(self.task.period).label}{Purpose(self.task.purpose).label}"


def draft_order(session: Session, kind: str, task: Task, require: str, contact: str, act: Act) -> Letter:
    """起草 one of the three about an open task; ``require`` is 工作要求, ``contact`` who answers questions.

    Raises LetterRefused for an enterprise's task, one that is over, or while a draft of the kind waits.
    """
    one_at_a_time(session, LETTERS_LOCK)
    session.refresh(task, with_for_update=True)
    _refuse_unfit(session, kind, task, require)
    before = select(func.count()).where(Letter.kind == kind, col(Letter.about).startswith(f"{task.id}/"))
    letter = Letter(
        kind=kind,
        recipient=f"person:{task.owner_id}",
        about=f"{task.id}/{session.exec(before).one() + 1}",
        facts={
            "task_id": task.id,
            "item_id": task.item_id,
            "require": require.strip(),
            "contact": one_line(contact) or act.by,
            "drafted_by": act.by,
        },
        drafted_at=act.at,
    )
    session.add(letter)
    session.flush()
    return letter


def _refuse_unfit(session: Session, kind: str, task: Task, require: str) -> None:
    if task.enterprise_id is not None:
        raise LetterRefused("这项任务由企业填报：催企业用催报函，到时自动起草。")
    if task.state not in PENDING:
        raise LetterRefused(f"这项任务是“{State(task.state).label}”，不用再发函。")
    if len(require) > LONGEST:
        raise LetterRefused(f"工作要求请在{LONGEST}字以内。", "require")
    waiting = select(Letter.id).where(Letter.kind == kind, Letter.state == LetterState.DRAFTED)
    waiting = waiting.where(col(Letter.about).startswith(f"{task.id}/"))
    if session.exec(waiting.limit(1)).first() is not None:
        raise LetterRefused(f"这项任务已有一份{order_kinds()[kind].name}在等批准：请先批准或者不发。")


def orders_of(session: Session, letters: Sequence[Letter]) -> list[Order]:
    """These letters with their task, item and owner."""
    offices = {one.id: one.name for one in session.exec(select(Office))}
    found = []
    for letter in letters:
        task = session.get_one(Task, int(letter.facts["task_id"]))
        owner = session.get_one(Person, task.owner_id)
        item = session.get_one(PlanItem, task.item_id)
        found.append(Order(letter, task, item, owner, offices.get(owner.office_id, NO_OFFICE)))
    return found


def waiting_orders(session: Session) -> list[Order]:
    """The drafts that wait for a decision and still have something to say, oldest first."""
    drafted = select(Letter).where(Letter.kind != DEMAND, Letter.state == LetterState.DRAFTED)
    return [one for one in orders_of(session, session.exec(drafted.order_by(col(Letter.id))).all()) if one.waits]


def order_facts(session: Session, order: Order, press: Press, now: datetime) -> dict[str, Any]:
    """What an order says: as it was approved, or as it would be now, with an empty number."""
    if "number" in order.letter.facts:
        return dict(order.letter.facts)
    return _facts(session, order, f"{order.kind.mark}〔待编号〕", press, now)


def preview_order(session: Session, order: Order, press: Press, now: datetime) -> Written:
    """The mail as it would go out now, or as it was approved; without anybody's own link."""
    return order_written(order_facts(session, order, press, now), "", press)


def order_written(facts: Mapping[str, Any], link: str, press: Press) -> Written:
    """The mail of an order, with the reader's own link in it."""
    return write("order", {**facts, "link": link}, press.pen.language)


def approve_order(session: Session, letter: Letter, act: Act, press: Press) -> Letter:
    """批准: give it the next number of its kind and year and queue it; void where the task is over. Raises Refused."""
    one_at_a_time(session, LETTERS_LOCK)
    require_undecided(session, letter)
    (order,) = orders_of(session, [letter])
    session.refresh(order.task, with_for_update=True)
    if order.task.state not in PENDING:
        return void(session, letter, act, DONE_BEFORE)
    letter.year = local_day(act.at).year
    letter.number = next_number(session, letter.kind, letter.year)
    letter.facts = {**letter.facts, **_facts(session, order, label(letter, order.kind.mark), press, act.at)}
    letter.facts["approved_by"] = act.by
    decided(letter, LetterState.APPROVED, act)
    _queue(session, order, press, act.at)
    return letter


def _facts(session: Session, order: Order, number: str, press: Press, now: datetime) -> dict[str, Any]:
    today, kept, kind = local_day(now), order.letter.facts, order.kind
    matter = f"{one_line(order.item.title)}（{order.period}）"
    until = _day(order.task.due_on)
    # What is approved is said word for word, whatever is changed after.
    return {
        "number": number,
        "name": kind.name,
        "matter": matter,
        "require": str(kept.get("require", "")) or kind.require,
        "office": one_line(order.office),
        "owner": one_line(order.owner.name),
        "until": until,
        "contact": one_line(str(kept.get("contact", ""))),
        "phone": press.phone,
        "opening": kind.opening.format(matter=matter),
        "closing": kind.closing.format(until=until),
        "bureau": bureau_name(session),
        "day": _day(today),
        "on": today.isoformat(),
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _queue(session: Session, order: Order, press: Press, now: datetime) -> None:
    today, letter = local_day(now), order.letter
    heard = Staff.of(session, enterprises=[]).recipients(order.task, Audience.ASSIGNEE, today)
    if not heard:
        raise LetterRefused(f"{order.owner.name}已经离岗：请先把任务改派给别人。")
    reader = session.get_one(Person, int(heard[0].key.partition(":")[2]))
    link = press.pen.links.desk_task(reader.id or 0, reader.link_version, order.task.id or 0, today)
    written = order_written(letter.facts, link, press)
    queue_letter(session, letter, heard[0], [order.task], written, now)
