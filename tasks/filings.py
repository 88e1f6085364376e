"""Filings 填报: an enterprise's answer to a form, version after version, and what it does to the task."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, func, or_, select

from plans.errors import Refused
from plans.periods import Period, add_months
from plans.tables import PlanItem
from tasks.chasing_tables import FilingDraft
from tasks.form import Asked, Before, Form, Forms, check
from tasks.states import State
from tasks.tables import Filing, Task
from tasks.verbs import Act, complete, is_pending, item_of

IN_DOUBT = (State.RETURNED, State.CANCELLED)
"""What was sent back or called off is nothing to compare with."""


class FilingRefused(Refused):
    """填报有误：本月研发费用请填数字（单位：万元）。

    ``faults`` maps a field's key to its fault; ``asked`` are the questions that want a written reason.
    """

    def __init__(self, faults: Mapping[str, str], asked: Sequence[Asked] = ()) -> None:
        said = [*faults.values(), *(one.says for one in asked)]
        super().__init__(("填报有误：" if faults else "请核对或写明原因：") + "；".join(said) + "。")
        self.faults = dict(faults)
        self.asked = tuple(asked)


def form_of(item: PlanItem, forms: Forms) -> Form:
    """The form an item asks for. Raises Refused for an item without one, FormFileError, FormNotFound."""
    if not item.form:
        raise Refused(f"“{item.title}”没有报表要填。")
    return forms[item.form]


def latest_filing(session: Session, task: Task) -> Filing | None:
    """The newest version of the task's answer."""
    return session.exec(select(Filing).where(Filing.task_id == task.id).order_by(col(Filing.version).desc())).first()


def before_of(session: Session, task: Task, form: Form) -> Before:
    """What the same enterprise last answered for the period before and for that of a year ago, in this form or in the
    items this one was carried over from."""
    period = Period.parse(task.period)
    last, year = period.previous(), Period.containing(period.span, add_months(period.first, -12))
    chain = _chain(session, item_of(session, task))
    return Before(
        last_month=_answered(session, task, form, chain, last),
        last_year=_answered(session, task, form, chain, year),
        begins_year=last.first.year != period.first.year,
        last_month_label=last.label,
        last_year_label=year.label,
    )


def _chain(session: Session, item: PlanItem) -> set[int]:
    found = {item.id or 0}
    while item.carried_from is not None and item.carried_from not in found:
        found.add(item.carried_from)
        item = session.get_one(PlanItem, item.carried_from)
    return found


def _answered(session: Session, task: Task, form: Form, chain: set[int], period: Period) -> dict[str, str] | None:
    if task.enterprise_id is None:
        return None
    query = (
        select(Filing.answers)
        .join(Task, col(Task.id) == col(Filing.task_id))
        .where(Task.enterprise_id == task.enterprise_id, Task.period == period.key, Task.id != task.id)
        .where(col(Task.state).not_in(IN_DOUBT), or_(Filing.form == form.key, col(Task.item_id).in_(chain)))
        .order_by(col(Filing.id).desc())
    )
    found = session.exec(query.limit(1)).first()
    return None if found is None else {key: str(value) for key, value in found.items()}


def file_answers(session: Session, task: Task, form: Form, given: Mapping[str, str], act: Act) -> Filing:
    """Keep answers and reasons as a new version and mark the task done. Raises FilingRefused, and nothing is kept."""
    checked = check(form, given, before_of(session, task, form))
    if checked.faults or checked.open:
        raise FilingRefused(checked.faults, checked.open)
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
    # What was typed before is handed in now.
    session.execute(delete(FilingDraft).where(col(FilingDraft.task_id) == task.id))
    session.flush()
    return filing


def _versions(session: Session, task: Task) -> int:
    return session.exec(select(func.count()).where(Filing.task_id == task.id)).one()
