"""改派: an item or a task goes to another person, who hears once where it stands."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from plans.errors import Refused
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem
from plans.workdays import STEP
from plans.zone import local_day
from tasks.revision import Revision, pending_tasks, require_running
from tasks.states import PENDING, State, Verb
from tasks.tables import Task
from tasks.verbs import is_pending, item_of, record

OWNER_LABEL = "责任人"


@dataclass(frozen=True)
class Holdings:
    """What a person has to do: items of running plans, and open tasks."""

    items: list[PlanItem]
    tasks: list[Task]


def holdings(session: Session, person: Person) -> Holdings:
    """All that must be reassigned before the person can go."""
    items = (
        select(PlanItem)
        .join(Plan)
        .where(PlanItem.owner_id == person.id, col(PlanItem.cancelled_at).is_(None), col(Plan.closed_at).is_(None))
        .order_by(col(PlanItem.id))
    )
    tasks = select(Task).where(Task.owner_id == person.id, col(Task.state).in_(PENDING))
    return Holdings(list(session.exec(items)), list(session.exec(tasks.order_by(col(Task.due_on), col(Task.id)))))


def reassign_item(revision: Revision, item: PlanItem, to: Person) -> int:
    """Give an item and its open tasks to another person; how many tasks. Raises Refused."""
    require_running(revision.session, item)
    _refuse_same(to, item.owner_id)
    before = revision.session.get_one(Person, item.owner_id)
    item.owner_id = to.id or 0
    revision.session.add(item)
    revision.note(item, OWNER_LABEL, before.name, to.name)
    tasks = [task for task in pending_tasks(revision.session, item) if task.owner_id == before.id]
    for task in tasks:
        _hand_over(revision, item, task, to)
    return len(tasks)


def reassign_task(revision: Revision, task: Task, to: Person) -> None:
    """Give one open task to another person; the item stays whose it is. Raises Refused."""
    revision.session.refresh(task, with_for_update=True)
    if not is_pending(task):
        raise Refused(f"这项任务是“{State(task.state).label}”，不能改派。")
    item = item_of(revision.session, task)
    require_running(revision.session, item)
    _refuse_same(to, task.owner_id)
    _hand_over(revision, item, task, to)


def reassign_all(revision: Revision, giver: Person, to: Person) -> Holdings:
    """Give everything a person has to do to another; what it was. Raises Refused when there is nothing."""
    _refuse_same(to, giver.id or 0)
    held = holdings(revision.session, giver)
    if not held.items and not held.tasks:
        raise Refused(f"{giver.name}没有在办的事项和任务。")
    for item in held.items:
        reassign_item(revision, item, to)
    for task in held.tasks:
        if task.owner_id == giver.id:
            reassign_task(revision, task, to)
    return held


def _refuse_same(to: Person, owner_id: int) -> None:
    if to.id == owner_id:
        raise Refused(f"本来就由{to.name}负责，不用改派。")


def _hand_over(revision: Revision, item: PlanItem, task: Task, to: Person) -> None:
    before = revision.session.get_one(Person, task.owner_id)
    if task.enterprise_id is None:
        _require_free(revision.session, item, task, to)
        task.assignee = f"person:{to.id}"
    task.owner_id = to.id or 0
    # From the beginning: the new holder hears the step that is right now, and nobody hears a step twice.
    task.stepped_on = local_day(task.opened_at) - STEP
    task.next_step_at = revision.first_alarm(item, task, task.stepped_on)
    revision.session.add(task)
    revision.session.flush()
    record(revision.session, task, Verb.REASSIGN, task.state, revision.act, f"{before.name} 改为 {to.name}")


def _require_free(session: Session, item: PlanItem, task: Task, to: Person) -> None:
    same = select(Task.id).where(Task.item_id == item.id, Task.period == task.period, Task.id != task.id)
    if session.exec(same.where(Task.assignee == f"person:{to.id}")).first() is not None:
        told = f"{to.name}已经有“{item.title}”{Period.parse(task.period).label}的任务，不能再改派一份。"
        raise Refused(told)
