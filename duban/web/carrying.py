"""What every form of ours does with what was typed: carried out and onward, or the page again with what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import RedirectResponse, Response

from duban.web.admission import TurnedAway
from duban.web.visit import SAID
from flows.sheets import SheetMoved
from plans.errors import Refused
from plans.kept_files import Overtaken
from tasks.verbs import MoveRefused

Again = Callable[[int, Refused], Response]
"""The page once more, with this status and what was refused."""


@dataclass(frozen=True)
class Outcome:
    """What a page with forms tells of the one that was sent last, besides its own facts.

    ``form`` names that form; ``fault`` is said on top, ``faults`` beside the fields they are about; ``refused`` is what
    both come from.
    """

    status: int = 200
    typed: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    message: str = ""
    refused: Refused | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What a template is given of it."""
        told = {"fault": str(self.refused or ""), "faults": self.refused.faults if self.refused else {}}
        return {"typed": self.typed, "form": self.form, "message": self.message, **told}


Page = Callable[[Outcome], Response]
"""A page with forms, after what came of one of them."""


def said(code: str) -> Outcome:
    """Nothing was sent; the code in the address says what was done before."""
    return Outcome(message=SAID.get(code, ""))


def carry_form(deed: Callable[[], str], typed: Mapping[str, str], show: Page, form: str = "") -> Response:
    """Do what was typed into a form and go on to the address it gives back (303); where it is refused, its page with
    what was typed and the fault."""
    return carry_out(deed, lambda status, refused: show(Outcome(status, typed, form, refused=refused)))


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
    return 409 if isinstance(refused, MoveRefused | SheetMoved | Overtaken) else 422
