"""督办 of the bureau: what waits and what is late on one page, every task, and 催办. Looking changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from duban.web.admission import TurnedAway, ticket_of
from duban.web.carrying import Outcome, carry_form
from duban.web.carrying import said as told
from duban.web.office import office_page
from duban.web.rights import may_open
from duban.web.task_forms import LONGEST_NOTE, note_in, seen_again, seen_in
from duban.web.visit import ME, Here, Nth, Number, Typed, Visit, Words
from flows.urging import supervisor_named, supervisor_names, urge_task
from flows.views.decisions import decision_count, supervised_by
from flows.views.office import SHOWN, Filter, people_names, task_list
from flows.views.supervision import front_of
from flows.views.task import task_view
from plans.accounts import Seat
from plans.database import reading, writing
from plans.tables import Person
from tasks.moved import last_changes, refuse_moved
from tasks.tables import Task
from tasks.verbs import Act, find_task

NO_SUCH_TASK = "没有这个编号的任务：请从列表里打开。"
FRONT, DEPUTIES = "/office/{token}/supervision", "/office/{token}/settings/deputies"
URGE = "/office/{token}/tasks/{number}/urge"

pages = APIRouter(prefix="/office/{token}")


@pages.get("/supervision")
def show_supervision(token: str, visit: Here, said: str = "") -> Response:
    """What waits for a word, what was told to whom, what is late longest, who stands in for whom."""
    return supervision_page(token, visit, told(said))


def supervision_page(token: str, visit: Visit, outcome: Outcome, opened: int = 0) -> Response:
    """The front page of 督办; ``opened`` is the task whose form was sent."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        scope = _scope(session, visit, token)
        waiting = decision_count(session, scope.sees)
        front = front_of(session, visit.runtime, scope.decides, scope.sees, waiting, visit.now)
        facts: dict[str, Any] = {"front": front, "supervisors": _names_to_choose(session, visit, token)}
    shown = front.mine.tasks | {one.line.id for one in front.late}
    facts["lost"] = bool(outcome.form) and opened not in shown
    facts |= {"opened": opened, "seen": seen_again(outcome.typed, outcome.refused, 0), "longest": LONGEST_NOTE}
    facts |= {"desk": visit.home("desk", ME), "decides": bool(scope.decides)}
    facts["all_deputies"] = scope.signed_in and _opens(visit, token, DEPUTIES)
    return office_page("office_supervision.html.j2", visit, token, "supervision", facts | outcome.facts, outcome.status)


@dataclass(frozen=True)
class _Scope:
    """About whose tasks the visitor may decide, and whose they look after, as ids of people."""

    decides: list[int]
    sees: list[int]
    signed_in: bool


def _scope(session: Session, visit: Visit, token: str) -> _Scope:
    everybody = [one or 0 for one in session.exec(select(Person.id).order_by(col(Person.id)))]
    visitor = visit.visitor if token == ME else None
    if visitor is None:
        return _Scope([], everybody, signed_in=False)
    person = session.get_one(Person, visitor.person_id)
    decides = supervised_by(session, person, visit.today)
    return _Scope(decides, decides if visitor.seat is Seat.HEAD else everybody, signed_in=True)


def _opens(visit: Visit, token: str, route: str) -> bool:
    """True where whoever looks may open that page: by a link everybody, else as their seat says."""
    return token != ME or (visit.visitor is not None and may_open(visit.visitor.seat, route))


def _names_to_choose(session: Session, visit: Visit, token: str) -> list[str]:
    """Who can be said to urge on a link; who signed in urges in their own name."""
    return [] if token == ME else list(supervisor_names(session))


@pages.get("/tasks")
def show_tasks(
    token: str, visit: Here, q: Words = "", state: Words = "pending", person: Words = "", nth: Nth = 1
) -> Response:
    """Tasks by state, person and word."""
    ticket_of(visit, token, "office")
    wanted = Filter(state if state in SHOWN else "pending", person, q.strip())
    with reading(visit.engine) as session:
        found = task_list(session, wanted, visit.today, visit.gauge, nth)
        people = people_names(session)
    facts = {"wanted": wanted, "found": found, "people": people, "states": SHOWN}
    facts["supervises"] = _opens(visit, token, FRONT)
    return office_page("office_tasks.html.j2", visit, token, "tasks", facts)


@pages.get("/tasks/{number}")
def show_task(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One task, to look at."""
    return _task_page(token, number, visit, told(said))


@pages.post("/tasks/{number}/urge")
def urged(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """催办."""
    ticket_of(visit, token, "office")
    from_front = typed.get("back", "") == "supervision"

    def urge() -> str:
        with writing(visit.engine) as session:
            act = Act(_urger(session, visit, token, typed.get("by", "")), "page", visit.now)
            refuse_moved(session, find_task(session, number), seen_in(typed))
            urge_task(session, visit.runtime, number, note_in(typed), act)
        home = visit.home("office", token)
        return f"{home}/supervision?said=urged" if from_front else f"{home}/tasks/{number}?said=urged"

    return carry_form(urge, typed, _again(token, number, visit, from_front), "urge")


def _urger(session: Session, visit: Visit, token: str, chosen: str) -> str:
    """Who signed in urges in their own name; on a link somebody says who they are. Raises Refused."""
    if token == ME and visit.visitor:
        return visit.visitor.name
    return supervisor_named(session, chosen)


def _again(token: str, number: int, visit: Visit, from_front: bool) -> Callable[[Outcome], Response]:
    if from_front:
        return lambda outcome: supervision_page(token, visit, outcome, number)
    return lambda outcome: _task_page(token, number, visit, outcome)


def _task_page(token: str, number: int, visit: Visit, outcome: Outcome) -> Response:
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        task = session.get(Task, number)
        if task is None:
            raise TurnedAway(NO_SUCH_TASK, 404, "没有找到")
        facts: dict[str, Any] = {
            "view": task_view(session, task, visit.today, visit.gauge, visit.runtime.forms),
            "supervisors": _names_to_choose(session, visit, token),
            "seen": seen_again(outcome.typed, outcome.refused, last_changes(session, [number]).get(number, 0)),
        }
    facts |= {"longest": LONGEST_NOTE, "may_urge": _opens(visit, token, URGE)}
    return office_page("office_task.html.j2", visit, token, "tasks", facts | outcome.facts, outcome.status)
