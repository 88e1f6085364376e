"""What the property tests draw from, and the plainest possible reading of the calendar to judge by."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import chinese_calendar
from hypothesis import strategies as st

from plans.tables import Enterprise, PlanItem
from plans.words import Assignees, DuePolicy, Kind

DAY = timedelta(days=1)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
DAYS_OF_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CADENCES = st.sampled_from(
    [
        "daily",
        "daily:every",
        "weekly",
        "weekly:mon",
        "weekly:fri-pm",
        "weekly:sun",
        "monthly",
        "monthly:1",
        "monthly:10",
        "monthly:31",
        "quarterly",
        "quarterly:10",
        "half-yearly",
        "half-yearly:20",
        "annual",
        "annual:03-10",
        "annual:02-29",
        "once:2026-10-05",
        "irregular",
    ]
)


@cache
def works(day: date) -> bool:
    """The State Council's table where there is one (up to 2026), else Monday to Friday."""
    return bool(chinese_calendar.is_workday(day)) if day.year <= 2026 else day.weekday() < 5


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + DAY * n for n in range((last - first).days + 1)]


def is_day_of_step(day: date, offset: int, any_day: bool, due_on: date, inner_on: date) -> bool:
    """Is a ladder's step said on that day? By counting workdays one by one."""
    if any_day:
        return (day - due_on).days == offset
    if offset == 0:
        return day == inner_on
    if not works(day) or (offset < 0) != (day < inner_on) or (offset > 0) != (day > due_on):
        return False
    counted = days_between(day, inner_on - DAY) if offset < 0 else days_between(due_on + DAY, day)
    return sum(works(one) for one in counted) == abs(offset)


def an_item(cadence: str = "", kind: Kind = Kind.FILING, **given: Any) -> PlanItem:
    """An item as the database holds it: number 1, of person 4."""
    usual: dict[str, Any] = {"id": 1, "plan_id": 1, "number": 1, "title": "事项", "programme": "other", "owner_id": 4}
    return PlanItem(**usual | {"cadence": cadence, "kind": kind.value, "skip_months": []} | given)


def an_enterprise(number: int, **given: Any) -> Enterprise:
    """An enterprise of the roster."""
    usual: dict[str, Any] = {"id": number, "name": f"企业{number}"}
    return Enterprise(**usual | given)


ITEMS = st.lists(
    st.builds(
        an_item,
        cadence=CADENCES | st.just(""),
        kind=st.sampled_from(Kind),
        due_policy=st.sampled_from(DuePolicy),
        in_arrears=st.booleans(),
        skip_months=st.lists(st.integers(1, 12), max_size=2),
        assignees=st.sampled_from(Assignees),
    ),
    min_size=1,
    max_size=4,
).map(lambda items: [_numbered(number, item) for number, item in enumerate(items, start=1)])


def _numbered(number: int, item: PlanItem) -> PlanItem:
    item.id = item.number = number
    return item
