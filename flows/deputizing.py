"""代理 as plain rows, for the command line."""

from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from plans.database import reading
from plans.deputies import covers, names_of
from plans.tables import Deputy


def deputy_rows(runtime: Runtime, today: date) -> list[dict[str, Any]]:
    """Every term, the last to begin first."""
    with reading(runtime.engine) as session:
        terms = session.exec(select(Deputy).order_by(col(Deputy.first_day).desc(), col(Deputy.id).desc()))
        return [_deputy_row(session, term, today) for term in terms]


def _deputy_row(session: Session, term: Deputy, today: date) -> dict[str, Any]:
    person, deputy = names_of(session, term)
    return {
        "id": term.id,
        "person": person,
        "deputy": deputy,
        "from": term.first_day.isoformat(),
        "until": term.last_day.isoformat(),
        "state": "代理中" if covers(term, today) else "未开始" if today < term.first_day else "已结束",
    }
