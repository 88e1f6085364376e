"""函件 on people's own pages: 催报函 and the three orders; drafting, the list, the text, 批准 and 不发, and how each
arrived. Looking changes nothing."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, leads_today, person_of, ticket_of
from duban.web.carrying import Outcome, carry_form, carry_out
from duban.web.rendering import page
from duban.web.task_forms import number_in
from duban.web.visit import SAID, Here, Number, Typed, Visit, Words
from flows.letter_files import WORD
from flows.letters import (
    NOT_A_DRAFTER,
    NOT_YOURS,
    decide_letter,
    decided_for,
    draft_for,
    drafted_by,
    letter_file,
    letter_page,
    letters_for,
    may_draft,
)
from flows.views.lines import task_line_of
from notifications.formal import LONGEST_REASON
from notifications.orders import LONGEST, order_kinds
from notifications.tables import Letter, LetterState
from plans.database import reading, writing
from plans.errors import Refused
from plans.tables import Person
from tasks.tables import Task

NO_SUCH_TASK = "没有这项任务：请从任务的页面起草。"
LONGEST_CONTACT = 100

pages = APIRouter(prefix="/desk/{token}/letters")
About = Annotated[int, Query(ge=0, le=2_147_483_647)]


@pages.get("")
def show_letters(token: str, visit: Here, said: str = "") -> Response:
    """The letters that wait for this person, those they drafted, and the latest that were decided."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        facts = {
            "leader": leads_today(session, person, visit.today),
            "waiting": letters_for(session, visit.runtime, person, visit.today),
            "drafted": drafted_by(session, visit.runtime, person, visit.today),
            "decided": decided_for(session, visit.runtime, person, visit.today),
        }
    around = {"home": visit.home("desk", token), "here": "letters", "message": SAID.get(said, "")}
    return page("letter_list.html.j2", visit, facts | around)


@pages.get("/new")
def show_form(token: str, visit: Here, task: About = 0, kind: Words = "") -> Response:
    """Where one of the orders is drafted."""
    return _form_page(token, task, visit, Outcome(typed={"kind": kind}))


@pages.post("/new")
def drafted(token: str, visit: Here, typed: Typed) -> Response:
    """起草."""
    ticket, number = ticket_of(visit, token, "desk"), number_in(typed, "task") or 0

    def draft() -> str:
        with writing(visit.engine) as session:
            person = person_of(session, ticket)
            _task_for(session, visit, person, number)
            kind, require, contact = (typed.get(name, "") for name in ("kind", "require", "contact"))
            letter = draft_for(session, person, kind, number, require, contact, visit.now)
        return f"{visit.home('desk', token)}/letters/{letter.id}?said=letter_drafted"

    return carry_form(draft, typed, lambda outcome: _form_page(token, number, visit, outcome))


def _task_for(session: Session, visit: Visit, person: Person, number: int) -> Task:
    task = session.get(Task, number)
    if task is None:
        raise TurnedAway(NO_SUCH_TASK, 404, "没有找到")
    if not may_draft(session, person, task, visit.today):
        raise TurnedAway(NOT_A_DRAFTER, 403, "不能起草")
    return task


def _form_page(token: str, number: int, visit: Visit, outcome: Outcome) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        line = task_line_of(session, _task_for(session, visit, person, number), visit.today, visit.gauge)
    facts = {"home": visit.home("desk", token), "here": "letters", "line": line, "kinds": order_kinds()}
    facts |= {"longest": LONGEST, "longest_contact": LONGEST_CONTACT, "contact": person.name}
    facts["usual"] = "remind" if line.pending and line.due_on < visit.today else "assign"
    return page("letter_new.html.j2", visit, facts | outcome.facts, outcome.status)


@pages.get("/{number}")
def show_letter(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One letter with its text."""
    return _letter_page(token, number, visit, 200, message=SAID.get(said, ""))


@pages.get("/{number}/word")
def download(token: str, number: Number, visit: Here) -> Response:
    """The letter as a Word file."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        try:
            letter_page(session, visit.runtime, person, number, visit.now)
        except Refused as refused:
            raise TurnedAway(NOT_YOURS, 404, "没有找到") from refused
        name, content = letter_file(session, visit.runtime, session.get_one(Letter, number), visit.now)
    disposition = f"attachment; filename=\"letter-{number}.docx\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=WORD, headers={"Content-Disposition": disposition})


@pages.post("/{number}/approve")
def approved(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """批准."""
    return _decide(token, number, visit, typed, send=True)


@pages.post("/{number}/decline")
def declined(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """不发."""
    return _decide(token, number, visit, typed, send=False)


def _decide(token: str, number: int, visit: Visit, typed: Mapping[str, str], send: bool) -> Response:
    ticket = ticket_of(visit, token, "desk")

    def decide() -> str:
        with writing(visit.engine) as session:
            person = person_of(session, ticket)
            reason = typed.get("reason", "")
            letter = decide_letter(session, visit.runtime, person, number, send, reason, visit.now)
        code = "letter_approved" if letter.state == LetterState.APPROVED else "letter_filed" if send else "letter_void"
        return f"{visit.home('desk', token)}/letters?said={code}"

    return carry_out(decide, lambda status, refused: _letter_page(token, number, visit, status, typed, str(refused)))


def _letter_page(
    token: str,
    number: int,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    fault: str = "",
    message: str = "",
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        try:
            shown = letter_page(session, visit.runtime, person, number, visit.now)
        except Refused as refused:
            raise TurnedAway(NOT_YOURS, 404, "没有找到") from refused
    facts = {"home": visit.home("desk", token), "letter": shown, "typed": typed or {}, "fault": fault}
    return page("letter.html.j2", visit, {**facts, "message": message, "longest": LONGEST_REASON}, status)
