"""What an enterprise filed in earlier months, put there without living through them."""

from sqlmodel import Session

from cast import at
from support.rows import a_task
from tasks.states import State
from tasks.tables import Filing, Task

JINGGONG = 1


def a_report(
    session: Session, period: str, enterprise: int = JINGGONG, item: int = 1, state: State = State.OPEN
) -> Task:
    """The task of an enterprise to file for a month."""
    given = {"assignee": f"enterprise:{enterprise}", "enterprise_id": enterprise, "item_id": item}
    task = a_task(period=period, purpose="filing", state=state.value, **given)
    session.add(task)
    session.flush()
    return task


def filed(
    session: Session,
    period: str,
    enterprise: int = JINGGONG,
    item: int = 1,
    form: str = "rd_monthly",
    state: State = State.DONE,
    **answers: str,
) -> Task:
    """What that enterprise filed for that month, as its first version."""
    task = a_report(session, period, enterprise, item, state)
    again(session, task, form, 1, **answers)
    return task


def again(session: Session, task: Task, form: str, version: int, **answers: str) -> None:
    """Another version of what was filed for a task."""
    kept = {"staff": "12", "cost_month": "85.5", "cost_year": "600"} | answers
    when = at("2026-07-05")
    session.add(
        Filing(task_id=task.id or 0, form=form, version=version, answers=kept, by="赵会计", via="page", at=when)
    )
    session.flush()
