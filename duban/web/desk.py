"""我的工作: a person's own pages. Looking changes nothing; only the owner's buttons do."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathPart
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import NOT_YOURS, TurnedAway, act_of, leads, own_task, person_of, seen_task, ticket_of
from duban.web.carrying import carry_out
from duban.web.certificates import sees_certificates
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Nth, Number, Typed, Visit
from flows.tasking import complete_from_form
from flows.views.decisions import decisions_of, supervision_of
from flows.views.desk import desk_of, enterprises_of
from flows.views.task import task_view
from plans.database import reading, writing
from plans.deputies import voices
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Person, PlanItem
from tasks.states import MOVES, Verb
from tasks.tables import Task
from tasks.verbs import Act, MoveRefused, acknowledge

LONGEST_NOTE = 2000
FIGURE = "figure-"

pages = APIRouter(prefix="/desk/{token}")

Deed = Callable[[Session, Task, Act], object]
Admit = Callable[[Session, Person, int, date], tuple[Task, Person]]
"""Who may act on a task, and in whose name; raises TurnedAway."""


@pages.get("")
def desk(token: str, visit: Here, nth: Nth = 1) -> Response:
    """What the person has to do."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        decisions = decisions_of(session, person, visit.today, visit.gauge) if leads(person) else []
        view = desk_of(session, person, visit.today, visit.gauge, nth)
        leader = leads_today(session, person, visit.today)
        renews = sees_certificates(session, person, visit.today)
    facts = {"home": visit.home("desk", token), "today": visit.today, "no_mail": visit.no_mail}
    facts |= {"renews": renews, "here": "desk", "leader": leader}
    return page("desk.html.j2", visit, {**facts, "person": person, "view": view, "decisions": len(decisions)})


@pages.get("/matters/{item_id}/{period}")
def matter(
    token: str, item_id: Number, period: Annotated[str, PathPart(max_length=20)], visit: Here, nth: Nth = 1
) -> Response:
    """Who owes a report that the person looks after."""
    ticket = ticket_of(visit, token, "desk")
    label = _label(period)
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        item = session.get(PlanItem, item_id)
        names = voices(session, person, visit.today)
        if item is None or not any(item.owner_id == one.id or leads(one) for one in names):
            raise TurnedAway(NOT_YOURS, 404, "没有找到")
        found = enterprises_of(session, item_id, period, visit.today, visit.gauge, nth)
    facts = {"home": visit.home("desk", token), "title": item.title, "period": label, "found": found}
    return page("matter.html.j2", visit, facts)


def leads_today(session: Session, person: Person, today: date) -> bool:
    """True for those who lead people, and on that day for who stands in for one."""
    return any(leads(one) for one in voices(session, person, today))


def _label(period: str) -> str:
    try:
        return Period.parse(period).label
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused


@pages.get("/tasks/{number}")
def show_task(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One task with its form."""
    return task_page(token, number, visit, 200, message=SAID.get(said, ""))


@pages.post("/tasks/{number}/done")
def done(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """办结, with figures and a note."""

    def finish(session: Session, task: Task, act: Act) -> None:
        complete_from_form(session, task, figures_in(typed), note_in(typed), act)

    return act_on(token, number, visit, typed, "done", finish)


@pages.post("/tasks/{number}/acknowledge")
def acknowledged(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """签收."""

    def sign(session: Session, task: Task, act: Act) -> None:
        if task.enterprise_id is not None:
            raise MoveRefused("这项任务由企业填报，不用您签收；企业报来后自动办结。")
        acknowledge(session, task, act, note_in(typed))

    return act_on(token, number, visit, typed, "acknowledged", sign)


def act_on(
    token: str,
    number: int,
    visit: Visit,
    typed: Mapping[str, str],
    code: str,
    deed: Deed,
    admit: Admit = own_task,
) -> Response:
    """Do something to a task if ``admit`` lets this person; then its page, with what was refused or what was done."""
    ticket = ticket_of(visit, token, "desk")

    def act() -> str:
        with writing(visit.engine) as session:
            person = person_of(session, ticket)
            task, named = admit(session, person, number, visit.today)
            deed(session, task, act_of(visit, person, named))
        return f"{visit.home('desk', token)}/tasks/{number}?said={code}"

    return carry_out(act, lambda status, refused: task_page(token, number, visit, status, typed, fault=str(refused)))


def task_page(
    token: str,
    number: int,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    message: str = "",
    fault: str = "",
) -> Response:
    """The task's page, with what was typed and the fault named where something was refused."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        task = seen_task(session, person, number, visit.today)
        view = task_view(session, task, visit.today, visit.gauge, visit.runtime.forms)
        mine = task.owner_id in [one.id for one in voices(session, person, visit.today)]
        care = supervision_of(session, task, person, mine, visit.today)
    facts = {
        "home": visit.home("desk", token),
        "view": view,
        "care": care,
        "typed": typed or {},
        "message": message,
        "fault": fault,
        "may_finish": mine and view.line.pending,
        "may_sign": mine and _unsigned(task),
        "longest": LONGEST_NOTE,
    }
    return page("desk_task.html.j2", visit, facts, status)


def _unsigned(task: Task) -> bool:
    # An officer's signature would hide that the enterprise has not reacted.
    return task.enterprise_id is None and task.state in MOVES[Verb.ACKNOWLEDGE][0]


def figures_in(typed: Mapping[str, str]) -> dict[int, str]:
    """The figures typed beside the targets, by target."""
    named = ((name.removeprefix(FIGURE), text) for name, text in typed.items() if name.startswith(FIGURE))
    return {int(number): text for number, text in named if number.isascii() and number.isdecimal()}


def note_in(typed: Mapping[str, str]) -> str:
    """The note as typed. Raises Refused for one that is too long."""
    note = typed.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(f"说明太长，请在{LONGEST_NOTE}字以内。")
    return note
