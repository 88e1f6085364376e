"""督办: what waits for a word, who was told what, what is late longest, and who stands in for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.views.decisions import Decisions, decisions_about
from flows.views.doing import last_words
from flows.views.escalations import Escalation, to_be_told, told
from flows.views.lines import TaskLine, overdue, select_tasks, task_line, total_of
from notifications.stepping import Rules
from plans.deputies import covers
from plans.tables import Deputy, Person
from plans.zone import local_day
from tasks.lights import Gauge
from tasks.moved import last_changes
from tasks.states import Verb
from tasks.tables import Task, TaskChange

LATEST = 10


@dataclass(frozen=True)
class Late:
    """A task that is late. ``urged`` says who urged last, ``again_on`` from which day it may be urged again, None when
    it may today; ``seen`` is the newest change this shows."""

    line: TaskLine
    seen: int
    urged: str
    again_on: date | None


@dataclass(frozen=True)
class StandIn:
    """One stands in for another on these days."""

    id: int
    person: str
    deputy: str
    first_day: date
    last_day: date
    state: str


@dataclass(frozen=True)
class Front:
    """The front page of 督办. ``mine`` waits for whoever looks, ``others`` counts what waits for somebody else."""

    mine: Decisions
    others: int
    told: list[Escalation]
    coming: list[Escalation]
    late: list[Late]
    late_in_all: int
    stand_ins: list[StandIn]


def front_of(
    session: Session, runtime: Runtime, decides: Sequence[int], sees: Sequence[int], waiting: int, now: datetime
) -> Front:
    """``decides``: about whose tasks the visitor may decide, ``sees``: whose they look after, as ids of people;
    ``waiting`` decisions there are about the tasks of all they see; ``now`` is the instant (UTC)."""
    today, gauge = local_day(now), runtime.gauge
    mine = decisions_about(session, decides, today, gauge)
    late, in_all = _late(session, sees, today, gauge, runtime.rules)
    return Front(
        mine=mine,
        others=max(0, waiting - mine.total),
        told=told(session, sees, now),
        coming=to_be_told(session, sees, today, runtime.rules),
        late=late,
        late_in_all=in_all,
        stand_ins=[one for one in stand_ins(session, today) if one.state == IN_FORCE],
    )


def _late(session: Session, owners: Sequence[int], today: date, gauge: Gauge, rules: Rules) -> tuple[list[Late], int]:
    query = select_tasks().where(overdue(today), col(Task.owner_id).in_(owners), col(Task.enterprise_id).is_(None))
    first = session.execute(query.order_by(col(Task.due_on), col(Task.id)).limit(LATEST)).all()
    lines = [task_line(today, gauge, (*row,)) for row in first]
    ids = [line.id for line in lines]
    urges, seen = last_words(session, ids, Verb.URGE), last_changes(session, ids)
    return [_late_line(line, urges.get(line.id), seen.get(line.id, 0), today, rules) for line in lines], total_of(
        session, query
    )


def _late_line(line: TaskLine, urge: TaskChange | None, seen: int, today: date, rules: Rules) -> Late:
    if urge is None:
        return Late(line, seen, "", None)
    urged_on = local_day(urge.at)
    again_on = rules.workdays.shifted(urged_on, rules.urge_cooldown)
    return Late(
        line, seen, f"{urged_on.month}月{urged_on.day}日 {urge.actor}催办过", again_on if today < again_on else None
    )


IN_FORCE, COMING, OVER = "代理中", "未开始", "已结束"


def stand_ins(session: Session, today: date) -> list[StandIn]:
    """Every term, those in force first, then those to come, then the last to begin first."""
    absent, deputy = aliased(Person), aliased(Person)
    query: Any = select(Deputy, absent.name, deputy.name)
    query = query.join(absent, absent.id == col(Deputy.person_id)).join(deputy, deputy.id == col(Deputy.deputy_id))
    found = session.exec(query.order_by(col(Deputy.first_day).desc(), col(Deputy.id).desc()))
    rows = [StandIn(t.id or 0, one, other, t.first_day, t.last_day, _state(t, today)) for t, one, other in found]
    return sorted(rows, key=lambda row: (IN_FORCE, COMING, OVER).index(row.state))


def _state(term: Deputy, today: date) -> str:
    if covers(term, today):
        return IN_FORCE
    return COMING if today < term.first_day else OVER
