"""工作总结: the half-year, quarter or year as a bureau writes it, drafted from what was recorded and nothing else.

Facts are plain values (JSON) with the sentences in them, the sources of their numbers, and what nobody has recorded.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment
from sqlmodel import Session

from notifications.channels.mime import one_line
from notifications.digest_filings import filing_facts
from notifications.report_ahead import Intent, intents
from notifications.report_clauses import day_told
from notifications.report_done import About, Passage, passages
from notifications.report_figures import Figures, Source, Told, figures_of
from notifications.report_items import Work, as_of_day, plan_after, plans_touching, works_of
from notifications.report_problems import problems
from notifications.report_sentences import COUNTED, Sentences, filled, load_sentences
from notifications.writing import environment
from plans.errors import Refused
from plans.periods import Period, Span
from plans.programmes import Programmes, load_programmes
from plans.reading.formats.numerals import written
from plans.tables import Plan
from plans.zone import local_day
from tasks.lights import Gauge
from tasks.rollup import Counts

Facts = dict[str, Any]
DONE, PROBLEMS = "工作完成情况", "存在的问题"
_MARKS = re.compile(r"[\\\\`*_\[\]<>|#]")
_AREA = re.compile("[县区市旗](?!.*[县区市旗].*局)")


class NothingToReport(Refused):
    """2026年上半年没有计划，也没有登记过的数字，写不出工作总结。"""


def report_facts(
    session: Session,
    period: Period,
    now: datetime,
    gauge: Gauge,
    programmes: Programmes | None = None,
    sentences: Sentences | None = None,
) -> Facts:
    """The facts of a period as they stand at its last day, or today while it is running. Raises NothingToReport."""
    _require_begun(period, now)
    as_of = as_of_day(period, now)
    plans, after = plans_touching(session, period), plan_after(session, period)
    works = [work for plan in plans for work in works_of(session, plan, period, as_of)]
    following = works_of(session, after, period, as_of) if after else []
    figures = figures_of(session, [one for work in works for one in work.targets], period, local_day(now))
    bureau = _bureau([*plans, *([after] if after else [])], figures, period)
    about = About(
        period=period,
        as_of=as_of,
        area=_area(bureau),
        sentences=sentences or load_sentences(),
        programmes=load_programmes() if programmes is None else programmes,
    )
    done = passages(works, figures, _cuts(session, works, period), about)
    wrong = problems(works, figures, about, gauge.thresholds)
    ahead = intents(works, following, figures, as_of, about.sentences.verbs)
    return _facts(bureau, plans, works, figures, about, done, wrong, ahead)


def _require_begun(period: Period, now: datetime) -> None:
    if period.first > local_day(now):
        raise NothingToReport(f"{period.label}还没有开始，写不出工作总结：请换一个期间。")


def _bureau(plans: Sequence[Plan], figures: Figures, period: Period) -> str:
    if not plans or (not figures.bases and Period.parse(plans[0].period).first > period.last):
        raise NothingToReport(
            f"{period.label}没有计划，也没有登记过的数字，写不出工作总结：请换一个期间，或先启动这一期的计划。"
        )
    return one_line(plans[-1].bureau)


def _area(bureau: str) -> str:
    """全县 for 云溪县科技局."""
    found = _AREA.search(bureau)
    return f"全{found.group()}" if found else ""


def _cuts(session: Session, works: Sequence[Work], period: Period) -> dict[int, Mapping[str, Any]]:
    """The last cut-off of the period of each item that enterprises file."""
    found: dict[int, Mapping[str, Any]] = {}
    for work in works:
        months = reversed(list(period.split(Span.MONTH))) if work.by_enterprises else ()
        cuts = next((cuts for month in months if (cuts := filing_facts(session, work.item, month))), None)
        if cuts:
            found[work.item.id or 0] = cuts[-1]
    return found


def _facts(
    bureau: str,
    plans: Sequence[Plan],
    works: Sequence[Work],
    figures: Figures,
    about: About,
    done: Sequence[Passage],
    wrong: Sequence[Told],
    ahead: Sequence[Intent],
) -> Facts:
    sources = [*_of_preface(works), *(each for one in done for each in one.told.sources)]
    sources += [each for one in wrong for each in one.sources]
    sources += [each for one in ahead for each in one.sources]
    return {
        "bureau": bureau,
        "period": about.period.key,
        "label": about.period.label,
        "as_of": about.as_of.isoformat(),
        "title": f"{bureau}{about.period.label}工作总结",
        "plans": [one_line(plan.title) for plan in plans],
        "preface": _preface(bureau, plans, works, about),
        "done": [{"programme": one.programme, "heading": one.heading, "text": one.told.text} for one in done],
        "problems": [one.text for one in wrong],
        "nothing": _nothing(about),
        "ahead_heading": "下半年工作打算" if about.period.key.endswith("H1") else "下一步工作打算",
        "ahead": [{"title": one.title, "text": one.text} for one in ahead],
        "no_plan": about.sentences.no_plan,
        "missing": list(dict.fromkeys(_missing(works, figures))),
        "sources": [asdict(one) for one in dict.fromkeys(sources)],
    }


def _nothing(about: About) -> str:
    return about.sentences.nothing.format_map({"截至": day_told(about.as_of)})


def _preface(bureau: str, plans: Sequence[Plan], works: Sequence[Work], about: About) -> str:
    own = sum(_counted(works), Counts())
    counts = {"到期": own.due, "办结": own.done, "按时": own.on_time}
    values = {
        "期间": about.period.label,
        "单位": bureau,
        "计划": "、".join(f"《{one_line(plan.title).strip('《》')}》" for plan in plans) or "年度计划",
        "截至": day_told(about.as_of),
    } | {name: str(count) if own.due else "" for name, count in counts.items()}
    return filled(about.sentences.preface, values, COUNTED)


def _counted(works: Sequence[Work]) -> Iterator[Counts]:
    """The counts of the bureau's own work that has a day; how far goals are is told by figures."""
    return (work.due for work in works if not work.by_enterprises and not work.tells_figures)


def _of_preface(works: Sequence[Work]) -> Iterator[Source]:
    own = sum(_counted(works), Counts())
    if own.due:
        number = f"{own.due}项、{own.done}项、{own.on_time}项"
        origin = "按任务台账计算，不含企业报送和指标报数"
        yield Source(number=number, indicator="到期、办结和按时办结的任务", origin=origin)


def _missing(works: Sequence[Work], figures: Figures) -> Iterator[str]:
    """What nobody has recorded, for whoever completes the draft."""
    for work in works:
        measured = [one for one in work.targets if not one.qualitative]
        for target in measured:
            if not figures.targets.get(target.id or 0):
                yield f"{work.title}：{one_line(target.indicator)}还没有报过数"
            if target.masked:
                yield f"{work.title}：{one_line(target.indicator)}的目标数待填"
        if not measured and not work.due.done and not work.notes:
            yield f"{work.title}：没有办理记录"


def problem_lines(facts: Mapping[str, Any]) -> list[str]:
    """The paragraphs of 二、: 一是, 二是 where there are several."""
    told: list[str] = facts["problems"] or [facts["nothing"]]
    if len(told) == 1:
        return told
    return [f"{written(nth, 'chineseCounting')}是{one}" for nth, one in enumerate(told, 1)]


def as_markdown(facts: Facts, made_at: datetime) -> str:
    """The draft as Markdown, its sources behind it."""
    return _rendered("report/text.txt.j2", facts, made_at)


def as_html(facts: Facts, made_at: datetime) -> str:
    """The draft as a page that stands alone."""
    return _rendered("report/page.html.j2", facts, made_at)


def _rendered(template: str, facts: Facts, made_at: datetime) -> str:
    day: date = local_day(made_at)
    signed = f"{day.year}年{day_told(day)}"
    return _environment().get_template(template).render(facts=facts, problems=problem_lines(facts), signed=signed)


@cache
def _environment() -> Environment:
    made = environment().overlay()
    made.filters = made.filters | {"chinese": chinese, "plain": _in_markdown}
    return made


def chinese(number: int) -> str:
    """十一 of 11."""
    return written(number, "chineseCounting")


def _in_markdown(text: str) -> str:
    """Words that stay words: no name becomes a heading, a table's edge or a tag."""
    return _MARKS.sub(r"\\\g<0>", one_line(text))
