"""我的工作: a person's own pages. Looking changes nothing; only the owner's buttons do."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as PathPart
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.acting import act_on
from duban.web.admission import NOT_YOURS, TurnedAway, leads, person_of, ticket_of
from duban.web.carrying import said as told
from duban.web.desk_pages import task_page, today_page
from duban.web.rendering import page
from duban.web.task_forms import figures_in, note_in
from duban.web.visit import Here, Nth, Number, Typed
from flows.tasking import acknowledge_own, complete_from_form
from flows.views.matters import enterprises_of
from plans.database import reading
from plans.deputies import voices
from plans.errors import Refused
from plans.periods import Period
from plans.tables import PlanItem
from tasks.tables import Task
from tasks.verbs import Act

pages = APIRouter(prefix="/desk/{token}")

Opened = Annotated[int, Query(alias="open", ge=0, le=2_147_483_647)]


@pages.get("")
def desk(token: str, visit: Here, nth: Nth = 1, opened: Opened = 0, said: str = "") -> Response:
    """What the person has to do."""
    return today_page(token, visit, told(said), nth, opened)


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


def _label(period: str) -> str:
    try:
        return Period.parse(period).label
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused


@pages.get("/tasks/{number}")
def show_task(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One task with its form."""
    return task_page(token, number, visit, told(said))


@pages.post("/tasks/{number}/done")
def done(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """办结, with figures and a note."""

    def finish(session: Session, task: Task, act: Act) -> None:
        complete_from_form(session, task, figures_in(typed), note_in(typed), act)

    return act_on(token, number, visit, typed, "done", "done", finish)


@pages.post("/tasks/{number}/acknowledge")
def acknowledged(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """签收."""

    def sign(session: Session, task: Task, act: Act) -> None:
        acknowledge_own(session, task, act, note_in(typed))

    return act_on(token, number, visit, typed, "done", "acknowledged", sign)
