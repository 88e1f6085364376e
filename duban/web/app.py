"""The application: routes, guard and error pages put together around a runtime."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
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
    sheets,
    supervise,
)
from duban.web.guard import Guard
from duban.web.rendering import page
from duban.web.visit import Here, House
from flows.runtime import Runtime

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
    ):
        app.include_router(room.pages)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_middleware(Guard)
    errors.add_error_pages(app)
    return app


def _welcome(visit: Here) -> Response:
    return page("welcome.html.j2", visit.root)


def _healthz() -> PlainTextResponse:
    return PlainTextResponse("ok")
