"""Reading a year's days off from what a clerk pastes: the notice itself, a list of dates, or our own file."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plans.errors import Refused
from plans.workdays import STEP, YearTable

_ASIDE = re.compile(r"[（(〔\[][^（）()〔〕\[\]]*[）)〕\]]")
_DAY = r"(?:(?P<{0}y>\d{{4}})[年./-])?(?:(?P<{0}m>\d{{1,2}})[月./-])?(?P<{0}d>\d{{1,2}})日?"
_FIRST = r"(?:(?P<ay>\d{4})[年./-])?(?P<am>\d{1,2})[月./-](?P<ad>\d{1,2})日?"
_TOKEN = re.compile(
    rf"(?P<day>{_FIRST}(?:(?:至|到|—+|-|–|~|～){_DAY.format('b')})?)|(?P<off>放假|休息|调休|补休)|(?P<work>上班|补班)|(?P<end>[。；;\n])"
)
_AND_DAY = re.compile(r"[、和及,，](?P<d>\d{1,2})日")
LONGEST_BREAK = 20
LONGEST_TEXT = 20_000


class NoticeRefused(Refused):
    """没有读出2027年的放假日期：……"""


@dataclass(frozen=True)
class ReadTable:
    """A year's table, and what to look at twice, in sentences."""

    year: int
    table: YearTable
    notes: tuple[str, ...]

    @property
    def off(self) -> list[date]:
        """The days off that would be workdays."""
        return [day for day in sorted(self.table.off) if day.weekday() < 5]

    @property
    def work(self) -> list[date]:
        """The days of weekends that are worked."""
        return sorted(self.table.work)


def read_year(text: str, year: int) -> ReadTable:
    """The table of that year. Raises NoticeRefused where no day can be read, or a day is both."""
    if len(text) > LONGEST_TEXT:
        raise NoticeRefused("文字太长了：请只贴写着放假、上班日期的那几段。")
    plain = unicodedata.normalize("NFKC", text)
    off, work, notes = _of_file(plain) or _of_words(plain, year)
    others = sorted(day for day in off | work if day.year != year)
    off, work = {day for day in off if day.year == year}, {day for day in work if day.year == year}
    if not off and not work:
        raise NoticeRefused(
            f"没有读出{year}年的日期：请贴通知里“放假”“上班”的那几句，或一行写一段，如 1月1日至3日放假。"
        )
    if both := sorted(off & work):
        raise NoticeRefused(f"{_told(both[0])}既放假又上班：请改正后再读。")
    weekdays = [day for day in work if day.weekday() < 5]
    notes += [f"{_told(day)}不是周末，本来就上班。" for day in sorted(weekdays)]
    notes += [f"{day.year}年{_told(day)}不是{year}年的，没有收。" for day in others]
    kept = YearTable(off={day for day in off if day.weekday() < 5}, work=work - set(weekdays))
    return ReadTable(year, kept, tuple(notes))


def file_of(table: YearTable) -> str:
    """The table as the file of its year, which people can edit too."""
    listed = {"off": sorted(table.off), "work": sorted(table.work)}
    lines = (f"{name}: [{', '.join(day.isoformat() for day in days)}]\n" for name, days in listed.items())
    return "# off: 本该上班却放假的日子；work: 周末调休要上班的日子\n" + "".join(lines)


def _of_file(text: str) -> tuple[set[date], set[date], list[str]] | None:
    try:
        table = YearTable.model_validate(YAML(typ="safe").load(text))
    except (YAMLError, ValueError):
        return None
    return set(table.off), set(table.work), []


def _of_words(text: str, year: int) -> tuple[set[date], set[date], list[str]]:
    """Days wait until it is said what they are: 1月1日至3日放假；1月4日上班."""
    found: dict[str, set[date]] = {"off": set(), "work": set()}
    notes: list[str] = []
    waiting: list[date] = []
    for kind, words, days in _tokens(_ASIDE.sub("", text), year, notes):
        if kind == "day":
            waiting += days
        elif kind in found:
            found[kind].update(waiting)
            waiting = []
        elif waiting and words != "\n":
            notes.append(f"{_told(waiting[0])}后面没有写放假还是上班，没有收。")
            waiting = []
    if waiting:
        notes.append(f"{_told(waiting[0])}后面没有写放假还是上班，没有收。")
    return found["off"], found["work"], notes


def _tokens(text: str, year: int, notes: list[str]) -> Iterator[tuple[str, str, list[date]]]:
    position, month = 0, 0
    while position < len(text):
        if (more := _AND_DAY.match(text, position)) and month:
            yield "day", more[0], _day(year, month, int(more["d"]), notes)
            position = more.end()
            continue
        token = _TOKEN.match(text, position)
        if token is None:
            position, month = position + 1, 0
            continue
        days = _days(token, year, notes) if token.lastgroup == "day" or token["day"] else []
        month = days[-1].month if days else 0
        yield next(kind for kind in ("day", "off", "work", "end") if token[kind]), token[0], days
        position = token.end()


def _days(token: re.Match[str], year: int, notes: list[str]) -> list[date]:
    first = _day(int(token["ay"] or year), int(token["am"]), int(token["ad"]), notes)
    if not first or not token["bd"]:
        return first
    last = _day(int(token["by"] or first[0].year), int(token["bm"] or first[0].month), int(token["bd"]), notes)
    if not last or not timedelta() <= last[0] - first[0] <= timedelta(days=LONGEST_BREAK):
        notes.append(f"“{token[0]}”看不懂，没有收。")
        return []
    return [first[0] + STEP * n for n in range((last[0] - first[0]).days + 1)]


def _day(year: int, month: int, day: int, notes: list[str]) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        notes.append(f"没有{month}月{day}日这一天，没有收。")
        return []


def _told(day: date) -> str:
    return f"{day.month}月{day.day}日"
