"""催办 put together for the command line and the pages."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from notifications.urging import Urged, urge, urge_item
from plans.errors import Refused
from plans.tables import Person, PlanItem
from plans.words import Role
from tasks.verbs import Act, find_task


def supervisor_names(session: Session) -> Sequence[str]:
    """Who may urge from the pages of the whole bureau: those who look after the work of others."""
    supervisors = select(Person.name).where(col(Person.active), Person.role != Role.STAFF)
    return session.exec(supervisors.order_by(col(Person.id))).all()


def supervisor_named(session: Session, name: str) -> str:
    """The name as one of theirs. Raises Refused."""
    if name not in supervisor_names(session):
        raise Refused("请选择催办人。", "by")
    return name


def urge_task(session: Session, runtime: Runtime, number: int, note: str, act: Act) -> None:
    """Urge about the task of that number. Raises UrgeRefused."""
    urge(session, find_task(session, number), act, runtime.rules, note)


def urge_whole_item(session: Session, runtime: Runtime, number: int, note: str, act: Act) -> Urged:
    """Urge about all open tasks of the item of that number. Raises UrgeRefused."""
    if session.get(PlanItem, number) is None:
        raise Refused(f"没有编号为 {number} 的事项：请用 duban plan show 查看编号。")
    return urge_item(session, number, act, runtime.rules, note)
