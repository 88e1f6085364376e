"""修订: what a document that came in anew changes in the running plan, and the button that makes it so.

Looking changes nothing.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, ticket_of
from duban.web.carrying import carry_out
from duban.web.office import office_page
from duban.web.sheet_forms import number_in
from duban.web.visit import Here, Number, Typed, Visit
from flows.amending import SheetAmendments, amend_sheet, sheet_amendments
from flows.sheets import SheetMoved
from flows.urging import supervisor_names
from flows.views.office import people_names
from plans.amending import AmendmentsMoved, Change
from plans.database import reading
from plans.differences import NOTHING
from plans.draft import TO_FILL
from plans.errors import Refused

PICK = "pick-"
CHOOSE_WHO = "请选择由谁修订。"
LONGEST_REASON = 500
NOTHING_YET = (NOTHING, TO_FILL, "未写明")
HEADS = {Change.CHANGED: "有变化的", Change.ADDED: "新增的", Change.DROPPED: "文件里没有了的"}

pages = APIRouter(prefix="/office/{token}/drafts/{number}/changes")


@pages.get("")
def show_changes(token: str, number: Number, visit: Here) -> Response:
    """The differences between the running plan and the draft."""
    return _changes_page(token, number, visit, 200, {})


@pages.post("")
def applied(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """应用所选."""
    ticket_of(visit, token, "office")

    def apply() -> str:
        with reading(visit.engine) as session:
            by = _supervisor(session, typed.get("by", ""))
        chosen = [name.removeprefix(PICK) for name in typed if name.startswith(PICK)]
        given = {name: typed.get(name, "").strip() for name in ("seen", "owner")}
        reason = typed.get("reason", "").strip()[:LONGEST_REASON]
        version = number_in(typed, "version")
        amend_sheet(visit.runtime, number, version, chosen, by, visit.now, reason=reason, **given)
        return f"{visit.home('office', token)}/drafts/{number}?said=applied"

    return carry_out(apply, lambda status, refused: _again(token, number, visit, status, typed, refused))


def _supervisor(session: Session, name: str) -> str:
    if name not in supervisor_names(session):
        raise Refused(CHOOSE_WHO)
    return name


def _again(token: str, number: int, visit: Visit, status: int, typed: Mapping[str, str], refused: Refused) -> Response:
    # What was ticked is about a list that is no longer true.
    if isinstance(refused, AmendmentsMoved | SheetMoved):
        return _changes_page(token, number, visit, 409, {}, str(refused))
    return _changes_page(token, number, visit, status, typed, str(refused))


def _changes_page(
    token: str, number: int, visit: Visit, status: int, typed: Mapping[str, str], fault: str = ""
) -> Response:
    ticket_of(visit, token, "office")
    found = _found(visit, number)
    with reading(visit.engine) as session:
        people = {"supervisors": supervisor_names(session), "people": people_names(session)}
    facts: dict[str, Any] = {"found": found, "view": found.view, "typed": typed, "fault": fault, **people}
    facts |= {"can_drop": _can_drop(found), "nothing": NOTHING_YET}
    facts |= {"kinds": _kinds(found), "ticked": _ticked(found, typed), "pick": PICK, "longest": LONGEST_REASON}
    return office_page("sheet_changes.html.j2", visit, token, "drafts", facts, status)


def _found(visit: Visit, number: int) -> SheetAmendments:
    try:
        return sheet_amendments(visit.runtime, number)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有可以比较的计划") from refused


def _kinds(found: SheetAmendments) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(what, its heading, rows) of each kind of change there is."""
    rows = found.view.rows
    listed = [(kind, head, [row for row in rows if row["change"] == kind]) for kind, head in HEADS.items()]
    return [(kind.value, head, mine) for kind, head, mine in listed if mine]


def _can_drop(found: SheetAmendments) -> bool:
    rows = found.view.rows
    return any(row["change"] == Change.DROPPED or any(one["silent"] for one in row["differences"]) for row in rows)


def _ticked(found: SheetAmendments, typed: Mapping[str, str]) -> set[str]:
    """What is ticked: as it was sent; at first all but what the document may only be silent about and what somebody
    changed by hand."""
    if typed:
        return {name.removeprefix(PICK) for name in typed if name.startswith(PICK)}
    rows = found.view.rows
    said = {one["key"] for row in rows for one in row["differences"] if not (one["silent"] or one["touched"])}
    return said | {row["key"] for row in rows if row["change"] == Change.ADDED}
