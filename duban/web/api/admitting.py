"""Admitting: what a token may see and do, which is what its person may on the pages."""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from duban.web.admission import TurnedAway, leads, seen_task
from duban.web.api.calling import Call
from duban.web.planning import NO_SUCH_ITEM, NOT_YOURS_TO_CHANGE, may_change
from duban.web.rights import may_open
from duban.web.roster import NOT_YOURS_TO_KEEP, keeps_roster
from duban.web.supervise import NOT_YOURS_TO_DECIDE
from flows.supervising import may_supervise
from plans.accounts import seat_of_person
from plans.deputies import voices
from plans.errors import Refused
from plans.tables import Enterprise, Person, PlanItem
from tasks.tables import Task
from tasks.verbs import Act, item_of

OFFICE = "/office/{token}"
TASKS, URGE = f"{OFFICE}/tasks", f"{OFFICE}/tasks/{{number}}/urge"
"""The pages whose rights (rights.yaml) are also those of the addresses that show and do the same."""

NOT_YOURS_TO_DO = "这项任务要由责任人本人办理，您可以查看。"
NOT_YOURS_TO_URGE = "催办由股室负责人和局领导进行。"
NOT_YOURS_TO_FILE = "这项填报由责任人、股室负责人或局领导办理，您可以查看。"


def not_found(what: str) -> TurnedAway:
    """404 with a sentence."""
    return TurnedAway(what, 404, "没有找到")


def voice_for(session: Session, call: Call, may: Callable[[Person], bool]) -> Person | None:
    """In whose name the caller acts: their own or that of somebody they stand in for, whoever may; None for nobody."""
    return next((one for one in voices(session, call.person(session), call.today) if may(one)), None)


def acting(session: Session, call: Call, may: Callable[[Person], bool], refusal: str) -> Act:
    """The act of whoever may. Raises TurnedAway with the refusal."""
    named = voice_for(session, call, may)
    if named is None:
        raise TurnedAway(refusal, 403)
    return call.act(session, named)


def sees_page(session: Session, call: Call, route: str) -> bool:
    """True where the caller may open that page of the bureau."""
    return may_open(seat_of_person(session, call.person(session)), route)


def admit_to_page(session: Session, call: Call, route: str) -> None:
    """Raise TurnedAway for who may not open that page of the bureau."""
    if not sees_page(session, call, route):
        seat = seat_of_person(session, call.person(session))
        raise TurnedAway(f"令牌的主人是“{seat.label}”，看不到这里；需要的话请找管理员。", 403)


def voice_ids(session: Session, call: Call) -> list[int]:
    """Whose tasks are the caller's own: theirs, and those of whom they stand in for."""
    return [one.id or 0 for one in voices(session, call.person(session), call.today)]


def visible_task(session: Session, call: Call, number: int) -> Task:
    """A task the caller may look at. Raises TurnedAway (404)."""
    task = session.get(Task, number)
    if task is not None and sees_page(session, call, TASKS):
        return task
    try:
        return seen_task(session, call.person(session), number, call.today)
    except TurnedAway as away:
        raise not_found(f"没有编号为 {number} 的任务，或者它不归令牌的主人办理。") from away


def task_to_do(session: Session, call: Call, number: int) -> tuple[Task, Act]:
    """A task that is the caller's to do, and the act. Raises TurnedAway."""
    task = visible_task(session, call, number)
    return task, acting(session, call, lambda one: one.id == task.owner_id, NOT_YOURS_TO_DO)


def task_to_judge(session: Session, call: Call, number: int) -> tuple[Task, Act]:
    """A task on which the caller decides: confirms, returns, extends. Raises TurnedAway."""
    task = visible_task(session, call, number)
    owner = session.get_one(Person, task.owner_id)
    return task, acting(session, call, lambda one: may_supervise(one, owner), NOT_YOURS_TO_DECIDE)


def task_to_urge(session: Session, call: Call, number: int) -> tuple[Task, Act]:
    """A task the caller may urge about. Raises TurnedAway."""
    task = visible_task(session, call, number)
    admit_to_page(session, call, URGE)
    return task, acting(session, call, leads, NOT_YOURS_TO_URGE)


def filing_to_do(session: Session, call: Call, task: Task) -> Act:
    """The act of who decides about the reports of enterprises. Raises TurnedAway."""
    owner = session.get_one(Person, item_of(session, task).owner_id)
    return acting(session, call, lambda one: one.id == owner.id or may_change(one, owner), NOT_YOURS_TO_FILE)


def item_here(session: Session, number: int) -> PlanItem:
    """The item of that number. Raises TurnedAway (404)."""
    item = session.get(PlanItem, number)
    if item is None:
        raise not_found(NO_SUCH_ITEM)
    return item


def item_to_change(session: Session, call: Call, number: int) -> tuple[PlanItem, Act]:
    """An item the caller may change. Raises TurnedAway."""
    item = item_here(session, number)
    owner = session.get_one(Person, item.owner_id)
    return item, acting(session, call, lambda one: leads(one) and may_change(one, owner), NOT_YOURS_TO_CHANGE)


def enterprise_here(session: Session, number: int) -> Enterprise:
    """The enterprise of that number. Raises TurnedAway (404)."""
    enterprise = session.get(Enterprise, number)
    if enterprise is None:
        raise not_found(f"名册里没有编号为 {number} 的企业。")
    return enterprise


def keeping(session: Session, call: Call) -> Act:
    """The act of who keeps the roster. Raises TurnedAway."""
    return acting(session, call, lambda one: keeps_roster(session, one), NOT_YOURS_TO_KEEP)


Found = TypeVar("Found")


def or_missing(find: Callable[[], Found]) -> Found:
    """What was looked for by its number; its refusal as 404."""
    try:
        return find()
    except Refused as refused:
        raise not_found(str(refused)) from refused
