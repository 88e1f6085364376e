"""设置·代理: who stands in for whom, set and ended for anybody. Looking changes nothing."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import signed_in
from duban.web.carrying import carry_out
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Number, Typed, Visit, Words
from flows.deputizing import deputy_rows
from flows.views.office import people_names
from plans.database import reading, writing
from plans.deputies import add_deputy, end_deputy
from plans.errors import Refused
from plans.sheet.errors import FieldFaults

FORMER = 20
"""How many terms that are over are listed."""

pages = APIRouter(prefix="/office/{token}/settings/deputies")


@pages.get("")
def show_deputies(token: str, visit: Here, said: Words = "") -> Response:
    """Every term in force and to come, and the last that are over."""
    return _page(token, visit, 200, message=SAID.get(said, ""))


@pages.post("")
def added(token: str, visit: Here, typed: Typed) -> Response:
    """指定代理 for anybody."""
    signed_in(visit, token)

    def add() -> str:
        name, to, first, last = _term(typed)
        with writing(visit.engine) as session:
            add_deputy(session, name, to, first, last)
        return f"{visit.home('office', token)}/settings/deputies?said=deputized"

    return carry_out(add, lambda status, refused: _page(token, visit, status, typed, refused))


@pages.post("/{number}/end")
def ended(token: str, number: Number, visit: Here) -> Response:
    """End a term, or take back one that has not begun."""
    signed_in(visit, token)

    def end() -> str:
        with writing(visit.engine) as session:
            end_deputy(session, number, visit.today)
        return f"{visit.home('office', token)}/settings/deputies?said=term_ended"

    return carry_out(end, lambda _, refused: _page(token, visit, 409, refused=refused))


def _term(typed: Mapping[str, str]) -> tuple[str, str, date, date]:
    faults = {name: "请选择。" for name in ("name", "to") if not typed.get(name, "").strip()}
    days = {}
    for name in ("from", "until"):
        try:
            days[name] = date.fromisoformat(typed.get(name, "").strip())
        except ValueError:
            faults[name] = "请填写日期，如 2026-10-09。"
    if faults:
        raise FieldFaults(faults)
    return typed["name"].strip(), typed["to"].strip(), days["from"], days["until"]


def _page(
    token: str,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    message: str = "",
) -> Response:
    signed_in(visit, token)
    rows = deputy_rows(visit.runtime, visit.today)
    over = [row for row in rows if row["state"] == "已结束"]
    with reading(visit.engine) as session:
        people = people_names(session)
    faults = refused.faults if isinstance(refused, FieldFaults) else {}
    facts = {"rows": [row for row in rows if row not in over], "over": over[:FORMER], "people": people}
    told = {"typed": typed or {}, "faults": faults, "fault": str(refused) if refused else "", "message": message}
    return settings_page("settings_deputies.html.j2", visit, token, {**facts, **told}, status)
