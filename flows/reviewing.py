"""What an officer does with filed reports: accepts and returns them, and files what was told on the telephone."""

from collections.abc import Mapping

from sqlmodel import Session

from flows.runtime import Runtime
from flows.views.filing_states import PHONE
from flows.views.filings import was_asked
from plans.errors import Refused
from plans.tables import Enterprise, PlanItem
from tasks.drafts import Seen, refuse_moved
from tasks.filings import file_answers, form_of, latest_filing
from tasks.states import State
from tasks.tables import Filing, Task
from tasks.verbs import Act, MoveRefused, close, item_of

OVER = {
    State.CLOSED: "这一期已经核定：要改的话，请先与核定的人商量。",
    State.LAPSED: "这一期已经结束，不再接收。",
    State.CANCELLED: "这一期已经取消，不用填报。",
}


def filing_task(session: Session, number: int) -> Task:
    """The report of that number. Raises Refused for any other task."""
    task = session.get(Task, number)
    if task is None or task.enterprise_id is None:
        raise Refused("没有这份填报：请从填报矩阵里打开。")
    return task


def accept(session: Session, task: Task, act: Act, note: str = "") -> None:
    """核定: what was filed holds; it is not changed any more."""
    if latest_filing(session, task) is None:
        raise MoveRefused("这一期还没有填报内容，不能核定。")
    close(session, task, act, note)


def accept_together(session: Session, item: PlanItem, month: str, seen: Mapping[int, int], act: Act) -> int:
    """Accept the reports (task → the version that was looked at), and how many it were.

    What was changed, decided or asked about meanwhile is left for a person to open.
    """
    accepted = 0
    for number in sorted(seen):
        task = session.get(Task, number)
        if task is None or (task.item_id, task.period) != (item.id, month) or task.state != State.DONE:
            continue
        filing = latest_filing(session, task)
        if filing is not None and filing.version == seen[number] and not was_asked(filing):
            close(session, task, act, "批量核定")
            accepted += 1
    return accepted


def file_on_behalf(
    session: Session, runtime: Runtime, task: Task, typed: Mapping[str, str], seen: Seen, act: Act
) -> Filing:
    """代报: keep what an enterprise said on the telephone, in the name of who typed it. Raises FilingRefused, Moved."""
    session.refresh(task, with_for_update=True)
    if told := OVER.get(State(task.state)):
        raise MoveRefused(told)
    refuse_moved(session, task, seen)
    enterprise = session.get_one(Enterprise, task.enterprise_id)
    form = form_of(item_of(session, task), runtime.forms)
    return file_answers(session, task, form, typed, Act(act.by, PHONE, act.at, enterprise.name))
