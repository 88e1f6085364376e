"""Chasing in the tests: days that pass, what enterprises do meanwhile, and what was said."""

from datetime import date

from sqlmodel import Session, col, select

from cast import at
from flows.running import tick
from flows.runtime import Runtime
from notifications.stepping import last_promisable
from notifications.tables import Notice, NoticeState
from plans.database import reading, writing
from plans.tables import Agency, Enterprise
from plans.zone import local_day
from support.strategies import days_between
from tasks.calls import note_call
from tasks.pauses import pause
from tasks.tables import Task
from tasks.verbs import Act, complete

JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"


def pass_days(runtime: Runtime, first: str, last: str) -> None:
    """Every morning from first to last the clock ticks once."""
    for day in days_between(date.fromisoformat(first), date.fromisoformat(last)):
        tick(runtime, at(f"{day} 08:31"))


def said(runtime: Runtime, *states: NoticeState) -> list[tuple[str, str, str]]:
    """(day, step, recipient) of what was said, or of the notices in these states, sorted."""
    query = select(Notice).where(Notice.state != NoticeState.SKIPPED)
    if states:
        query = select(Notice).where(col(Notice.state).in_(states))
    with reading(runtime.engine) as session:
        return sorted((f"{local_day(one.made_at):%m-%d}", one.step, one.recipient) for one in session.exec(query))


def firm(session: Session, name: str) -> Enterprise:
    return session.exec(select(Enterprise).where(Enterprise.name == name)).one()


def task_of(session: Session, name: str, period: str = "2026-06") -> Task:
    return session.exec(select(Task).where(Task.enterprise_id == firm(session, name).id, Task.period == period)).one()


def files(runtime: Runtime, name: str, when: str, period: str = "2026-06") -> None:
    with writing(runtime.engine) as session:
        complete(session, task_of(session, name, period), Act(name, "page", at(when)), "已填报")


def promises(runtime: Runtime, name: str, day: str, when: str, said: str = "") -> None:
    """The enterprise says by when it will file."""
    moment = at(when)
    with writing(runtime.engine) as session:
        task = task_of(session, name)
        latest = last_promisable(session, task, runtime.rules, local_day(moment))
        note_call(session, task, Act("李明", "phone", moment), "会计", said, date.fromisoformat(day), latest)


def pauses(runtime: Runtime, name: str, first: str, last: str, when: str) -> int:
    with writing(runtime.engine) as session:
        days = date.fromisoformat(first), date.fromisoformat(last)
        return pause(session, firm(session, name), *days, "会计住院", Act("李明", "page", at(when))).id or 0


def has_agency(runtime: Runtime, *names: str, mail: str = "ruixin@agency.example", active: bool = True) -> int:
    """An agency that files for these enterprises."""
    with writing(runtime.engine) as session:
        agency = Agency(name="瑞信代账", contact="周会计", email=mail, phone="0791-1", active=active)
        session.add(agency)
        session.flush()
        for name in names:
            firm(session, name).agency_id = agency.id
        return agency.id or 0
