"""Which period a document reports on and which it plans for, and whose document it is."""

import re
from collections.abc import Iterable

from plans.reading.document import Document, fold
from plans.reading.rules import rule
from plans.reading.sections import Part

_YEAR = re.compile(
    r"(?<![0-9*xX×_])([0-9*xX×_]{2,4}|[〇零○一二三四五六七八九]{4}(?=年))年?(?=度|上半年|下半年|第?[一二三四]季度|[0-9]{1,2}-|年|全年|工作|重点)"
)
_PART = re.compile(r"(上半年|1-6月|1至6月)|(下半年|7-12月)|第?([一二三四])季度|(?<![0-9])(1-3|4-6|7-9|10-12)月")
_MONTHS = {"1-3": "Q1", "4-6": "Q2", "7-9": "Q3", "10-12": "Q4"}
_SPELT = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_BOTH = re.compile("[和与及暨、](?=[^和与及暨、]*年)")
_NEXT_YEAR = re.compile("[明来]年|下一?年")
_OPENING = 3000
_NAME = "[^由在和与对向到被把从的了及、,。;:!?()“”\\s]"
_BUREAU = re.compile(rf"(?:{_NAME}{{0,2}}[市县区])?(?:科技局|科学技术局|科工局|科技和工业信息化局)")


def period_reported(document: Document, parts: Iterable[Part]) -> str | None:
    """2021, 2021H1, 2021Q1 of what was done; 20_Q1 where the year is partly hidden; None where nothing says."""
    done = [part for part in parts if part.kind == "done"]
    if not done:
        return None
    headings = " ".join(document.body[slice(*part.heading)] for part in done)
    preface = document.body[: _first(parts)][:_OPENING]
    return _period([headings, preface, document.title or ""], [preface, headings, document.title or ""])


def plan_period(document: Document, parts: Iterable[Part], reported: str | None) -> str | None:
    """What the plan is for: said by its heading or the title; its year may be that of the period reported."""
    headings = (document.body[slice(*part.heading)] for part in parts if part.kind == "plan")
    planned = [_BOTH.split(heading)[-1] for heading in headings]
    if not planned:
        return None
    title = document.title or ""
    said = [*planned, title] if rule("framing", "plan_title").search(title) else planned
    if not any(_half(words) or _year(words) or _NEXT_YEAR.search(words) for words in said):
        return None
    return _period(said, [*said, _following(planned, re.sub("[HQ].$", "年", reported or ""))])


def _following(planned: Iterable[str], year: str) -> str:
    """2024年 for 明年工作打算 in a document on 2023; a year partly hidden stays as it is."""
    ahead = year[:4].isdigit() and any(_NEXT_YEAR.search(heading) for heading in planned)
    return f"{int(year[:4]) + 1}年" if ahead else year


def period_named(names: Iterable[str]) -> str | None:
    """What a task table is for, by its name or the document's: the first that names a year says it."""
    said = list(names)
    return _period(said, said)


def bureau_named(document: Document) -> str | None:
    """The bureau as the document first names it, such as 县科技局."""
    match = _BUREAU.search(fold(document.text))
    return document.text[match.start() : match.end()] if match else None


def _first(parts: Iterable[Part]) -> int:
    return next((part.heading.start for part in parts), 0)


def _period(halves: list[str], years: list[str]) -> str | None:
    half = next(filter(None, map(_half, halves)), "")
    year = next(filter(None, map(_year, years)), "")
    return year + half if year else None


def _year(words: str) -> str:
    """A year with at least two figures to be seen."""
    seen = (match.group(1).translate(_SPELT) for match in _YEAR.finditer(words))
    return next((year for year in seen if sum(character.isdigit() for character in year) >= 2), "")


def _half(words: str) -> str:
    match = _PART.search(words)
    if match is None:
        return ""
    first, second, quarter, months = match.groups()
    if first or second:
        return "H1" if first else "H2"
    return f"Q{'一二三四'.index(quarter) + 1}" if quarter else _MONTHS[months]
