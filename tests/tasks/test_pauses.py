"""Pauses: between two days, with a reason; ended early they end today, called off they never were."""

from datetime import date

import pytest

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.runtime import Runtime
from plans.database import reading, writing
from support.chasing import JINGGONG, firm, pauses
from tasks.pauses import PauseRefused, end_pause, find_pause, pause, pauses_of
from tasks.verbs import Act

MORNING = Act("李明", "page", at("2026-07-06 10:00"))


def spans(runtime: Runtime) -> list[tuple[str, str]]:
    with reading(runtime.engine) as session:
        number = firm(session, JINGGONG).id or 0
        found = pauses_of(session, [number], date.min).get(number, [])
        return [(str(one.first_day), str(one.last_day)) for one in found]


def test_a_pause_is_kept_with_both_its_days(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    pauses(runtime, JINGGONG, "2026-07-06", "2026-07-31", "2026-07-06 10:00")

    assert spans(runtime) == [("2026-07-06", "2026-07-31")]


@pytest.mark.parametrize(
    ("first", "last", "reason", "told"),
    [
        (date(2026, 7, 10), date(2026, 7, 9), "停产", "第一天之后"),
        (date(2026, 7, 1), date(2026, 7, 5), "停产", "不能早于今天"),
        (date(2026, 7, 6), date(2027, 7, 8), "停产", "最多暂停一年"),
        (date(2026, 7, 6), date(2026, 7, 9), "  ", "写明原因"),
        (date(2026, 7, 6), date(2026, 7, 9), "长" * 501, "500字以内"),
    ],
)
def test_a_pause_that_cannot_be_is_refused(begin: Begin, first: date, last: date, reason: str, told: str) -> None:
    runtime = begin(MONTHLY_REPORT)

    with pytest.raises(PauseRefused, match=told), writing(runtime.engine) as session:
        pause(session, firm(session, JINGGONG), first, last, reason, MORNING)

    assert spans(runtime) == []


def test_two_pauses_do_not_overlap(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pauses(runtime, JINGGONG, "2026-07-06", "2026-07-31", "2026-07-06 10:00")

    with pytest.raises(PauseRefused, match="2026-07-06 至 2026-07-31 已经暂停"):
        pauses(runtime, JINGGONG, "2026-07-31", "2026-08-05", "2026-07-06 11:00")

    pauses(runtime, JINGGONG, "2026-08-01", "2026-08-05", "2026-07-06 11:00")
    assert len(spans(runtime)) == 2


@pytest.mark.parametrize(
    ("first", "left"), [("2026-07-06", [("2026-07-06", "2026-07-08")]), ("2026-07-20", [])], ids=["running", "to come"]
)
def test_a_pause_ends_today_or_never_was(begin: Begin, first: str, left: list[tuple[str, str]]) -> None:
    runtime = begin(MONTHLY_REPORT)
    number = pauses(runtime, JINGGONG, first, "2026-07-31", "2026-07-06 10:00")

    with writing(runtime.engine) as session:
        end_pause(session, find_pause(session, number), Act("李明", "page", at("2026-07-08 16:00")))

    assert spans(runtime) == left
    with pytest.raises(PauseRefused, match="不用再恢复"), writing(runtime.engine) as session:
        end_pause(session, find_pause(session, number), Act("李明", "page", at("2026-07-31 16:00")))
