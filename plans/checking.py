"""Checking a draft against the bureau: every problem with its line, nothing written."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from plans.agenda import CERTIFICATE
from plans.batches import NO_BATCHES, Batches
from plans.cadence import Cadence, CadenceError
from plans.columns import figure_text
from plans.draft import TO_FILL, Draft, DraftFile, DraftItem, Path, duplicates
from plans.periods import Period, PeriodError, Span
from plans.programmes import Programme, Programmes
from plans.reading.model import Problem, Severity
from plans.words import Assignees, DuePolicy, Kind
from plans.workdays import Workdays

PLAN_SPANS = (Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR)
DEFAULT_LADDERS = {Kind.GOAL: "staff", Kind.FILING: "filing", Kind.REVIEW: "staff", Kind.DUTY: "duty"}


@dataclass(frozen=True)
class Bureau:
    """What a draft is checked against. ``known_people`` are in the database already: name → mail address."""

    programmes: Programmes
    ladders: Collection[str]
    forms: Collection[str]
    workdays: Workdays
    known_people: dict[str, str] = field(default_factory=dict)
    known_periods: Collection[str] = ()
    known_items: Collection[int] = ()
    batches: Batches = NO_BATCHES
    has_roster: bool = False


@dataclass(frozen=True)
class Settled:
    """An item with what its programme proposes filled in."""

    kind: Kind
    cadence: str
    due_policy: DuePolicy
    in_arrears: bool
    skip_months: list[int]
    assignees: Assignees
    ladder: str
    form: str
    owner: str


def settle_item(item: DraftItem, programme: Programme, default_owner: str) -> Settled:
    """The item's own words first, then its programme's, then its kind's."""
    kind = item.kind or programme.kind
    return Settled(
        kind=kind,
        cadence=programme.cadence if item.cadence is None else item.cadence,
        due_policy=item.due_policy or programme.due_policy,
        in_arrears=programme.in_arrears if item.in_arrears is None else item.in_arrears,
        skip_months=list(programme.skip_months) if item.skip_months is None else item.skip_months,
        assignees=item.assignees or programme.assignees,
        ladder=item.ladder or programme.ladder or DEFAULT_LADDERS[kind],
        form=programme.form if item.form is None else item.form,
        owner=item.owner or default_owner,
    )


@dataclass(frozen=True)
class Finding:
    """Something about the value at a path of the draft, as in ("items", 0, "owner")."""

    path: Path
    told: str
    quote: object = ""
    severity: Severity = Severity.ERROR


def check_draft(file: DraftFile, bureau: Bureau, today: date) -> list[Problem]:
    """Everything a person must settle (errors) or should know (warnings), by line."""
    if file.draft is None:
        return list(file.problems)
    found = findings(file.draft, bureau, today)
    return [file.problem(one.path, one.told, one.quote, one.severity) for one in found]


def findings(draft: Draft, bureau: Bureau, today: date) -> list[Finding]:
    """The same of a draft that was not written as a file."""
    period = period_of(draft.period)
    return [
        *_period_findings(draft, period, bureau, today),
        *_people_findings(draft),
        *_enterprise_findings(draft),
        *_item_findings(draft, period, bureau, today),
    ]


def period_of(key: str) -> Period | None:
    """The period of a key, or None where it is no key (yet)."""
    try:
        return Period.parse(key)
    except PeriodError:
        return None


def _period_findings(draft: Draft, period: Period | None, bureau: Bureau, today: date) -> Iterator[Finding]:
    if draft.period == TO_FILL:
        yield Finding(("period",), "计划期间没有写明：请填写，如 2026H2（2026年下半年）。", draft.period)
    elif period is None or period.span not in PLAN_SPANS:
        yield Finding(("period",), "计划期间读不懂：请写成 2026H2、2026Q4、2026-10 或 2026。", draft.period)
    elif period.last < today:
        yield Finding(("period",), f"{period.label}已经过去了。", draft.period)
    elif period.key in bureau.known_periods:
        yield Finding(("period",), f"{period.label}的计划已经启动过了。", draft.period)
    else:
        for warning in bureau.workdays.warnings(period.first, period.last):
            yield Finding(("period",), warning, draft.period, Severity.WARNING)
    if draft.bureau == TO_FILL:
        yield Finding(("bureau",), "请填写单位名称，邮件和通报里要用。", draft.bureau)
    if not draft.items:
        yield Finding(("items",), "草稿里没有事项，没有什么可以启动。")


def _people_findings(draft: Draft) -> Iterator[Finding]:
    names = [person.name for person in draft.people]
    for position in duplicates(names):
        yield Finding(("people", position, "name"), f"{names[position]}写了两遍。", names[position])
    for position, person in enumerate(draft.people):
        if not person.mail:
            yield Finding(("people", position), f"{person.name}没有邮箱地址，提醒送不到。", person.name)
        elif not is_address(person.mail):
            yield Finding(("people", position, "mail"), f"{person.name}的邮箱地址不对。", person.mail)


def is_address(mail: str) -> bool:
    """True for what could be a mail address."""
    name, at, host = mail.rpartition("@")
    return bool(name and at and host) and not any(char.isspace() or char in ",;<>，；" for char in mail)


def _enterprise_findings(draft: Draft) -> Iterator[Finding]:
    names = [enterprise.name for enterprise in draft.enterprises]
    for position in duplicates(names):
        yield Finding(("enterprises", position, "name"), f"{names[position]}写了两遍。", names[position])
    codes = [enterprise.credit_code or f"no code {position}" for position, enterprise in enumerate(draft.enterprises)]
    for position in duplicates(codes):
        told = f"{names[position]}的信用代码和前面一家的一样。"
        yield Finding(("enterprises", position, "credit_code"), told, codes[position])
    for position, enterprise in enumerate(draft.enterprises):
        if not enterprise.mail:
            told = f"{enterprise.name}没有邮箱地址，只能电话催报。"
            yield Finding(("enterprises", position), told, enterprise.name, Severity.WARNING)
        elif not is_address(enterprise.mail):
            yield Finding(("enterprises", position, "mail"), f"{enterprise.name}的邮箱地址不对。", enterprise.mail)
        yield from _month_findings(position, enterprise.first_month, enterprise.last_month)


def _month_findings(position: int, first: str, last: str) -> Iterator[Finding]:
    for key, month in (("first_month", first), ("last_month", last)):
        period = period_of(month) if month else None
        if month and (period is None or period.span is not Span.MONTH):
            yield Finding(("enterprises", position, key), "月份请写成 2026-07。", month)


def _item_findings(draft: Draft, period: Period | None, bureau: Bureau, today: date) -> Iterator[Finding]:
    if ownerless := [item.title for item in draft.items if not item.owner and not draft.owner]:
        told = f"有{len(ownerless)}个事项没有责任人：请填写全计划的责任人，或在各事项里写明。"
        yield Finding(("owner",), told)
    for position, item in enumerate(draft.items):
        path = ("items", position)
        yield from _owner_findings(path, item.owner or draft.owner, draft, bureau)
        yield from _target_findings(path, item)
        programme = bureau.programmes.get(item.programme)
        if programme is None:
            told = f"没有“{item.programme}”这条业务线：请改成 {'、'.join(bureau.programmes)} 之一。"
            yield Finding((*path, "programme"), told, item.programme)
        else:
            settled = settle_item(item, programme, draft.owner)
            has_roster = bureau.has_roster or bool(draft.enterprises)
            for fault in (*rule_faults(settled, bureau, has_roster), *cadence_faults(settled, period, today)):
                yield Finding((*path, fault.field), fault.told, fault.quote, fault.severity)
        if item.carried_from is not None and item.carried_from not in bureau.known_items:
            told = f"没有编号为 {item.carried_from} 的事项可以结转：请删去这一行，或改成 duban plan show 里的编号。"
            yield Finding((*path, "carried_from"), told, item.carried_from)


def _owner_findings(path: Path, owner: str, draft: Draft, bureau: Bureau) -> Iterator[Finding]:
    if owner and owner not in bureau.known_people and owner not in {person.name for person in draft.people}:
        yield Finding((*path, "owner"), f"责任人{owner}不在人员名单里：请补上姓名和邮箱。", owner)


def _target_findings(path: Path, item: DraftItem) -> Iterator[Finding]:
    for position, target in enumerate(item.targets):
        where = (*path, "targets", position)
        if told := goal_fault(target.indicator, target.floor, target.stretch):
            yield Finding((*where, "floor"), told, target.floor)
        if target.masked and target.floor is None and target.stretch is None:
            told = f"“{target.indicator}”的数字是待填，暂时不能算完成率。"
            yield Finding(where, told, target.quote, Severity.WARNING)


def goal_fault(indicator: str, floor: Decimal | None, stretch: Decimal | None) -> str:
    """What is wrong with 确保 and 力争 together, or nothing."""
    if floor is None or stretch is None or floor <= stretch:
        return ""
    return f"“{indicator}”的确保（{figure_text(floor)}）比力争（{figure_text(stretch)}）还高。"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of a settled item."""

    field: str
    told: str
    quote: object = ""
    severity: Severity = Severity.ERROR


def rule_faults(settled: Settled, bureau: Bureau, has_roster: bool) -> Iterator[Fault]:
    """A ladder or form that is not there, or enterprises without a roster or a form."""
    if settled.ladder not in bureau.ladders:
        told = f"没有“{settled.ladder}”这个催办阶梯：可以用 {'、'.join(bureau.ladders)}。"
        yield Fault("ladder", told, settled.ladder)
    if settled.form and settled.form not in bureau.forms:
        yield Fault("form", f"没有“{settled.form}”这张报表：可以用 {'、'.join(bureau.forms)}。", settled.form)
    if settled.assignees is Assignees.ENTERPRISES and not has_roster:
        yield Fault("assignees", "这一项要企业填报，但名册里还没有企业：请在名册里列出。")
    if settled.cadence == CERTIFICATE and settled.assignees is not Assignees.ENTERPRISES:
        yield Fault("assignees", "按证书到期安排的事项由企业各办各的：请把 assignees 写成 enterprises。")
    if settled.assignees is Assignees.ENTERPRISES and not settled.form:
        yield Fault("form", "这一项要企业填报，请写明用哪张报表。")


def cadence_faults(settled: Settled, period: Period | None, today: date) -> Iterator[Fault]:
    """A rhythm nobody can read, or one without a date that is still to come in the plan's period."""
    if not settled.cadence:
        if settled.kind is not Kind.GOAL:
            told = "没有写明频次或日期，暂不安排任务；请填频次，如 monthly:10 或 once:2026-09-30。"
            yield Fault("cadence", told, severity=Severity.WARNING)
        return
    try:
        cadence = Cadence.parse(settled.cadence)
    except CadenceError as error:
        yield Fault("cadence", str(error), settled.cadence)
        return
    if cadence.rhythm == "irregular":
        told = "不定期的事项不自动安排任务；定下日期后请改频次。"
        yield Fault("cadence", told, severity=Severity.WARNING)
    elif cadence.rhythm == CERTIFICATE:
        return  # Its dates come with the certificates.
    elif cadence.rhythm == "once":
        yield from _single_date_faults(date.fromisoformat(cadence.day), period, today)
    elif period and not any(cadence.dates(max(period.first, today), period.last)):
        yield Fault("cadence", "按这个频次，本期里已经没有到期日了。", settled.cadence, Severity.WARNING)


def _single_date_faults(day: date, period: Period | None, today: date) -> Iterator[Fault]:
    if day < today:
        yield Fault("cadence", f"到期日 {day} 已经过去了。", day)
    elif period and day not in period:
        yield Fault("cadence", f"到期日 {day} 不在{period.label}内。", day)
