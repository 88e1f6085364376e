"""The pictures of a 通报: how far targets are, and how many enterprises reported month by month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from notifications.charts import MOST_BARS, Form, bar_chart
from notifications.writing import percent
from plans.periods import Period, Span
from plans.tables import PlanItem
from plans.words import Assignees
from tasks.rollup import counted
from tasks.tables import Task

Facts = dict[str, Any]
MONTHS = 12


def responses(session: Session, items: Sequence[PlanItem], month: Period, as_of: date) -> list[Facts]:
    """For each report of enterprises, how many were due and filed in each of the last twelve months it was due."""
    asked = {item.id: item.title for item in items if item.assignees == Assignees.ENTERPRISES}
    query = (
        select(Task.item_id, Task.period, func.count(), func.count(_filed(as_of)))
        .join(PlanItem)
        .where(col(Task.item_id).in_(asked), Task.period <= month.key, Task.due_on <= as_of, counted(as_of))
        .group_by(col(Task.item_id), col(Task.period))
        .order_by(col(Task.item_id), col(Task.period))
    )
    rows = session.exec(query).all() if asked else []
    return [{"title": title, "months": months} for key, title in asked.items() if (months := _months(rows, key))]


def _filed(as_of: date) -> Any:
    return func.nullif(col(Task.done_on) <= as_of, False)


def _months(rows: Sequence[Any], key: int | None) -> list[Facts]:
    mine = [(Period.parse(row[1]), row[2], row[3]) for row in rows if row[0] == key]
    monthly = [(period, due, filed) for period, due, filed in mine if period.span is Span.MONTH]
    return [{"month": one.key, "label": one.label, "due": due, "filed": filed} for one, due, filed in monthly[-MONTHS:]]


@dataclass(frozen=True)
class Plot:
    """A picture before it is drawn: its name, what it says in words, and its bars (name, share, light)."""

    name: str
    told: str
    bars: Sequence[tuple[str, float, str]]
    mark: tuple[str, float] | None = None

    def drawn(self, form: Form) -> bytes | None:
        """The picture; None for a PNG where no Chinese font is installed."""
        return bar_chart(self.bars, self.mark, form)

    @property
    def height(self) -> int:
        """How high it is drawn, in hundredths of an inch, where it is 640 wide."""
        return round(60 + 23 * min(len(self.bars), MOST_BARS))


def plots(facts: Facts) -> list[Plot]:
    """All pictures of a digest that have something to show, in their order."""
    return [*_progress(facts), *_responses(facts)]


def _progress(facts: Facts) -> Iterator[Plot]:
    items = [item for item in facts["items"] if not item.get("cancelled")]
    targets = [one for item in items for one in item["targets"] if one["floor_share"] is not None]
    bars = [(one["indicator"], one["floor_share"], one["light"]) for one in targets]
    if bars:
        told = "；".join(f"{name}{percent(share)}" for name, share, _ in bars[:MOST_BARS])
        yield Plot("指标完成率", f"指标完成率：{told}", bars, ("序时进度", facts["elapsed"]))


def _responses(facts: Facts) -> Iterator[Plot]:
    for one in facts.get("responses", []):
        rates = [(row["label"], row["filed"] / row["due"]) for row in one["months"] if row["due"]]
        # One month alone is a number, not a course.
        if len(rates) > 1:
            name = f"{one['title']}各月报送率"
            told = "；".join(f"{label}{percent(rate)}" for label, rate in rates)
            yield Plot(
                name, f"{name}：{told}", [(label, rate, "green" if rate == 1 else "blue") for label, rate in rates]
            )
