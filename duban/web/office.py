"""全局: the bureau's own pages: progress, tasks with their 催办, the matrix of filings. Looking changes nothing."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.carrying import carry_out
from duban.web.desk import LONGEST_NOTE, note_in
from duban.web.filings import matrix_facts
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Nth, Number, Typed, Visit, Words
from flows.urging import supervisor_named, supervisor_names, urge_task
from flows.views.filing_states import SHOWN as MATRIX_STATES
from flows.views.matrix import Wanted
from flows.views.office import SHOWN, Filter, overview, people_names, task_list
from flows.views.outbox import STUCK, outbox_counts
from flows.views.task import task_view
from plans.database import reading, writing
from tasks.tables import Task
from tasks.verbs import Act

ACCEPTED = ".docx,.xlsx,.xls,.html,.htm,.txt,.md,.pdf,.doc,.wps"
"""The endings of documents that can be handed in."""

pages = APIRouter(prefix="/office/{token}")


def office_page(
    name: str, visit: Visit, token: str, here: str, facts: Mapping[str, object], status: int = 200
) -> Response:
    """A page of the office with its navigation; ``here`` is the entry that is open."""
    shared = {"home": visit.home("office", token), "here": here, "today": visit.today, "no_mail": visit.no_mail}
    return page(name, visit, {**shared, **facts}, status)


@pages.get("")
def show_overview(token: str, visit: Here) -> Response:
    """The bureau at a glance."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        view = overview(session, visit.today, visit.gauge)
        counts = outbox_counts(session)
    stuck = {state: counts[state] for state in STUCK if state in counts}
    facts = {"view": view, "stuck": stuck, "accepted": ACCEPTED}
    return office_page("office.html.j2", visit, token, "overview", facts)


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
    return office_page("office_tasks.html.j2", visit, token, "tasks", facts)


@pages.get("/tasks/{number}")
def show_task(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One task, to look at."""
    return _task_page(token, number, visit, 200, message=SAID.get(said, ""))


@pages.post("/tasks/{number}/urge")
def urged(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """催办."""
    ticket_of(visit, token, "office")

    def urge() -> str:
        with writing(visit.engine) as session:
            act = Act(supervisor_named(session, typed.get("by", "")), "page", visit.now)
            urge_task(session, visit.runtime, number, note_in(typed), act)
        return f"{visit.home('office', token)}/tasks/{number}?said=urged"

    return carry_out(urge, lambda status, refused: _task_page(token, number, visit, status, typed, fault=str(refused)))


def _task_page(
    token: str,
    number: int,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    message: str = "",
    fault: str = "",
) -> Response:
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        task = session.get(Task, number)
        if task is None:
            raise TurnedAway("没有这个编号的任务：请从列表里打开。", 404, "没有找到")
        view = task_view(session, task, visit.today, visit.gauge, visit.runtime.forms)
        supervisors = supervisor_names(session)
    told = {"typed": typed or {}, "message": message, "fault": fault, "longest": LONGEST_NOTE}
    facts = {"view": view, "supervisors": supervisors, **told}
    return office_page("office_task.html.j2", visit, token, "tasks", facts, status)


@pages.get("/matrix")
def show_matrix(
    token: str,
    visit: Here,
    item: int = 0,
    month: Words = "",
    state: Words = "",
    q: Words = "",
    agency: int = 0,
    sort: Words = "weight",
    nth: Nth = 1,
) -> Response:
    """Which enterprise has filed for which period, to look at."""
    ticket_of(visit, token, "office")
    wanted = Wanted(month.strip(), state if state in MATRIX_STATES else "", q.strip(), agency, sort, nth)
    with reading(visit.engine) as session:
        facts = matrix_facts(session, visit, item, wanted)
    return office_page("office_matrix.html.j2", visit, token, "matrix", facts)
