"""What a done figure counts: the stretch its key stands for, and its indicator without what does not matter.

Light to import, unlike the reader: 同比 is computed with it (tasks/bases.py).
"""

import re
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from plans.periods import Period, Span
from plans.reading.document import fold

OWN = Path(__file__).with_name("figures.yaml")


@cache
def signs(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns of a group of figures.yaml, in the order written."""
    groups = YAML(typ="safe").load(OWN.read_text(encoding="utf-8"))
    return tuple((name, re.compile(entry["pattern"])) for name, entry in groups[group].items())


def sign(group: str, name: str) -> re.Pattern[str]:
    """One pattern of figures.yaml."""
    return dict(signs(group))[name]


def squeezed(words: str) -> str:
    """Folded, without blanks."""
    return "".join(fold(words).split())


def bare(indicator: str) -> str:
    """技术合同成交额 of 全县累计完成技术合同成交额: what is counted, to compare by."""
    return sign("indicators", "noise").sub("", squeezed(indicator))


def counted(key: str) -> tuple[date, date]:
    """The first and the last day that a figure of this key counts; a day counts since January. Raises PeriodError."""
    period = Period.parse(key)
    first = period.first.replace(month=1, day=1) if period.span is Span.DAY else period.first
    return first, period.last


def settled(key: str) -> str:
    """The one key of a stretch: 2026-06-30 is the first half, 2026H1; 2026-04-30 stays. Raises PeriodError."""
    first, last = counted(key)
    spans = (Period.containing(span, last) for span in (Span.YEAR, Span.HALF, Span.QUARTER, Span.MONTH))
    return next((one.key for one in spans if (one.first, one.last) == (first, last)), key)


def stretch_told(key: str) -> str:
    """What a figure of this key counts: 2026年上半年, 2026年1–4月, 截至2026年3月10日. Raises PeriodError."""
    period = Period.parse(settled(key))
    if period.span is not Span.DAY:
        return period.label
    if Period.containing(Span.MONTH, period.first).last == period.first:
        return f"{period.first.year}年1–{period.first.month}月"
    return f"截至{period.label}"
