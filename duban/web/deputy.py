"""代理: a person says on their own page who stands in for them. Looking changes nothing."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from duban.web.admission import TurnedAway, person_of, ticket_of
from duban.web.carrying import carry_out
from duban.web.desk import leads_today
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Number, Typed, Visit
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
    return _deputy_page(token, visit, 200, message=SAID.get(said, ""))


@pages.post("")
def added(token: str, visit: Here, typed: Typed) -> Response:
    """指定代理."""
    ticket = ticket_of(visit, token, "desk")

    def add() -> str:
        with writing(visit.engine) as session:
            person = person_of(session, ticket)
            first, last = _day(typed.get("from", ""), "开始"), _day(typed.get("until", ""), "结束")
            add_deputy(session, person.name, _chosen(typed), first, last)
        return f"{visit.home('desk', token)}/deputy?said=deputized"

    return carry_out(add, lambda status, refused: _deputy_page(token, visit, status, typed, fault=str(refused)))


@pages.post("/{number}/end")
def ended(token: str, number: Number, visit: Here) -> Response:
    """提前结束 a term of one's own."""
    ticket = ticket_of(visit, token, "desk")

    def end() -> str:
        with writing(visit.engine) as session:
            _refuse_others(session, person_of(session, ticket), number)
            end_deputy(session, number, visit.today)
        return f"{visit.home('desk', token)}/deputy?said=ended"

    return carry_out(end, lambda _, refused: _deputy_page(token, visit, 409, fault=str(refused)))


def _refuse_others(session: Session, person: Person, number: int) -> None:
    term = session.get(Deputy, number)
    if term is None or term.person_id != person.id:
        raise TurnedAway(NOT_YOUR_TERM, 404, "没有找到")


def _chosen(typed: Mapping[str, str]) -> str:
    if name := typed.get("to", "").strip():
        return name
    raise Refused("请选择由谁代理。")


def _day(text: str, what: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused(f"请填写{what}日期，如 2026-10-09。") from error


def _deputy_page(
    token: str,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    message: str = "",
    fault: str = "",
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        person = person_of(session, ticket)
        absent = [one.name for one in voices(session, person, visit.today)[1:]]
        others = select(Person.name).where(col(Person.active), Person.id != person.id).order_by(col(Person.id))
        people, leader = session.exec(others).all(), leads_today(session, person, visit.today)
    rows = [row for row in deputy_rows(visit.runtime, visit.today) if row["person"] == person.name]
    around = {"home": visit.home("desk", token), "here": "deputy", "leader": leader}
    told = {"typed": typed or {}, "message": message, "fault": fault}
    return page("deputy.html.j2", visit, {**around, **told, "rows": rows, "people": people, "absent": absent}, status)
