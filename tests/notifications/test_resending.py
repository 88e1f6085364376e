"""再发 and 不再发: a new attempt of the same delivery, once a click, with who decided it kept in its row."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from notifications.formal import approve, find_letter
from notifications.resending import DeliveryMoved, may_be_stopped, may_go_again, send_again, stop
from notifications.tables import Delivery, DeliveryState, Letter, LetterState, Notice, NoticeState
from plans.database import reading, writing
from plans.people import find_person
from support.chasing import pass_days
from support.smtp import DROP, ReceivingServer
from tasks.tables import Task
from tasks.verbs import Act, complete

DAY = at("2026-07-28 08:31")
LATER = at("2026-07-28 10:00")


@pytest.fixture
def database_url(empty_file: str) -> str:
    """The outbox's own tests run on both databases."""
    return empty_file


@pytest.fixture
def runtime(begin: Begin, with_mail: dict[str, object]) -> Runtime:
    return begin(GAOQI, **with_mail)


def newest(runtime: Runtime) -> Delivery:
    with reading(runtime.engine) as session:
        return session.exec(select(Delivery).order_by(col(Delivery.id).desc())).all()[0]


def again(runtime: Runtime, delivery: Delivery, now: datetime = LATER) -> Delivery:
    with writing(runtime.engine) as session:
        return send_again(session, delivery.id or 0, delivery.attempt, "陈平", runtime.channels, now)


def stopped(runtime: Runtime, delivery: Delivery, now: datetime = LATER) -> Delivery:
    with writing(runtime.engine) as session:
        return stop(session, delivery.id or 0, delivery.attempt, "陈平", now)


def test_what_arrived_goes_once_more_word_for_word_under_the_same_number(
    runtime: Runtime, mailbox: ReceivingServer
) -> None:
    tick(runtime, DAY)

    again(runtime, newest(runtime))
    tick(runtime, LATER)

    first, second = (mail.message for mail in mailbox.messages)
    assert first["Message-ID"] == second["Message-ID"]
    assert str(first.get_body(("plain",))) == str(second.get_body(("plain",)))
    sent = newest(runtime)
    assert (sent.state, sent.attempt) == (DeliveryState.SENT, 2)
    assert sent.reason.endswith("250 OK；2026-07-28 10:00 陈平再发（人工）；已送交邮件服务器：250 OK")


def test_of_two_clicks_the_second_is_told_whether_the_first_has_left_or_not(
    runtime: Runtime, mailbox: ReceivingServer
) -> None:
    tick(runtime, DAY)
    shown = newest(runtime)
    again(runtime, shown)

    with pytest.raises(DeliveryMoved, match="已经排队重发了，不用再点"):
        again(runtime, shown)
    tick(runtime, LATER)
    with pytest.raises(DeliveryMoved, match="现在是“已送达”"):
        again(runtime, shown)

    tick(runtime, LATER + timedelta(minutes=5))
    assert len(mailbox.messages) == 2


def test_a_refused_address_that_was_put_right_gets_the_same_message_days_later(
    runtime: Runtime, mailbox: ReceivingServer
) -> None:
    mailbox.answers["li@yunxi.example"] = "550 5.1.1 no such user"
    tick(runtime, DAY)
    with writing(runtime.engine) as session:
        find_person(session, "李明").email = "li.ming@yunxi.example"

    again(runtime, newest(runtime), at("2026-07-29 07:00"))
    tick(runtime, at("2026-07-29 07:01"))

    (mail,) = mailbox.messages
    assert mail.recipients == ("li.ming@yunxi.example",)
    assert "550 5.1.1 no such user；2026-07-29 07:00 陈平再发（人工）；" in newest(runtime).reason


def test_a_failure_after_it_does_not_push_out_who_sent_it_again(runtime: Runtime, mailbox: ReceivingServer) -> None:
    mailbox.answers["li@yunxi.example"] = "550 5.1.1 no such user"
    tick(runtime, DAY)
    again(runtime, newest(runtime))

    tick(runtime, LATER)

    failed = newest(runtime)
    assert failed.state == DeliveryState.FAILED
    assert failed.reason.count("陈平再发（人工）") == 1
    assert failed.reason.count("550") == 2


def test_what_is_over_meanwhile_is_not_sent_again(runtime: Runtime, mailbox: ReceivingServer) -> None:
    tick(runtime, DAY)
    with writing(runtime.engine) as session:
        for task in session.exec(select(Task)):
            complete(session, task, Act("李明", "page", LATER))

    again(runtime, newest(runtime))
    tick(runtime, LATER)

    assert len(mailbox.messages) == 1
    assert newest(runtime).state == DeliveryState.DROPPED
    assert newest(runtime).reason.endswith("陈平再发（人工）；任务已办结，不必再发")


def test_a_formal_letter_of_unknown_fate_waits_for_a_person_and_then_goes(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    pass_days(runtime, "2026-07-17", "2026-07-17")
    at_ten = at("2026-07-17 10:00")
    with writing(runtime.engine) as session:
        approve(session, find_letter(session, 1), Act("林岚", "page", at_ten), runtime.press)
    mailbox.answers["DATA"] = DROP
    tick(runtime, at_ten)
    mailbox.answers.clear()
    mailbox.clear()
    tick(runtime, at("2026-07-17 14:00"))
    letter = newest(runtime)
    assert (letter.kind, letter.state, mailbox.messages) == ("letter", DeliveryState.UNKNOWN, [])

    again(runtime, letter, at("2026-07-17 15:00"))
    tick(runtime, at("2026-07-17 15:00"))

    (mail,) = mailbox.messages
    assert mail.message["Message-ID"] == letter.message_id
    assert not may_go_again(newest(runtime))
    with reading(runtime.engine) as session:
        assert session.get_one(Letter, 1).state == LetterState.SENT


def test_a_formal_letter_that_a_person_stopped_says_who_and_not_that_the_enterprise_filed(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    pass_days(runtime, "2026-07-17", "2026-07-17")
    mailbox.clear()
    at_ten = at("2026-07-17 10:00")
    with writing(runtime.engine) as session:
        approve(session, find_letter(session, 1), Act("林岚", "page", at_ten), runtime.press)

    stopped(runtime, newest(runtime), at_ten)
    tick(runtime, at_ten)

    assert mailbox.messages == []
    with reading(runtime.engine) as session:
        letter = session.get_one(Letter, 1)
    assert (letter.state, letter.facts["reason"]) == (LetterState.VOID, "2026-07-17 10:00 陈平决定不再发（人工）")


def test_what_is_stopped_stays_stopped_with_what_it_was_to_say(begin: Begin, mailbox: ReceivingServer) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    assert newest(runtime).state == DeliveryState.HELD

    stopped(runtime, newest(runtime))
    tick(runtime, LATER)
    tick(runtime, at("2026-07-29 08:31"))

    first = newest(runtime)
    assert first.state == DeliveryState.DROPPED
    assert first.reason.endswith("；2026-07-28 10:00 陈平决定不再发（人工）")
    with reading(runtime.engine) as session:
        assert {one.state for one in session.exec(select(Notice))} == {NoticeState.DROPPED}
    assert not may_be_stopped(first)
    with pytest.raises(DeliveryMoved, match="现在是“不必再发”，不能停发"):
        stopped(runtime, first)


def test_what_cannot_leave_anyway_is_not_queued(begin: Begin) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    held = newest(runtime)

    with pytest.raises(DeliveryMoved, match="设好以后会自动发出"):
        again(runtime, held)
    with writing(runtime.engine) as session:
        find_person(session, "李明").email = ""
    with writing(runtime.engine) as session, pytest.raises(DeliveryMoved, match="补上以后再发"):
        send_again(session, held.id or 0, held.attempt, "陈平", {"mail"}, LATER)

    assert newest(runtime).state == DeliveryState.HELD
