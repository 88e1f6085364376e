"""Amending 修订: what a person picked of a new document becomes changes of the running plan, all of them or none."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from plans.amending import Amendment, Change
from plans.checking import cadence_faults, rule_faults, settle_item
from plans.differences import ADDED, GONE, LABELS, UNIT, Difference, Running
from plans.draft import DraftItem
from plans.errors import Refused
from plans.people import person_here
from plans.periods import Period
from plans.reading.model import Severity
from plans.starting import write_item
from plans.tables import Person, Plan, PlanItem, Target
from plans.zone import local_text
from tasks.changing import cancel_item, edit_item
from tasks.goals import change_target, refuse_goal_faults
from tasks.opening import open_tasks
from tasks.retargeting import add_target, change_unit, end_target
from tasks.revision import RUNNING, STATE, Revision

NOT_LISTED = "未列入"


@dataclass(frozen=True)
class Applied:
    """How many items were added, changed and dropped."""

    added: int = 0
    changed: int = 0
    dropped: int = 0


class AmendmentRefused(Refused):
    """“科技简报”没有改成：到期日 2026-09-01 已经过去了。 Nothing at all was changed."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(f"“{title}”没有改成：{why}")


def running_of(session: Session, plan: Plan, hold: bool = False) -> list[Running]:
    """The plan's items that were not cancelled, with their owners and running targets, by number; held on demand."""
    mine = select(PlanItem).where(PlanItem.plan_id == plan.id, col(PlanItem.cancelled_at).is_(None))
    mine = mine.order_by(col(PlanItem.number))
    items = session.exec(mine.with_for_update().execution_options(populate_existing=True) if hold else mine).all()
    names = dict(session.exec(select(Person.id, Person.name)).all())
    targets: dict[int, list[Target]] = {}
    wanted = select(Target).join(PlanItem).where(PlanItem.plan_id == plan.id, col(Target.ended_at).is_(None))
    for target in session.exec(wanted.order_by(col(Target.id))):
        targets.setdefault(target.item_id, []).append(target)
    return [Running(item, names[item.owner_id], tuple(targets.get(item.id or 0, ()))) for item in items]


def amend(revision: Revision, plan: Plan, picked: Iterable[Amendment], owner: str = "", reason: str = "") -> Applied:
    """Make the picked amendments come true. ``owner`` has each new item that names nobody; ``reason`` is why items
    and targets are dropped. Raises AmendmentRefused, then nothing may be kept."""
    counts = {Change.ADDED: 0, Change.CHANGED: 0, Change.DROPPED: 0}
    for one in picked:
        with _naming(one.title):
            _amend_one(revision, plan, one, owner, reason)
        counts[one.change] += 1
    if counts[Change.ADDED]:
        open_tasks(
            revision.session, revision.bureau.workdays, revision.bureau.batches, revision.act.at, revision.first_alarm
        )
    return Applied(*counts.values())


@contextmanager
def _naming(title: str) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise AmendmentRefused(title, str(refused)) from refused


def _amend_one(revision: Revision, plan: Plan, one: Amendment, owner: str, reason: str) -> None:
    if one.running is None:
        if one.drafted is not None:
            _add(revision, plan, one.drafted, owner)
    elif one.change is Change.DROPPED:
        cancel_item(revision, one.running.item, reason)
    else:
        _change(revision, one.running.item, one.differences, reason)


def _change(revision: Revision, item: PlanItem, differences: Iterable[Difference], reason: str) -> None:
    chosen = list(differences)
    if fields := {one.field: one.value for one in chosen if one.target is None and one.field in LABELS}:
        edit_item(revision, item, fields)
    for one in chosen:
        if one.field not in fields:
            _retarget(revision, item, one, reason)
    refuse_goal_faults(revision, item)


def _retarget(revision: Revision, item: PlanItem, one: Difference, reason: str) -> None:
    if one.field == ADDED and one.target is not None:
        add_target(revision, item, one.target)
        return
    target = revision.session.get_one(Target, one.target_id)
    if one.field == GONE:
        end_target(revision, item, target, reason)
    elif one.target is not None and one.field == UNIT:
        change_unit(revision, item, target, one.target)
    elif one.target is not None:
        change_target(revision, item, target, one.field, one.value, one.quote)
        target.quote = one.quote or target.quote


def add_item(revision: Revision, plan: Plan, drafted: DraftItem, owner: str = "") -> PlanItem:
    """Add an item to a running plan, numbered after the last, and open its tasks. Raises Refused."""
    item = _add(revision, plan, drafted, owner)
    open_tasks(
        revision.session, revision.bureau.workdays, revision.bureau.batches, revision.act.at, revision.first_alarm
    )
    return item


def _add(revision: Revision, plan: Plan, drafted: DraftItem, owner: str) -> PlanItem:
    if plan.closed_at is not None:
        raise Refused(f"这份计划已于 {local_text(plan.closed_at)} 结束，不能再加事项。")
    _refuse_faults(revision, plan, drafted, owner)
    holder = person_here(revision.session, drafted.owner or owner)
    last = revision.session.exec(select(func.max(PlanItem.number)).where(PlanItem.plan_id == plan.id)).one() or 0
    owners, programmes = {holder.name: holder.id or 0}, revision.bureau.programmes
    named = drafted.model_copy(update={"owner": holder.name, "targets": []})
    item = write_item(revision.session, plan, last + 1, named, "", programmes, owners)
    revision.note(item, STATE, NOT_LISTED, RUNNING, drafted.text)
    for target in drafted.targets:
        add_target(revision, item, target)
    return item


def _refuse_faults(revision: Revision, plan: Plan, drafted: DraftItem, owner: str) -> None:
    bureau = revision.bureau
    programme = bureau.programmes.get(drafted.programme)
    if programme is None:
        raise Refused(f"没有“{drafted.programme}”这条业务线：请改成 {'、'.join(bureau.programmes)} 之一。")
    if not drafted.owner and not owner:
        raise Refused("没有写明责任人：请先选一位。")
    if drafted.carried_from is not None and drafted.carried_from not in bureau.known_items:
        raise Refused(f"没有编号为 {drafted.carried_from} 的事项可以结转：请删去 carried_from。")
    settled, period = settle_item(drafted, programme, owner), Period.parse(plan.period)
    for fault in (*rule_faults(settled, bureau, bureau.has_roster), *cadence_faults(settled, period, revision.today)):
        if fault.severity is Severity.ERROR:
            raise Refused(fault.told)
