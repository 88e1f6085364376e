"""暂停催报 put together for the command line."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.roster import find_enterprise
from flows.runtime import Runtime
from plans.database import reading
from plans.tables import Enterprise
from plans.zone import local_day
from tasks.chasing_tables import Pause
from tasks.pauses import end_pause, find_pause, pause
from tasks.verbs import Act


def pause_named(session: Session, name: str, first: date, last: date, reason: str, act: Act) -> Pause:
    """Pause the enterprise that is called so. Raises Refused."""
    return pause(session, find_enterprise(session, name), first, last, reason, act)


def end_numbered(session: Session, number: int, act: Act) -> None:
    """End the pause of that number. Raises Refused."""
    end_pause(session, find_pause(session, number), act)


def pause_rows(runtime: Runtime, now: datetime, everything: bool = False) -> list[dict[str, Any]]:
    """Pauses as plain rows: those that last or are to come, or all of them, the last to begin first."""
    query = select(Pause, Enterprise.name).join(Enterprise, col(Enterprise.id) == col(Pause.enterprise_id))
    if not everything:
        query = query.where(Pause.last_day >= local_day(now), col(Pause.last_day) >= col(Pause.first_day))
    with reading(runtime.engine) as session:
        found = session.exec(query.order_by(col(Pause.first_day).desc(), col(Pause.id).desc())).all()
    return [
        {
            "id": one.id,
            "enterprise": name,
            "from": one.first_day.isoformat(),
            "until": one.last_day.isoformat(),
            "reason": one.reason,
            "by": one.by,
        }
        for one, name in found
    ]
