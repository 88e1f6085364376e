"""Changing a running plan: edit, split and cancel an item. Open tasks follow, done ones never change.

Every change leaves its rows (tasks/audit.py). Bad input raises Refused inside the caller's transaction, which
gives everything back.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlmodel import Session, col, func, select

from plans.checking import Fault, Settled, cadence_faults, rule_faults
from plans.errors import Refused
from plans.people import person_here
from plans.periods import Period
from plans.reading.model import Severity
from plans.tables import Plan, PlanItem, Target
from plans.words import Assignees, DuePolicy, Kind
from tasks.fields import OWNER, SCHEDULE, ItemField, field_of
from tasks.following import follow_dates, follow_ladder
from tasks.goals import refuse_goal_faults, set_goal
from tasks.opening import open_tasks
from tasks.reassigning import reassign_item
from tasks.revision import RUNNING, STATE, Revision, pending_tasks, require_running
from tasks.states import Verb
from tasks.verbs import cancel, record


def edit_item(revision: Revision, item: PlanItem, changes: Mapping[str, str]) -> int:
    """Set fields as typed (字段 → text); how many really changed. Raises Refused, then nothing may be kept."""
    plan = require_running(revision.session, item)
    cadence = item.cadence
    told: dict[str, str] = {}
    others = 0
    for key, text in changes.items():
        if field := field_of(key):
            told |= _set_field(revision, item, field, text)
        elif key not in OWNER:
            others += set_goal(revision, item, key, text)
    refuse_goal_faults(revision, item)
    _refuse_faults(revision, item, plan, told)
    if why := "；".join(told[name] for name in told if name in SCHEDULE):
        follow_dates(revision, item, cadence, why)
    if "ladder" in told:
        follow_ladder(revision, item, told["ladder"])
    # After the rest is known to be right: the new owner's alarms are set by the new dates and ladder.
    return len(told) + others + sum(_give_to(revision, item, text) for key, text in changes.items() if key in OWNER)


def _set_field(revision: Revision, item: PlanItem, field: ItemField, text: str) -> dict[str, str]:
    bureau = revision.bureau
    old, new = getattr(item, field.name), field.read(text, bureau)
    if old == new:
        return {}
    setattr(item, field.name, new)
    revision.session.add(item)
    before, after = field.show(old, bureau), field.show(new, bureau)
    revision.note(item, field.label, before, after)
    return {field.name: f"{field.label}从 {before} 改为 {after}"}


def _give_to(revision: Revision, item: PlanItem, name: str) -> int:
    person = person_here(revision.session, name)
    if person.id == item.owner_id:
        return 0
    reassign_item(revision, item, person)
    return 1


def _refuse_faults(revision: Revision, item: PlanItem, plan: Plan, changed: Collection[str]) -> None:
    # What was wrong before and is not touched now is no reason to refuse.
    touched = {"cadence", *changed} if SCHEDULE & set(changed) else set(changed)
    for fault in _faults(revision, item, plan):
        if fault.severity is Severity.ERROR and fault.field in touched:
            raise Refused(fault.told)


def _faults(revision: Revision, item: PlanItem, plan: Plan) -> Iterator[Fault]:
    settled = Settled(
        kind=Kind(item.kind),
        cadence=item.cadence,
        due_policy=DuePolicy(item.due_policy),
        in_arrears=item.in_arrears,
        skip_months=item.skip_months,
        assignees=Assignees(item.assignees),
        ladder=item.ladder,
        form=item.form,
        owner="",
    )
    yield from rule_faults(settled, revision.bureau, revision.bureau.has_roster)
    yield from cadence_faults(settled, Period.parse(plan.period), revision.today)


def cancel_item(revision: Revision, item: PlanItem, reason: str) -> int:
    """Cancel an item and its open tasks with the reason; how many tasks."""
    require_running(revision.session, item)
    if not reason.strip():
        raise Refused("取消事项要写明原因。")
    tasks = pending_tasks(revision.session, item)
    for task in tasks:
        cancel(revision.session, task, revision.act, reason.strip())
    _end(revision, item, "已取消", reason.strip())
    return len(tasks)


def _end(revision: Revision, item: PlanItem, state: str, why: str) -> None:
    item.cancelled_at = revision.act.at
    revision.session.add(item)
    revision.note(item, STATE, RUNNING, state, why)


def split_item(revision: Revision, item: PlanItem, titles: Sequence[str]) -> list[PlanItem]:
    """Split an item into two or more, numbered after the last. Targets and open tasks go on with the first."""
    plan = require_running(revision.session, item)
    titles = [str(_title().read(title, revision.bureau)) for title in titles]
    if len(titles) < 2 or len(set(titles)) < len(titles):
        raise Refused("拆分要写两个或更多不同的标题。")
    parts = [_part(revision.session, plan, item, title) for title in titles]
    _go_on_with(revision, item, parts[0])
    numbers = "、".join(str(part.number) for part in parts)
    _end(revision, item, f"拆分为第{numbers}项", "")
    for part in parts:
        revision.note(part, "来源", f"第{item.number}项 {item.title}", f"第{part.number}项 {part.title}")
    open_tasks(
        revision.session, revision.bureau.workdays, revision.bureau.batches, revision.act.at, revision.first_alarm
    )
    return parts


def _title() -> ItemField:
    field = field_of("title")
    assert field is not None  # noqa: S101 - the table of fields begins with it
    return field


def _part(session: Session, plan: Plan, item: PlanItem, title: str) -> PlanItem:
    last = session.exec(select(func.max(PlanItem.number)).where(PlanItem.plan_id == plan.id)).one() or 0
    kept = item.model_dump(exclude={"id", "number", "title", "carried_from"})
    part = PlanItem(**kept, number=last + 1, title=title, carried_from=item.id)
    session.add(part)
    session.flush()
    return part


def _go_on_with(revision: Revision, item: PlanItem, first: PlanItem) -> None:
    # Moved, not copied: the readings so far stay with the targets and nothing counts twice.
    for target in revision.session.exec(select(Target).where(Target.item_id == item.id).order_by(col(Target.id))):
        target.item_id = first.id or 0
        revision.session.add(target)
    for task in pending_tasks(revision.session, item):
        task.item_id = first.id or 0
        revision.session.add(task)
        record(revision.session, task, Verb.CHANGE, task.state, revision.act, f"事项拆分，转入第{first.number}项")
