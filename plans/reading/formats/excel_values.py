"""How Excel shows a stored number: dates, percents, the decimals its format asks for."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((14, 15, 16, 22, 27, 30, 31, 36, 50, 51, 52, 53, 54, 56), "yyyy-m-d"),
    **dict.fromkeys((17, 57), "yyyy-m"),
    **dict.fromkeys((28, 29, 58), "m-d"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55), "h:mm"),
}
"""Formats a file need not spell out. 27 to 36 and 50 to 58 are those of Chinese Excel; openpyxl has none of them."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_WORDS = re.compile(r'"([^"]*)"')
_DAYS = re.compile(r"[yd]|e(?![+-])", re.IGNORECASE)
_DECIMALS = re.compile(r"[#,]*0(?:\.(0+))?(%?)$")
_LAST_SERIAL = 2_958_465
"""31 December 9999."""


def shown(value: str, form: str, from_1904: bool = False) -> str:
    """A stored number as its format shows it: 46295 with yyyy-m-d is 2026年9月30日, 0.085 with 0.0% is 8.5%."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite():
        return value
    section = form.split(";")[0]
    bare = _LITERAL.sub("", section).strip()
    return (
        _as_moment(number, bare, from_1904) if _is_date(bare) else _as_number(number, bare) + _unit(section, bare)
    ) or _plain(number)


def day_words(day: date, parts: str = "ymd") -> str:
    """2026年9月30日; 2026年9月 or 9月30日 when the format shows only these parts."""
    words = {"y": f"{day.year}年", "m": f"{day.month}月", "d": f"{day.day}日"}
    return "".join(words[part] for part in "ymd" if part in parts)


def moment_words(moment: datetime, parts: str = "ymd") -> str:
    """A date, with the time of day when it has one."""
    words = day_words(moment.date(), parts)
    return words if (moment.hour, moment.minute) == (0, 0) else f"{words} {moment:%H:%M}"


def _is_date(bare: str) -> bool:
    """A format with years or days; or with months, or hours, and no digits."""
    if not bare or bare.lower() == "general" or "0" in bare or "#" in bare or "@" in bare:
        return False
    return _DAYS.search(bare) is not None or "m" in bare.lower() or "h" in bare.lower()


def _as_moment(number: Decimal, bare: str, from_1904: bool) -> str:
    if not 0 <= number <= _LAST_SERIAL:
        return ""
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if number >= 60 else 31)
    moment = datetime.combine(start, time()) + timedelta(seconds=round(float(number) * 86_400))
    lower = bare.lower()
    if not _DAYS.search(bare) and "h" in lower:
        return f"{moment:%H:%M}"
    parts = "".join(part for part in "ymd" if part in lower.replace("e", "y"))
    return moment_words(moment, parts) if "h" in lower else day_words(moment.date(), parts)


def _as_number(number: Decimal, bare: str) -> str:
    """With the decimals the format asks for; empty when the format is none of the simple ones."""
    match = _DECIMALS.fullmatch(bare)
    if match is None or abs(number) > 10**15:
        return ""
    percent = match.group(2)
    scaled = number * 100 if percent else number
    return f"{scaled:.{min(len(match.group(1) or ''), 15)}f}{percent}"


def _unit(section: str, bare: str) -> str:
    """The words a simple format puts behind the number: 0"家"."""
    words = _WORDS.search(section)
    simple = words and _DECIMALS.fullmatch(bare) and section.endswith(words.group())
    return words.group(1) if words and simple else ""


def _plain(number: Decimal) -> str:
    """Without the noise of binary fractions, and never in powers of ten."""
    if abs(number) > 10**30 or number.adjusted() < -30:
        return str(number)
    if number == number.to_integral_value():
        return f"{number:.0f}"
    return f"{Decimal(f'{number:.15g}'):f}".rstrip("0").rstrip(".")
