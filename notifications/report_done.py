"""一、工作完成情况: by line of work, each item in the sentences of its line, from what was recorded alone."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from notifications.channels.mime import one_line
from notifications.report_clauses import base_told, day_told, joined, target_told, whole
from notifications.report_figures import Figures, Source, Told
from notifications.report_items import Note, Work
from notifications.report_sentences import OTHER, Sentences, filled
from notifications.writing import percent
from plans.periods import Period
from plans.programmes import Programmes
from plans.reading.formats.numerals import written
from plans.reading.lines_of_work import programme_of
from plans.sheet.stretches import squeezed
from plans.tables import BaseFigure, Target

Cuts = Mapping[int, Mapping[str, Any]]
"""By item, the last cut-off of the period of what enterprises file (notifications/digest_filings.py)."""
_TIMED = re.compile("全年|今年|[上下]半年|20[0-9]{2}年|第?[一二三四]季度")
MOST_NOTES = 5
"""Notes an item tells; the others are among the sources."""


@dataclass(frozen=True)
class About:
    """What a report tells of, and in which words."""

    period: Period
    as_of: date
    area: str
    sentences: Sentences
    programmes: Programmes

    def name_of(self, target: Target, work: Work) -> str:
        """What a target is called where it does not stand beside its item."""
        return self.sentences.of(work.item.programme).named(one_line(target.indicator))


@dataclass(frozen=True)
class Entry:
    """One item as it is told: its title, and what goes into the places of the sentences of its line."""

    title: str
    places: Mapping[str, Told]

    @property
    def is_told(self) -> bool:
        return any(one.text for one in self.places.values())


@dataclass(frozen=True)
class Passage:
    """One line of work: its heading and paragraph."""

    programme: str
    heading: str
    told: Told


def passages(works: Sequence[Work], figures: Figures, cuts: Cuts, about: About) -> list[Passage]:
    """Every line of work with something recorded, in the order of the plan; 其他工作 last."""
    grouped: dict[str, list[Entry]] = {}
    several = len({work.plan.id for work in works}) > 1
    for work in works:
        entry = _entry(work, figures, cuts, about, several)
        if entry.is_told:
            grouped.setdefault(_line(work.item.programme, about), []).append(entry)
    for key, rows in _bases_by_line(figures.bases, about).items():
        told = joined(base_told(row, about.period, about.sentences.verbs) for row in rows)
        grouped.setdefault(key, []).append(Entry("", {"指标": told}))
    if OTHER in grouped:
        grouped[OTHER] = grouped.pop(OTHER)
    return [_passage(key, entries, about) for key, entries in grouped.items()]


def _line(programme: str, about: About) -> str:
    return programme if programme in about.programmes else OTHER


def _bases_by_line(rows: Iterable[BaseFigure], about: About) -> dict[str, list[BaseFigure]]:
    found: dict[str, list[BaseFigure]] = {}
    for row in rows:
        found.setdefault(programme_of(squeezed(f"{row.indicator}{row.quote}"), "", about.programmes), []).append(row)
    return found


def _entry(work: Work, figures: Figures, cuts: Cuts, about: About, several: bool) -> Entry:
    notes = [one for one in work.notes if _is_progress(one, about.sentences)]
    title = f"{work.title}（{work.span.label}计划）" if several else work.title
    return Entry(
        title,
        {
            "指标": _figures(work, figures, about),
            "办理": _handled(work),
            "报送": _filed(work, cuts.get(work.item.id or 0)),
            "说明": joined((noted(work, one.text, one.by, one.day, one.task) for one in notes[-MOST_NOTES:]), "。"),
        },
    )


def _is_progress(note: Note, sentences: Sentences) -> bool:
    return not (note.hinders or sentences.is_problem(note.text) or sentences.tells_nothing(note.text))


def noted(work: Work, text: str, by: str, day: date, task: int) -> Told:
    """What somebody wrote, without its stop; a source where it holds a number."""
    said = text.rstrip("。.；;，,、 ")
    if not any(char.isdigit() for char in said):
        return Told(said)
    origin = f"任务{task}的说明：{said}"
    return Told(
        said, (Source(number="说明", indicator=work.title, day=day.isoformat(), by=by, origin=origin, task=task),)
    )


def _figures(work: Work, figures: Figures, about: About) -> Told:
    measured = [one for one in work.targets if not one.qualitative]
    return joined(
        target_told(
            one,
            figures.targets.get(one.id or 0, ()),
            about.name_of(one, work),
            about.period,
            about.sentences.verbs,
            title=work.title,
            shared=whole(one, about.period, work.span),
        )
        for one in measured
    )


def _handled(work: Work) -> Told:
    """How often what was due was done; a goal is told by its figures, and what enterprises file by itself."""
    due, done = work.due.due, work.due.done
    if work.by_enterprises or work.tells_figures or not done:
        return Told()
    if due == 1 and work.done_on:
        return _counted(work, f"{work.title}，已于{day_told(work.done_on)}完成", day_told(work.done_on))
    if due == done:
        in_time = "" if work.due.late else "按计划"
        return _counted(work, f"{work.title}，{in_time}完成{done}次", f"{done}次")
    return _counted(work, f"{work.title}，应完成{due}次，实际完成{done}次", f"{due}次、{done}次")


def _counted(work: Work, text: str, number: str) -> Told:
    counts = work.due
    origin = f"按任务台账计算：到期{counts.due}，按时{counts.on_time}，迟办{counts.late}，逾期未办{counts.overdue}"
    return Told(text, (Source(number=number, indicator=work.title, origin=origin),))


def _filed(work: Work, cut: Mapping[str, Any] | None) -> Told:
    """What enterprises filed in the period, and what their last reports add up to."""
    due, done = work.due.due, work.due.done
    if not work.by_enterprises or not due:
        return Told()
    filed = f"已报{done}家次，其中按时{work.due.on_time}家次，报送率{percent(done / due)}" if done else "尚未报送"
    told = f"企业应报{due}家次，{filed}"
    return joined([_counted(work, told, f"{due}家次、{done}家次"), *_totalled(work, cut)])


def _totalled(work: Work, cut: Mapping[str, Any] | None) -> Iterator[Told]:
    """46家企业填报研发人员332人、本月研发费用650.1万元: what the last reports add up to."""
    by_count: dict[int, list[Mapping[str, Any]]] = {}
    for total in cut["totals"] if cut else ():
        by_count.setdefault(total["count"], []).append(total)
    for nth, (count, totals) in enumerate(by_count.items()):
        sums = "、".join(f"{one['label']}{one['total']}{one['unit']}" for one in totals)
        month = f"{cut['label']}，" if cut and not nth else ""
        yield Told(f"{month}{count}家企业填报{sums}", tuple(_total_source(work, cut, one) for one in totals if cut))


def _total_source(work: Work, cut: Mapping[str, Any], total: Mapping[str, Any]) -> Source:
    return Source(
        number=f"{total['total']}{total['unit']}",
        indicator=total["label"],
        unit=total["unit"],
        day=cut["cut_on"],
        origin=f"{work.title}（{cut['label']}）{total['count']}家企业填报汇总",
    )


def _passage(programme: str, entries: Sequence[Entry], about: About) -> Passage:
    wording = about.sentences.of(programme)
    known = about.programmes.get(programme)
    heading = wording.heading or (known.name if known else about.programmes[OTHER].name)
    sources = tuple(source for one in entries for place in one.places.values() for source in place.sources)
    return Passage(programme, heading, Told("".join(_told(entries, wording.done, about)), sources))


def _told(entries: Sequence[Entry], template: str, about: About) -> Iterator[str]:
    """The entries one after the other; 一是, 二是 where there are several."""
    for nth, entry in enumerate(entries, 1):
        said = filled(template, _values(entry, about))
        if len(entries) > 1:
            lead = "" if not entry.title or said.startswith(entry.title) else f"{entry.title}。"
            said = f"{written(nth, 'chineseCounting')}是{lead}{said}"
        yield said


def _values(entry: Entry, about: About) -> dict[str, str]:
    empty = dict.fromkeys(("指标", "办理", "报送", "说明"), "")
    said = {name: one.text for name, one in entry.places.items()}
    named = {"期间": about.period.label, "截至": day_told(about.as_of), "全县": _area(said["指标"], about.area)}
    return empty | said | named


def _area(figures: str, area: str) -> str:
    """全县, where it is not said already and no time opens the words."""
    return "" if not figures or area in figures or _TIMED.match(figures) else area
