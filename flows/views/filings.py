"""One report as the officer reviews it: its figures beside earlier ones, what waits, what may be accepted together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from flows.views.filing_states import Facts, Stand, newest, promised, standing
from plans.columns import figure_text
from plans.periods import Period
from plans.tables import Enterprise, PlanItem
from tasks.filings import before_of, form_of, latest_filing
from tasks.form import COMPUTED, REASON, ZERO, Before, Field, Form, Forms, derived_values, number_in
from tasks.form_answers import NOTHING_BEFORE
from tasks.states import State
from tasks.tables import Filing, Task
from tasks.units import growth
from tasks.verbs import item_of

MOST_TOGETHER = 200
"""How many reports are accepted at once: as many as a person can look through on a page."""


@dataclass(frozen=True)
class Compared:
    """One field with what was answered earlier; ``reason`` is what was written where it was asked about.

    ``words`` are answers that are no figures.
    """

    label: str
    now: str
    last_month: str = ""
    last_year: str = ""
    change: str = ""
    reason: str = ""
    words: bool = False


@dataclass(frozen=True)
class Review:
    """A report to look at. ``previous`` and ``next`` are the reports before and after it that wait for review."""

    task: Task
    item: PlanItem
    enterprise: Enterprise
    period: Period
    stand: Stand
    detail: str
    rows: list[Compared]
    last_month_label: str
    last_year_label: str
    zero: bool
    waiting: int
    previous: int
    next: int

    @property
    def may_decide(self) -> bool:
        """It was filed and nobody has accepted it yet."""
        return self.task.state == State.DONE


@dataclass(frozen=True)
class Clean:
    """A report nothing was asked about: it may be accepted without opening it."""

    task_id: int
    version: int
    enterprise: str
    by: str
    figures: str


def review_of(session: Session, task: Task, today: date, forms: Forms) -> Review:
    """A filing task of an enterprise made ready to review."""
    item, period = item_of(session, task), Period.parse(task.period)
    enterprise = session.get_one(Enterprise, task.enterprise_id)
    filing = latest_filing(session, task)
    form = form_of(item, forms) if item.form else None
    before = before_of(session, task, form) if form else NOTHING_BEFORE
    answers = {key: str(value) for key, value in filing.answers.items()} if filing else {}
    facts = facts_of(session, task, today)
    waiting = waiting_tasks(session, item, task.period)
    return Review(
        task=task,
        item=item,
        enterprise=enterprise,
        period=period,
        stand=facts.stand,
        detail=facts.detail(today),
        rows=_compared(form, answers, before) if filing and form else [],
        last_month_label=before.last_month_label,
        last_year_label=before.last_year_label,
        zero=bool(answers.get(ZERO)),
        waiting=len(waiting),
        previous=_beside(waiting, task, -1),
        next=_beside(waiting, task, 1),
    )


def facts_of(session: Session, task: Task, today: date) -> Facts:
    """Where one report stands."""
    told = (standing(today), col(Task.due_on), col(Task.done_on), promised(), newest(Filing.via))
    query = select_columns(*told).join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id))
    stand, due_on, done_on, promised_on, via = session.execute(query.where(col(Task.id) == task.id)).one()
    return Facts(Stand(stand), due_on, done_on, promised_on, via or "")


def waiting_tasks(session: Session, item: PlanItem, month: str) -> Sequence[int]:
    """The reports of a month that wait for review, by falling weight."""
    query = select(Task.id).join(Enterprise).where(Task.item_id == item.id, Task.period == month)
    query = query.where(Task.state == State.DONE).order_by(col(Enterprise.weight).desc(), col(Enterprise.id))
    return [number or 0 for number in session.exec(query)]


def _beside(waiting: Sequence[int], task: Task, step: int) -> int:
    """The next that waits, 0 for none; beside a report that waits no longer comes the first."""
    if task.id not in waiting:
        return waiting[0] if waiting and step > 0 else 0
    place = waiting.index(task.id) + step
    return waiting[place] if 0 <= place < len(waiting) else 0


def _compared(form: Form, answers: Mapping[str, str], before: Before) -> list[Compared]:
    computed = answers.get(COMPUTED, "").split()
    reasons = {one.field: answers[REASON + one.key] for one in form.soft if answers.get(REASON + one.key)}
    rows = [
        Compared(
            field.label,
            _told(field, answers.get(field.key, "")) + ("（推算）" if field.key in computed else ""),
            _figure(field, before.value(field, "last_month")),
            _figure(field, before.value(field, "last_year")),
            _change(number_in(answers, field.key), before.value(field, "last_month")),
            reasons.get(field.key, ""),
            field.text,
        )
        for field in form.fields
    ]
    found = derived_values(form, answers, before)
    return rows + [Compared(one.label, found[one.key]) for one in form.derived if one.key in found]


def _told(field: Field, answer: str) -> str:
    return f"{answer} {field.unit}".strip() if answer else "—"


def _figure(field: Field, value: Decimal | None) -> str:
    return "" if value is None or field.text else f"{figure_text(value)} {field.unit}".strip()


def _change(now: Decimal | None, then: Decimal | None) -> str:
    if now is None or then is None or now == then:
        return ""
    change = growth(now, then)
    return change.label if change else ""


def clean_filings(session: Session, item: PlanItem, month: str, forms: Forms) -> tuple[list[Clean], int]:
    """The reports of a month that wait and about which nothing was asked, the first MOST_TOGETHER, and how many."""
    newest_version = (
        select_columns(col(Filing.task_id), func.max(col(Filing.version)).label("version"))
        .join(Task)
        .where(col(Task.item_id) == item.id, col(Task.period) == month, col(Task.state) == State.DONE)
        .group_by(col(Filing.task_id))
        .subquery()
    )
    query = (
        select(Filing, Enterprise.name)
        .join(newest_version, (col(Filing.task_id) == newest_version.c.task_id) & _same_version(newest_version))
        .join(Task, col(Task.id) == col(Filing.task_id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id))
        .order_by(col(Enterprise.weight).desc(), col(Enterprise.id))
    )
    form = form_of(item, forms)
    found = [(filing, name) for filing, name in session.exec(query) if not was_asked(filing)]
    return [_clean(filing, name, form) for filing, name in found[:MOST_TOGETHER]], len(found)


def _same_version(subquery: object) -> object:
    return col(Filing.version) == subquery.c.version  # type: ignore[attr-defined]


def was_asked(filing: Filing) -> bool:
    """A reason had to be written for it: somebody should read that."""
    return any(key.startswith(REASON) for key in filing.answers)


def _clean(filing: Filing, name: str, form: Form) -> Clean:
    told = "零报" if filing.answers.get(ZERO) else "，".join(_key_figures(filing, form))
    return Clean(filing.task_id, filing.version, name, filing.by, told)


def _key_figures(filing: Filing, form: Form) -> list[str]:
    numbers = [field for field in form.fields if field.calibre and filing.answers.get(field.key)]
    return [f"{field.label} {filing.answers[field.key]} {field.unit}" for field in numbers[:2]]
