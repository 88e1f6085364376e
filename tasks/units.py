"""Amounts as people type them, and how much one figure is more than another. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from plans.columns import EXACT, SCALE, figure_text
from plans.errors import Refused
from plans.units import convert

LARGEST = Decimal(10) ** 12
NUMBER = r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?"
LONGEST = 40
PLACES = Decimal(1).scaleb(-SCALE)
_AMOUNT = re.compile(rf"(?P<number>[-+]?(?:{NUMBER}|\.\d+)(?:[eE]\d{{1,3}})?)\s*(?P<unit>[^\d\s.,+-].*)?", re.ASCII)


class NotANumber(Refused):
    """“三家”不是数字。"""


class TooFine(Refused):
    """“3元”换成“亿元”超过四位小数，会丢掉尾数：请改用更小的单位或四舍五入后再填。"""


class TooLarge(Refused):
    """“1e99”太大了：请检查单位。"""


@dataclass(frozen=True)
class Amount:
    """A figure as it was typed: a number and a unit, empty where none was written."""

    number: Decimal
    unit: str

    @property
    def text(self) -> str:
        return f"{figure_text(self.number)}{self.unit}"


def parse_amount(text: str) -> Amount:
    """``3,200 万元`` as a number and a unit. Raises NotANumber."""
    # A Chinese keyboard types １２．５, ％ and 1，234.
    written = unicodedata.normalize("NFKC", text).strip()
    found = _AMOUNT.fullmatch(written)
    if not found or len(written) > LONGEST:
        raise NotANumber(f"“{text.strip()}”不是数字。")
    return Amount(Decimal(found["number"].replace(",", "")), (found["unit"] or "").strip())


def figure_in(amount: Amount, unit: str) -> Decimal:
    """The typed amount as a figure of a unit, kept to the four places a figure has.

    Raises UnitMismatch, TooLarge or TooFine.
    """
    figure = convert(amount.number, amount.unit or unit, unit)
    if abs(figure) >= LARGEST:
        raise TooLarge(f"“{amount.text}”太大了：请检查单位。")
    if figure != figure.quantize(PLACES, context=EXACT):
        into = f"换成“{unit}”" if amount.unit else ""
        raise TooFine(f"“{amount.text}”{into}超过四位小数，会丢掉尾数：请四舍五入后再填。")
    return figure


@dataclass(frozen=True, order=True)
class Growth:
    """增长X%: how much larger an amount is than another. Not comparable with Points."""

    percent: Decimal

    @property
    def label(self) -> str:
        return _told(self.percent, "增长", "下降", "%")


@dataclass(frozen=True, order=True)
class Points:
    """提高X个百分点: the difference of two rates. Not comparable with Growth."""

    points: Decimal

    @property
    def label(self) -> str:
        return _told(self.points, "提高", "降低", "个百分点")


def _told(number: Decimal, up: str, down: str, unit: str) -> str:
    if not number:
        return "持平"
    return f"{up if number > 0 else down}{figure_text(abs(number))}{unit}"


def growth(now: Decimal, before: Decimal) -> Growth | None:
    """增长X% to two places; None where there was nothing, or less, to grow from."""
    return Growth(round((now - before) / before * 100, 2)) if before > 0 else None


def points(now: Decimal, before: Decimal) -> Points:
    """X个百分点 between two rates given in %."""
    return Points(now - before)
