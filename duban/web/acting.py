"""Acting on a task from whichever page its form stood on, and back to that page."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import act_of, own_task, person_of, ticket_of
from duban.web.carrying import Outcome, carry_form
from duban.web.desk_pages import decisions_page, task_page, today_page
from duban.web.office_tasks import supervision_page
from duban.web.task_forms import number_in, seen_in
from duban.web.visit import ME, Visit
from plans.database import writing
from plans.tables import Person
from tasks.moved import refuse_moved
from tasks.tables import Task
from tasks.verbs import Act

Deed = Callable[[Session, Task, Act], object]
Admit = Callable[[Session, Person, int, date], tuple[Task, Person]]
"""Who may act on a task, and in whose name; raises TurnedAway."""


class Back(StrEnum):
    """The page a form stood on, as its hidden field says; never an address."""

    TASK = ""
    TODAY = "today"
    DECISIONS = "decisions"
    SUPERVISION = "supervision"


def act_on(
    token: str,
    number: int,
    visit: Visit,
    typed: Mapping[str, str],
    form: str,
    said: str,
    deed: Deed,
    admit: Admit = own_task,
) -> Response:
    """Do something to a task if ``admit`` lets this person, and if nothing happened to it since the page was shown.

    Then on to the page the form stood on, or that page again with what was refused. ``form`` is the form's name,
    ``said`` the code of what is said when it is done.
    """
    ticket, back = ticket_of(visit, token, "desk"), _back(typed, token)

    def act() -> str:
        with writing(visit.engine) as session:
            person = person_of(session, ticket)
            task, named = admit(session, person, number, visit.today)
            refuse_moved(session, task, seen_in(typed))
            deed(session, task, act_of(visit, person, named))
        return _onward(back, token, number, visit, typed) + said

    return carry_form(act, typed, lambda outcome: _again(back, token, number, visit, outcome), form)


def _back(typed: Mapping[str, str], token: str) -> Back:
    word = typed.get("back", "")
    known = Back(word) if word in list(Back) else Back.TASK
    # A link opens one person's desk; 督办 is of the office, and is open to who signed in.
    return Back.TASK if known is Back.SUPERVISION and token != ME else known


def _onward(back: Back, token: str, number: int, visit: Visit, typed: Mapping[str, str]) -> str:
    home = visit.home("desk", token)
    addresses = {
        Back.TASK: f"{home}/tasks/{number}?said=",
        Back.TODAY: f"{home}?page={_page(typed)}&said=",
        Back.DECISIONS: f"{home}/decisions?said=",
        Back.SUPERVISION: visit.home("office", ME) + "/supervision?said=",
    }
    return addresses[back]


def _again(back: Back, token: str, number: int, visit: Visit, outcome: Outcome) -> Response:
    if back is Back.TODAY:
        return today_page(token, visit, outcome, _page(outcome.typed), number)
    if back is Back.DECISIONS:
        return decisions_page(token, visit, outcome, number)
    if back is Back.SUPERVISION:
        return supervision_page(token, visit, outcome, number)
    return task_page(token, number, visit, outcome)


def _page(typed: Mapping[str, str]) -> int:
    return number_in(typed, "page") or 1
