"""二、存在的问题: goals behind the time or not reached, tasks nobody finished in time, and what people wrote of it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from notifications.report_clauses import goals_of, joined, whole
from notifications.report_done import About, noted
from notifications.report_figures import Figures, Source, Told
from notifications.report_items import Work
from notifications.writing import percent
from plans.tables import Target
from tasks.lights import Light, Thresholds, share, target_light

MOST_NAMED = 10
"""Titles a point names; of more it says how many."""


def problems(works: Sequence[Work], figures: Figures, about: About, thresholds: Thresholds) -> list[Told]:
    """The points, each headed; none where nothing is late, slow or noted."""
    found = {
        "slow": _capped([one for work in works for one in _slow(work, figures, about, thresholds)]),
        "short": _capped([one for work in works for one in _short(work, figures, about)]),
        "overdue": _capped([one for work in works for one in _overdue(work)]),
        "lapsed": _capped([one for work in works for one in _lapsed(work)]),
        "noted": joined([one for work in works for one in _hindered(work, about)], "；"),
    }
    heads = about.sentences.headings
    return [Told(f"{heads[key]}。{told.text}。", told.sources) for key, told in found.items() if told.text]


def _capped(found: Sequence[Told]) -> Told:
    told = joined(found[:MOST_NAMED])
    if len(found) <= MOST_NAMED:
        return told
    return Told(f"{told.text}等共{len(found)}项", told.sources)


def _judged(work: Work, figures: Figures, about: About) -> Iterator[tuple[Target, Decimal, str, Decimal, float]]:
    """Each measured target with a figure: its value, and the first of its goals with the share reached."""
    for target in work.targets:
        values = figures.targets.get(target.id or 0, ())
        goals = list(goals_of(target))
        if not values or not goals or target.masked or target.qualitative or not whole(target, about.period, work.span):
            continue
        word, goal = goals[0]
        reached = share(values[-1].number, goal)
        if reached is not None:
            yield target, values[-1].number, word, goal, reached


def _slow(work: Work, figures: Figures, about: About, thresholds: Thresholds) -> Iterator[Told]:
    elapsed = work.span.elapsed(about.as_of)
    for target, _, word, _, reached in _judged(work, figures, about):
        if elapsed < 1 and target_light(reached, elapsed, thresholds) in (Light.YELLOW, Light.RED):
            behind = f"{(elapsed - reached) * 100:.1f}个百分点".replace(".0个", "个")
            told = f"{about.name_of(target, work)}完成{word}目标的{percent(reached)}，慢于序时进度{behind}"
            yield _reckoned(target, told, behind, f"序时进度{percent(elapsed)}－{percent(reached)}")


def _short(work: Work, figures: Figures, about: About) -> Iterator[Told]:
    if work.span.elapsed(about.as_of) < 1:
        return
    for target, _, word, _, reached in _judged(work, figures, about):
        if reached < 1:
            told = f"{about.name_of(target, work)}完成{word}目标的{percent(reached)}"
            yield _reckoned(target, told, percent(reached), "期末报数÷目标")


def _reckoned(target: Target, text: str, number: str, origin: str) -> Told:
    return Told(text, (Source(number=number, indicator=target.indicator, origin=f"计算：{origin}", target=target.id),))


def _overdue(work: Work) -> Iterator[Told]:
    count, unit = work.standing.overdue, "家次" if work.by_enterprises else "次"
    if count and not work.tells_figures:
        undone = "未报" if work.by_enterprises else "未办"
        yield _counted(work, f"{work.title}逾期{undone}{count}{unit}", f"{count}{unit}")


def _lapsed(work: Work) -> Iterator[Told]:
    if work.due.lapsed:
        yield _counted(work, f"{work.title}未办{work.due.lapsed}次", f"{work.due.lapsed}次")


def _counted(work: Work, text: str, number: str) -> Told:
    return Told(text, (Source(number=number, indicator=work.title, origin="按任务台账计算"),))


def _hindered(work: Work, about: About) -> Iterator[Told]:
    for one in work.notes:
        if one.hinders or about.sentences.is_problem(one.text):
            told = noted(work, one.text, one.by, one.day, one.task)
            yield Told(f"{work.title}：{told.text}", told.sources)
