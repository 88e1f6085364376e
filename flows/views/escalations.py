"""逐级上报: which superiors were told about what is late, and who is told next if nothing is done until then."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from flows.views.lines import select_tasks
from notifications.audience import CLIMB, Staff
from notifications.ladder import Audience, to_be_said
from notifications.quiet import quiets_of
from notifications.stepping import Rules
from notifications.tables import Notice, NoticeState
from plans.periods import Period
from plans.tables import Deputy, Person, PlanItem
from plans.words import Role
from plans.zone import instant_at, local_day
from tasks.states import PENDING
from tasks.tables import Task

SINCE = timedelta(days=14)
AHEAD = 5
"""Workdays that are looked ahead."""
MOST = 12
CANDIDATES = 300
PERSON = "person:"
_LEVELS = [level.value for level in CLIMB]
_SAID = (NoticeState.WAITING, NoticeState.BUNDLED)


@dataclass(frozen=True)
class Escalation:
    """On a day superiors hear of a task; of a report of enterprises, ``count`` of them at once."""

    day: date
    task_id: int
    title: str
    period: str
    owner: str
    count: int
    names: tuple[str, ...]
    due_on: date
    pending: bool
    of_enterprises: bool


class _Heard(NamedTuple):
    day: date
    task: Task
    item: PlanItem
    owner: Person
    name: str


def told(session: Session, owners: Sequence[int], now: datetime) -> list[Escalation]:
    """Who was told in the last two weeks, newest first; ``now`` is the instant (UTC)."""
    query = (
        select_tasks()
        .join(Notice, col(Notice.task_id) == col(Task.id))
        .add_columns(col(Notice.recipient), col(Notice.made_at), col(Notice.on_behalf_of))
        .where(col(Notice.state).in_(_SAID), col(Notice.recipient).in_(_superiors(session)))
        .where(col(Notice.audience).in_(_LEVELS), col(Notice.made_at) > now - SINCE)
        .where(col(Task.owner_id).in_(owners))
        .order_by(col(Notice.id).desc())
        .limit(CANDIDATES)
    )
    names = {f"{PERSON}{person.id}": person.name for person in session.exec(select(Person))}
    heard = [
        _Heard(local_day(made_at), task, item, owner, _named(names[recipient], behalf))
        for task, item, owner, _, recipient, made_at, behalf in session.execute(query)
    ]
    return _together(heard)[:MOST]


def _superiors(session: Session) -> list[str]:
    """Who can be told as a superior: those with a post, and whoever stood in for somebody."""
    posted = session.exec(select(Person.id).where(Person.role != Role.STAFF)).all()
    deputies = session.exec(select(Deputy.deputy_id).distinct()).all()
    return sorted({f"{PERSON}{number}" for number in (*posted, *deputies)})


def to_be_told(session: Session, owners: Sequence[int], today: date, rules: Rules) -> list[Escalation]:
    """Who is told in the coming workdays of the bureau's own tasks if nobody does anything, soonest first."""
    last = rules.workdays.shifted(today, AHEAD)
    found = session.execute(_ringing(owners, instant_at(last, rules.remind_at))).all()
    quiets = quiets_of(session, [task for task, *_ in found], rules.terms, today)
    staff = Staff.of(session, enterprises=())
    heard: list[_Heard] = []
    for (task, item, owner, _), quiet in zip(found, quiets, strict=True):
        said = to_be_said(rules.ladder_of(item, task), task, task.stepped_on, last, rules.workdays, quiet)
        above = [(day, audience) for day, _, audience in said if audience in CLIMB and day >= today]
        heard += [
            _Heard(day, task, item, owner, name)
            for day, audience in above
            for name in _hearing(staff, task, audience, day)
        ]
    return sorted(_together(heard), key=lambda one: (one.day, one.due_on))[:MOST]


def _hearing(staff: Staff, task: Task, audience: Audience, day: date) -> Iterator[str]:
    for one in staff.recipients(task, audience, day):
        yield _named(staff.people[int(one.key.removeprefix(PERSON))].name, one.on_behalf_of)


def _named(name: str, behalf: str) -> str:
    return f"{name}（代{behalf}）" if behalf else name


def _together(heard: Iterable[_Heard]) -> list[Escalation]:
    """What was heard on one day about one report or one task, in the order it is given."""
    groups: dict[object, list[_Heard]] = {}
    for one in heard:
        groups.setdefault((one.day, one.task.item_id, one.task.period, one.owner.id), []).append(one)
    return [_escalation(group) for group in groups.values()]


def _escalation(group: list[_Heard]) -> Escalation:
    first = group[0]
    return Escalation(
        day=first.day,
        task_id=first.task.id or 0,
        title=first.item.title,
        period=Period.parse(first.task.period).label,
        owner=first.owner.name,
        count=len({one.task.id for one in group}),
        names=tuple(dict.fromkeys(one.name for one in group)),
        due_on=first.task.due_on,
        pending=any(one.task.state in PENDING for one in group),
        of_enterprises=first.task.enterprise_id is not None,
    )


def _ringing(owners: Sequence[int], until: datetime) -> Any:
    ringing = select_tasks().where(col(Task.owner_id).in_(owners), col(Task.state).in_(PENDING))
    ringing = ringing.where(col(Task.enterprise_id).is_(None), col(Task.next_step_at) <= until)
    return ringing.order_by(col(Task.due_on), col(Task.id)).limit(CANDIDATES)
