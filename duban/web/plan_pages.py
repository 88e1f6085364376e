"""工作计划: the plan as a tree, and one item in full with its charts and files. Looking changes nothing."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, ticket_of
from duban.web.office import office_page
from duban.web.planning import NO_SUCH_ITEM, may_change
from duban.web.rights import may_open
from duban.web.visit import ME, Here, Nth, Number, Visit, Words
from flows.views.plan import KINDS, LIGHTS, Wanted, plan_page
from flows.views.plan_item import ItemPage, chart_of, goals_of, item_page, readings_of
from notifications.charts import line_chart
from plans.database import reading
from plans.deputies import voices
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem, Target
from tasks.tables import Evidence, Task

NO_SUCH_CHART = "没有这个指标的曲线：请从事项的页面打开。"
NO_SUCH_FILE = "没有这份材料：请从事项的页面打开。"
FILES = "/office/{token}/plan/{number}/files/{file}"
# A picture asks for nothing and runs nothing, also when it is opened by itself.
PICTURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, max-age=300",
}

pages = APIRouter(prefix="/office/{token}/plan")


@pages.get("")
def show_plan(
    token: str,
    visit: Here,
    plan: Words = "",
    office: Words = "",
    line: Words = "",
    light: Words = "",
    kind: Words = "",
    q: Words = "",
    nth: Nth = 1,
) -> Response:
    """The tree of work lines and items that the filter leaves."""
    ticket_of(visit, token, "office")
    wanted = Wanted(plan, office, line, light if light in LIGHTS else "", kind if kind in KINDS else "", q.strip(), nth)
    view = visit.runtime.kept.read(
        ("plan", visit.today, wanted), lambda session: plan_page(session, visit.runtime, visit.today, wanted)
    )
    facts = {"view": view, "wanted": wanted, "kinds": KINDS, "lights": LIGHTS, "query": _query(wanted)}
    return office_page("plan_tree.html.j2", visit, token, "plan", facts)


def _query(wanted: Wanted) -> str:
    """The filter as it goes on from page to page."""
    kept = {"plan": wanted.plan, "office": wanted.office, "line": wanted.programme, "light": wanted.light}
    kept |= {"kind": wanted.kind, "q": wanted.q}
    return urlencode({key: value for key, value in kept.items() if value})


@pages.get("/{number}")
def show_item(token: str, number: Number, visit: Here) -> Response:
    """One item: what was promised, where it stands, what happened."""
    ticket_of(visit, token, "office")
    view = visit.runtime.kept.read(
        ("item", visit.today, number), lambda session: item_page(session, visit.runtime, number, visit.today)
    )
    if view is None:
        raise TurnedAway(NO_SUCH_ITEM, 404, "没有找到")
    facts = {"view": view, "change": _change_address(visit, token, view), "takes_files": _takes_files(visit, token)}
    return office_page("plan_card.html.j2", visit, token, "plan", facts)


def _change_address(visit: Visit, token: str, view: ItemPage) -> str:
    """Where whoever is signed in changes the item; empty for whom it is not theirs to change."""
    if token != ME or visit.visitor is None or view.over:
        return ""
    with reading(visit.engine) as session:
        person, owner = session.get_one(Person, visit.visitor.person_id), session.get_one(Person, view.item.owner_id)
        concerned = any(may_change(one, owner) for one in voices(session, person, visit.today))
    return f"{visit.home('desk', ME)}/plan/{view.item.id}" if concerned else ""


def _takes_files(visit: Visit, token: str) -> bool:
    return token != ME or (visit.visitor is not None and may_open(visit.visitor.seat, FILES))


@pages.get("/{number}/targets/{target}.svg")
def draw_readings(token: str, number: Number, target: Number, visit: Here) -> Response:
    """The readings of one of the item's targets as a picture."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        found = session.get(Target, target)
        if found is None or found.item_id != number:
            raise TurnedAway(NO_SUCH_CHART, 404, "没有找到")
        picture = _picture(session, found, visit.today)
    if picture is None:
        raise TurnedAway(NO_SUCH_CHART, 404, "没有找到")
    return Response(picture, media_type="image/svg+xml", headers=PICTURE)


def _picture(session: Session, target: Target, today: date) -> bytes | None:
    item = session.get_one(PlanItem, target.item_id)
    period = Period.parse(session.get_one(Plan, item.plan_id).period)
    points = chart_of(target, readings_of(session, target, today), period)
    return drawn(tuple(points), tuple(goals_of(target).items()), target.unit)


@lru_cache(maxsize=256)
def drawn(points: tuple[tuple[date, Decimal], ...], goals: tuple[tuple[str, Decimal], ...], unit: str) -> bytes | None:
    """The chart of these readings, drawn once for all who look at it."""
    return line_chart(points, dict(goals), unit, "svg")


@pages.get("/{number}/files/{file}")
def download(token: str, number: Number, file: Number, visit: Here) -> Response:
    """A file of one of the item's tasks as a download, never shown in place."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        kept = session.get(Evidence, file)
        task = session.get(Task, kept.task_id) if kept else None
    path = visit.runtime.settings.data / "evidence" / kept.sha256[:2] / kept.sha256 if kept else None
    if kept is None or path is None or task is None or task.item_id != number or not path.exists():
        raise TurnedAway(NO_SUCH_FILE, 404, "没有找到")
    return FileResponse(path, media_type="application/octet-stream", headers=_as_download(kept.name))


def _as_download(name: str) -> Mapping[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
