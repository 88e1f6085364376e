"""What enterprises filed, as a digest tells it: by the cut-off where there was one, and what came after earlier ones.

A cut-off is told in the digest of its own month, 补报 and corrections in that of the month they arrived in: each once.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from notifications.channels.mime import one_line
from plans.periods import Period
from plans.tables import Enterprise, PlanItem
from plans.workdays import Workdays
from plans.zone import instant_at, local_day
from tasks.chasing_tables import CutOff
from tasks.cutoff import cut_off_of, is_chased
from tasks.late import Changed, Correction, LateArrival, corrections, cuts_touched, late_arrivals
from tasks.rollup import Counts
from tasks.states import State
from tasks.tables import Task

Facts = dict[str, Any]
ANNUAL_FORM = "gaoqi_annual"
"""Two years in a row without it may cost an enterprise its certificate (domain.md §2)."""


def span_of(month: Period) -> tuple[datetime, datetime]:
    """The first instant of a month and the first one after it (UTC)."""
    return instant_at(month.first, time.min), instant_at(month.next().first, time.min)


def cut_off_line(cut: CutOff) -> str:
    """One Chinese line of a cut-off: 研发月报（2026年9月）截止：应报3家，已报2家，未报1家。"""
    facts = cut.facts
    told = f"应报{facts['due']['count']}家，已报{facts['filed']['count']}家，未报{len(facts['missing'])}家"
    return f"{facts['item']}（{facts['label']}）截止：{told}"


def filing_facts(session: Session, item: PlanItem, month: Period) -> list[Facts]:
    """The cut-offs of an item that came in the month, oldest first."""
    first, end = span_of(month)
    cuts = select(CutOff).where(CutOff.item_id == item.id, col(CutOff.cut_at) > first, col(CutOff.cut_at) <= end)
    found = session.exec(cuts.order_by(col(CutOff.cut_at), col(CutOff.period))).all()
    return [_cut_facts(session, cut, end) for cut in found if cut.facts["due"]["count"]]


def _cut_facts(session: Session, cut: CutOff, end: datetime) -> Facts:
    facts, since = cut.facts, _filed_since(session, cut, end)
    names = [_missing(one, since) for one in facts["missing"]]
    return {
        "period": cut.period,
        "label": facts["label"],
        "due_on": facts["due_on"],
        "cut_on": facts["cut_on"],
        "due": facts["due"]["count"],
        "filed": facts["filed"]["count"],
        "on_time": facts["on_time"]["count"],
        "late": facts["late"]["count"],
        "zero": facts["zero"],
        "missing": names,
        "exempt": [f"{one_line(one['name'])}（{one_line(one['reason'])}）" for one in facts["exempt"]],
        "rate": _rate(facts["filed"]["count"], facts["due"]["count"]),
        "weight_rate": _rate(facts["filed"]["weight"], facts["due"]["weight"]),
        "on_time_rate": _rate(facts["on_time"]["count"], facts["due"]["count"]),
        "totals": [_total(one) for one in facts["totals"] if one["count"]],
    }


def _missing(one: Mapping[str, Any], since: set[int]) -> str:
    told = "已补报" if one["id"] in since else one["told"]
    return f"{one_line(one['name'])}（{told}）" if told else one_line(one["name"])


def _filed_since(session: Session, cut: CutOff, end: datetime) -> set[int]:
    # Only who has come is asked for, so no workdays are counted.
    return {one.enterprise_id for one in late_arrivals(session, cut, Workdays()) if one.at < end}


def _rate(part: int | str, whole: int | str) -> float | None:
    return float(Decimal(part) / Decimal(whole)) if Decimal(whole) else None


def _total(one: Mapping[str, Any]) -> Facts:
    largest = [{"name": one_line(each["name"]), "share": each["share"]} for each in one["largest"][:3]]
    return {key: one[key] for key in ("label", "unit", "total", "count")} | {"largest": largest}


def missing_names(filings: Iterable[Facts], month: Period) -> list[str]:
    """Who had not filed at the cut-off of what was due in the month."""
    due = (cut for cut in filings if date.fromisoformat(cut["due_on"]) in month)
    return [name for cut in due for name in cut["missing"]]


def cut_counts(session: Session, item: PlanItem, month: Period, counts: Counts) -> Counts:
    """The item's tasks due in the month, with the denominators of its cut-offs once all of them are over."""
    if not is_chased(item):
        return counts
    due = select(Task.period).where(Task.item_id == item.id, Task.state != State.CANCELLED).distinct()
    periods = session.exec(due.where(col(Task.due_on).between(month.first, month.last))).all()
    cuts = [cut_off_of(session, item.id or 0, period) for period in periods]
    if not cuts or None in cuts:
        return counts
    return sum((_counted(cut.facts) for cut in cuts if cut), Counts(silent=counts.silent))


def _counted(facts: Mapping[str, Any]) -> Counts:
    on_time, late = facts["on_time"]["count"], facts["late"]["count"]
    return Counts(due=facts["due"]["count"], on_time=on_time, late=late, overdue=len(facts["missing"]))


def arrived_in(session: Session, month: Period, workdays: Workdays) -> dict[str, list[Facts]]:
    """补报 and corrections that arrived in the month, of whatever was cut off before."""
    first, end = span_of(month)
    cuts = cuts_touched(session, first, end)
    late = ((cut, one) for cut in cuts for one in late_arrivals(session, cut, workdays))
    corrected = ((cut, one) for cut in cuts for one in corrections(session, cut))
    return {
        "late_arrivals": [_late(cut, one) for cut, one in late if first <= one.at < end],
        "corrections": [_corrected(cut, one) for cut, one in corrected if first <= one.at < end],
    }


def _late(cut: CutOff, one: LateArrival) -> Facts:
    late = f"晚{one.days}天（{one.workdays}个工作日）" if one.days else "在延期以内"
    return _of(cut, one) | {"late": late}


def _corrected(cut: CutOff, one: Correction) -> Facts:
    return _of(cut, one) | {"told": "，".join(_changed(each) for each in one.changes)}


def _changed(one: Changed) -> str:
    return f"{one_line(one.label)} {_figure(one.before, one.unit)} 改为 {_figure(one.after, one.unit)}"


def _figure(value: str, unit: str) -> str:
    return value if value == "待填" else f"{value}{unit}"


def _of(cut: CutOff, one: LateArrival | Correction) -> Facts:
    about = {"item": one_line(cut.facts["item"]), "label": cut.facts["label"], "name": one_line(one.name)}
    return about | {"day": local_day(one.at).isoformat()}


def revocation_warnings(session: Session, month: Period) -> list[str]:
    """Who missed the yearly report of high-tech enterprises two years running, told in the month of the second."""
    first, end = span_of(month)
    cuts = session.exec(
        select(CutOff)
        .join(PlanItem, col(PlanItem.id) == col(CutOff.item_id))
        .where(PlanItem.form == ANNUAL_FORM, col(CutOff.cut_at) <= end)
        .order_by(col(CutOff.cut_at))
    ).all()
    return list(_missed_twice(session, cuts, first, end))


def _missed_twice(session: Session, cuts: Iterable[CutOff], first: datetime, end: datetime) -> Iterator[str]:
    missed: dict[Period, set[int]] = {}
    for cut in cuts:
        period = Period.parse(cut.period)
        missed[period] = {one["id"] for one in cut.facts["missing"]} - _filed_since(session, cut, end)
        twice = missed[period] & missed.get(period.previous(), set())
        for key in sorted(twice) if cut.cut_at > first else ():
            years = f"{period.previous().label}和{period.label}"
            name = one_line(session.get_one(Enterprise, key).name)
            yield f"{name}连续两年未报“{one_line(cut.facts['item'])}”（{years}），可能被取消高新技术企业资格，请核实。"
