"""三、下步打算: what is left of the plans and what the next plan brings, in the words of the plan itself.

The words an item came with are kept; where a goal was changed since, or has no words of its own, it is said anew from
what the plan holds now: 确保, 力争, 待填 for a number that is hidden.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from notifications.channels.mime import one_line
from notifications.report_clauses import TO_FILL, day_told
from notifications.report_figures import Figures, Source, Value
from notifications.report_items import Work
from notifications.report_sentences import Verbs
from plans.cadence import Cadence
from plans.columns import figure_text
from plans.tables import Target
from plans.zone import LOCAL

_MARK = re.compile(
    r"\s*(?:第?[（(]?[一二三四五六七八九十]{1,3}[)）、.．]+|[（(]?\d{1,3}[)）、.．](?!\d)|[①-⑳㈠-㈩⑴-⒇]|[一二三四五六七八九十]{1,3}[是要])\s*"
)
_DATED = re.compile(r"月[0-9一二三四五六七八九十]{0,3}[日底末]?[^，。]{0,2}前|[年月]底|\d日")
_HIDDEN = "*"
_JOINTS = "。：:，,；;、 "


@dataclass(frozen=True)
class Intent:
    """One item to come: its title, its words, and where its numbers are from."""

    title: str
    text: str
    sources: tuple[Source, ...]


def intents(
    works: Sequence[Work], following: Sequence[Work], figures: Figures, as_of: date, verbs: Verbs
) -> list[Intent]:
    """What is not finished yet and was not carried over, then what the next plan promises."""
    carried = {work.item.carried_from for work in (*works, *following)}
    left = [work for work in works if work.item.id not in carried and is_left(work, figures, as_of)]
    return [_intent(work, as_of, verbs) for work in (*left, *following)]


def is_left(work: Work, figures: Figures, as_of: date) -> bool:
    """Something is still to do: while the plan runs up to 力争, when it is over up to 确保."""
    is_over = work.span.last <= as_of
    measured = [one for one in work.targets if not one.qualitative]
    if measured:
        return not all(_is_reached(one, figures.targets.get(one.id or 0, ()), is_over) for one in measured)
    if is_over:
        return work.open > 0
    once = work.item.cadence.startswith("once")
    return not (once and work.finished and not work.open)


def _is_reached(target: Target, values: Sequence[Value], is_over: bool) -> bool:
    goals = [one for one in (target.floor, target.stretch) if one is not None]
    if not values or target.masked:
        return False
    wanted = goals[:1] if is_over else goals[-1:]
    return all(values[-1].number >= goal for goal in wanted)


def _intent(work: Work, as_of: date, verbs: Verbs) -> Intent:
    text = promised(work, verbs)
    dated = "" if _DATED.search(text) else _dated(work, as_of)
    lead = f"接续推进{work.span.label}没有完成的任务" if work.span.last <= as_of else ""
    text = "，".join(filter(None, (text.rstrip(_JOINTS), dated)))
    text = "：".join(filter(None, (lead, text)))
    return Intent(work.title, f"{text}。" if text else "", tuple(_sources(work)))


def promised(work: Work, verbs: Verbs) -> str:
    """The words of an item without its marker and title, each goal in them as it is now."""
    text = _without_title(one_line(work.item.text), work.title)
    added = []
    for target in work.targets:
        quote, clause = one_line(target.quote), goal_told(target, verbs)
        if not quote or quote not in text:
            added += [clause] if clause not in text and not _is_said(target, text) else []
        elif work.changed_goals:
            text = text.replace(quote, clause, 1)
        elif target.masked:
            text = text.replace(quote, f"{quote}（{TO_FILL}）", 1)
    return "，".join(filter(None, (text.rstrip(_JOINTS), *added)))


def _is_said(target: Target, text: str) -> bool:
    """The words name the indicator's goals already, though nobody marked where."""
    goals = [goal for goal in (target.floor, target.stretch) if goal is not None]
    if not goals:
        return target.qualitative
    return all(f"{figure_text(goal)}{target.unit}" in text or (goal == 1 and "零的突破" in text) for goal in goals)


def _without_title(text: str, title: str) -> str:
    bare = text if text.startswith(title) else _MARK.sub("", text, count=1) if _MARK.match(text) else text
    return bare.removeprefix(title).lstrip(_JOINTS) if bare.startswith(title) else text


def goal_told(target: Target, verbs: Verbs) -> str:
    """确保完成高新技术企业认定5家，力争8家; 新建研发平台2个 of a bare plan; what is hidden is a star and 待填."""
    indicator = one_line(target.indicator)
    if target.qualitative or target.level == "workload":
        return indicator if target.qualitative else f"{indicator}{figure_text(target.floor)}{target.unit}"
    if target.masked and target.floor is None and target.stretch is None:
        word = {"strive": "力争", "plan": ""}.get(target.level, "确保")
        return f"{word}{verbs.before(indicator, target.unit)}{indicator}{_HIDDEN}{target.unit}（{TO_FILL}）"
    return "，".join(_levels(target, f"{verbs.before(indicator, target.unit)}{indicator}"))


def _levels(target: Target, what: str) -> Iterator[str]:
    if target.floor is not None:
        yield f"{'' if target.level == 'plan' else '确保'}{what}{figure_text(target.floor)}{target.unit}"
    if target.stretch is not None:
        said = "" if target.floor is not None else what
        yield f"力争{said}{figure_text(target.stretch)}{target.unit}"
    if target.floor is None and target.stretch is None:
        yield what


def _dated(work: Work, as_of: date) -> str:
    """10月30日前完成, or 每月10日办理 where the words are silent about it."""
    cadence = work.item.cadence
    if not cadence or work.by_enterprises:
        return ""
    rhythm = Cadence.parse(cadence)
    if rhythm.rhythm != "once":
        return f"{rhythm.label}办理" if rhythm.has_dates and not work.item.text else ""
    days = [day for _, day in rhythm.dates(as_of, work.span.last) if day > as_of]
    return f"{day_told(days[0])}前完成" if days else ""


def _sources(work: Work) -> Iterator[Source]:
    plan = f"计划《{one_line(work.plan.title)}》第{work.item.number}项"
    day = work.plan.started_at.astimezone(LOCAL).date().isoformat()
    for target in work.targets:
        goals = [("确保", target.floor), ("力争", target.stretch)]
        told = "、".join(f"{word}{figure_text(goal)}{target.unit}" for word, goal in goals if goal is not None)
        if told or target.masked:
            yield Source(
                number=told or TO_FILL,
                indicator=target.indicator,
                unit=target.unit,
                day=day,
                by=work.plan.started_by,
                origin=plan,
                target=target.id,
            )
