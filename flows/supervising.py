"""Supervision put together from the verbs: the same for the command line and the pages."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.tasking import readings_of, task_row
from notifications.audience import same_office
from plans.database import reading
from plans.periods import Period, Span
from plans.tables import Enterprise, Person, Plan, PlanItem
from plans.words import Role
from plans.zone import local_day, local_text
from tasks.extensions import Alarm, ask_extension, find_extension, grant_extension, refuse_extension, waiting_extensions
from tasks.history import task_history
from tasks.states import State, Verb
from tasks.tables import Extension, Task, TaskChange
from tasks.verbs import Act, find_task, item_of, report

LEADERS = (Role.DIRECTOR, Role.DEPUTY_DIRECTOR)


def alarm_from(runtime: Runtime) -> Alarm:
    """How the runtime's ladders set the alarm of a task whose due date moved."""

    def set_again(session: Session, task: Task) -> datetime | None:
        return runtime.rules.first_alarm(item_of(session, task), task, task.stepped_on)

    return set_again


def report_with_figures(session: Session, task: Task, figures: Iterable[str], note: str, act: Act) -> None:
    """反馈 with figures written as ``3`` or ``指标=3``."""
    report(session, task, act, note, readings_of(session, task, figures))


def ask(session: Session, number: int, due_on: date, reason: str, act: Act) -> Extension:
    """申请延期 for the task of that number."""
    return ask_extension(session, find_task(session, number), due_on, reason, act)


def decide(session: Session, runtime: Runtime, number: int, grant: bool, answer: str, act: Act) -> Task:
    """Grant or refuse the request of that number."""
    extension = find_extension(session, number)
    if grant:
        return grant_extension(session, extension, act, runtime.workdays, alarm_from(runtime), answer)
    return refuse_extension(session, extension, act, answer)


def extension_rows(runtime: Runtime) -> list[dict[str, Any]]:
    """Requests that wait for a decision, as plain rows."""
    with reading(runtime.engine) as session:
        return [_extension_row(session, extension) for extension in waiting_extensions(session)]


def _extension_row(session: Session, extension: Extension) -> dict[str, Any]:
    task = find_task(session, extension.task_id)
    return {
        "id": extension.id,
        "task": task.id,
        "title": item_of(session, task).title,
        "due_on": extension.due_on.isoformat(),
        "asked_due_on": extension.asked_due_on.isoformat(),
        "reason": extension.reason,
        "asked_by": extension.asked_by,
        "asked_at": local_text(extension.asked_at),
    }


def review_rows(runtime: Runtime, now: datetime) -> list[dict[str, Any]]:
    """Tasks that are called done and wait for 复核, longest waiting first."""
    with reading(runtime.engine) as session:
        return [task_row(runtime, local_day(now), *row) for row in session.exec(waiting_reviews())]


def waiting_reviews() -> Any:
    """Done tasks of items that ask for review, with item, owner and enterprise."""
    return (
        select(Task, PlanItem, Person, Enterprise)
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .join(Person, col(Person.id) == col(Task.owner_id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id), isouter=True)
        .where(col(PlanItem.needs_review), Task.state == State.DONE)
        .order_by(col(Task.done_at), col(Task.id))
    )


def history_sentences(session: Session, task: Task) -> list[str]:
    """What happened to a task, one Chinese sentence a change."""
    changes = session.exec(select(TaskChange).where(TaskChange.task_id == task.id).order_by(col(TaskChange.id)))
    return [sentence(change) for change in changes]


def light_rows(session: Session, runtime: Runtime, task: Task, now: datetime) -> list[dict[str, str]]:
    """灯史: the task's light month by month since it was handed out; red that was caught up is told as yellow."""
    period = Period.parse(session.get_one(Plan, item_of(session, task).plan_id).period)
    opened_in = Period.containing(Span.MONTH, local_day(task.opened_at))
    months = task_history(task, period, local_day(now), runtime.gauge)
    return [{"month": month.month.label, "light": month.light.label} for month in months if month.month >= opened_in]


def sentence(change: TaskChange) -> str:
    """2026-10-09 09:12 王芳（代李明）办结：已认定3家。"""
    note = f"：{change.note}" if change.note else ""
    return f"{local_text(change.at)} {change.actor}{Verb(change.verb).label}{note}。".replace("。。", "。")


def may_supervise(person: Person, owner: Person) -> bool:
    """Who confirms, returns and decides: the director and deputies, and the head of the owner's office for others."""
    if person.role in LEADERS:
        return True
    return person.role == Role.OFFICE_HEAD and person.id != owner.id and same_office(person, owner)
