"""What is rehearsed of a month's chase is what is then said: agencies, promises, pauses and letters with it."""

from collections import Counter
from datetime import date

from sqlmodel import select

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.runtime import Runtime
from flows.tasking import return_task
from notifications.rehearsal import Rehearsed, rehearse
from notifications.tables import Letter, Notice, NoticeState
from plans.database import reading, writing
from plans.zone import local_day
from support.chasing import JINGGONG, QINGHE, YUANSHAN, files, firm, has_agency, pass_days, pauses, promises, task_of
from tasks.extensions import ask_extension
from tasks.tables import Task
from tasks.verbs import Act

Line = tuple[date, str, str, str, bool]
"""(day, recipient, step, period, is a letter's draft)"""


def rehearsed(runtime: Runtime, first: str, last: str) -> list[Rehearsed]:
    with reading(runtime.engine) as session:
        return rehearse(session, date.fromisoformat(first), date.fromisoformat(last), runtime.rules, runtime.pen)


def foretold(runtime: Runtime, first: str, last: str) -> Counter[Line]:
    rows = rehearsed(runtime, first, last)
    return Counter((row.day, row.recipient, row.step, row.period, row.way == "letter") for row in rows)


def written(runtime: Runtime, since: str) -> Counter[Line]:
    query = select(Notice, Task).join(Task).where(Notice.state != NoticeState.SKIPPED)
    with reading(runtime.engine) as session:
        found = session.exec(query).all()
    return Counter(
        (local_day(one.made_at), one.recipient, one.step, label(task.period), one.state == NoticeState.LETTER)
        for one, task in found
        if local_day(one.made_at) >= date.fromisoformat(since)
    )


def label(period: str) -> str:
    return f"{period[:4]}年{int(period[5:])}月"


def test_what_is_known_now_is_rehearsed_as_it_is_then_said(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    has_agency(runtime, QINGHE, YUANSHAN)
    pass_days(runtime, "2026-07-13", "2026-07-13")
    promises(runtime, JINGGONG, "2026-07-16", "2026-07-13 10:00")
    pauses(runtime, YUANSHAN, "2026-07-14", "2026-07-20", "2026-07-13 10:00")
    pauses(runtime, QINGHE, "2026-08-05", "2026-08-12", "2026-07-13 10:00")

    expected = foretold(runtime, "2026-07-14", "2026-08-19")
    pass_days(runtime, "2026-07-14", "2026-08-19")

    assert written(runtime, "2026-07-14") == expected
    assert len(expected) > 15


def test_a_returned_report_and_an_extension_are_rehearsed_with_the_rest(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    files(runtime, JINGGONG, "2026-07-08 09:00")
    with writing(runtime.engine) as session:
        act = Act("李明", "page", at("2026-07-08 10:00"))
        return_task(session, runtime, task_of(session, JINGGONG), "漏填", act)
        ask_extension(session, task_of(session, QINGHE), date(2026, 7, 15), "等数", act)

    expected = foretold(runtime, "2026-07-09", "2026-07-24")
    pass_days(runtime, "2026-07-09", "2026-07-24")

    assert written(runtime, "2026-07-09") == expected


def test_a_letter_is_rehearsed_as_a_draft_that_is_not_sent(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    number = has_agency(runtime, JINGGONG)

    rows = [row for row in rehearsed(runtime, "2026-07-17", "2026-07-17") if row.way == "letter"]

    assert next((row.recipient, row.name, row.address, row.step_label) for row in rows) == (
        f"agency:{number}",
        "周会计",
        "",
        "逾期5个工作日，待审批的催报函",
    )
    assert len(rows) == 3


def test_the_phone_list_is_named_as_such(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    rows = rehearsed(runtime, "2026-07-15", "2026-07-15")

    assert {(row.name, row.step_label, row.way) for row in rows} == {("李明", "逾期3个工作日，电话催报名单", "list")}


def test_a_pause_holds_back_reports_that_are_not_open_yet(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pauses(runtime, JINGGONG, "2026-09-01", "2026-11-30", "2026-07-01 10:00")

    heard = {row.recipient for row in rehearsed(runtime, "2026-09-01", "2026-11-30") if row.recipient[:3] == "ent"}

    assert heard == {"enterprise:2", "enterprise:3"}


def test_rehearsing_drafts_nothing(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    rehearsed(runtime, "2026-07-01", "2026-12-31")

    with reading(runtime.engine) as session:
        assert session.exec(select(Letter)).all() == []
        assert session.exec(select(Notice)).all() == []
        assert firm(session, JINGGONG).agency_id is None
