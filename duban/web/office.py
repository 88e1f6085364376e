"""全局: the bureau's own pages, read only: progress, tasks, the matrix of filings."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.rendering import page
from duban.web.visit import Here, Nth, Number, Visit, Words
from flows.views.matrix import Matrix, filing_items, matrix_of
from flows.views.office import SHOWN, Filter, overview, people_names, task_list
from flows.views.outbox import STUCK, outbox_counts
from flows.views.task import task_view
from plans.database import reading
from tasks.tables import Task

pages = APIRouter(prefix="/office/{token}")


def office_page(name: str, visit: Visit, token: str, here: str, facts: Mapping[str, object]) -> Response:
    """A page of the office with its navigation; ``here`` is the entry that is open."""
    shared = {"home": visit.home("office", token), "here": here, "today": visit.today, "no_mail": visit.no_mail}
    return page(name, visit.root, {**shared, **facts})


@pages.get("")
def show_overview(token: str, visit: Here) -> Response:
    """The bureau at a glance."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        view = overview(session, visit.today, visit.workdays)
        counts = outbox_counts(session)
    stuck = {state: counts[state] for state in STUCK if state in counts}
    return office_page("office.html.j2", visit, token, "overview", {"view": view, "stuck": stuck})


@pages.get("/tasks")
def show_tasks(
    token: str, visit: Here, q: Words = "", state: Words = "pending", person: Words = "", nth: Nth = 1
) -> Response:
    """Tasks by state, person and word."""
    ticket_of(visit, token, "office")
    wanted = Filter(state if state in SHOWN else "pending", person, q.strip())
    with reading(visit.engine) as session:
        found = task_list(session, wanted, visit.today, visit.workdays, nth)
        people = people_names(session)
    facts = {"wanted": wanted, "found": found, "people": people, "states": SHOWN}
    return office_page("office_tasks.html.j2", visit, token, "tasks", facts)


@pages.get("/tasks/{number}")
def show_task(token: str, number: Number, visit: Here) -> Response:
    """One task, to look at."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        task = session.get(Task, number)
        if task is None:
            raise TurnedAway("没有这个编号的任务：请从列表里打开。", 404, "没有找到")
        view = task_view(session, task, visit.today, visit.workdays)
    return office_page("office_task.html.j2", visit, token, "tasks", {"view": view})


@pages.get("/matrix")
def show_matrix(token: str, visit: Here, q: Words = "", item: int = 0, nth: Nth = 1) -> Response:
    """Which enterprise has filed for which period."""
    ticket_of(visit, token, "office")
    matrix: Matrix | None = None
    with reading(visit.engine) as session:
        items = filing_items(session)
        chosen = next((one for one in items if one.id == item), items[0] if items else None)
        if chosen is not None:
            matrix = matrix_of(session, chosen, visit.today, nth, q.strip())
    facts = {"items": items, "matrix": matrix, "q": q}
    return office_page("office_matrix.html.j2", visit, token, "matrix", facts)
