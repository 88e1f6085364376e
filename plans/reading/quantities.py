"""Measured numbers in a sentence: a number, its unit, and what is hidden, approximate or a range (domain.md §6.1-3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from plans.reading.document import Document, Span
from plans.reading.numbers import CHINESE, value_of
from plans.reading.rules import rule

_MASKED = "*xX×_"
_ARABIC = rf"\d{{1,3}}(?:,\d{{3}}){{1,4}}(?:\.\d{{1,4}})?|[0-9{_MASKED}]{{1,12}}(?:\.[0-9{_MASKED}]{{1,6}})?"
_CHINESE = f"[{CHINESE}]{{1,8}}(?:点[{CHINESE[:-3]}]{{1,4}})?"
_RANK, _VAGUE = "(?<![^底末日月旬年号]前)", rf"(?!(?<=[数上\"])[{CHINESE}])"
_NOT_AFTER = rf"(?:(?<=GDP)|(?<=R&D)|(?<![0-9A-Za-z.第几“‘《{CHINESE}{_MASKED}]){_RANK}{_VAGUE})"
"""Not in 第2批, 前3名, 数十家, nor right inside quotes: “三个一批” and “5511” are names."""
_BOTH = "(?:(?<=保[0-9])|(?<=保[0-9]{2})|(?<=保[0-9]{3}))[、,]?(?:力争|争取|争|冲)"
"""保6争8家, with one unit for both."""
_ROUND = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measured number. `value` is None where masked; `upper` is the second number of a range.

    `lone_one` marks 一家, 一次, which mostly only say "a"; `at_least` stands for 以上, `approximate` for 约 and 左右.
    """

    span: Span
    value: float | None
    upper: float | None
    unit: str | None
    masked: bool
    lone_one: bool = False
    at_least: bool = False
    approximate: bool = False


def unit_as_written(document: Document, quantity: Quantity) -> str | None:
    """The unit in the document's own characters: 萬元 in a Traditional one, % for 五成."""
    written, position = "", quantity.span.end
    for character in reversed(quantity.unit or ""):
        position = document.body.rfind(character, quantity.span.start, position)
        if position < 0:
            return quantity.unit
        written = document.text[position] + written
    return written or quantity.unit


def find_quantities(document: Document, sentence: Span) -> Iterator[Quantity]:
    """Every quantity of a sentence, in order; ordinals (第二批), dates and figures of speech (三个方面) are none."""
    for match in _pattern().finditer(document.body, sentence.start, sentence.end):
        quantity = _special(match) if match.lastgroup in _SPECIAL else _plain(match)
        if quantity is not None:
            yield quantity


@cache
def _pattern() -> re.Pattern[str]:
    units, large = rule("quantities", "units").pattern, rule("quantities", "large").pattern
    approximate, least = rule("quantities", "approximate").pattern, rule("quantities", "at_least").pattern
    around = rule("quantities", "around").pattern
    unit = rf"(?:(?:{large})(?:{approximate})?(?:{units})|{units}|万|亿)"
    number = rf"(?:{_ARABIC}|{_CHINESE})"
    # Each special form has one group, so the last group matched tells which form it is.
    return re.compile(
        rf"(?P<breakthrough>{rule('quantities', 'breakthrough').pattern})"
        r"|翻(?:了)?(?P<doubled>[一两二三]?)番"
        rf"|{_NOT_AFTER}(?P<tenths>[一二两三四五六七八九]成[一二三四五六七八九半]?)(?<=[成一二三四五六七八九半])(?![果立员本功为长交分效都绩])"
        rf"|百分之(?P<percent>{number})"
        rf"|{_NOT_AFTER}(?P<spelt>(?:\\d{{1,4}}|[{CHINESE}]{{1,7}})亿(?:\\d{{1,4}}|[{CHINESE}]{{1,7}})万元)"
        rf"|(?<=[近约超逾])(?P<round>[万亿](?:{units}))"
        rf"|{_NOT_AFTER}(?P<sign>(?<=[速长幅为是])-)?(?P<number>{number})"
        rf"(?:(?P<between>{unit})?(?:[-~—–至到]{{1,2}}|{_BOTH})(?P<upper>{number}))?"
        rf"(?P<approximate>{approximate})?(?P<gap> {{0,2}})(?P<unit>{unit})"
        rf"(?P<about>{approximate}|{around})?(?P<least>{least})?"
    )


_SPECIAL = frozenset({"breakthrough", "doubled", "tenths", "percent", "round", "spelt"})


def _special(match: re.Match[str]) -> Quantity | None:
    """零的突破 is 1; 翻一番 is 2 倍; 五成 and 百分之五十 are 50 %; 近万人 is 10,000 人, 近亿元 1 亿元."""
    span = Span(match.start(), match.end())
    kind, written = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "breakthrough":
        return Quantity(span, 1.0, None, None, masked=False)
    if kind == "doubled":
        return Quantity(span, 2.0 ** (value_of(written or "一") or 1), None, "倍", masked=False)
    if kind == "tenths":
        return Quantity(span, _tenths(written), None, "%", masked=False)
    if kind == "spelt":
        return Quantity(span, _spelt(written), None, "亿元", masked=False)
    if kind == "round":
        return _round(span, written)
    return Quantity(span, _value(written), None, "%", masked=_is_masked(written))


def _tenths(written: str) -> float:
    """两成 is 20, 四成五 45, 三成半 35."""
    whole, _, part = written.partition("成")
    return 10 * (value_of(whole) or 0) + (5 if part == "半" else value_of(part or "零") or 0)


def _spelt(written: str) -> float | None:
    """五亿二千万元 in 亿元: 5.2."""
    large, _, small = written.removesuffix("万元").partition("亿")
    parts = value_of(large), value_of(small)
    return None if None in parts else round((parts[0] or 0) + (parts[1] or 0) / 10_000, 6)


def _round(span: Span, written: str) -> Quantity:
    if written.endswith("元"):
        return Quantity(span, 1.0, None, written, masked=False, approximate=True)
    return Quantity(span, _ROUND[written[0]], None, written[1:], masked=False, approximate=True)


def _plain(match: re.Match[str]) -> Quantity | None:
    written, upper, unit = match["number"], match["upper"], match["unit"]
    if _is_rhetoric(match, written, unit) or _is_serial(match):
        return None
    value = _value(written)
    return Quantity(
        span=Span(match.start(), match.end()),
        value=-value if match["sign"] and value is not None else value,
        upper=_value(upper) if upper else None,
        unit=rule("quantities", "approximate").sub("", unit),
        masked=_is_masked(written) or _is_masked(upper or ""),
        lone_one=written == "一" and unit != "倍",
        at_least=bool(match["least"]),
        approximate=_is_approximate(match),
    )


def _is_approximate(match: re.Match[str]) -> bool:
    """约5家, 近百家, 40余家, 5家左右."""
    lead = match.string[max(0, match.start() - 2) : match.start()]
    inside = rule("quantities", "approximate").search(match["unit"])
    return bool(match["approximate"] or match["about"] or inside or rule("quantities", "about").search(lead))


def _is_serial(match: re.Match[str]) -> bool:
    """1 项目申报: a number that opens a line or follows 第, with a blank behind it, counts nothing."""
    before = match.string[max(0, match.start() - 2) : match.start()]
    return bool(match["gap"]) and (not before or before[-1] in "\r\n" or before == "第 ")


def _is_rhetoric(match: re.Match[str], written: str, unit: str) -> bool:
    """三个方面, 两个维护: a Chinese numeral that counts no thing or means no number; 1个月: a spell of time."""
    after = match.string[match.start("unit") : match.start("unit") + 8]
    if written[0] not in CHINESE:
        return rule("quantities", "spell").match(after) is not None
    return _value(written) is None or rule("quantities", "rhetoric").match(after) is not None or unit == "对"


def _is_masked(written: str) -> bool:
    return any(character in _MASKED for character in written)


def _value(written: str) -> float | None:
    if written in _ROUND:
        return _ROUND[written]
    return None if _is_masked(written) else value_of(written)
