"""What a document says, as plain values. Every quote, title, text and name is an exact piece of the document."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from plans.words import Kind

SectionKind = Literal["done", "problems", "plan"]
TableUse = Literal["tasks", "figures", "unread", "ignored"]
Level = Literal["ensure", "strive", "ensure+strive", "plan", "workload"]


class Severity(StrEnum):
    """An error must be answered before a plan can start; a warning should be looked at."""

    ERROR = "error"
    WARNING = "warning"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Value):
    """A first-level part of the document; `heading` keeps its marker and drops its closing stop."""

    heading: str
    kind: SectionKind


class StatedTarget(_Value):
    """A promise: 确保 is the floor, 力争 the stretch. Masked: the number is hidden, so unknown, not 0.

    Approximate: the document says 约, 近, 余 or 左右 of a number.
    """

    indicator: str
    floor: float | None
    stretch: float | None
    unit: str | None
    masked: bool
    qualitative: bool
    level: Level
    quote: str
    approximate: bool = False


class Item(_Value):
    """One thing the plan promises; `text` starts at its marker, `line` is 1-based, `cadence` as in design.md.

    `start` and `end` are where it stands in the document's text, in characters.
    """

    title: str
    marker: str
    text: str
    programme: str
    kind: Kind
    owner: str | None
    targets: tuple[StatedTarget, ...]
    cadence: str | None
    deadlines: tuple[str, ...]
    counterparties: tuple[str, ...]
    catch_all: bool
    line: int
    start: int
    end: int


class Figure(_Value):
    """A measured figure of the done part; `yoy` is 同比 in percent, and `value` too where only a rate is given."""

    indicator: str
    value: float | None
    unit: str
    yoy: float | None
    as_of: str | None
    masked: bool
    text: str


class RecurringDuty(_Value):
    """A rhythm the document states; 定期 is periodic-unspecified and 不定期 irregular: neither has a date."""

    quote: str
    cadence: str


class Problem(_Value):
    """Something a person must settle; `line` is 1-based."""

    line: int
    severity: Severity
    message: str
    quote: str


class TableReading(_Value):
    """What one table was taken for, so that a person can correct it.

    `header` has the words over each column and `key` is what a remembered mapping is kept under; `header_row` is the
    1-based row of the table they end on, 0 where it goes on with the table before. `columns` are field names by
    column, empty where a column says nothing (of an unread table those that were recognised). Ignored: the bureau said
    that no column says anything.
    """

    name: str
    use: TableUse
    header: tuple[str, ...]
    key: str
    header_row: int
    columns: tuple[str, ...]
    remembered: bool
    items: int
    start: int
    end: int


class Reading(_Value):
    """All that was read out of one document. Periods are 2021, 2021H1, 2021Q1; a masked year stays masked: 20_Q1."""

    title: str | None
    bureau_area: str | None
    period_reported: str | None
    plan_period: str | None
    sections: tuple[Section, ...]
    plan_items: tuple[Item, ...]
    done_figures: tuple[Figure, ...]
    recurring_duties: tuple[RecurringDuty, ...]
    enterprises: tuple[str, ...]
    problems: tuple[Problem, ...]
    tables: tuple[TableReading, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape of `duban plan read --json` (design.md, Contracts)."""
        return self.model_dump(mode="json")
