"""The bureau's own workday tables: which years are known, keeping one, and taking one away."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.runtime import Runtime
from plans.errors import Refused
from plans.kept_files import replace_file
from plans.workday_notice import file_of, read_year
from plans.workdays import FIRST_TABLE_YEAR, LAST_TABLE_YEAR


@dataclass(frozen=True)
class KnownYear:
    """A year: where its table is from, and its days; ``own`` can be taken away, ``builtin`` then steps in."""

    year: int
    own: bool
    builtin: bool
    off: tuple[date, ...]
    work: tuple[date, ...]

    @property
    def known(self) -> bool:
        return self.own or self.builtin


def years(runtime: Runtime, today: date) -> list[KnownYear]:
    """Last year to the year after next, and every year with a table of our own."""
    around = range(today.year - 1, today.year + 3)
    return [_year(runtime, year) for year in sorted({*around, *runtime.workdays.tables})]


def _year(runtime: Runtime, year: int) -> KnownYear:
    known = runtime.workdays.has_table(year)
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
    off = [day for day in days if day.weekday() < 5 and not runtime.workdays.is_workday(day)] if known else []
    work = [day for day in days if day.weekday() >= 5 and runtime.workdays.is_workday(day)] if known else []
    builtin = FIRST_TABLE_YEAR <= year <= LAST_TABLE_YEAR
    return KnownYear(year, year in runtime.workdays.tables, builtin, tuple(off), tuple(work))


def year_typed(text: str, today: date) -> int:
    """A year as typed. Raises Refused."""
    if not text.isascii() or not text.isdigit() or not today.year - 1 <= int(text) <= today.year + 3:
        raise Refused(f"请选一个年份，{today.year - 1}到{today.year + 3}之间。")
    return int(text)


def words_of_file(name: str, content: bytes) -> str:
    """What an uploaded file says, be it the notice as Word or PDF, or our own file. Raises DocumentError."""
    from plans.reading.opening import open_source

    if name.lower().endswith((".yaml", ".yml")):
        return content.decode("utf-8", "replace")
    return str(open_source(name, content).text)


def keep_year(runtime: Runtime, text: str, year: int) -> None:
    """Keep the table that can be read in the text. Raises NoticeRefused."""
    replace_file(_path(runtime, year), file_of(read_year(text, year).table))


def drop_year(runtime: Runtime, year: int) -> None:
    """Take our own table away. Raises Refused."""
    if year not in runtime.workdays.tables:
        raise Refused(f"{year}年没有本局自己的放假安排。")
    _path(runtime, year).unlink(missing_ok=True)


def _path(runtime: Runtime, year: int) -> Path:
    return runtime.settings.data / "workdays" / f"{year}.yaml"
