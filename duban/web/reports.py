"""工作总结: the draft of a year, half or quarter, with what is missing and where each number is from; to download."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathPart
from fastapi.responses import Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.office import office_page
from duban.web.summaries import as_download
from duban.web.visit import Here, Visit
from flows.reporting import Report, period_report
from flows.views.digests import report_periods
from notifications.report import problem_lines
from plans.database import reading
from plans.errors import Refused

pages = APIRouter(prefix="/office/{token}/reports")
Key = Annotated[str, PathPart(max_length=20)]


@pages.get("")
def show_reports(token: str, visit: Here) -> Response:
    """The periods a 工作总结 can be drafted of."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        periods = report_periods(session, visit.today)
    return office_page("reports.html.j2", visit, token, "reports", {"periods": periods})


@pages.get("/{key}.{suffix}")
def download(token: str, key: Key, suffix: str, visit: Here) -> Response:
    """The draft as a file: Word to go on with, or PDF, a page, text."""
    report = _report(token, key, visit)
    return as_download(report, suffix, f"report-{key}", str(report.facts["title"]))


@pages.get("/{key}")
def show_report(token: str, key: Key, visit: Here) -> Response:
    """The draft as it stands now."""
    report = _report(token, key, visit)
    facts = {"facts": report.facts, "key": key, "problems": problem_lines(report.facts)}
    return office_page("report.html.j2", visit, token, "reports", facts)


def _report(token: str, key: str, visit: Visit) -> Report:
    ticket_of(visit, token, "office")
    try:
        return period_report(visit.runtime, key, visit.now)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused
