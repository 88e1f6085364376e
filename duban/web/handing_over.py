"""移交: who files for an enterprise hands it to a colleague. Asked once more before it happens; old links end."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.carrying import status_of
from duban.web.doorway import Door, Doorway
from duban.web.rendering import page
from duban.web.visit import Typed
from flows.roster import Filer, agency_of, hand_over, read_filer
from plans.database import reading, writing
from plans.errors import Refused

LONGEST_NAME = 50
LONGEST_REASON = 200

handover_pages = APIRouter()


@handover_pages.get("/handover")
def show_handover(door: Door) -> Response:
    """Where the colleague is named."""
    return _handover_page(door, "filing_handover.html.j2", 200, {})


@handover_pages.post("/handover")
def handed_over(door: Door, typed: Typed) -> Response:
    """Show what was typed to be confirmed or changed; only the button that says so hands over."""
    step = typed.get("step", "")
    if step == "change":
        return _handover_page(door, "filing_handover.html.j2", 200, typed)
    try:
        after = _filer(typed)
        if step == "confirm":
            return _hand_over(door, typed, after)
    except Refused as refused:
        return _handover_page(door, "filing_handover.html.j2", status_of(refused), typed, str(refused))
    return _handover_page(door, "filing_handover_confirm.html.j2", 200, typed, after=after)


def _hand_over(door: Doorway, typed: Mapping[str, str], after: Filer) -> Response:
    with writing(door.visit.engine) as session:
        inside = door.enter(session)
        hand_over(session, inside.enterprise, after, door.act(inside, {}), typed.get("reason", ""))
    # The link ended with it: the page that says so is the last one it shows.
    facts = {"inside": inside, "after": after}
    return page("filing_handed_over.html.j2", door.visit, facts)


def _filer(typed: Mapping[str, str]) -> Filer:
    after = read_filer(Filer(typed.get("name", ""), typed.get("email", ""), typed.get("phone", "")))
    if len(after.name) > LONGEST_NAME:
        raise Refused(f"姓名太长：请在{LONGEST_NAME}字以内。")
    if len(typed.get("reason", "")) > LONGEST_REASON:
        raise Refused(f"原因太长：请在{LONGEST_REASON}字以内。")
    return after


def _handover_page(
    door: Doorway,
    name: str,
    status: int,
    typed: Mapping[str, str],
    fault: str = "",
    after: Filer | None = None,
) -> Response:
    with reading(door.visit.engine) as session:
        inside = door.enter(session)
        agency = agency_of(session, inside.enterprise)
    facts = {"door": door, "inside": inside, "agency": agency, "typed": typed, "fault": fault, "after": after}
    bounds = {"longest": LONGEST_REASON, "longest_name": LONGEST_NAME}
    return page(name, door.visit, {**facts, **bounds}, status)
