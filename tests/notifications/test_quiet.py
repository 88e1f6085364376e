"""Quiet: over a promise or a pause nothing is said, to nobody; after it the ladder goes on as it should."""

from pathlib import Path

import pytest
from sqlmodel import select

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from flows.tasking import return_task
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from notifications.urging import UrgeRefused, urge
from plans.database import reading, writing
from support.chasing import JINGGONG, QINGHE, files, firm, pass_days, pauses, promises, said, task_of
from support.smtp import ReceivingServer
from tasks.pauses import end_pause, find_pause
from tasks.tables import Task
from tasks.verbs import Act

FIRM, OFFICER, LEADER = "enterprise:1", "person:4", "person:2"


def of_firm(runtime: Runtime, name: str = JINGGONG) -> list[tuple[str, str, str]]:
    """What was said about one enterprise's report of June, (day, step, recipient)."""
    with reading(runtime.engine) as session:
        task = task_of(session, name)
        notices = session.exec(select(Notice).where(Notice.task_id == task.id, Notice.state != NoticeState.SKIPPED))
        return sorted((f"{one.made_at:%m-%d}", one.step, one.recipient) for one in notices)


def test_without_a_word_from_the_enterprise_the_ladder_is_climbed_as_the_practice_says(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    pass_days(runtime, "2026-07-01", "2026-07-31")

    assert of_firm(runtime) == [
        ("07-03", "-5", FIRM),
        ("07-09", "-1", FIRM),
        ("07-13", "+1", FIRM),
        ("07-15", "+3", OFFICER),
        ("07-17", "+5", FIRM),
        ("07-21", "+7", LEADER),
    ]


def test_over_a_promise_nobody_hears_and_a_broken_one_goes_on_one_step_higher(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-13", "2026-07-13")

    promises(runtime, JINGGONG, "2026-07-16", "2026-07-13 10:00")
    pass_days(runtime, "2026-07-14", "2026-07-31")

    # It was at +1. +3, +5 and +7 keep their distance of two workdays from each other.
    assert of_firm(runtime) == [
        ("07-13", "+1", FIRM),
        ("07-17", "+3", OFFICER),
        ("07-21", "+5", FIRM),
        ("07-23", "+7", LEADER),
    ]


def test_a_promise_before_the_due_day_that_is_broken_brings_the_next_step_forward(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-03", "2026-07-06")

    promises(runtime, JINGGONG, "2026-07-07", "2026-07-06 10:00")
    pass_days(runtime, "2026-07-07", "2026-07-15")

    assert of_firm(runtime)[1:] == [("07-08", "-1", FIRM), ("07-13", "+1", FIRM), ("07-15", "+3", OFFICER)]


def test_a_promise_over_the_due_day_goes_on_with_what_is_said_of_the_late(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-03", "2026-07-06")

    promises(runtime, JINGGONG, "2026-07-13", "2026-07-06 10:00")
    pass_days(runtime, "2026-07-07", "2026-07-17")

    assert of_firm(runtime)[1:] == [("07-14", "+1", FIRM), ("07-16", "+3", OFFICER)]


def test_of_two_promises_the_newer_counts(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-13", "2026-07-13")

    promises(runtime, JINGGONG, "2026-07-16", "2026-07-13 10:00")
    promises(runtime, JINGGONG, "2026-07-14", "2026-07-13 11:00")
    pass_days(runtime, "2026-07-14", "2026-07-15")

    assert of_firm(runtime)[1:] == [("07-15", "+3", OFFICER)]


def test_a_promise_that_is_broken_and_made_anew_goes_one_step_higher_each_time(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-13", "2026-07-13")

    promises(runtime, JINGGONG, "2026-07-14", "2026-07-13 10:00")
    pass_days(runtime, "2026-07-14", "2026-07-15")
    promises(runtime, JINGGONG, "2026-07-16", "2026-07-15 10:00")
    pass_days(runtime, "2026-07-16", "2026-07-24")

    assert of_firm(runtime)[1:] == [("07-15", "+3", OFFICER), ("07-17", "+5", FIRM), ("07-21", "+7", LEADER)]


def test_a_kept_promise_ends_it(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-13", "2026-07-13")
    promises(runtime, JINGGONG, "2026-07-16", "2026-07-13 10:00")

    files(runtime, JINGGONG, "2026-07-16 17:00")
    pass_days(runtime, "2026-07-17", "2026-07-31")

    assert of_firm(runtime) == [("07-13", "+1", FIRM)]


def test_a_promise_of_the_round_before_a_return_holds_nothing_back(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    promises(runtime, JINGGONG, "2026-07-15", "2026-07-06 10:00")
    files(runtime, JINGGONG, "2026-07-07 17:00")

    with writing(runtime.engine) as session:
        return_task(session, runtime, task_of(session, JINGGONG), "漏填", Act("李明", "page", at("2026-07-08 09:00")))
    pass_days(runtime, "2026-07-08", "2026-07-10")

    assert of_firm(runtime) == [("07-09", "r1:+1", FIRM)]


def test_over_a_pause_nothing_is_said_to_or_about_it_and_after_it_the_step_that_is_right_then(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    pass_days(runtime, "2026-07-01", "2026-07-06")
    pauses(runtime, JINGGONG, "2026-07-08", "2026-07-19", "2026-07-06 10:00")
    pass_days(runtime, "2026-07-07", "2026-07-24")

    # +5 is a letter and +1 a mail: both are right on the 20th, as the phone list is.
    assert of_firm(runtime) == [
        ("07-03", "-5", FIRM),
        ("07-20", "+1", FIRM),
        ("07-20", "+3", OFFICER),
        ("07-20", "+5", FIRM),
        ("07-21", "+7", LEADER),
    ]
    assert ("07-09", "-1", FIRM) not in said(runtime)
    assert of_firm(runtime, QINGHE)[1] == ("07-09", "-1", "enterprise:2")


def test_a_pause_that_is_ended_early_is_over_tomorrow(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    number = pauses(runtime, JINGGONG, "2026-07-08", "2026-08-31", "2026-07-06 10:00")
    pass_days(runtime, "2026-07-06", "2026-07-13")

    with writing(runtime.engine) as session:
        end_pause(session, find_pause(session, number), Act("李明", "page", at("2026-07-13 16:00")))
    tick(runtime, at("2026-07-13 16:05"))
    pass_days(runtime, "2026-07-14", "2026-07-14")

    assert of_firm(runtime)[1:] == [("07-14", "+1", FIRM)]


@pytest.mark.parametrize("what", ["promise", "pause"])
def test_what_was_on_its_way_is_not_said_any_more(begin: Begin, what: str) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-13", "2026-07-13")
    assert of_firm(runtime) == [("07-13", "+1", FIRM)]

    if what == "promise":
        promises(runtime, JINGGONG, "2026-07-16", "2026-07-13 10:00")
    else:
        pauses(runtime, JINGGONG, "2026-07-13", "2026-07-16", "2026-07-13 10:00")
    tick(runtime, at("2026-07-13 10:05"))

    with reading(runtime.engine) as session:
        notice = session.exec(select(Notice).where(Notice.recipient == FIRM, Notice.step == "+1")).one()
        assert (notice.state, notice.delivery_id) == (NoticeState.DROPPED, None)
        others = session.exec(select(Notice.state).where(Notice.recipient == "enterprise:2", Notice.step == "+1"))
        assert others.all() == [NoticeState.BUNDLED]


def test_a_mail_that_waits_for_its_server_when_a_promise_is_made_never_leaves(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    without = begin(MONTHLY_REPORT)
    pass_days(without, "2026-07-13", "2026-07-13")
    promises(without, JINGGONG, "2026-07-16", "2026-07-13 10:00")

    tick(Runtime(without.settings.model_copy(update=with_mail)), at("2026-07-13 10:05"))

    assert {mail.recipients for mail in mailbox.messages} == {("qian@qinghe.example",)}
    with reading(without.engine) as session:
        state = session.exec(select(Delivery.state).where(Delivery.recipient == FIRM)).one()
    assert state == DeliveryState.DROPPED


def test_over_a_promise_or_a_pause_nobody_urges_by_hand(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    promises(runtime, JINGGONG, "2026-07-15", "2026-07-13 10:00")
    pauses(runtime, QINGHE, "2026-07-10", "2026-07-31", "2026-07-10 10:00")

    for name, told in ((JINGGONG, "到7月15日为止不催"), (QINGHE, "到7月31日为止不催")):
        with pytest.raises(UrgeRefused, match=told), writing(runtime.engine) as session:
            urge(session, task_of(session, name), Act("陈平", "page", at("2026-07-14 09:00")), runtime.rules)


def test_an_enterprise_that_is_paused_when_its_report_is_opened_hears_nothing_of_it(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-07-01 08:00")
    pauses(runtime, JINGGONG, "2026-07-01", "2026-08-14", "2026-07-01 09:00")

    for day in ("2026-07-03", "2026-07-13", "2026-07-31", "2026-08-10", "2026-08-14"):
        pass_days(runtime, day, day)

    with reading(runtime.engine) as session:
        own = select(Task.id).where(Task.enterprise_id == firm(session, JINGGONG).id)
        tasks = session.exec(own).all()
        assert len(tasks) == 3
        assert session.exec(select(Notice).where(Notice.task_id.in_(tasks))).all() == []  # type: ignore[attr-defined]


OLD = """
enterprise:
  name: 旧的阶梯
  steps:
    - {offset: 1, audience: [assignee]}
    - {offset: 3, audience: [assignee, officer]}
"""


def test_a_bureaus_own_ladder_without_the_new_keys_still_works(begin: Begin, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    runtime = begin(MONTHLY_REPORT, ladders=tmp_path / "old.yaml")

    pass_days(runtime, "2026-07-01", "2026-07-24")

    assert of_firm(runtime) == [("07-13", "+1", FIRM), ("07-15", "+3", FIRM), ("07-15", "+3", OFFICER)]
