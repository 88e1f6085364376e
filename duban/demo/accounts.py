"""The accounts of the play: one for each seat, so that the pages can be looked at from every chair."""

from datetime import datetime

from flows.runtime import Runtime
from plans.accounts import Seat, open_account
from plans.database import writing
from plans.people import find_person

PASSWORD = "yunxi2026"  # noqa: S105 - of an invented bureau that listens on loopback only
SEATS = {"吴越": Seat.ADMIN, "王芳": Seat.OFFICE, "林岚": "", "陈平": "", "李明": ""}


def open_accounts(runtime: Runtime, now: datetime) -> None:
    """Let everybody of the play sign in by their own name."""
    with writing(runtime.engine) as session:
        for name, duty in SEATS.items():
            open_account(session, find_person(session, name), name, PASSWORD, duty, now)
