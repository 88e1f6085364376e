"""放假安排: which years are known, a year's table pasted or uploaded, looked at, and only then kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import signed_in
from duban.web.carrying import carry_out
from duban.web.settings_index import settings_page
from duban.web.setup_steps import first_frame, years_wanted
from duban.web.visit import SAID, Here, Typed, Upload, Uploaded, Visit, Words
from flows.workday_tables import drop_year, keep_year, words_of_file, year_typed, years
from plans.errors import Refused
from plans.workday_notice import ReadTable, file_of, read_year

ACCEPTED = ".yaml,.yml,.docx,.doc,.wps,.pdf,.html,.htm,.txt"
pages = APIRouter(prefix="/office/{token}/settings")


@dataclass(frozen=True)
class Told:
    """What the page says of the form just sent."""

    typed: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    fault: str = ""
    read: ReadTable | None = None


@pages.get("/workdays")
@pages.get("/first/workdays")
def show_workdays(token: str, visit: Here, said: Words = "") -> Response:
    """The years, and the place to enter one."""
    return _page(visit, token, 200, Told(message=SAID.get(said, "")))


@pages.post("/workdays")
@pages.post("/first/workdays")
def table_read(token: str, visit: Here, typed: Typed, upload: Uploaded) -> Response:
    """Show what would be kept; nothing is, yet."""
    signed_in(visit, token)
    try:
        read = read_year(_words(typed, upload), year_typed(typed.get("year", ""), visit.today))
    except Refused as refused:
        return _page(visit, token, 422, Told(typed, fault=str(refused)))
    return _page(visit, token, 200, Told(typed, read=read))


@pages.post("/workdays/keep")
@pages.post("/first/workdays/keep")
def table_kept(token: str, visit: Here, typed: Typed) -> Response:
    """Keep what was looked at."""
    signed_in(visit, token)

    def keep() -> str:
        keep_year(visit.runtime, typed.get("table", ""), year_typed(typed.get("year", ""), visit.today))
        return f"{first_frame(visit, 'workdays')['base']}/workdays?said=saved"

    return carry_out(keep, lambda status, refused: _page(visit, token, status, Told(typed, fault=str(refused))))


@pages.post("/workdays/drop")
def table_dropped(token: str, visit: Here, typed: Typed) -> Response:
    """Take a table of our own away."""
    signed_in(visit, token)

    def drop() -> str:
        drop_year(visit.runtime, year_typed(typed.get("year", ""), visit.today))
        return f"{first_frame(visit, 'workdays')['base']}/workdays?said=removed"

    return carry_out(drop, lambda status, refused: _page(visit, token, status, Told(fault=str(refused))))


def _words(typed: Mapping[str, str], upload: Upload) -> str:
    return words_of_file(upload.name, upload.content) if upload.name else typed.get("text", "")


def _page(visit: Visit, token: str, status: int, told: Told) -> Response:
    signed_in(visit, token)
    found, missing = years(visit.runtime, visit.today), years_wanted(visit)
    open_years = [one.year for one in found if not one.known and one.year >= visit.today.year]
    facts = first_frame(visit, "workdays") | {
        "years": found,
        "missing": missing,
        "told": told,
        "chosen": told.typed.get("year") or str((missing or open_years or [visit.today.year])[0]),
        "offered": [str(year) for year in range(visit.today.year, visit.today.year + 3)],
        "table": file_of(told.read.table) if told.read else "",
        "accepted": ACCEPTED,
        "this_year": visit.today.year,
    }
    return settings_page("settings_workdays.html.j2", visit, token, facts, status)
