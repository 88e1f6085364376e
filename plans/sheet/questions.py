"""What only a person can answer before a sheet becomes a plan, and everything that is wrong with it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from plans.checking import Bureau, Finding, findings, period_of, settle_item
from plans.periods import Period, Span
from plans.reading.dates import due_of
from plans.reading.model import Problem, Severity
from plans.sheet.answers import OWNER, ROSTER
from plans.sheet.dating import single_day
from plans.sheet.model import Sheet, SheetItem, Standing
from plans.sheet.usable import figure_faults
from plans.words import Assignees, Kind

RHYTHMS = (
    ("weekly", "每周"),
    ("monthly", "每月"),
    ("quarterly", "每季度"),
    ("half-yearly", "每半年"),
    ("annual", "每年"),
    ("irregular", "不定期，不自动安排"),
)
FORM = "这一项由企业填报，但名册里还没有企业：由谁来报？"
LEAVE_UNDATED = (("undated", "这些日期不再安排任务"),)


@dataclass(frozen=True)
class Question:
    """One thing to fill. `path` is what `verbs.answer` takes the value under; `place` is where the document says it.

    `needed`: the plan cannot start without it. `item` is the key of the item it is about. `value` is a proposal.
    With `choices` (value, words) one of them is chosen; a cadence and a period may also be typed.
    """

    path: str
    told: str
    quote: str = ""
    value: str = ""
    needed: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    place: tuple[int, int] | None = None
    item: int | None = None


def questions(sheet: Sheet, bureau: Bureau, today: date) -> tuple[Question, ...]:
    """What is still to answer, what is needed first."""
    kept = sheet.kept()
    asked = [
        *_about_the_head(sheet, findings(sheet.draft(), bureau, today), today),
        *_owners(sheet, kept),
        *_mails(sheet, kept, bureau),
        *_past_days(kept, today),
        *_forms(sheet, kept, bureau),
        *_rhythms(sheet, kept),
        *_hidden_figures(kept),
    ]
    return tuple(sorted(asked, key=lambda question: not question.needed))


def problems(sheet: Sheet, bureau: Bureau, today: date) -> list[tuple[int | None, Problem]]:
    """All that check_draft says, and which figures cannot be kept, with the key of the item. Lines are 0."""
    keys = [one.key for one in sheet.kept()]
    found = [(_key(one, keys), _problem(one)) for one in findings(sheet.draft(), bureau, today)]
    return found + [(key, _warning(told, quote)) for key, told, quote in figure_faults(sheet)]


def _key(finding: Finding, keys: Sequence[int]) -> int | None:
    where, *position = finding.path
    return keys[position[0]] if where == "items" and position and isinstance(position[0], int) else None


def _problem(finding: Finding) -> Problem:
    return Problem(line=0, severity=finding.severity, message=finding.told, quote=str(finding.quote))


def _warning(told: str, quote: str) -> Problem:
    return Problem(line=0, severity=Severity.WARNING, message=told, quote=quote)


def _about_the_head(sheet: Sheet, found: Sequence[Finding], today: date) -> Iterator[Question]:
    if not sheet.bureau:
        yield Question("bureau", "单位名称是什么？邮件和通报里要用。")
    told = next((one.told for one in found if one.path == ("period",) and one.severity is Severity.ERROR), "")
    if told and _year_is_hidden(sheet.period):
        told = f"文中的年份被隐去了（{sheet.period}）：这是哪一年的计划？"
        years = tuple((str(year), f"{year}年") for year in (today.year, today.year + 1))
        yield Question("year", told, quote=sheet.period, choices=years)
    elif told:
        value = sheet.period if period_of(sheet.period) else ""
        yield Question("period", told, value=value, choices=_coming_periods(today))


def _year_is_hidden(period: str) -> bool:
    """20_H2 says which half, not which year."""
    year = period.split("H")[0].split("Q")[0]
    return bool(year) and not year.isdecimal() and period_of(f"2026{period[len(year) :]}") is not None


def _coming_periods(today: date) -> tuple[tuple[str, str], ...]:
    now = [Period.containing(span, today) for span in (Span.HALF, Span.YEAR, Span.QUARTER, Span.MONTH)]
    return tuple((period.key, period.label) for one in now for period in (one, one.next()))


def _owners(sheet: Sheet, kept: Sequence[SheetItem]) -> Iterator[Question]:
    nobody = [one for one in kept if not one.item.owner]
    if nobody and not sheet.owner:
        yield Question("owner", f"有{len(nobody)}个事项没有写明责任人：默认由谁负责？请填一个人的姓名。")
    offices = Counter(one.office for one in nobody if one.office)
    for office, count in offices.items():
        first = next(one for one in nobody if one.office == office)
        told = f"写给“{office}”的{count}个事项由谁承办？空着就由默认的责任人承办。"
        yield Question(f"office.{office}", told, quote=office, needed=False, place=_place(first))


def _mails(sheet: Sheet, kept: Sequence[SheetItem], bureau: Bureau) -> Iterator[Question]:
    given = {person.name: person.mail for person in sheet.people}
    owners = [name for one in kept if (name := one.item.owner or sheet.owner)]
    for name in dict.fromkeys([*owners, *given]):
        unknown = name not in given and name not in bureau.known_people
        if unknown or (name in given and not given[name]):
            yield Question(f"people.{name}.mail", f"{name}的邮箱地址是什么？提醒发到那里。")


def _past_days(kept: Sequence[SheetItem], today: date) -> Iterator[Question]:
    late = [one for one in kept if (day := single_day(one.item.cadence)) and day < today]
    if late:
        titles = "、".join(f"“{one.item.title[:20]}”" for one in late[:3])
        named = f"{titles}等" if len(late) > 3 else titles
        told = f"有{len(late)}个事项写明的日期已经过去了（{named}）：要么逐项改，要么都不再按这些日期安排。"
        place, quote = _place(late[0]), next(iter(late[0].deadlines), "")
        yield Question(f"past.{today}", told, quote, choices=LEAVE_UNDATED, place=place, item=late[0].key)


def _forms(sheet: Sheet, kept: Sequence[SheetItem], bureau: Bureau) -> Iterator[Question]:
    if bureau.has_roster or any(one.standing is Standing.CONFIRMED for one in sheet.enterprises):
        return
    named = sum(one.standing is Standing.PROPOSED for one in sheet.enterprises)
    choices = [(ROSTER, f"文中提到的{named}家企业都列入名册，由企业填报")] if named else []
    choices.append((OWNER, "先由责任人汇总报送"))
    for one in kept:
        programme = bureau.programmes.get(one.item.programme)
        if programme and settle_item(one.item, programme, "").assignees is Assignees.ENTERPRISES:
            about = f"“{one.item.title[:40]}”：{FORM}"
            yield Question(f"items.{one.key}.form", about, choices=tuple(choices), place=_place(one), item=one.key)


def _rhythms(sheet: Sheet, kept: Sequence[SheetItem]) -> Iterator[Question]:
    for one in kept:
        written = next(iter(one.deadlines), one.rhythm)
        if one.item.cadence or one.item.kind is Kind.GOAL or not written:
            continue
        why = _why_undated(one, sheet.period)
        told = f"“{one.item.title[:40]}”：{why}空着就暂不安排任务。"
        path = f"items.{one.key}.cadence"
        yield Question(path, told, written, needed=False, choices=RHYTHMS, place=_place(one), item=one.key)


def _why_undated(one: SheetItem, period: str) -> str:
    if not one.deadlines:
        return f"文中只写“{one.rhythm[:40]}”，多久一次、哪一天？"
    return due_of(one.deadlines[0], period or None).question or f"完成时限“{one.deadlines[0][:40]}”不在计划期间内。"


def _hidden_figures(kept: Sequence[SheetItem]) -> Iterator[Question]:
    for one in kept:
        for position, target in enumerate(one.item.targets):
            if target.masked and target.floor is None and target.stretch is None:
                path = f"items.{one.key}.targets.{position}.floor"
                unit = f"（{target.unit}）" if target.unit else ""
                told = f"“{target.indicator}”的目标数在文中被隐去了，是多少{unit}？不知道就空着，算作待填。"
                yield Question(path, told, target.quote, needed=False, place=_place(one), item=one.key)


def _place(one: SheetItem) -> tuple[int, int] | None:
    return one.places[0] if one.places else None
