"""电话催报 a page at a time, and noting a call about all the reports it was about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from flows.runtime import Runtime
from flows.views.filing_states import PHONE
from flows.views.lines import PAGE, Paged
from notifications.phone_list import CallRow, phone_list
from notifications.stepping import Rules, last_promisable
from plans.columns import figure_text
from plans.database import reading
from plans.periods import Period
from plans.zone import local_day, local_text
from tasks.calls import note_call
from tasks.tables import Task
from tasks.verbs import Act


def calls_page(session: Session, rules: Rules, today: date, item_id: int, number: int) -> Paged[CallRow]:
    """One page of the phone list of an item."""
    rows = phone_list(session, rules, today, item_id)
    number = max(1, min(number, -(-len(rows) // PAGE)))
    return Paged(rows[(number - 1) * PAGE : number * PAGE], number, len(rows))


def note_calls(
    session: Session,
    rules: Rules,
    tasks: Sequence[Task],
    act: Act,
    spoke_with: str,
    said: str,
    promised_on: date | None,
) -> None:
    """Keep one call about several reports of an enterprise or an agency. Raises CallRefused, and nothing is kept."""
    by_phone = Act(act.by, PHONE, act.at, act.on_behalf_of)
    for task in tasks:
        latest = last_promisable(session, task, rules, local_day(act.at))
        note_call(session, task, by_phone, spoke_with, said, promised_on, latest)


def call_rows(runtime: Runtime, today: date, item_id: int | None = None) -> list[dict[str, Any]]:
    """The phone list as plain rows."""
    with reading(runtime.engine) as session:
        return [_call_row(row) for row in phone_list(session, runtime.rules, today, item_id)]


def _call_row(row: CallRow) -> dict[str, Any]:
    last = row.last
    return {
        "key": row.key,
        "name": row.name,
        "weight": figure_text(row.weight),
        "phones": [{"name": one.name, "role": one.role, "number": one.number} for one in row.phones],
        "owed": [
            {"task": one.task_id, "enterprise": one.enterprise, "title": one.title, "period": one.period}
            for one in row.owed
        ],
        "months": "、".join(dict.fromkeys(Period.parse(one.period).label for one in row.owed)),
        "days_late": row.days_late,
        "reasons": list(row.reasons),
        "last": f"{local_text(last.at)} {last.by} {last.spoke_with}：{last.said}" if last else "",
        "promised_on": row.promised_on.isoformat() if row.promised_on else "",
        "broken": row.broken,
        "bounced": row.bounced,
        "quiet_until": row.quiet_until.isoformat() if row.quiet_until else "",
    }
