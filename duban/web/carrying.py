"""What every form of ours does with what was typed: carried out and onward, or the page again with what is wrong."""

from collections.abc import Callable

from fastapi.responses import RedirectResponse, Response

from duban.web.admission import TurnedAway
from flows.sheets import SheetMoved
from plans.errors import Refused
from tasks.verbs import MoveRefused

Again = Callable[[int, Refused], Response]
"""The page once more, with this status and what was refused."""


def carry_out(deed: Callable[[], str], again: Again) -> Response:
    """Do it and go on to the address it gives back (303); where it is refused, the page again."""
    try:
        onward = deed()
    except TurnedAway:
        raise
    except Refused as refused:
        return again(status_of(refused), refused)
    return RedirectResponse(onward, 303)


def status_of(refused: Refused) -> int:
    """409 where somebody else or the calendar was quicker, 422 where what was typed is wrong."""
    return 409 if isinstance(refused, MoveRefused | SheetMoved) else 422
