"""Units: 元, 千元, 万元 and 亿元 are one dimension and convert exactly; 家, 个 and 项 never do. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from plans.columns import EXACT, figure_text
from plans.errors import Refused

POWERS = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_SCALED = re.compile(rf"(?P<scale>{'|'.join(sorted(POWERS, key=len, reverse=True))})(?P<base>.*)")


class UnitMismatch(Refused):
    """“3200万元”不能换算成“家”：请按“家”填数字。"""


@dataclass(frozen=True)
class Unit:
    """A unit as it is written: 亿元 is 10⁸ of 元. A bare 万 has no base and takes the other's."""

    written: str

    @cached_property
    def _scaled(self) -> re.Match[str] | None:
        return _SCALED.fullmatch(self.written)

    @property
    def base(self) -> str:
        """What is counted or measured: 元 of 亿元."""
        return self._scaled["base"] if self._scaled else self.written

    @property
    def power(self) -> int:
        return POWERS[self._scaled["scale"]] if self._scaled else 0

    def measures_as(self, other: "Unit") -> bool:
        """True when figures of the two convert into each other."""
        return self.base == other.base or (not self.base and bool(self.power))

    @property
    def is_rate(self) -> bool:
        return self.written == "%"


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """The same quantity in another unit, exactly. Raises UnitMismatch where they measure different things."""
    if unit == to:
        return value
    one, other = Unit(unit), Unit(to)
    if not one.measures_as(other):
        raise UnitMismatch(f"“{figure_text(value)}{unit}”不能换算成“{to or '无单位'}”：请按“{to or '无单位'}”填数字。")
    return value.scaleb(one.power - other.power, EXACT)
