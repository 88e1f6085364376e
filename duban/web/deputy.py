"""代理: a person says on their own page who stands in for them. Looking changes nothing."""

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from duban.web.admission import TurnedAway, leads_today, person_of, ticket_of
from duban.web.carrying import Outcome, carry_form
from duban.web.carrying import said as told
from duban.web.rendering import page
from duban.web.task_forms import day_in
from duban.web.visit import Here, Number, Typed, Visit
from flows.deputizing import deputy_rows
from plans.database import reading, writing
from plans.deputies import add_deputy, end_deputy, voices
from plans.errors import Refused
from plans.tables import Deputy, Person

NOT_YOUR_TERM = "没有这个代理，或者它不是您指定的：请从“代理”页面操作。"

pages = APIRouter(prefix="/desk/{token}/deputy")


@pages.get("")
def show_deputies(token: str, visit: Here, said: str = "") -> Response:
    """Who stood, stands and will stand in for the person."""
    return _deputy_page(token, visit, told(said))


@pages.post("")
def added(token: str, visit: Here, typed: Typed) -> Response:
    """指定代理."""
    ticket = ticket_of(visit, token, "desk")

    def add() -> str:
        with writing(visit.engine) as session:
            person = person_of(session, ticket)
            first, last = (day_in(typed, name, _no_day(word)) for name, word in (("from", "开始"), ("until", "结束")))
            add_deputy(session, person.name, _chosen(typed.get("to", "").strip()), first, last)
        return f"{visit.home('desk', token)}/deputy?said=deputized"

    return carry_form(add, typed, lambda outcome: _deputy_page(token, visit, outcome))


@pages.post("/{number}/end")
def ended(token: str, number: Number, visit: Here) -> Response:
    """提前结束 a term of one's own."""
    ticket = ticket_of(visit, token, "desk")

    def end() -> str:
        with writing(visit.engine) as session:
            _refuse_others(session, person_of(session, ticket), number)
            end_deputy(session, number, visit.today)
        return f"{visit.home('desk', token)}/deputy?said=ended"

    # Nothing is typed to end a term: whoever is refused came second.
    return carry_form(end, {}, lambda outcome: _deputy_page(token, visit, replace(outcome, status=409)))


def _refuse_others(session: Session, person: Person, number: int) -> None:
    term = session.get(Deputy, number)
    if term is None or term.person_id != person.id:
        raise TurnedAway(NOT_YOUR_TERM, 404, "没有找到")


def _chosen(name: str) -> str:
    if not name:
        raise Refused("请选择由谁代理。", "to")
    return name


def _no_day(what: str) -> str:
    return f"请填写{what}日期，如 2026-10-09。"


def _deputy_page(token: str, visit: Visit, outcome: Outcome) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        absent = [one.name for one in voices(session, person, visit.today)[1:]]
        others = select(Person.name).where(col(Person.active), Person.id != person.id).order_by(col(Person.id))
        people, leader = session.exec(others).all(), leads_today(session, person, visit.today)
    rows = [row for row in deputy_rows(visit.runtime, visit.today) if row["person"] == person.name]
    around = {"home": visit.home("desk", token), "here": "deputy", "leader": leader}
    facts = around | {"rows": rows, "people": people, "absent": absent}
    return page("deputy.html.j2", visit, facts | outcome.facts, outcome.status)
