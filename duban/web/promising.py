"""承诺: an enterprise, or its agency, says by which day it will file; reminders are quiet until then."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.carrying import carry_out
from duban.web.doorway import Door, Doorway
from duban.web.rendering import page
from duban.web.visit import Typed, Visit
from flows.promising import NOTHING, promisable, promise_filing
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period
from plans.roster.fields import read_day
from plans.workdays import STEP
from tasks.tables import Task

LONGEST_REASON = 200

promise_pages = APIRouter()


@promise_pages.get("/promise")
def show_promise(door: Door) -> Response:
    """Where the day is written."""
    return _promise_page(door, 200)


@promise_pages.post("/promise")
def promised(door: Door, typed: Typed) -> Response:
    """Keep the day."""

    def promise() -> str:
        with writing(door.visit.engine) as session:
            inside = door.enter(session)
            words = day_in(typed), reason_in(typed)
            promise_filing(session, door.visit.runtime.rules, [inside.task], door.act(inside, typed), *words)
        return f"{door.home}?said=promised"

    return carry_out(promise, partial(_promise_page, door, typed=typed))


def _promise_page(
    door: Doorway, status: int, refused: Refused | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    with reading(door.visit.engine) as session:
        inside = door.enter(session)
        bounds = promise_bounds(session, door.visit, [inside.task])
    facts = {"door": door, "inside": inside, "period": Period.parse(inside.task.period).label}
    told = {"fault": str(refused or ""), "typed": typed or {}}
    return page("filing_promise.html.j2", door.visit, facts | bounds | told, status)


def promise_bounds(session: Session, visit: Visit, tasks: Sequence[Task]) -> dict[str, Any]:
    """What a form for a promise about these reports shows; ``found`` is None where nothing can be promised."""
    found = promisable(session, visit.runtime.rules, tasks, visit.today)
    return {"first": visit.today + STEP, "found": found, "nothing": NOTHING, "longest": LONGEST_REASON}


def day_in(typed: Mapping[str, str]) -> date:
    """The day that was promised. Raises Refused."""
    read = read_day(typed.get("promised", ""))
    if not read:
        raise Refused("请选择哪天前报送。")
    return date.fromisoformat(read)


def reason_in(typed: Mapping[str, str]) -> str:
    """The short reason, on one line. Raises Refused."""
    reason = " ".join(typed.get("reason", "").split())
    if len(reason) > LONGEST_REASON:
        raise Refused(f"原因太长：请在{LONGEST_REASON}字以内。")
    return reason
