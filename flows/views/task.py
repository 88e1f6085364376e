"""One task in full: what was promised, where it stands, what happened to it, what was filed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.tasking import targets_of
from flows.views.lines import TargetLine, TaskLine, target_line, task_line_of
from plans.columns import figure_text
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from tasks.form import ZERO, Form, load_form
from tasks.lights import Gauge
from tasks.states import State, Verb
from tasks.tables import Filing, Progress, Task, TaskChange
from tasks.targets import target_statuses
from tasks.verbs import item_of

VIA = {"page": "网页", "cli": "命令行", "clock": "自动", "mail": "邮件"}


@dataclass(frozen=True)
class Happening:
    """One line of a task's history."""

    at: datetime
    by: str
    what: str
    via: str
    note: str


@dataclass(frozen=True)
class Answer:
    """One answered question."""

    label: str
    text: str


@dataclass(frozen=True)
class Filed:
    """One version of what was filed."""

    version: int
    at: datetime
    by: str
    zero: bool
    answers: list[Answer]


@dataclass(frozen=True)
class TaskView:
    """Everything a task's page shows. ``asked`` are the targets a figure is wanted for."""

    line: TaskLine
    state: State
    text: str
    inner_on: date | None
    targets: list[TargetLine]
    asked: list[Target]
    figures: list[Answer]
    history: list[Happening]
    filed: list[Filed]
    for_enterprise: bool

    @property
    def returned_for(self) -> str:
        """Why it was sent back, while it is."""
        if self.state is not State.RETURNED:
            return ""
        return next((row.note for row in reversed(self.history) if row.what == Verb.RETURN.label), "")


def task_view(session: Session, task: Task, today: date, gauge: Gauge) -> TaskView:
    """The task made ready to read."""
    item = item_of(session, task)
    return TaskView(
        line=task_line_of(session, task, today, gauge),
        state=State(task.state),
        text=item.text,
        inner_on=task.inner_on if task.inner_on != task.due_on else None,
        targets=_targets(session, item, today, gauge),
        asked=targets_of(session, task),
        figures=_figures(session, task),
        history=_history(session, task),
        filed=filed_versions(session, task),
        for_enterprise=task.enterprise_id is not None,
    )


def _targets(session: Session, item: PlanItem, today: date, gauge: Gauge) -> list[TargetLine]:
    period = Period.parse(session.get_one(Plan, item.plan_id).period)
    found = target_statuses(session, item.plan_id, period, today, gauge.thresholds).get(item.id or 0, [])
    return [target_line(status, period.elapsed(today)) for status in found]


def _figures(session: Session, task: Task) -> list[Answer]:
    query = select(Progress, Target).join(Target).where(Progress.task_id == task.id).order_by(col(Progress.id))
    return [
        Answer(target.indicator, f"{figure_text(progress.value)} {target.unit}".strip())
        for progress, target in session.exec(query)
    ]


def _history(session: Session, task: Task) -> list[Happening]:
    changes = session.exec(select(TaskChange).where(TaskChange.task_id == task.id).order_by(col(TaskChange.id)))
    return [
        Happening(change.at, change.actor, Verb(change.verb).label, VIA.get(change.via, change.via), change.note)
        for change in changes
    ]


def filed_versions(session: Session, task: Task) -> list[Filed]:
    """All that was filed for a task, newest first."""
    filings = session.exec(select(Filing).where(Filing.task_id == task.id).order_by(col(Filing.version).desc()))
    return [_filed(filing, load_form(filing.form)) for filing in filings]


def _filed(filing: Filing, form: Form) -> Filed:
    answers = [Answer(field.label, _answered(filing.answers.get(field.key), field.unit)) for field in form.fields]
    return Filed(filing.version, filing.at, filing.by, bool(filing.answers.get(ZERO)), answers)


def _answered(answer: Any, unit: str) -> str:
    return f"{answer} {unit}".strip() if answer else "—"
