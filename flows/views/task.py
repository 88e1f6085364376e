"""One task in full: what was promised, where it stands, what happened to it, what was filed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from flows.tasking import targets_of
from flows.views.filing_states import filer_text
from flows.views.lines import TargetLine, TaskLine, target_line, task_line_of
from plans.columns import figure_text
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from tasks.filings import before_of
from tasks.form import COMPUTED, REASON, ZERO, Before, Form, Forms, derived_values
from tasks.lights import Gauge
from tasks.states import State, Verb
from tasks.tables import Filing, Progress, Task, TaskChange
from tasks.targets import target_statuses
from tasks.verbs import item_of

VIA = {
    "page": "网页",
    "cli": "命令行",
    "clock": "自动",
    "mail": "邮件",
    "phone": "电话",
    "import": "导入",
    "api": "接口",
}


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


def task_view(session: Session, task: Task, today: date, gauge: Gauge, forms: Forms) -> TaskView:
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
        filed=filed_versions(session, task, forms),
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


def filed_versions(session: Session, task: Task, forms: Forms) -> list[Filed]:
    """All that was filed for a task, newest first, with what is computed from it and the reasons that were given."""
    filings = session.exec(select(Filing).where(Filing.task_id == task.id).order_by(col(Filing.version).desc())).all()
    return [_filed(session, task, filing, forms.known.get(filing.form)) for filing in filings]


def _filed(session: Session, task: Task, filing: Filing, form: Form | None) -> Filed:
    kept = {key: str(value) for key, value in filing.answers.items()}
    if form is None:
        # The form is gone or its file is broken; what was filed stays readable.
        answers = [Answer(key, value or "—") for key, value in kept.items() if key != ZERO]
    else:
        answers = [*_typed(form, kept), *_computed(form, kept, before_of(session, task, form)), *_reasons(form, kept)]
    return Filed(filing.version, filing.at, filer_text(filing), bool(filing.answers.get(ZERO)), answers)


def _typed(form: Form, kept: Mapping[str, str]) -> Iterator[Answer]:
    computed = kept.get(COMPUTED, "").split()
    for field in form.fields:
        value = kept.get(field.key)
        note = "（推算）" if field.key in computed else ""
        yield Answer(field.label, f"{value} {field.unit}".strip() + note if value else "—")


def _computed(form: Form, kept: Mapping[str, str], before: Before) -> Iterator[Answer]:
    found = derived_values(form, kept, before)
    return (Answer(one.label, found[one.key]) for one in form.derived if one.key in found)


def _reasons(form: Form, kept: Mapping[str, str]) -> Iterator[Answer]:
    for question in form.soft:
        if reason := kept.get(REASON + question.key):
            yield Answer(f"{form.by_key[question.field].label}的说明", reason)
