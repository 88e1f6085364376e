"""Workdays 工作日: the State Council's tables through chinesecalendar, the bureau's own tables over them.

A year without any table falls back to Monday–Friday and says so: a plan made in November for January must not fail
because the notice is not out yet (domain.md §5).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

import chinese_calendar
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from plans.errors import Broken

STEP = timedelta(days=1)
FIRST_TABLE_YEAR, LAST_TABLE_YEAR = (
    min(day.year for day in chinese_calendar.holidays),
    max(day.year for day in chinese_calendar.holidays),
)


class YearTable(BaseModel):
    """One year as the bureau enters it: days off that would be workdays, and the weekend days that work."""

    model_config = ConfigDict(extra="forbid")

    off: set[date] = set()
    work: set[date] = set()


@dataclass(frozen=True)
class Workdays:
    """Which days are worked. ``tables`` maps a year to the bureau's own table, which wins over the built-in one."""

    tables: Mapping[int, YearTable] = field(default_factory=dict)
    _worked: dict[int, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_workday(self, day: date) -> bool:
        if table := self.tables.get(day.year):
            return day in table.work or (day.weekday() < 5 and day not in table.off)
        return _state_council(day)

    def holiday(self, day: date) -> str:
        """国庆节: for what a day is off; empty for a workday, a plain weekend, and a day off that no table names."""
        if self.is_workday(day) or not FIRST_TABLE_YEAR <= day.year <= LAST_TABLE_YEAR:
            return ""
        name = chinese_calendar.get_holiday_detail(day)[1]
        return str(chinese_calendar.Holiday(name).chinese) if name else ""

    def has_table(self, year: int) -> bool:
        return year in self.tables or FIRST_TABLE_YEAR <= year <= LAST_TABLE_YEAR

    def years_without_table(self, first: date, last: date) -> list[int]:
        """The years between two days for which Monday–Friday is only assumed."""
        return [year for year in range(first.year, last.year + 1) if not self.has_table(year)]

    def on_or_after(self, day: date) -> date:
        while not self.is_workday(day):
            day += STEP
        return day

    def on_or_before(self, day: date) -> date:
        while not self.is_workday(day):
            day -= STEP
        return day

    def shifted(self, day: date, by: int) -> date:
        """So many workdays after (by > 0) or before (by < 0) the day; the day itself when by is 0.

        The day need not be a workday: the first workday after it is one workday on.
        """
        step = STEP if by > 0 else -STEP
        for _ in range(abs(by)):
            day = self.on_or_after(day + step) if by > 0 else self.on_or_before(day + step)
        return day

    def between(self, first: date, last: date) -> int:
        """How many workdays lie after ``first`` up to ``last``; negative when ``last`` is earlier."""
        if last < first:
            return -self.between(last, first)
        whole_years = sum(self._worked_in(year)[-1] for year in range(first.year, last.year))
        return whole_years + self._worked_until(last) - self._worked_until(first)

    def _worked_until(self, day: date) -> int:
        """How many days of its year are worked up to this one."""
        return self._worked_in(day.year)[day.timetuple().tm_yday - 1]

    def _worked_in(self, year: int) -> list[int]:
        # Counted once: a list of tasks asks for days left row by row.
        if year not in self._worked:
            days = map(date.fromordinal, range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))
            self._worked[year] = list(accumulate(map(self.is_workday, days)))
        return self._worked[year]

    def warnings(self, first: date, last: date) -> list[str]:
        """One Chinese sentence for each year that has no table yet."""
        return [
            f"{year}年的放假安排还没有录入，暂按周一至周五为工作日推算；国务院通知公布后请补录。"
            for year in self.years_without_table(first, last)
        ]


@cache
def _state_council(day: date) -> bool:
    if FIRST_TABLE_YEAR <= day.year <= LAST_TABLE_YEAR:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


class WorkdayTableError(Broken):
    """工作日表 2027.yaml 读不懂：……"""


def load_workdays(files: Iterable[Path]) -> Workdays:
    """Workdays with the bureau's own year tables, one file a year named like ``2027.yaml`` with off: and work:."""
    return Workdays({int(path.stem): _load_table(path) for path in files if path.stem.isdigit()})


def _load_table(path: Path) -> YearTable:
    try:
        table = YearTable.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {})
    except Exception as error:
        raise WorkdayTableError(
            f"工作日表 {path.name} 读不懂：off 和 work 下面请逐行写日期，如 2027-02-06。"
        ) from error
    if strays := [day for day in sorted(table.off | table.work) if day.year != int(path.stem)]:
        raise WorkdayTableError(f"工作日表 {path.name} 里有别的年份的日期：{strays[0]}。")
    return table
