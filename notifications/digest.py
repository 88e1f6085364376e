"""Digest 通报: what a month was, frozen as facts, rendered as HTML or Markdown whenever it is read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from notifications.audience import Staff
from notifications.channels.mime import one_line
from notifications.digest_charts import responses
from notifications.digest_details import item_details, waiting_decisions
from notifications.digest_filings import (
    arrived_in,
    cut_counts,
    filing_facts,
    missing_names,
    revocation_warnings,
)
from notifications.documents.digest_matters import matters
from notifications.tables import Delivery, DeliveryState, Digest
from notifications.writing import Written, environment, write
from plans.agenda import Planned, Purpose
from plans.batches import NO_BATCHES, Batches
from plans.columns import figure_text
from plans.database import insert_new
from plans.errors import Refused
from plans.periods import Period, Span
from plans.programmes import Programmes, load_programmes
from plans.tables import Enterprise, Person, Plan, PlanItem
from plans.words import Assignees, Kind
from plans.workdays import Workdays
from plans.zone import instant_at, local_day
from tasks.extensions import granted_between
from tasks.item_history import changes_between, sentence
from tasks.lights import Gauge
from tasks.opening import planned_tasks
from tasks.rollup import Counts, count_tasks, counted, silent
from tasks.states import State
from tasks.tables import Extension, Filing, Task
from tasks.target_series import MonthRow, series_of
from tasks.targets import TargetStatus, target_statuses

DIGEST = "digest"
Facts = dict[str, Any]


class NoPlan(Refused):
    """2026年10月没有正在执行的计划。"""


def month_facts(
    session: Session,
    month: Period,
    now: datetime,
    gauge: Gauge,
    batches: Batches = NO_BATCHES,
    programmes: Programmes | None = None,
) -> Facts:
    """The month's facts as they stand: at its last day, or today while it is running. Raises NoPlan."""
    plan, as_of = plan_of(session, month), min(month.last, local_day(now))
    planned = planned_tasks(session, gauge.workdays, batches, month.next().first, month.next().last)
    items = session.exec(select(PlanItem).where(PlanItem.plan_id == plan.id).order_by(col(PlanItem.number))).all()
    details = item_details(session, items, month, planned, load_programmes() if programmes is None else programmes)
    counts = count_tasks(session, plan.id or 0, month.first, month.last, as_of)
    counts = {key: cut_counts(session, item, month, counts.get(key, Counts())) for item in items if (key := item.id)}
    rows = _items(session, plan, items, counts, month, as_of, gauge)
    return {
        "bureau": plan.bureau,
        "plan": plan.title,
        "period": plan.period,
        "month": month.key,
        "label": month.label,
        "as_of": as_of.isoformat(),
        "elapsed": Period.parse(plan.period).elapsed(as_of),
        "totals": _counts(sum(counts.values(), Counts())),
        "items": [row | details.get(item.id or 0, {}) for item, row in zip(items, rows, strict=True)],
        "next_label": month.next().label,
        "next_month": _next_month(session, planned),
        "decisions": waiting_decisions(session, plan, month),
        "responses": responses(session, items, month, as_of),
        "changes": _changes(session, plan, month),
        "extended": _extended(session, plan, month),
        "warnings": _warnings(session, month, gauge.workdays),
    } | arrived_in(session, month, gauge.workdays)


def _items(
    session: Session,
    plan: Plan,
    items: Iterable[PlanItem],
    counts: Mapping[int, Counts],
    month: Period,
    as_of: date,
    gauge: Gauge,
) -> list[Facts]:
    targets = target_statuses(session, plan.id or 0, Period.parse(plan.period), as_of, gauge.thresholds)
    brought = _brought(session, chain(*targets.values()), month, as_of)
    return [_item(session, item, counts, targets, brought, month, as_of) for item in items]


def _warnings(session: Session, month: Period, workdays: Workdays) -> list[str]:
    return [*workdays.warnings(month.first, month.next().last), *revocation_warnings(session, month)]


def _changes(session: Session, plan: Plan, month: Period) -> list[Facts]:
    first, end = instant_at(month.first, time.min), instant_at(month.next().first, time.min)
    found = changes_between(session, plan.id or 0, first, end)
    return [{"number": item.number, "title": item.title, "told": sentence(change)} for item, change in found]


def _extended(session: Session, plan: Plan, month: Period) -> list[Facts]:
    first, end = instant_at(month.first, time.min), instant_at(month.next().first, time.min)
    return [_extension(session, *row) for row in granted_between(session, plan.id or 0, first, end)]


def _extension(session: Session, item: PlanItem, task: Task, extension: Extension) -> Facts:
    return {
        "title": item.title,
        "period": Period.parse(task.period).label,
        "holder": _name(session, task),
        "original_due_on": (task.original_due_on or extension.due_on).isoformat(),
        "due_on": extension.asked_due_on.isoformat(),
        "reason": one_line(extension.reason),
    }


def _brought(session: Session, targets: Iterable[TargetStatus], month: Period, as_of: date) -> dict[int, MonthRow]:
    found = series_of(session, [status.target for status in targets if not status.target.qualitative], as_of)
    # Of several calibres the one that was reported last, as the value is.
    newest = {key: sorted((row for row in rows if row.month == month), key=_reported) for key, rows in found.items()}
    return {key: rows[-1] for key, rows in newest.items() if rows}


def _reported(row: MonthRow) -> date:
    return row.as_of


def plan_of(session: Session, month: Period) -> Plan:
    """The plan in whose period a month lies. Raises NoPlan."""
    for plan in session.exec(select(Plan).order_by(col(Plan.id).desc())):
        if month.first in Period.parse(plan.period):
            return plan
    raise NoPlan(f"{month.label}没有正在执行的计划。")


def _item(
    session: Session,
    item: PlanItem,
    counts: Mapping[int, Counts],
    targets: Mapping[int, list[TargetStatus]],
    brought: Mapping[int, MonthRow],
    month: Period,
    as_of: date,
) -> Facts:
    mine = counts.get(item.id or 0, Counts())
    enterprises = item.assignees == Assignees.ENTERPRISES
    filings = filing_facts(session, item, month) if enterprises else []
    return {
        "number": item.number,
        "title": item.title,
        "kind": Kind(item.kind).label,
        "owner": session.get_one(Person, item.owner_id).name,
        "enterprises": enterprises,
        "counts": _counts(mine),
        "zero": _zero_replies(session, item, month) if enterprises else 0,
        "filings": filings,
        "targets": [_target(status, brought.get(status.target.id or 0)) for status in targets.get(item.id or 0, [])],
        "late": missing_names(filings, month) or (_names(session, item, month, as_of) if mine.overdue else []),
        "silent": _names(session, item, month, as_of, only_silent=True) if mine.silent else [],
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "due": counts.due,
        "done": counts.done,
        "on_time": counts.on_time,
        "late": counts.late,
        "overdue": counts.overdue,
        "silent": counts.silent,
        "lapsed": counts.lapsed,
    }


def _target(status: TargetStatus, row: MonthRow | None) -> Facts:
    target = status.target
    return {
        "indicator": target.indicator,
        "unit": target.unit,
        "floor": _goal(status, target.floor),
        "stretch": _goal(status, target.stretch),
        "value": "" if status.value is None else figure_text(status.value),
        "read_on": status.read_on.isoformat() if status.read_on else "",
        "month_value": row.value_told if row else "",
        "yoy": row.yoy_told if row else "",
        "qualitative": target.qualitative,
        "masked": target.masked,
        "floor_share": status.floor_share,
        "stretch_share": status.stretch_share,
        "light": status.light.value,
        "light_label": status.light.label,
        "result": status.told,
    }


def _goal(status: TargetStatus, goal: Any) -> str:
    if goal is None:
        return "待填" if status.target.masked else ""
    return figure_text(goal)


def _names(session: Session, item: PlanItem, month: Period, as_of: date, only_silent: bool = False) -> list[str]:
    # The enterprises come along: asking for ten thousand of them one by one takes longer than all the rest.
    holder = aliased(Enterprise)
    query = (
        select(Task, holder)
        .where(Task.item_id == item.id, Task.due_on >= month.first, Task.due_on <= month.last, Task.due_on < as_of)
        .join(PlanItem)
        .outerjoin(holder, col(holder.id) == col(Task.enterprise_id))
        .where(col(Task.state) != State.LAPSED, counted(as_of))
        .where(col(Task.done_on).is_(None) | (col(Task.done_on) > as_of))
        .order_by(col(Task.due_on), col(Task.id))
    )
    found = session.exec(query.where(silent()) if only_silent else query).all()
    return [_holder(session, task) for task, _ in found]


def _holder(session: Session, task: Task) -> str:
    about = [] if task.enterprise_id else [Period.parse(task.period).label]
    about += [f"原定 {task.original_due_on}"] if task.original_due_on else []
    return f"{_name(session, task)}（{'，'.join(about)}）" if about else _name(session, task)


def _name(session: Session, task: Task) -> str:
    if task.enterprise_id:
        return one_line(session.get_one(Enterprise, task.enterprise_id).name)
    return session.get_one(Person, task.owner_id).name


def _zero_replies(session: Session, item: PlanItem, month: Period) -> int:
    filings = session.exec(
        select(Filing)
        .join(Task)
        .where(Task.item_id == item.id, Task.due_on >= month.first, Task.due_on <= month.last)
        .order_by(col(Filing.version))
    )
    return sum(bool(filing.answers.get("zero")) for filing in {filing.task_id: filing for filing in filings}.values())


def _next_month(session: Session, planned: Iterable[tuple[PlanItem, Planned]]) -> list[Facts]:
    grouped: dict[tuple[date, int, int, str], list[PlanItem]] = {}
    for item, task in planned:
        # The goals' monthly figures fall on one day and are one line.
        number = 0 if task.purpose is Purpose.PROGRESS else item.number
        grouped.setdefault((task.due_on, item.plan_id, number, task.purpose.label), []).append(item)
    return [_next_row(session, key, items) for key, items in sorted(grouped.items(), key=lambda row: row[0])]


def _next_row(session: Session, key: tuple[date, int, int, str], items: Sequence[PlanItem]) -> Facts:
    due_on, _, number, purpose = key
    owners = dict.fromkeys(session.get_one(Person, item.owner_id).name for item in items)
    return {
        "title": items[0].title if number else "、".join(item.title for item in items),
        "purpose": purpose,
        "due_on": due_on.isoformat(),
        "owner": "、".join(owners),
        "count": len(items) if number else 1,
    }


def freeze(
    session: Session,
    month: Period,
    now: datetime,
    gauge: Gauge,
    batches: Batches = NO_BATCHES,
    programmes: Programmes | None = None,
) -> Digest:
    """Keep the month as it stands now; a month that is frozen already stays as it was."""
    kept = frozen(session, month)
    if kept:
        return kept
    plan = plan_of(session, month)
    facts = month_facts(session, month, now, gauge, batches, programmes)
    insert_new(session, Digest, [{"plan_id": plan.id, "period": month.key, "facts": facts, "made_at": now}])
    made = frozen(session, month)
    assert made is not None  # noqa: S101 - just inserted, by us or by another process
    return made


def frozen(session: Session, month: Period) -> Digest | None:
    """The month's frozen digest, if it was made."""
    return session.exec(select(Digest).where(Digest.period == month.key)).first()


def month_to_freeze(session: Session, now: datetime, workdays: Workdays) -> Period | None:
    """Last month, from this month's first workday on, while it has a plan and no frozen digest."""
    today = local_day(now)
    this_month = Period.containing(Span.MONTH, today)
    month = this_month.previous()
    if today < workdays.on_or_after(this_month.first) or frozen(session, month):
        return None
    try:
        plan = plan_of(session, month)
    except NoPlan:
        return None
    return month if plan.started_on <= month.last else None


def announce(session: Session, digest: Digest, now: datetime) -> int:
    """Queue the digest to the leaders, once each; how many are new."""
    written = write(DIGEST, _told(digest.facts, digest.made_at))
    rows = [_delivery(person, digest, written, now) for person in Staff.of(session).leaders()]
    return insert_new(session, Delivery, rows)


def _delivery(person: Person, digest: Digest, written: Written, now: datetime) -> Facts:
    return {
        "kind": DIGEST,
        "channel": "mail",
        "recipient": f"person:{person.id}",
        "on_day": local_day(digest.made_at),
        "about": digest.period,
        "to_name": person.name,
        "to_address": person.email,
        "subject": written.subject,
        "text": written.text,
        "html": written.html,
        "message_id": "",
        "state": DeliveryState.PENDING.value,
        "reason": "",
        "attempt": 0,
        "resent": False,
        "next_try_at": now,
        "made_at": now,
    }


def as_html(facts: Facts, made_at: datetime) -> str:
    """The digest as a page that stands alone."""
    return environment().get_template("digest/page.html.j2").render(_told(facts, made_at))


def as_markdown(facts: Facts, made_at: datetime) -> str:
    """The digest as Markdown."""
    return environment().get_template("digest/text.txt.j2").render(_told(facts, made_at))


def _told(facts: Facts, made_at: datetime) -> Facts:
    return {"facts": facts, "made_at": made_at, "matters": matters(facts)}
