"""Changing, closing and carrying over a running plan, put together for the command line and the pages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from flows.planning import bureau_of
from flows.runtime import Runtime
from plans.carrying import Carried, carried_yaml
from plans.columns import figure_text
from plans.database import reading, writing
from plans.errors import Refused
from plans.people import find_person, person_here
from plans.tables import Person, Plan, PlanItem
from plans.zone import local_day, local_text
from tasks.finishing import Unfinished, find_plan, finish_plan, statuses_of, unfinished
from tasks.item_history import history, sentence
from tasks.reassigning import reassign_all, reassign_item, reassign_task
from tasks.revision import Revision, find_item
from tasks.tables import ItemChange
from tasks.targets import TargetStatus
from tasks.verbs import Act, find_task


@contextmanager
def revising(runtime: Runtime, act: Act) -> Iterator[Revision]:
    """A transaction in which a plan is changed: all of it lasts or none."""
    with writing(runtime.engine) as session:
        yield Revision(session, act, bureau_of(runtime, session), runtime.rules.first_alarm)


def read_changes(typed: Sequence[str]) -> dict[str, str]:
    """``字段=值`` as typed, several times. Raises Refused."""
    changes: dict[str, str] = {}
    for text in typed:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise Refused(f"“{text}”读不懂：请写成 字段=值，如 频次=monthly:15。")
        if key.strip() in changes:
            raise Refused(f"“{key.strip()}”写了两遍。")
        changes[key.strip()] = value
    return changes


def hand_over(revision: Revision, item: int | None, task: int | None, giver: str, to: str) -> str:
    """Give one item, one task or all that a person has to another person; what was done, in a sentence."""
    if sum(bool(one) for one in (item, task, giver)) != 1:
        raise Refused("请写明改派哪个：事项编号、--task 任务编号，或 --from 姓名。")
    receiver = person_here(revision.session, to)
    if task:
        reassign_task(revision, find_task(revision.session, task), receiver)
        return f"任务已改派给{receiver.name}。"
    if item:
        count = reassign_item(revision, find_item(revision.session, item), receiver)
        return f"已改派给{receiver.name}，待办任务{count}项一并转交。"
    held = reassign_all(revision, find_person(revision.session, giver), receiver)
    return f"{giver}的{len(held.items)}个事项、{len(held.tasks)}项待办任务已全部改派给{receiver.name}。"


def history_rows(runtime: Runtime, number: int) -> list[dict[str, Any]]:
    """What was changed in an item, oldest first."""
    with reading(runtime.engine) as session:
        return [_history_row(change) for change in history(session, find_item(session, number))]


def _history_row(change: ItemChange) -> dict[str, Any]:
    kept = {name: getattr(change, name) for name in ("by", "field", "before", "after", "note")}
    return {"at": local_text(change.at), **kept, "told": sentence(change)}


def unfinished_rows(session: Session, plan: Plan, act: Act) -> list[dict[str, Any]]:
    """What of a plan is not finished."""
    return [_unfinished_row(one) for one in unfinished(session, plan, local_day(act.at))]


def _unfinished_row(one: Unfinished) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "number": one.item.number,
        "title": one.item.title,
        "owner": one.owner,
        "open_tasks": one.open_tasks,
        "targets": list(one.targets),
    }


def finish(
    runtime: Runtime, period: str, carry: Sequence[int], reason: str, act: Act, keep: Callable[[str], None]
) -> int:
    """Close the plan of a period and hand the draft of what is carried over to ``keep``; how many items those are.

    Where keeping fails, the plan stays open.
    """
    with revising(runtime, act) as revision:
        plan = find_plan(revision.session, period)
        items = finish_plan(revision, plan, carry, reason)
        if items:
            statuses = statuses_of(revision.session, plan, revision.today)
            carried = [_carried(revision.session, item, statuses.get(item.id or 0, ())) for item in items]
            keep(carried_yaml(plan, carried))
    return len(items)


def _carried(session: Session, item: PlanItem, statuses: Sequence[TargetStatus]) -> Carried:
    reached = {
        status.target.id or 0: f"{figure_text(status.value)}{status.target.unit}"
        for status in statuses
        if status.value is not None
    }
    targets = [status.target for status in statuses]
    return Carried(item, session.get_one(Person, item.owner_id), targets, reached)
