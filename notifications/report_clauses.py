"""Clauses of a 工作总结: a figure with its calibre, 同比 and share of its goals, as bureaus write them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from notifications.channels.mime import one_line
from notifications.report_figures import Source, Told, Value, adds_up, base_source, value_sources
from notifications.report_sentences import Verbs
from notifications.writing import percent
from plans.columns import figure_text
from plans.periods import Period, Span
from plans.sheet.stretches import counted, stretch_told
from plans.tables import BaseFigure, Target
from tasks.lights import share

TO_FILL = "待填"


def day_told(day: date) -> str:
    """6月30日."""
    return f"{day.month}月{day.day}日"


def target_told(
    target: Target, values: Sequence[Value], indicator: str, span: Period, verbs: Verbs, *, title: str, shared: bool
) -> Told:
    """A target with its figures: 完成高新技术企业认定4家，同比增长33.3%，完成确保目标的80%; 待填 where there is none.

    ``indicator`` is what it is called, ``span`` the stretch the report tells of, ``title`` its item's; ``shared`` tells
    the share of the goals.
    """
    if not values:
        return Told(f"{indicator}{TO_FILL}")
    newest = values[-1]
    verb = verbs.before(indicator, target.unit) if newest.number and not newest.calibre else ""
    numbers = "、".join(_number(indicator, target.unit, one, span) for one in values)
    sources = [source for one in values for source in value_sources(target, one, title)]
    grown = [_grown(target, one) for one in values[-1:] if one.yoy]
    beside = joined([*grown, _shares(target, newest) if shared else Told()], "，")
    text = "，".join(filter(None, (f"{verb}{indicator}{numbers}", beside.text)))
    return Told(text, (*sources, *beside.sources))


def _number(indicator: str, unit: str, value: Value, span: Period) -> str:
    calibre = f"{value.calibre}数据" if value.calibre and value.calibre not in indicator else ""
    stale = value.about < Period.containing(Span.MONTH, span.last).first
    return f"{calibre}{figure_text(value.number)}{unit}" + (f"（截至{day_told(value.about)}）" if stale else "")


def _grown(target: Target, value: Value) -> Told:
    origin = f"与《{value.base}》的基数比" if value.base else "与上年同期的报数比"
    return Told(f"同比{value.yoy}", (_reckoned(target, f"同比{value.yoy}", origin),))


def _reckoned(target: Target, number: str, origin: str) -> Source:
    return Source(number=number, indicator=target.indicator, origin=f"计算：{origin}", target=target.id)


def _shares(target: Target, value: Value) -> Told:
    """What the figure is of 确保 and 力争: 完成确保目标的80%、力争目标的50%; 达到确保目标，完成力争目标的62.5%."""
    if target.masked or not value.number or target.level == "workload":
        return Told()
    goals = [(word, goal, reached) for word, goal in goals_of(target) if (reached := share(value.number, goal))]
    # With 力争 reached, 确保 says no more.
    kept = goals[-1:] if goals and goals[-1][2] >= 1 else goals
    said = [f"达到{word}目标" if reached >= 1 else f"完成{word}目标的{percent(reached)}" for word, _, reached in kept]
    text = "，".join(said) if kept and kept[0][2] >= 1 else "，".join(said).replace("，完成", "、")
    return Told(text, tuple(_reckoned_share(target, value, *one) for one in kept))


def _reckoned_share(target: Target, value: Value, word: str, goal: Decimal, reached: float) -> Source:
    reckoning = f"{figure_text(value.number)}{target.unit}÷{word}{figure_text(goal)}{target.unit}"
    return _reckoned(target, percent(reached), reckoning)


def goals_of(target: Target) -> Iterator[tuple[str, Decimal]]:
    """确保 and 力争 with their numbers; a number that was only planned is 计划."""
    if target.floor is not None:
        yield "计划" if target.level == "plan" else "确保", target.floor
    if target.stretch is not None:
        yield "力争", target.stretch


def base_told(row: BaseFigure, span: Period, verbs: Verbs) -> Told:
    """A figure that a document gave for the period."""
    indicator = one_line(row.indicator)
    calibre = f"{row.calibre}数据" if row.calibre and row.calibre not in indicator else ""
    verb = verbs.before(indicator, row.unit) if row.value and not calibre else ""
    part = "" if counted(row.period)[1] == span.last else f"{stretch_told(row.period)}"
    return Told(f"{part}{verb}{indicator}{calibre}{figure_text(row.value)}{row.unit}", (base_source(row),))


def joined(told: Iterable[Told], link: str = "；") -> Told:
    """Several pieces as one."""
    kept = [one for one in told if one.text]
    return Told(link.join(one.text for one in kept), tuple(source for one in kept for source in one.sources))


def whole(target: Target, period: Period, plan: Period) -> bool:
    """Whether the figure of the period is all that was done for the goal, so that its share can be told."""
    return not adds_up(target) or period.first <= plan.first
