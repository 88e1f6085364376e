"""Escalation: the ladder climbs level by level, each hears once what is new; returns and extensions bend it."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlmodel import col, select

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from flows.supervising import decide
from flows.tasking import return_task
from notifications.rehearsal import Rehearsed, rehearse
from notifications.tables import Notice, NoticeState
from plans.database import reading, writing
from plans.tables import Person
from plans.zone import local_day
from support.smtp import ReceivingServer
from support.strategies import days_between
from tasks.extensions import ask_extension, refuse_extension
from tasks.tables import Extension, Task
from tasks.verbs import Act, complete

HEAD, LEADER, DIRECTOR, OFFICER = "person:3", "person:2", "person:1", "person:4"
ONCE = GAOQI.replace("owner: 李明", "owner: 李明\n    cadence: once:2026-09-25")
"""Due on Mid-Autumn Friday and so on Thursday the 24th; the holidays and the working Saturday come after."""


def pass_through(runtime: Runtime, first: str, last: str) -> None:
    for day in days_between(date.fromisoformat(first), date.fromisoformat(last)):
        tick(runtime, at(f"{day} 08:31"))


def said(runtime: Runtime) -> list[tuple[str, str, str]]:
    """(day, step, recipient) of all that was said, sorted, skipped steps left out."""
    query = select(Notice).where(Notice.state != NoticeState.SKIPPED)
    with reading(runtime.engine) as session:
        return sorted((f"{local_day(one.made_at):%m-%d}", one.step, one.recipient) for one in session.exec(query))


def mails(mailbox: ReceivingServer, address: str) -> list[str]:
    bodies = [mail.message.get_body(("plain",)) for mail in mailbox.messages if mail.recipients == (address,)]
    return [body.get_content() for body in bodies if body is not None]


def send_back_on(runtime: Runtime, day: str) -> None:
    moment = at(f"{day} 10:00")
    with writing(runtime.engine) as session:
        task = session.exec(select(Task)).one()
        complete(session, task, Act("李明", "page", moment), "报来")
        return_task(session, runtime, task, "缺佐证", Act("陈平", "page", moment))


def test_it_climbs_to_the_director_over_the_holidays_and_the_working_saturday(begin: Begin) -> None:
    runtime = begin(ONCE, on="2026-09-01 08:00")

    pass_through(runtime, "2026-09-18", "2026-10-31")

    assert said(runtime) == [
        ("09-21", "-3", OFFICER),
        ("09-24", "0", OFFICER),
        ("09-28", "+1", OFFICER),
        ("09-30", "+3", HEAD),
        ("09-30", "+3", OFFICER),
        ("10-12", "+7", LEADER),
        ("10-12", "+7", HEAD),
        ("10-19", "+12", DIRECTOR),
        ("10-19", "+12", LEADER),
    ]


def test_a_level_is_told_what_is_new_and_not_the_whole_list_again(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    later = ANNUAL_RETURN.replace("2026-10-10", "2026-10-12")
    runtime = begin(ONCE, later, on="2026-09-01 08:00", **with_mail)

    pass_through(runtime, "2026-09-18", "2026-10-16")

    first, second = mails(mailbox, "lin@yunxi.example")
    assert ("培育高新技术企业" in first, "研发投入年报" in first) == (True, False)
    assert ("培育高新技术企业" in second, "研发投入年报" in second) == (False, True)


def test_tasks_of_one_item_that_reach_a_level_on_one_day_are_one_matter(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)
    with writing(runtime.engine) as session:
        for number, period in ((1, "2026-04"), (2, "2026-05")):
            session.get_one(Task, number).period = period

    tick(runtime, at("2026-07-21 08:31"))

    (mail,) = mails(mailbox, "lin@yunxi.example")
    assert mail.count("研发月报") == 1
    assert "研发月报（2026年4月、2026年5月、2026年6月）：3项未办结" in mail


@pytest.mark.parametrize(
    ("owner", "gone", "heard"),
    [
        ("王芳", [], ["person:5", LEADER]),
        ("王芳", ["林岚"], ["person:5", DIRECTOR]),
        ("李明", ["陈平"], [OFFICER, LEADER]),
        ("李明", ["陈平", "林岚", "周正"], [OFFICER]),
        ("林岚", [], [LEADER, DIRECTOR]),
        ("周正", ["林岚"], [DIRECTOR]),
    ],
)
def test_a_level_that_nobody_holds_is_passed_over_and_the_officer_is_told_once(
    begin: Begin, owner: str, gone: Sequence[str], heard: list[str]
) -> None:
    runtime = begin(ONCE.replace("owner: 李明", f"owner: {owner}"), on="2026-09-01 08:00")
    pass_through(runtime, "2026-09-28", "2026-09-28")
    with writing(runtime.engine) as session:
        for person in session.exec(select(Person).where(col(Person.name).in_(gone))):
            person.active = False

    pass_through(runtime, "2026-09-30", "2026-09-30")

    assert [recipient for day, _, recipient in said(runtime) if day == "09-30"] == sorted(heard)


def test_a_head_who_is_late_reads_it_as_own_work_and_not_as_something_to_watch(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(ONCE.replace("owner: 李明", "owner: 陈平"), on="2026-09-01 08:00", **with_mail)

    pass_through(runtime, "2026-10-12", "2026-10-12")

    (mail,) = mails(mailbox, "chen@yunxi.example")
    assert "请办理下列工作" in mail
    assert "请您关注" not in mail


def test_a_returned_task_climbs_a_short_ladder_of_its_own_and_each_return_a_new_one(begin: Begin) -> None:
    runtime = begin(ONCE, on="2026-09-01 08:00")
    pass_through(runtime, "2026-09-21", "2026-10-08")

    send_back_on(runtime, "2026-10-08")
    pass_through(runtime, "2026-10-09", "2026-10-10")
    send_back_on(runtime, "2026-10-10")
    pass_through(runtime, "2026-10-11", "2026-10-18")

    assert [one for one in said(runtime) if one[0] > "10-08"] == [
        ("10-09", "r1:+1", OFFICER),
        ("10-12", "r2:+1", OFFICER),
        ("10-14", "r2:+3", HEAD),
        ("10-14", "r2:+3", OFFICER),
        ("10-16", "r2:+5", LEADER),
    ]


def test_a_task_returned_before_its_day_still_hears_of_that_day(begin: Begin) -> None:
    runtime = begin(ONCE, on="2026-09-01 08:00")

    send_back_on(runtime, "2026-09-02")
    pass_through(runtime, "2026-09-03", "2026-09-21")

    assert [step for _, step, _ in said(runtime)] == ["r1:+1", "r1:+3", "r1:+3", "r1:+5", "-3"]


def ask(runtime: Runtime, day: str) -> None:
    with writing(runtime.engine) as session:
        task = session.exec(select(Task)).one()
        ask_extension(session, task, date(2026, 10, 30), "材料未到", Act("李明", "page", at(f"{day} 10:00")))


def test_the_ladder_waits_for_an_extension_and_goes_on_after_the_wait(begin: Begin) -> None:
    runtime = begin(ONCE, on="2026-09-01 08:00")

    ask(runtime, "2026-09-18")
    pass_through(runtime, "2026-09-18", "2026-09-30")

    # Asked on a Friday; the working Sunday, Monday and Tuesday are the three it waits.
    assert said(runtime)[:2] == [("09-23", "-3", OFFICER), ("09-24", "0", OFFICER)]


def test_without_a_wait_the_ladder_takes_no_notice_of_the_request(begin: Begin) -> None:
    runtime = begin(ONCE, on="2026-09-01 08:00", extension_wait=0)

    ask(runtime, "2026-09-18")
    pass_through(runtime, "2026-09-18", "2026-09-22")

    assert said(runtime) == [("09-21", "-3", OFFICER)]


def test_a_decision_ends_the_wait_on_the_next_workday(begin: Begin) -> None:
    runtime = begin(ONCE, on="2026-09-01 08:00")
    ask(runtime, "2026-09-18")
    pass_through(runtime, "2026-09-18", "2026-09-21")

    with writing(runtime.engine) as session:
        extension = session.exec(select(Extension)).one()
        refuse_extension(session, extension, Act("林岚", "page", at("2026-09-21 15:00")), "不必")
    pass_through(runtime, "2026-09-22", "2026-09-22")

    assert said(runtime) == [("09-22", "-3", OFFICER)]


def test_an_extended_task_hears_its_whole_ladder_once_more(begin: Begin) -> None:
    runtime = begin(ONCE, on="2026-09-01 08:00")
    pass_through(runtime, "2026-09-21", "2026-09-21")
    ask(runtime, "2026-09-22")

    with writing(runtime.engine) as session:
        decide(session, runtime, 1, True, "", Act("林岚", "page", at("2026-09-22 15:00")))
    pass_through(runtime, "2026-09-23", "2026-10-30")

    assert said(runtime) == [
        ("09-21", "-3", OFFICER),
        ("10-27", "1030:-3", OFFICER),
        ("10-30", "1030:0", OFFICER),
    ]


def foretold(runtime: Runtime, first: date, last: date) -> list[Rehearsed]:
    with reading(runtime.engine) as session:
        return rehearse(session, first, last, runtime.rules, runtime.pen)


@pytest.mark.parametrize("wait", [0, 3, 8])
def test_returns_and_waits_are_rehearsed_as_they_are_then_said(begin: Begin, wait: int) -> None:
    runtime = begin(ONCE, ANNUAL_RETURN, PATROL, on="2026-09-01 08:00", extension_wait=wait)
    pass_through(runtime, "2026-09-14", "2026-09-17")
    with writing(runtime.engine) as session:
        late = session.get_one(Task, 1)
        annual = session.exec(select(Task).where(Task.due_on == date(2026, 10, 10))).one()
        complete(session, late, Act("李明", "page", at("2026-09-17 10:00")), "报来")
        return_task(session, runtime, late, "缺佐证", Act("陈平", "page", at("2026-09-17 11:00")))
        ask_extension(session, annual, date(2026, 10, 20), "未到", Act("李明", "page", at("2026-09-17 11:00")))
    first, last = date(2026, 9, 18), date(2026, 10, 30)
    before = len(said(runtime))
    rehearsed = foretold(runtime, first, last)

    pass_through(runtime, str(first), str(last))

    assert sorted(said(runtime)[before:]) == sorted((f"{row.day:%m-%d}", row.step, row.recipient) for row in rehearsed)
