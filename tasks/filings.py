"""Filings 填报: an enterprise's answer to a form, version after version, and what it does to the task."""

from collections.abc import Mapping

from sqlmodel import Session, col, func, select

from plans.errors import Refused
from plans.tables import PlanItem
from tasks.form import Form, check, load_form
from tasks.tables import Filing, Task
from tasks.verbs import Act, complete, is_pending


class FilingRefused(Refused):
    """填报有误：本月研发费用请填数字（单位：万元）。 ``faults`` maps a field's key to its fault."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("填报有误：" + "；".join(faults.values()) + "。")
        self.faults = dict(faults)


def form_of(item: PlanItem) -> Form:
    """The form an item asks for. Raises Refused for an item without one."""
    if not item.form:
        raise Refused(f"“{item.title}”没有报表要填。")
    return load_form(item.form)


def latest_filing(session: Session, task: Task) -> Filing | None:
    """The newest version of the task's answer."""
    return session.exec(select(Filing).where(Filing.task_id == task.id).order_by(col(Filing.version).desc())).first()


def file_answers(session: Session, task: Task, form: Form, given: Mapping[str, str], act: Act) -> Filing:
    """Keep the answers as a new version and mark the task done. Raises FilingRefused, and nothing is kept."""
    checked = check(form, given)
    if checked.faults:
        raise FilingRefused(checked.faults)
    if is_pending(task):
        complete(session, task, act, "零报" if checked.answers.get("zero") else "已填报")
    filing = Filing(
        task_id=task.id or 0,
        form=form.key,
        version=_versions(session, task) + 1,
        answers=checked.answers,
        by=act.by,
        via=act.via,
        at=act.at,
    )
    session.add(filing)
    session.flush()
    return filing


def _versions(session: Session, task: Task) -> int:
    return session.exec(select(func.count()).where(Filing.task_id == task.id)).one()
