"""Starting a plan from a draft, and listing what there is: the same for the command line and the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from flows.runtime import Runtime, open_runtime
from flows.settings import Settings
from plans.cadence import Cadence
from plans.checking import Bureau, check_draft
from plans.database import is_empty, reading, writing
from plans.draft import Draft, DraftFile, DraftRefused, has_errors, in_line_order, parse_draft
from plans.errors import Refused
from plans.periods import Period
from plans.reading.model import Problem
from plans.starting import known_people, start_plan
from plans.tables import Enterprise, Person, Plan, PlanItem
from plans.words import Kind
from plans.zone import local_day
from tasks.opening import open_tasks


@dataclass(frozen=True)
class Started:
    """What starting a plan made."""

    plan_id: int
    items: int
    tasks: int
    warnings: tuple[Problem, ...]


def start_from_text(settings: Settings, text: str, name: str, by: str, now: datetime) -> Started:
    """Check a draft and start it. Raises DraftRefused with every problem; then not even a database is made."""
    file = parse_draft(text)
    untouched = Runtime(settings)
    if file.draft is None or is_empty(untouched.engine):
        _judge(file, name, untouched, now, None)
    runtime = open_runtime(settings, create=True)
    with writing(runtime.engine) as session:
        draft, warnings = _judge(file, name, runtime, now, session)
        return start_checked(session, runtime, draft, warnings, by, now)


def start_checked(
    session: Session, runtime: Runtime, draft: Draft, warnings: Sequence[Problem], by: str, now: datetime
) -> Started:
    """Start a draft that was found without errors, inside the caller's transaction. Raises Refused."""
    try:
        plan = start_plan(session, draft, runtime.programmes, by, now)
    except IntegrityError as error:
        raise Refused("草稿里的企业信用代码与名册里的重复，没有启动：请检查 credit_code。") from error
    opened = open_tasks(session, runtime.workdays, runtime.batches, now, runtime.rules.first_alarm)
    return Started(plan.id or 0, len(draft.items), opened.count, tuple(warnings))


def _judge(
    file: DraftFile, name: str, runtime: Runtime, now: datetime, session: Session | None
) -> tuple[Draft, list[Problem]]:
    problems = in_line_order(check_draft(file, bureau_of(runtime, session), local_day(now)))
    if file.draft is None or has_errors(problems):
        raise DraftRefused(name, problems)
    return file.draft, problems


def bureau_of(runtime: Runtime, session: Session | None) -> Bureau:
    """What the bureau has and knows; without a database yet, nobody and nothing."""
    people: dict[str, str] = {}
    periods: list[str] = []
    items: list[int] = []
    has_roster = False
    if session is not None:
        people = known_people(session)
        periods = list(session.exec(select(Plan.period)))
        items = [key or 0 for key in session.exec(select(PlanItem.id))]
        has_roster = session.exec(select(Enterprise.id).limit(1)).first() is not None
    return Bureau(
        programmes=runtime.programmes,
        ladders=list(runtime.ladders),
        forms=list(runtime.forms),
        workdays=runtime.workdays,
        known_people=people,
        known_periods=periods,
        known_items=frozenset(items),
        batches=runtime.batches,
        has_roster=has_roster,
    )


def plan_rows(runtime: Runtime) -> list[dict[str, Any]]:
    """Every item of every plan, newest plan first."""
    with reading(runtime.engine) as session:
        found = session.exec(
            select(Plan, PlanItem, Person)
            .where(PlanItem.plan_id == Plan.id, PlanItem.owner_id == Person.id)
            .order_by(col(Plan.id).desc(), col(PlanItem.number))
        ).all()
    return [plan_row(runtime, plan, item, owner) for plan, item, owner in found]


def plan_row(runtime: Runtime, plan: Plan, item: PlanItem, owner: Person) -> dict[str, Any]:
    """One item as people see it in a list."""
    return {
        "plan": Period.parse(plan.period).label,
        "id": item.id,
        "number": item.number,
        "title": item.title,
        "programme": runtime.programmes[item.programme].name if item.programme in runtime.programmes else "",
        "kind": Kind(item.kind).label,
        "cadence": rhythm(item.cadence, item.kind),
        "owner": owner.name,
        "state": "已取消" if item.cancelled_at else "已结束" if plan.closed_at else "执行中",
    }


def rhythm(cadence: str, kind: str) -> str:
    """How often something of an item is due: 每月10日; empty where nobody has said."""
    if cadence:
        return Cadence.parse(cadence).label
    return "每月报进度" if kind == Kind.GOAL else ""
