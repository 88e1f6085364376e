"""电话催报名单: whom an officer should ring today, largest first; read from what is there, nothing is kept for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from notifications.audience import Staff
from notifications.ladder import Way, rungs
from notifications.quiet import SLICE, Quiet, quiets_of
from notifications.stepping import Rules, kind_of
from notifications.tables import Delivery, DeliveryState
from plans.roster_tables import Contact
from plans.tables import Agency, Enterprise, PlanItem
from tasks.calls import calls_of
from tasks.chasing_tables import Call, Pause
from tasks.pauses import pauses_of
from tasks.states import PENDING, State
from tasks.tables import Task


@dataclass(frozen=True)
class Phone:
    """Somebody who can be rung. ``role`` says who it is: 填报人, 代账公司, or the role of a further contact."""

    name: str
    role: str
    number: str


@dataclass(frozen=True)
class Owed:
    """One report that is missing, of a period by its key (2026-06). ``days_late`` are workdays, 0 while not late."""

    task_id: int
    enterprise_id: int
    enterprise: str
    title: str
    period: str
    due_on: date
    days_late: int
    returned: bool


@dataclass(frozen=True)
class Spoken:
    """What was said last time."""

    at: datetime
    by: str
    spoke_with: str
    said: str


@dataclass(frozen=True)
class CallRow:
    """One call to make: an enterprise, or an agency with all its enterprises.

    ``key`` is ``enterprise:5`` or ``agency:2``; ``weight`` is last year's R&D in 万元, an agency's the sum of its
    enterprises'. ``reasons`` say why it is on the list. ``bounced`` is what the mail server said, or 没有邮箱.
    ``quiet_until`` is the last day on which it need not be rung (promised or paused), None when it is to be rung today;
    ``broken`` is true when the promised day went by.
    """

    key: str
    name: str
    weight: Decimal
    phones: tuple[Phone, ...]
    owed: tuple[Owed, ...]
    days_late: int
    reasons: tuple[str, ...]
    last: Spoken | None = None
    promised_on: date | None = None
    broken: bool = False
    bounced: str = ""
    quiet_until: date | None = None
    paused_for: str = ""


def phone_list(session: Session, rules: Rules, today: date, item_id: int | None = None) -> list[CallRow]:
    """Who is to be rung on that day, of one item or of all: those to be rung now first, each part by falling weight.

    On it are those whose ladder has reached the phone list, whose mail was refused, and who have no address.
    """
    staff, bounced = Staff.of(session), _bounced(session)
    firms = {firm.id or 0: firm for firm in session.exec(select(Enterprise))}
    agencies = {agency.id or 0: agency for agency in session.exec(select(Agency))}
    held: dict[str, list[_Owing]] = {}
    for owing in _owing(session, rules, today, item_id):
        key = staff.hearer(owing.task.enterprise_id or 0)
        held.setdefault(key, []).append(owing)
    rows = []
    for key, ones in held.items():
        bounce = _unheard(key, firms, agencies, bounced)
        listed = ones if bounce else [one for one in ones if one.listed]
        if listed:
            rows.append(_Row(key, listed, bounce, today, firms, agencies))
    return _with_calls(session, rows, today)


@dataclass(frozen=True)
class _Owing:
    task: Task
    title: str
    quiet: Quiet
    listed: bool
    days_late: int


def _owing(session: Session, rules: Rules, today: date, item_id: int | None) -> Iterator[_Owing]:
    # Only what the ladder has begun to speak of.
    query = select(Task).where(col(Task.enterprise_id).is_not(None), col(Task.state).in_(PENDING))
    if item_id is not None:
        query = query.where(Task.item_id == item_id)
    tasks = session.exec(query.order_by(col(Task.due_on), col(Task.id))).all()
    items = {item.id: item for item in session.exec(select(PlanItem))}
    # A month's reports are due on few days; counting workdays for each of them took longer than all the rest.
    late = {day: _days_late(day, today, rules) for day in {task.due_on for task in tasks}}
    known: dict[object, tuple[date, date]] = {}
    for task, quiet in zip(tasks, quiets_of(session, tasks, rules.terms, today), strict=True):
        kind = kind_of(task), quiet
        if kind not in known:
            known[kind] = _begins(items[task.item_id], task, quiet, rules)
        first, listed_on = known[kind]
        if first <= today:
            yield _Owing(task, items[task.item_id].title, quiet, listed_on <= today, late[task.due_on])


def _begins(item: PlanItem, task: Task, quiet: Quiet, rules: Rules) -> tuple[date, date]:
    dated = rungs(rules.ladder_of(item, task), task, rules.workdays, quiet)
    first = min((day for _, day in dated), default=date.max)
    return first, min((day for step, day in dated if step.way is Way.LIST), default=date.max)


def _bounced(session: Session) -> dict[tuple[str, str], str]:
    """(recipient, address) → what the mail server said, where nothing has got through since."""
    newer = aliased(Delivery)
    since = exists().where(
        col(newer.kind) == col(Delivery.kind),
        col(newer.channel) == "mail",
        col(newer.recipient) == col(Delivery.recipient),
        col(newer.state) == DeliveryState.SENT,
        col(newer.id) > col(Delivery.id),
    )
    failed = select(Delivery.recipient, Delivery.to_address, Delivery.reason).where(
        Delivery.channel == "mail", Delivery.state == DeliveryState.FAILED, ~since
    )
    return {(recipient, address): reason for recipient, address, reason in session.exec(failed)}


_Firms = Mapping[int, Enterprise]
_Agencies = Mapping[int, Agency]


def _unheard(key: str, firms: _Firms, agencies: _Agencies, bounced: Mapping[tuple[str, str], str]) -> str:
    kind, _, number = key.partition(":")
    address = agencies[int(number)].email if kind == "agency" else firms[int(number)].email
    if not address:
        return "没有邮箱"
    reason = bounced.get((key, address))
    return f"邮件没有送到：{reason}" if reason else ""


@dataclass(frozen=True)
class _Row:
    key: str
    ones: Sequence[_Owing]
    bounce: str
    today: date
    firms: _Firms
    agencies: _Agencies

    @property
    def enterprises(self) -> list[Enterprise]:
        return [self.firms[number] for number in dict.fromkeys(one.task.enterprise_id or 0 for one in self.ones)]

    @property
    def agency(self) -> Agency | None:
        kind, _, number = self.key.partition(":")
        found = int(number) if kind == "agency" else self.enterprises[0].agency_id
        return self.agencies.get(found) if found else None

    @property
    def name(self) -> str:
        return self.agency.name if self.key.startswith("agency:") and self.agency else self.enterprises[0].name

    @property
    def quiet_until(self) -> date | None:
        # While one report of several may be asked after, there is reason to ring.
        ends = [one.quiet.until(self.today) for one in self.ones]
        return max(end for end in ends if end) if all(ends) else None

    def owed(self) -> tuple[Owed, ...]:
        return tuple(
            Owed(
                task_id=one.task.id or 0,
                enterprise_id=one.task.enterprise_id or 0,
                enterprise=self.firms[one.task.enterprise_id or 0].name,
                title=one.title,
                period=one.task.period,
                due_on=one.task.due_on,
                days_late=one.days_late,
                returned=one.task.state == State.RETURNED,
            )
            for one in self.ones
        )


def _days_late(due_on: date, today: date, rules: Rules) -> int:
    # Overdue over a weekend is at least one day late.
    return max(1, rules.workdays.between(due_on, today)) if due_on < today else 0


def _with_calls(session: Session, rows: Sequence[_Row], today: date) -> list[CallRow]:
    tasks = [one.task for row in rows for one in row.ones]
    firms = [firm.id or 0 for row in rows for firm in row.enterprises]
    calls: dict[int, list[Call]] = {}
    others: dict[int, list[Contact]] = {}
    pauses: dict[int, list[Pause]] = {}
    for begin in range(0, max(len(tasks), len(firms)), SLICE):
        some = firms[begin : begin + SLICE]
        calls |= calls_of(session, tasks[begin : begin + SLICE])
        pauses |= pauses_of(session, some, today)
        for contact in session.exec(select(Contact).where(col(Contact.enterprise_id).in_(some))):
            others.setdefault(contact.enterprise_id, []).append(contact)
    found = [_call_row(row, calls, others, pauses) for row in rows]
    return sorted(found, key=lambda row: (row.quiet_until is not None, -row.weight, row.name, row.key))


def _call_row(
    row: _Row,
    calls: Mapping[int, Sequence[Call]],
    others: Mapping[int, Sequence[Contact]],
    pauses: Mapping[int, Sequence[Pause]],
) -> CallRow:
    spoken = [call for one in row.ones for call in calls.get(one.task.id or 0, ())]
    last = max(spoken, key=lambda call: call.id or 0, default=None)
    promise = max((one for one in spoken if one.promised_on), key=lambda call: call.id or 0, default=None)
    promised_on = promise.promised_on if promise else None
    now_paused = [one for firm in row.enterprises for one in pauses.get(firm.id or 0, ()) if one.first_day <= row.today]
    owed = row.owed()
    return CallRow(
        key=row.key,
        name=row.name,
        weight=sum((firm.weight for firm in row.enterprises), Decimal(0)),
        phones=_phones(row, others),
        owed=owed,
        days_late=max(one.days_late for one in owed),
        reasons=_reasons(row, owed, promised_on),
        last=Spoken(last.at, last.by, last.spoke_with, last.said) if last else None,
        promised_on=promised_on,
        broken=promised_on is not None and promised_on < row.today,
        bounced=row.bounce,
        quiet_until=row.quiet_until,
        paused_for="；".join(dict.fromkeys(one.reason for one in now_paused)),
    )


def _phones(row: _Row, others: Mapping[int, Sequence[Contact]]) -> tuple[Phone, ...]:
    agency = row.agency
    found = [Phone(agency.contact or agency.name, "代账公司", agency.phone)] if agency and agency.active else []
    for firm in row.enterprises:
        whose = f"{firm.name}：" if row.key.startswith("agency:") else ""
        found.append(Phone(firm.contact, f"{whose}填报人", firm.phone))
        found += [Phone(one.name, f"{whose}{one.role}", one.phone) for one in others.get(firm.id or 0, ())]
    return tuple(phone for phone in found if phone.number)


def _reasons(row: _Row, owed: Sequence[Owed], promised_on: date | None) -> tuple[str, ...]:
    late = max(one.days_late for one in owed)
    said = [f"逾期{late}个工作日" if late else "", "已退回" if any(one.returned for one in owed) else "", row.bounce]
    if promised_on is not None and promised_on < row.today:
        said.append(f"承诺{promised_on.month}月{promised_on.day}日报，没有报")
    return tuple(reason for reason in said if reason)
