"""What a form is made of: one YAML file a form, in ``tasks/forms/`` and in the bureau's own folder (docs/forms.md)."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Of

from plans.units import Unit

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Sentence = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
Told = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Share = Annotated[Decimal, Of(gt=0, le=1000)]
Margin = Annotated[Decimal, Of(ge=0, lt=Decimal(10) ** 12)]
Calibre = Literal["", "month", "year_to_date"]
Against = Literal["last_month", "last_year"]

FACTORS = tuple(Decimal(10) ** power for power in (1, 3, 4, -1, -3, -4))
NEARNESS = Decimal("0.2")
SCALES = {0: "", 3: "千", 4: "万", 8: "亿"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Part):
    """One thing asked. ``text`` fields take words, the others a number of ``unit``; ``whole`` numbers have no decimals.

    ``calibre`` says what a number covers: the month, the year to date, or neither. A year-to-date field may name the
    month field it runs up (``of``). ``part_of`` names the whole this is a part of. ``stays`` fields are typed as ever
    in a zero reply.
    """

    key: Key
    label: Words
    unit: str = ""
    text: bool = False
    whole: bool = False
    optional: bool = False
    negative: bool = False
    stays: bool = False
    largest: Decimal | None = Of(None, gt=0)
    calibre: Calibre = ""
    of: str = ""
    part_of: str = ""
    group: Sentence = ""
    help: Sentence = ""


class Check(_Part):
    """An order that must hold between two number fields, and the sentence when it does not."""

    at_least: str
    than: str
    says: Told


class Sum(_Part):
    """A sum that must hold: the parts make up the total, give or take the tolerance (in the total's unit)."""

    total: str
    parts: tuple[str, ...] = Of(min_length=2)
    tolerance: Margin = Decimal(0)
    says: Told = "{label}应等于各项之和{sum}{unit}，现在是{now}{unit}，相差{difference}{unit}"

    PLACES: ClassVar[tuple[str, ...]] = ("label", "unit", "now", "sum", "difference")


class _Question(_Part):
    """A soft check: where ``asks`` is true of the figure and the earlier one, a written reason is wanted."""

    key: Key
    field: str

    PLACES: ClassVar[tuple[str, ...]] = ("label", "unit", "now", "before", "when", "change", "times", "suspect")


class Swing(_Question):
    """The figure differs by more than a share from the earlier one, and by no less than the floor (field's unit)."""

    kind: Literal["swing"]
    against: Against = "last_month"
    share: Share = Decimal("0.5")
    floor: Margin = Decimal(0)
    says: Told = "“{label}”填了{now}{unit}，{when}是{before}{unit}，{change}：请核对，属实请写明原因"

    def asks(self, now: Decimal, before: Decimal) -> bool:
        change = abs(now - before)
        return change > self.share * abs(before) and change >= self.floor


class Vanished(_Question):
    """The figure is nought and the earlier one was not, nor below the floor."""

    kind: Literal["vanished"]
    against: Against = "last_month"
    floor: Margin = Decimal(0)
    says: Told = "“{label}”{when}有{before}{unit}，这次没有了：请写明原因"

    def asks(self, now: Decimal, before: Decimal) -> bool:
        return now == 0 and before > 0 and before >= self.floor


class UnitSuspect(_Question):
    """The figure is about 10, 1,000 or 10,000 times the earlier one or the inverse: perhaps 千元 or 元 for 万元."""

    kind: Literal["unit_suspect"]
    against: Against = "last_month"
    floor: Margin = Decimal(0)
    says: Told = (
        "“{label}”填了{now}{unit}，约为{when}{before}{unit}的{times}，是不是按{suspect}填的？请以{unit}为单位，"
        "属实请写明原因"
    )

    def asks(self, now: Decimal, before: Decimal) -> bool:
        return abs(now - before) >= self.floor and self.factor(now, before) is not None

    @staticmethod
    def factor(now: Decimal, before: Decimal) -> Decimal | None:
        """The power of ten by which the figure seems to be off, within a fifth; None where it does not."""
        if before <= 0:
            return None
        near = (one for one in FACTORS if abs(now - before * one) <= NEARNESS * before * one)
        return next(near, None)


class YearToDateBelowLast(_Question):
    """冲减: the year to date is below last month's, which happens only where something was taken back."""

    kind: Literal["year_to_date_below_last"]
    says: Told = "“{label}”填了{now}{unit}，比{when}的{before}{unit}还少：请核对；如属冲减，请写明冲减了什么"

    def asks(self, now: Decimal, before: Decimal) -> bool:
        return now < before


class YearToDateAddsUp(_Question):
    """The year to date is not last month's and this month's together, give or take the tolerance."""

    kind: Literal["year_to_date_adds_up"]
    tolerance: Margin = Decimal(0)
    says: Told = (
        "“{label}”填了{now}{unit}，{when}累计加上本月是{before}{unit}：请核对；如对以前的数作了调整，请写明原因"
    )

    def asks(self, now: Decimal, before: Decimal) -> bool:
        return abs(now - before) > self.tolerance


Question = Swing | Vanished | UnitSuspect | YearToDateBelowLast | YearToDateAddsUp
Soft = Annotated[Question, Of(discriminator="kind")]
OVER_TIME = (YearToDateBelowLast, YearToDateAddsUp)


class Derived(_Part):
    """A figure that is computed and shown, never typed: ``share`` of a field in another, ``growth`` on last year."""

    key: Key
    label: Words
    kind: Literal["share", "growth"]
    field: str
    of: str = ""


class Form(_Part):
    """A form. ``zero_reply`` is the label of the box that says "nothing this month", which is an answer (零报)."""

    key: Key
    name: Words
    help: Sentence = ""
    zero_reply: Sentence = ""
    fields: tuple[Field, ...] = Of(min_length=1, max_length=200)
    checks: tuple[Check, ...] = ()
    sums: tuple[Sum, ...] = ()
    soft: tuple[Soft, ...] = ()
    derived: tuple[Derived, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """The fields by their keys."""
        return {field.key: field for field in self.fields}


def against(question: Question) -> Against:
    """Which earlier figure a question looks at."""
    return "last_month" if isinstance(question, OVER_TIME) else question.against


def suspected_unit(unit: str, factor: Decimal) -> str:
    """In which unit a figure was typed that is off by a power of ten: 千元 where 万元 are asked and it is ten times."""
    scale = SCALES.get(Unit(unit).power - factor.adjusted())
    return "别的单位" if scale is None else scale + Unit(unit).base
