"""起草: from the document somebody hands in to the started plan, on pages of the office. Looking changes nothing."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.carrying import carry_out
from duban.web.sheet_forms import DEEDS, columns_in, number_in
from duban.web.sheet_pages import Told, columns_page, draft_page, drafts_page, refused_so, starter_in
from duban.web.visit import SAID, Here, Nth, Number, Typed, Uploaded, Visit, Words
from flows.sheets import drop_sheet, hand_in, remap, revise_sheet, start_sheet
from plans.errors import Refused
from plans.sheet.model import Sheet

NO_SUCH_BUTTON = "没有这个办法：请从草稿页面点按钮。"
CHOOSE_FILE = "请先选择一份文件。"

pages = APIRouter(prefix="/office/{token}/drafts")


@pages.get("")
def show_drafts(token: str, visit: Here, said: str = "") -> Response:
    """The documents that were handed in, and the place to hand in another."""
    return drafts_page(token, visit, 200, message=SAID.get(said, ""))


@pages.post("")
def handed_in(token: str, visit: Here, upload: Uploaded) -> Response:
    """A document comes in."""
    ticket_of(visit, token, "office")

    def take() -> str:
        if not upload.name:
            raise Refused(CHOOSE_FILE)
        number = hand_in(visit.runtime, upload.name, upload.content, "", visit.now)
        return f"{_drafts(visit, token)}/{number}?said=handed_in"

    return carry_out(take, lambda status, refused: drafts_page(token, visit, status, fault=str(refused)))


@pages.get("/{number}")
def show_draft(token: str, number: Number, visit: Here, said: Words = "", at: Words = "", nth: Nth = 1) -> Response:
    """The draft beside its document."""
    return draft_page(token, number, visit, 200, Told(message=SAID.get(said, ""), at=at), nth)


@pages.post("/{number}/start")
def started(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """启动."""

    def start() -> str:
        by = starter_in(visit, number, typed)
        start_sheet(visit.runtime, number, number_in(typed, "version"), by, visit.now)
        return f"{_drafts(visit, token)}/{number}?said=started"

    return _on_sheet(token, number, visit, start, Told(at="start", verb="start", typed=typed))


@pages.post("/{number}/drop")
def dropped(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """不要这份草稿."""

    def drop() -> str:
        drop_sheet(visit.runtime, number, number_in(typed, "version"), visit.now)
        return f"{_drafts(visit, token)}?said=sheet_dropped"

    return _on_sheet(token, number, visit, drop, Told(at="start", verb="drop", typed=typed))


@pages.get("/{number}/columns/{table}")
def show_columns(token: str, number: Number, table: int, visit: Here) -> Response:
    """What each column of a task table is taken for."""
    return columns_page(token, number, table, visit, 200, Told())


@pages.post("/{number}/columns/{table}")
def mapped(token: str, number: Number, table: int, visit: Here, typed: Typed) -> Response:
    """The columns as a person says; the document is read anew."""

    def read_anew() -> str:
        remap(visit.runtime, number, number_in(typed, "version"), table, columns_in(typed), visit.now)
        return f"{_drafts(visit, token)}/{number}?said=mapped"

    def again(status: int, refused: Refused) -> Response:
        return columns_page(token, number, table, visit, status, refused_so(Told(typed=typed), refused))

    ticket_of(visit, token, "office")
    return carry_out(read_anew, again)


@pages.post("/{number}/{verb}")
def revised(token: str, number: Number, verb: str, visit: Here, typed: Typed) -> Response:
    """Any other button of the draft."""
    ticket_of(visit, token, "office")
    deed = DEEDS.get(verb)
    if deed is None:
        raise TurnedAway(NO_SUCH_BUTTON, 404, "没有找到")

    place = deed.place(typed)

    def revise() -> str:
        def change(sheet: Sheet) -> Sheet:
            return deed.change(sheet, typed)

        revise_sheet(visit.runtime, number, number_in(typed, "version"), change, visit.now)
        return f"{_drafts(visit, token)}/{number}?said={deed.said}&at={place}#{place}"

    return _on_sheet(token, number, visit, revise, Told(at=place, verb=verb, typed=typed))


def _on_sheet(token: str, number: int, visit: Visit, deed: Callable[[], str], told: Told) -> Response:
    ticket_of(visit, token, "office")
    return carry_out(deed, lambda status, refused: draft_page(token, number, visit, status, refused_so(told, refused)))


def _drafts(visit: Visit, token: str) -> str:
    return f"{visit.home('office', token)}/drafts"
