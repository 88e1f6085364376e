"""The application: routes, guard and error pages put together around a runtime."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from duban.web import (
    agency,
    amending,
    certificates,
    deputy,
    desk,
    errors,
    filing,
    filings,
    filings_calls,
    filings_files,
    letters,
    office,
    office_letters,
    planning,
    roster,
    roster_import,
    settings_index,
    sheets,
    signing_in,
    supervise,
)
from duban.web.guard import Guard
from duban.web.rendering import page
from duban.web.visit import ME, Here, House
from flows.runtime import Runtime
from plans.accounts import has_accounts
from plans.database import reading

STATIC = Path(__file__).with_name("static")


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(runtime: Runtime, clock: Callable[[], datetime] = _now) -> FastAPI:
    """The pages over a runtime; ``clock`` says what time it is (UTC)."""
    app = FastAPI(title="督办", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = House(runtime, clock)
    app.add_api_route("/", _welcome)
    app.add_api_route("/healthz", _healthz)
    for room in (
        letters,
        filings_calls,
        filings_files,
        filings,
        roster_import,
        roster,
        certificates,
        desk,
        supervise,
        planning,
        deputy,
        filing,
        agency,
        office,
        office_letters,
        amending,
        sheets,
        signing_in,
        settings_index,
    ):
        app.include_router(room.pages)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_middleware(Guard)
    errors.add_error_pages(app)
    return app


def _welcome(visit: Here) -> Response:
    with reading(visit.engine) as session:
        settled = has_accounts(session)
    if not settled:
        return page("welcome.html.j2", visit)
    return RedirectResponse(visit.home("desk", ME) if visit.visitor else f"{visit.root}/login", 303)


def _healthz() -> PlainTextResponse:
    return PlainTextResponse("ok")
