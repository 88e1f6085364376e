"""Reading what was typed about a sheet: every fault is told at once, by its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from plans.cadence import LABELS, Cadence, CadenceError
from plans.checking import PLAN_SPANS, is_address, period_of
from plans.draft import TO_FILL
from plans.errors import Refused
from plans.reading.dates import due_of
from plans.sheet.errors import FieldFaults
from plans.typed import one_line, plain

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)
NO_DATE = frozenset({"", "无", "待定", "不安排", "none"})
_RHYTHMS = {label: rhythm for rhythm, label in LABELS.items() if rhythm != "once"} | {"定期": "irregular"}
_PERIOD = re.compile(r"(\d{4})年?度?(?:(上|下)半年|第?([一二三四1-4])季度|(\d{1,2})月份?|全年)?")
_YEAR = re.compile(r"(20\d\d)年?")


class Typed:
    """Typed fields on their way in: asks for each by name, and keeps what is wrong with it."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.faults: dict[str, str] = {}

    def read(self, name: str, reader: Callable[[str], Value], before: Value) -> Value:
        """The field's value; what it was before where it was not typed or is wrong."""
        if name not in self.given:
            return before
        try:
            return reader(self.given[name])
        except Refused as refused:
            self.faults[name] = str(refused)
            return before

    def settle(self) -> None:
        """Raise FieldFaults where anything was wrong."""
        if self.faults:
            raise FieldFaults(self.faults)


def words(label: str, longest: int, needed: bool = False) -> Callable[[str], str]:
    """A reader of one line of words."""

    def read(text: str) -> str:
        said = one_line(text)
        if needed and not said:
            raise Refused(f"“{label}”不能空着。")
        if len(said) > longest:
            raise Refused(f"“{label}”太长了，最多{longest}字。")
        return said

    return read


def one_of(label: str, choices: type[Choice]) -> Callable[[str], Choice | None]:
    """A reader of a word of a closed vocabulary, as its value or its label; nothing typed is None."""
    by_word = {word: one for one in choices for word in (one.value, getattr(one, "label", one.value))}

    def read(text: str) -> Choice | None:
        if text.strip() and text.strip() not in by_word:
            known = "、".join(getattr(one, "label", one.value) for one in choices)
            raise Refused(f"“{label}”没有“{one_line(text)[:40]}”：可以写 {known}。")
        return by_word.get(text.strip())

    return read


def read_owner(text: str) -> str:
    """A person's name; nobody for 待填. Raises Refused."""
    name = words("责任人", 50)(text)
    return "" if name == TO_FILL else name


def long_text(text: str) -> str:
    """The wording of an item, with its line breaks."""
    return plain(text).replace("\r\n", "\n").strip()


def read_mail(text: str) -> str:
    """A mail address, or nothing. Raises Refused."""
    mail = one_line(unicodedata.normalize("NFKC", text))
    if mail and (not is_address(mail) or len(mail) > 200):
        raise Refused("邮箱地址不对：请写成 liming@example.gov.cn 这样。")
    return mail


def cadence_reader(period: str) -> Callable[[str], str]:
    """A reader of 频次 in people's words or written form; a day without its year is the plan's."""

    def read(text: str) -> str:
        return _cadence(one_line(unicodedata.normalize("NFKC", text)), period)

    return read


def _cadence(said: str, period: str) -> str:
    if said in NO_DATE:
        return ""
    try:
        return str(Cadence.parse(_RHYTHMS.get(said, said)))
    except CadenceError as error:
        found = due_of(said, period or None).cadence
        if found is None:
            told = f"“{said[:40]}”看不出是哪天：请写成 每月10日、每周五、9月30日 或 不定期。"
            raise Refused(told) from error
        return found


def read_period(text: str) -> str:
    """The key of a plan's period: 2026H2 or 2026年下半年; nothing where nothing was typed. Raises Refused."""
    said = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not said:
        return ""
    match = _PERIOD.fullmatch(said)
    period = period_of(_key(*match.groups()) if match else said)
    if period is None or period.span not in PLAN_SPANS:
        raise Refused("计划期间读不懂：请写成 2026年下半年、2026年四季度、2026年10月 或 2026年。")
    return period.key


def _key(year: str, half: str | None, quarter: str | None, month: str | None) -> str:
    if half:
        return f"{year}H{'上下'.index(half) + 1}"
    if quarter:
        return f"{year}Q{'一二三四1234'.index(quarter) % 4 + 1}"
    return f"{year}-{int(month):02}" if month else year


def read_year(text: str) -> str:
    """2026 of 2026年. Raises Refused."""
    match = _YEAR.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if match is None:
        raise Refused("年份请写四位数字，如 2026。")
    return match.group(1)
