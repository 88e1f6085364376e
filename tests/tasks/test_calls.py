"""Calls: what was said is kept; a promise is for a day to come, not too far and not after the cut-off."""

from datetime import date

import pytest
from sqlmodel import Session, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.runtime import Runtime
from plans.database import reading, writing
from support.chasing import JINGGONG, files, promises, task_of
from tasks.calls import CallRefused, calls_of, note_call, promise_of
from tasks.chasing_tables import Call, CutOff
from tasks.tables import Task
from tasks.verbs import Act

CALLED = Act("李明", "phone", at("2026-07-13 10:00"))


def promised(session: Session, day: date, latest: date | None = None) -> Call:
    return note_call(session, task_of(session, JINGGONG), CALLED, "赵会计", "在做了", day, latest)


def test_the_newest_promise_counts_and_every_call_is_kept(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    promises(runtime, JINGGONG, "2026-07-15", "2026-07-13 10:00", "周三报")
    promises(runtime, JINGGONG, "2026-07-14", "2026-07-13 11:00", "改周二")
    with writing(runtime.engine) as session:
        note_call(session, task_of(session, JINGGONG), CALLED, "赵会计", "没人接")

    with reading(runtime.engine) as session:
        task = task_of(session, JINGGONG)
        assert [call.said for call in calls_of(session, [task])[task.id or 0]] == ["没人接", "改周二", "周三报"]
        assert promise_of(session, [task.id or 0])[task.id or 0].promised_on == date(2026, 7, 14)
        assert promise_of(session, []) == {}


@pytest.mark.parametrize("day", [date(2026, 7, 12), date(2026, 7, 13)])
def test_a_promise_is_for_a_day_to_come(begin: Begin, day: date) -> None:
    runtime = begin(MONTHLY_REPORT)

    with pytest.raises(CallRefused, match="之后"), writing(runtime.engine) as session:
        promised(session, day)

    assert kept(runtime) == []


def test_a_promise_beyond_its_bound_is_refused_with_the_last_day(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    with pytest.raises(CallRefused, match="最晚可以到 2026-07-17"):
        promises(runtime, JINGGONG, "2026-07-18", "2026-07-13 10:00")

    promises(runtime, JINGGONG, "2026-07-17", "2026-07-13 10:00")
    assert [call.promised_on for call in kept(runtime)] == [date(2026, 7, 17)]


def test_the_bound_is_so_many_workdays_where_the_cut_off_is_later(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, promise_days=2)

    with pytest.raises(CallRefused, match="最晚可以到 2026-07-14"):
        promises(runtime, JINGGONG, "2026-07-15", "2026-07-10 10:00")


def test_after_the_cut_off_nothing_is_promised_and_calls_are_still_kept(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    with writing(runtime.engine) as session:
        task = task_of(session, JINGGONG)
        session.add(CutOff(item_id=task.item_id, period=task.period, cut_at=at("2026-07-12 00:00")))
    with pytest.raises(CallRefused, match="已经截止"), writing(runtime.engine) as session:
        promised(session, date(2026, 7, 14))

    with writing(runtime.engine) as session:
        note_call(session, task_of(session, JINGGONG), CALLED, said="补报")

    assert [call.said for call in kept(runtime)] == ["补报"]


def test_what_is_filed_is_not_promised_and_an_empty_call_is_none(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, GAOQI)
    files(runtime, JINGGONG, "2026-07-10 09:00")
    with pytest.raises(CallRefused, match="已办结"), writing(runtime.engine) as session:
        promised(session, date(2026, 7, 14))
    with pytest.raises(CallRefused, match="说了什么"), writing(runtime.engine) as session:
        note_call(session, task_of(session, JINGGONG), CALLED, "  ")
    with pytest.raises(CallRefused, match="不是企业填报"), writing(runtime.engine) as session:
        note_call(session, session.exec(select(Task).where(Task.enterprise_id == None)).first(), CALLED, "某人")  # type: ignore[arg-type] # noqa: E711


def kept(runtime: Runtime) -> list[Call]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Call)))
