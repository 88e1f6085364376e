"""台账: written as Excel, and brought back; what would change is looked at first. Looking changes nothing."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response

from duban.web.admission import TurnedAway, signed_in, ticket_of
from duban.web.carrying import carry_out
from duban.web.office import office_page
from duban.web.rights import may_open
from duban.web.visit import SAID, Here, Typed, Uploaded, Visit, Visitor, Words
from flows.ledger import ledger_bytes
from flows.ledger_import import (
    LedgerLook,
    apply_ledger,
    hand_of,
    keep_ledger,
    kept_ledger,
    ledger_look,
    open_ledger,
)
from flows.ledger_looking import Hand
from flows.views.plan import plan_periods
from flows.workbook import MEDIA_TYPE
from notifications.documents.ledger_sheet import TARGETS, TASKS, ledger_columns
from plans.database import reading
from plans.errors import Refused
from plans.tables import Person
from tasks.verbs import Act

PICK, REST = "pick-", "rest"
FIRST = 200
"""How many rows have a box of their own; the others share one."""
CHOOSE_FILE = "请先选择改好的台账。"
IMPORT = "/office/{token}/ledger/import"

pages = APIRouter(prefix="/office/{token}/ledger")
Kept = Annotated[str, Path(max_length=64)]


@pages.get("")
def show_ledger(token: str, visit: Here, said: Words = "") -> Response:
    """Where the ledger is taken from and brought back."""
    return _ledger_page(token, visit, 200, message=SAID.get(said, ""))


@pages.get("/download")
def download(token: str, visit: Here, plan: Words = "", enterprises: bool = False) -> Response:
    """The ledger as it stands."""
    ticket_of(visit, token, "office")
    try:
        content = ledger_bytes(visit.runtime, visit.now, plan, enterprises)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有写成") from refused
    name = quote(f"台账{visit.today}.xlsx")
    disposition = f"attachment; filename=\"ledger-{visit.today}.xlsx\"; filename*=UTF-8''{name}"
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})


@pages.post("/import")
def taken_in(token: str, visit: Here, upload: Uploaded) -> Response:
    """A ledger comes in; nothing is changed yet."""
    signed_in(visit, token)

    def take() -> str:
        if not upload.name:
            raise Refused(CHOOSE_FILE)
        open_ledger(visit.runtime, upload.name, upload.content)
        return f"{visit.home('office', token)}/ledger/import/{keep_ledger(visit.runtime, upload.content, visit.now)}"

    return carry_out(take, lambda status, refused: _ledger_page(token, visit, status, fault=str(refused)))


@pages.get("/import/{name}")
def show_changes(token: str, name: Kept, visit: Here) -> Response:
    """What the file would change."""
    return _changes_page(token, name, visit, 200, {})


@pages.post("/import/{name}")
def applied(token: str, name: Kept, visit: Here, typed: Typed) -> Response:
    """应用所选: all of the ticked rows or none."""
    visitor = signed_in(visit, token)

    def apply() -> str:
        hand, file = _hand(visit, visitor), kept_ledger(visit.runtime, name)
        chosen = _chosen(ledger_look(visit.runtime, file, hand, visit.today), typed)
        apply_ledger(visit.runtime, file, hand, Act(visitor.name, "import", visit.now), chosen)
        return f"{visit.home('office', token)}/ledger?said=ledger_applied"

    return carry_out(
        apply, lambda status, refused: _changes_page(token, name, visit, status, typed, fault=str(refused))
    )


def _chosen(found: LedgerLook, typed: Mapping[str, str]) -> set[str]:
    """The rows that were ticked, with those of the rest where its box was; also such as cannot be done any more."""
    chosen = {name.removeprefix(PICK) for name in typed if name.startswith(PICK)}
    return chosen | ({one.key for one in found.changes[FIRST:]} if REST in typed else set())


def _hand(visit: Visit, visitor: Visitor) -> Hand:
    with reading(visit.engine) as session:
        return hand_of(session.get_one(Person, visitor.person_id), visitor.seat)


def _ledger_page(token: str, visit: Visit, status: int, message: str = "", fault: str = "") -> Response:
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        periods = plan_periods(session)
    taken = [(sheet, [one for one in ledger_columns()[sheet] if one.effect]) for sheet in (TARGETS, TASKS)]
    facts = {"periods": periods, "sheets": taken, "message": message, "fault": fault}
    return office_page("ledger.html.j2", visit, token, "plan", facts | {"imports": _imports(visit)}, status)


def _imports(visit: Visit) -> bool:
    return visit.visitor is not None and may_open(visit.visitor.seat, IMPORT)


def _changes_page(
    token: str, name: str, visit: Visit, status: int, typed: Mapping[str, str], fault: str = ""
) -> Response:
    visitor = signed_in(visit, token)
    try:
        found = ledger_look(visit.runtime, kept_ledger(visit.runtime, name), _hand(visit, visitor), visit.today)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused
    ticked = {name.removeprefix(PICK) for name in typed if name.startswith(PICK)} if typed else None
    facts = {"found": found, "shown": found.changes[:FIRST], "more": len(found.changes[FIRST:]), "first": FIRST}
    facts |= {"name": name, "typed": typed, "ticked": ticked, "fault": fault, "pick": PICK, "rest": REST}
    return office_page("ledger_changes.html.j2", visit, token, "plan", facts, status)
