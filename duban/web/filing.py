"""企业填报: the page behind an enterprise's link. No login, one form, and it may be filed again."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, enterprise_task, ticket_of
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Typed, Visit
from flows.views.lines import task_line_of
from flows.views.task import filed_versions
from plans.database import reading, writing
from plans.tables import Enterprise, Person, Plan
from tasks.filings import FilingRefused, file_answers, form_of, latest_filing
from tasks.form import ZERO
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act, MoveRefused, item_of

pages = APIRouter(prefix="/filing/{token}")

# What was confirmed is not changed behind the bureau's back.
CLOSED_TO = {
    State.CLOSED: "贵单位的填报已经核定。如需更正，请与联系人联系。",
    State.LAPSED: "这一期的填报已经结束，不再接收。如有疑问，请与联系人联系。",
    State.CANCELLED: "这一期不需要贵单位填报，谢谢配合。",
}


@pages.get("")
def show_form(token: str, visit: Here, said: str = "") -> Response:
    """The form, with what was filed before."""
    return _form_page(token, visit, 200, message=SAID.get(said, ""))


@pages.post("")
def file_form(token: str, visit: Here, typed: Typed) -> Response:
    """Take the answers, or show every fault beside its field."""
    ticket = ticket_of(visit, token, "filing")
    try:
        with writing(visit.engine) as session:
            enterprise, task = enterprise_task(session, ticket)
            # Two corrections at once must not both become the same version.
            session.refresh(task, with_for_update=True)
            _refuse_closed(task)
            act = Act(_filler(enterprise, typed), "page", visit.now)
            file_answers(session, task, form_of(item_of(session, task)), typed, act)
    except FilingRefused as refused:
        return _form_page(token, visit, 422, typed, faults=refused.faults)
    except MoveRefused:
        return _form_page(token, visit, 409, typed)
    return RedirectResponse(f"{visit.home('filing', token)}?said=filed", 303)


def _refuse_closed(task: Task) -> None:
    if told := CLOSED_TO.get(State(task.state)):
        raise MoveRefused(told)


def _filler(enterprise: Enterprise, typed: Mapping[str, str]) -> str:
    return " ".join(typed.get("filler", "").split()) or enterprise.contact or enterprise.name


def _form_page(
    token: str,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    message: str = "",
    faults: Mapping[str, str] | None = None,
) -> Response:
    ticket = ticket_of(visit, token, "filing")
    with reading(visit.engine) as session:
        enterprise, task = enterprise_task(session, ticket)
        item = item_of(session, task)
        if not item.form:
            raise TurnedAway("这项任务没有报表要填，请与科技局联系。", 404, "没有报表")
        facts = {
            "bureau": session.get_one(Plan, item.plan_id).bureau,
            "officer": session.get_one(Person, task.owner_id).name,
            "line": task_line_of(session, task, visit.today, visit.gauge),
            "form": form_of(item),
            "filed": filed_versions(session, task),
            "typed": typed if typed is not None else _kept(session, task),
        }
    told = {"closed": CLOSED_TO.get(State(task.state), ""), "message": message, "faults": faults or {}, "zero": ZERO}
    return page("filing.html.j2", visit.root, {**facts, **told, "enterprise": enterprise}, status)


def _kept(session: Session, task: Task) -> Mapping[str, str]:
    filing = latest_filing(session, task)
    return {key: str(answer) for key, answer in filing.answers.items()} if filing else {}
