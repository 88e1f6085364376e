"""我的工作 as pages: the desk, one task, and what waits for a word; each once more with what came of its forms."""

from datetime import date
from typing import Any

from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import leads_today, person_of, seen_task, ticket_of
from duban.web.carrying import Outcome
from duban.web.certificates import sees_certificates
from duban.web.rendering import page
from duban.web.rights import may_open
from duban.web.task_forms import LONGEST_NOTE, seen_again
from duban.web.visit import ME, Visit
from flows.tasking import FIGURE
from flows.views.decisions import decision_count, decisions_about, supervised_by, supervision_of
from flows.views.desk import Desk, desk_of
from flows.views.task import task_view
from notifications.links import Ticket
from plans.database import reading
from plans.deputies import voices
from plans.tables import Person
from tasks.moved import last_changes
from tasks.states import MOVES, Verb
from tasks.tables import Task

SUPERVISION = "/office/{token}/supervision"
"""The route of 督办; the same page has what waits for a word, beside all else that is supervised."""


def today_page(token: str, visit: Visit, outcome: Outcome, nth: int = 1, opened: int = 0) -> Response:
    """The desk; of the rows that came without their form, ``opened`` is the one whose form is wanted."""
    ticket = ticket_of(visit, token, "desk")
    # Of this person and no other; the version tells a link that is still theirs from one that is not.
    key = "desk", visit.today, ticket.subject, ticket.version, nth, opened
    found = visit.runtime.kept.read(key, lambda session: _desk(session, visit, ticket, nth, opened))
    facts = found | _addresses(visit, token) | _opened(found["view"], opened, outcome)
    facts |= {"no_mail": visit.no_mail, "decide_at": _decide_at(visit, token)}
    return page("desk.html.j2", visit, facts | outcome.facts, outcome.status)


def _desk(session: Session, visit: Visit, ticket: Ticket, nth: int, opened: int) -> dict[str, Any]:
    person, today = person_of(session, ticket), visit.today
    return _reader(session, person, today) | {
        "view": desk_of(session, person, today, visit.gauge, nth, opened),
        "decisions": decision_count(session, supervised_by(session, person, today)),
        "renews": sees_certificates(session, person, today),
    }


def _reader(session: Session, person: Person, today: date) -> dict[str, Any]:
    return {"leader": leads_today(session, person, today), "person": person, "today": today}


def _addresses(visit: Visit, token: str) -> dict[str, Any]:
    return {"home": visit.home("desk", token), "here": "desk", "longest": LONGEST_NOTE, "figure": FIGURE}


def _around(session: Session, visit: Visit, token: str, person: Person) -> dict[str, Any]:
    return _reader(session, person, visit.today) | _addresses(visit, token)


def _opened(view: Desk, opened: int, outcome: Outcome) -> dict[str, Any]:
    """Which row is open and what its form has seen; ``apart`` is one that stands on another page of the list."""
    row, shown = view.opened, {row.line.id for row in view.page.rows}
    apart = row if row and row.line.id not in shown else None
    seen = seen_again(outcome.typed, outcome.refused, row.doing.seen) if row and row.doing else 0
    return {"opened": opened, "apart": apart, "seen": seen, "lost": bool(outcome.form) and row is None}


def _decide_at(visit: Visit, token: str) -> str:
    if token == ME and visit.visitor and may_open(visit.visitor.seat, SUPERVISION):
        return visit.home("office", ME) + "/supervision"
    return visit.home("desk", token) + "/decisions"


def decisions_page(token: str, visit: Visit, outcome: Outcome, opened: int = 0) -> Response:
    """What waits for this person's word, with the forms to say it."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        owners = supervised_by(session, person, visit.today)
        waiting = decisions_about(session, owners, visit.today, visit.gauge)
        facts = _around(session, visit, token, person) | {"waiting": waiting}
    facts |= {"opened": opened, "seen": seen_again(outcome.typed, outcome.refused, 0)}
    facts["lost"] = bool(outcome.form) and opened not in waiting.tasks
    return page("decisions.html.j2", visit, facts | outcome.facts, outcome.status)


def task_page(token: str, number: int, visit: Visit, outcome: Outcome) -> Response:
    """One task with its forms."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        task = seen_task(session, person, number, visit.today)
        mine = task.owner_id in [one.id for one in voices(session, person, visit.today)]
        facts = _around(session, visit, token, person) | {
            "view": task_view(session, task, visit.today, visit.gauge, visit.runtime.forms),
            "care": supervision_of(session, task, person, mine, visit.today),
            "seen": seen_again(outcome.typed, outcome.refused, last_changes(session, [number]).get(number, 0)),
        }
    view = facts["view"]
    facts |= {"may_finish": mine and view.line.pending, "may_sign": mine and _unsigned(task)}
    return page("desk_task.html.j2", visit, facts | outcome.facts, outcome.status)


def _unsigned(task: Task) -> bool:
    # An officer's signature would hide that the enterprise has not reacted.
    return task.enterprise_id is None and task.state in MOVES[Verb.ACKNOWLEDGE][0]
