"""The application: routes, guard and error pages put together around a runtime."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

from duban.web import (
    agency,
    amending,
    certificates,
    dates,
    deputy,
    desk,
    errands,
    errors,
    filing,
    filings,
    filings_calls,
    filings_files,
    ledger,
    letters,
    office,
    office_tasks,
    outbox_pages,
    plan_pages,
    planning,
    rehearsing,
    reports,
    roster,
    roster_import,
    settings_deputies,
    settings_first,
    settings_forms,
    settings_index,
    settings_ladders,
    settings_mail,
    settings_offices,
    settings_people,
    settings_programmes,
    settings_tokens,
    settings_values,
    settings_wordings,
    settings_workdays,
    setup,
    sheets,
    signing_in,
    sso,
    summaries,
    supervise,
)
from duban.web.api.application import HOME as API
from duban.web.api.application import create_api
from duban.web.guard import Guard
from duban.web.rendering import page
from duban.web.visit import ME, Here, House
from flows.current import Current, Fixed
from flows.runtime import Runtime
from plans.accounts import has_accounts
from plans.database import reading

STATIC = Path(__file__).with_name("static")
ROOMS = (
    letters,
    filings_calls,
    filings_files,
    filings,
    roster_import,
    roster,
    certificates,
    desk,
    errands,
    supervise,
    planning,
    plan_pages,
    ledger,
    deputy,
    filing,
    agency,
    office,
    outbox_pages,
    dates,
    rehearsing,
    office_tasks,
    summaries,
    reports,
    amending,
    sheets,
    signing_in,
    sso,
    settings_first,
    settings_mail,
    settings_tokens,
    settings_values,
    settings_workdays,
    setup,
    settings_index,
    settings_people,
    settings_offices,
    settings_deputies,
    settings_ladders,
    settings_wordings,
    settings_forms,
    settings_programmes,
)


class _Looks(StaticFiles):
    """Styles and pictures: they say nothing about anyone, so a browser may keep them, and asks whether they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(runtime: Runtime | Current, clock: Callable[[], datetime] = _now) -> FastAPI:
    """The pages over a runtime, or over one that follows its files; ``clock`` says what time it is (UTC)."""
    app = FastAPI(title="督办", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = House(Fixed(runtime) if isinstance(runtime, Runtime) else runtime, clock)
    app.add_api_route("/", _welcome)
    app.add_api_route("/healthz", _healthz)
    for room in ROOMS:
        app.include_router(room.pages)
    # Pages are not compressed: how short they become would tell what they say beside what somebody typed.
    app.mount("/static", GZipMiddleware(_Looks(directory=STATIC)))
    app.mount(API, create_api(app.state.house))
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
