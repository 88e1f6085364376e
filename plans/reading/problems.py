"""What a person must settle before the plan can start: a hidden year, a hidden number, a rhythm without a date."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from plans.reading.document import QUOTE, Document, Span
from plans.reading.duties import UNDATED, Rhythm
from plans.reading.items import Stretch
from plans.reading.model import Item, Problem, Severity
from plans.reading.rules import rule
from plans.reading.sections import Part

OUTSIDE = "完成情况里有一项目标，未列入计划事项，请核对是否需要补充。"
_NUMBER = re.compile(r"[0-9*xX×]")
_UNDATED_WORDS = {
    "irregular": "“不定期”没有具体频次，请补充频次或日期，否则不会自动提醒。",
    "periodic-unspecified": "“定期”没有具体频次，请补充频次或日期，否则不会自动提醒。",
    "undated": "没有具体日期，请补充完成日期，否则不会自动提醒。",
}
_UNCOMMON = "这一频次不能自动排期，请改为每周、每月、每季度等，否则不会自动提醒。"


def masked_years(document: Document) -> Iterator[Problem]:
    """One error for each way a year is hidden, where it first stands: never guessed (domain.md §6.11)."""
    told: set[str] = set()
    for match in rule("masks", "year").finditer(document.body):
        if match.group() not in told:
            told.add(match.group())
            span = Span(match.start(), match.end())
            yield _problem(document, Severity.ERROR, f"年份“{match.group()}”被遮盖，请填写是哪一年。", span)


def missing_plan(document: Document, parts: Sequence[Part]) -> Iterator[Problem]:
    """The document holds no plan at all, whatever its title says."""
    if any(part.kind == "plan" for part in parts):
        return
    quote = document.title or next((line for line in document.text[:QUOTE].splitlines() if line.strip()), "")
    position = max(0, document.text.find(quote))
    yield Problem(
        line=document.line_of(position),
        severity=Severity.ERROR,
        message="没有找到工作计划（下步打算）部分，未读出任何事项，请确认是否选对了文件。",
        quote=quote,
    )


def empty_plans(document: Document, parts: Sequence[Part], stretches: Sequence[Stretch]) -> Iterator[Problem]:
    """A planned section none of whose words were read as an item."""
    starts = [item.whole.start for item in stretches]
    for part in parts:
        frames = rule("framing", "frame").search(document.quote(part.heading))
        read = bisect_left(starts, part.body.end) > bisect_left(starts, part.heading.start)
        if part.kind == "plan" and not read and not frames:
            yield _problem(document, Severity.WARNING, "这一部分没有读出事项，请人工核对。", part.heading)


def hidden_in_items(document: Document, stretches: Sequence[Stretch], items: Sequence[Item]) -> Iterator[Problem]:
    """A target or a date of an item that is masked: unknown, not zero."""
    for stretch, item in zip(stretches, items, strict=True):
        masked = [target.quote for target in item.targets if target.masked and target.level != "workload"]
        yield from _hidden(document, stretch, masked, "目标数被遮盖，标为待填，请补充数字。")
        dates = [deadline for deadline in item.deadlines if rule("masks", "token").search(deadline)]
        yield from _hidden(document, stretch, dates, "日期被遮盖，标为待填，请补充日期。")


def undated_rhythms(document: Document, rhythms: Sequence[Rhythm]) -> Iterator[Problem]:
    """定期, 不定期, 适时: no date is invented, a person is asked (domain.md §5)."""
    for rhythm in rhythms:
        if rhythm.cadence in UNDATED:
            uncommon = rule("cadences", "uncommon").fullmatch(document.body, *rhythm.words)
            message = _UNCOMMON if uncommon else _UNDATED_WORDS[rhythm.cadence]
            yield _problem(document, Severity.WARNING, message, rhythm.quote)


def promises_outside(document: Document, parts: Sequence[Part]) -> Iterator[Problem]:
    """A promise that stands in the done part (domain.md §6.9): it is in no item, so somebody has to look."""
    for part in parts:
        if part.kind != "done":
            continue
        for sentence in document.sentences(part.body):
            match = rule("growth", "promise").search(document.body, sentence.start, sentence.end)
            if match and _NUMBER.search(document.body, match.end(), min(match.end() + QUOTE, sentence.end)):
                span = document.clause(Span(match.start(), match.end()), sentence)
                yield _problem(document, Severity.WARNING, OUTSIDE, span)


def _hidden(document: Document, stretch: Stretch, quotes: Sequence[str], message: str) -> Iterator[Problem]:
    position = stretch.whole.start
    for quote in quotes:
        position = max(position, document.text.find(quote, position, stretch.whole.end))
        yield Problem(line=document.line_of(position), severity=Severity.WARNING, message=message, quote=quote)


def _problem(document: Document, severity: Severity, message: str, span: Span) -> Problem:
    line = document.line_of(span.start)
    return Problem(line=line, severity=severity, message=message, quote=document.quote(span))
