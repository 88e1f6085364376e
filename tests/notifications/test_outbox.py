"""The outbox against a real mail server that misbehaves: tried again, given up, unknown, held, never lost."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from notifications import outbox
from notifications.bundling import bundle
from notifications.channels.message import Outcome, OutcomeKind
from notifications.digest import announce, freeze
from notifications.leaving import LEASE, Desk
from notifications.outbox import BACKOFF, GIVE_UP, deliver, release_held, settle
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import reading, writing
from plans.periods import Period
from plans.tables import Person
from support.smtp import DROP, ReceivingServer
from tasks.tables import Task
from tasks.verbs import Act, complete

DAY = at("2026-07-28 08:31")
MINUTE = timedelta(minutes=1)
SENT = Outcome(OutcomeKind.SENT, "250 OK")


def deliveries(runtime: Runtime) -> Sequence[Delivery]:
    with reading(runtime.engine) as session:
        return session.exec(select(Delivery).order_by(col(Delivery.id))).all()


def only_delivery(runtime: Runtime) -> Delivery:
    (delivery,) = deliveries(runtime)
    return delivery


def message_ids(mailbox: ReceivingServer) -> list[str]:
    return [str(mail.message["Message-ID"]) for mail in mailbox.messages]


def leave_sending(runtime: Runtime, now: datetime) -> None:
    """As if the sender had been killed after it committed ``sending`` and before anything was known."""
    with writing(runtime.engine) as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state, delivery.attempt, delivery.leased_until = DeliveryState.SENDING, 1, now + LEASE


# ---- tried again ----


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "450 4.2.0 later", "451 4.3.0 local error"])
def test_what_the_server_puts_off_is_tried_again_ever_later_and_goes_into_the_next_workdays_mail(
    answer: str, begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime, now = begin(GAOQI, **with_mail), DAY
    mailbox.answers["RCPT"] = answer

    waits = []
    for _ in range(len(BACKOFF) + 1):
        tick(runtime, now)
        delivery = only_delivery(runtime)
        assert (delivery.state, answer[:3] in delivery.reason) == (DeliveryState.PENDING, True)
        waits.append(delivery.next_try_at - now)
        now = delivery.next_try_at
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 180)]
    mailbox.answers.clear()
    tick(runtime, DAY + timedelta(days=1))

    assert len(mailbox.messages) == 1
    assert [delivery.state for delivery in deliveries(runtime)] == [DeliveryState.DROPPED, DeliveryState.SENT]


def test_a_digest_is_given_up_after_some_days_of_a_server_that_is_down(begin: Begin) -> None:
    runtime = begin(GAOQI)
    with writing(runtime.engine) as session:
        month = Period.parse("2026-07")
        announce(session, freeze(session, month, at("2026-08-03 09:00"), runtime.gauge), at("2026-08-03 09:00"))
        digest = session.exec(select(Delivery)).all()[0]
        digest.state, digest.attempt = DeliveryState.SENDING, GIVE_UP
        session.add(digest)
        session.flush()
        settle(session, f"{digest.id}/{GIVE_UP}", Outcome(OutcomeKind.TRY_AGAIN, "连不上邮件服务器"), DAY)

        assert session.get_one(Delivery, digest.id).state == DeliveryState.FAILED


def test_before_its_time_a_put_off_mail_is_left_alone(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    mailbox.answers["RCPT"] = "450 4.2.0 later"
    tick(runtime, DAY)
    mailbox.answers.clear()

    tick(runtime, DAY + MINUTE / 2)
    assert mailbox.messages == []
    tick(runtime, DAY + MINUTE)

    assert message_ids(mailbox) == [only_delivery(runtime).message_id]
    assert only_delivery(runtime).state == DeliveryState.SENT


def test_what_the_server_refuses_is_failed_at_once_with_its_words(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    mailbox.answers["li@yunxi.example"] = "550 5.1.1 no such user"

    tick(runtime, DAY)
    tick(runtime, DAY + timedelta(hours=3))

    assert (only_delivery(runtime).state, only_delivery(runtime).attempt) == (DeliveryState.FAILED, 1)
    assert "550 5.1.1 no such user" in only_delivery(runtime).reason


def test_a_refused_mail_keeps_nobody_elses_back(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("李明", "王芳"), **with_mail)
    mailbox.answers["li@yunxi.example"] = "550 5.1.1 no such user"

    tick(runtime, DAY)

    assert [mail.recipients for mail in mailbox.messages] == [("wang@yunxi.example",)]


def test_a_mail_that_cannot_be_written_is_failed_and_keeps_nobody_elses_back(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("李明", "王芳"), **with_mail)
    with writing(runtime.engine) as session:
        session.get_one(Task, 1).period = "没有这样的期间"

    tick(runtime, DAY)

    assert [mail.recipients for mail in mailbox.messages] == [("wang@yunxi.example",)]
    assert [(delivery.state, delivery.reason) for delivery in deliveries(runtime) if delivery.to_name != "王芳"] == [
        (DeliveryState.FAILED, "内容写不出来，请看日志")
    ]


# ---- nobody knows whether it arrived ----


def test_a_reminder_lost_after_its_content_is_sent_once_more_under_its_number_and_then_unknown(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    mailbox.answers["DATA"] = DROP

    for hours in range(5):
        tick(runtime, DAY + timedelta(hours=hours))

    assert message_ids(mailbox) == [only_delivery(runtime).message_id] * 2
    assert (only_delivery(runtime).state, only_delivery(runtime).resent) == (DeliveryState.UNKNOWN, True)


def test_the_second_copy_is_word_for_word_the_first(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    mailbox.answers["DATA"] = DROP

    tick(runtime, DAY)

    first, second = (mail.message.get_body(("plain",)) for mail in mailbox.messages)
    assert first is not None
    assert second is not None
    assert first.get_content() == second.get_content()


def test_a_digest_lost_after_its_content_waits_for_a_person(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, on="2026-07-20 08:00", **with_mail)
    mailbox.answers["DATA"] = DROP

    for hour in (10, 11, 12):
        tick(runtime, at(f"2026-08-03 {hour}:00"))

    digests = [delivery for delivery in deliveries(runtime) if delivery.kind == "digest"]
    assert [(digest.state, digest.attempt) for digest in digests] == [(DeliveryState.UNKNOWN, 1)] * 2
    sent = message_ids(mailbox)
    assert [sent.count(digest.message_id) for digest in digests] == [1, 1]


def test_a_sender_that_dies_is_left_its_lease_and_then_its_mail_goes_once_more(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    leave_sending(runtime, DAY)
    with_server = Runtime(runtime.settings.model_copy(update=with_mail))

    tick(with_server, DAY + LEASE)
    assert mailbox.messages == []
    assert only_delivery(runtime).state == DeliveryState.SENDING
    tick(with_server, DAY + LEASE + MINUTE)

    assert len(mailbox.messages) == 1
    assert (only_delivery(runtime).state, only_delivery(runtime).resent) == (DeliveryState.SENT, True)


def test_a_sender_that_was_overtaken_can_no_longer_change_the_outcome(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    leave_sending(runtime, DAY)
    tick(Runtime(runtime.settings.model_copy(update=with_mail)), DAY + LEASE + MINUTE)

    with writing(runtime.engine) as session:
        settle(session, "1/1", Outcome(OutcomeKind.TRY_AGAIN, "醒来的旧进程"), DAY + LEASE * 2)

    assert only_delivery(runtime).state == DeliveryState.SENT
    tick(Runtime(runtime.settings.model_copy(update=with_mail)), DAY + LEASE * 3)
    assert len(mailbox.messages) == 1


def test_an_outcome_is_written_for_the_attempt_it_belongs_to(begin: Begin) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    leave_sending(runtime, DAY)

    with writing(runtime.engine) as session:
        settle(session, "1/2", SENT, DAY)
    assert only_delivery(runtime).state == DeliveryState.SENDING
    with writing(runtime.engine) as session:
        settle(session, "1/1", SENT, DAY)

    assert (only_delivery(runtime).state, only_delivery(runtime).sent_at) == (DeliveryState.SENT, DAY)


def test_a_bad_address_is_failed_before_anything_leaves_and_the_next_mail_goes_out(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("李明", "王芳"), **with_mail)
    mailbox.answers["DATA"] = DROP
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().email = "不是地址"

    tick(runtime, DAY)

    by_name = {delivery.to_name: delivery for delivery in deliveries(runtime)}
    assert by_name["李明"].state == DeliveryState.FAILED
    assert "收件地址不正确" in by_name["李明"].reason
    assert by_name["王芳"].state == DeliveryState.UNKNOWN


# ---- held and released ----


def test_who_has_no_address_is_held_and_hears_it_once_there_is_one(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().email = ""
    tick(runtime, DAY)
    assert (only_delivery(runtime).state, only_delivery(runtime).reason) == (DeliveryState.HELD, "李明还没有邮箱地址")

    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().email = "li@yunxi.example"
    tick(runtime, DAY + MINUTE)

    assert [mail.recipients for mail in mailbox.messages] == [("li@yunxi.example",)]


def test_releasing_leaves_alone_what_another_process_took_meanwhile(
    begin: Begin, with_mail: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    desk = Runtime(runtime.settings.model_copy(update=with_mail)).desk

    def another_is_quicker(session: Session, desk: Desk) -> list[int]:
        leave_sending(runtime, DAY)
        return [1]

    monkeypatch.setattr(outbox, "_releasable", another_is_quicker)

    assert release_held(runtime.engine, desk, DAY) == 0
    assert only_delivery(runtime).state == DeliveryState.SENDING


def test_a_held_mail_whose_task_was_done_meanwhile_is_dropped_not_sent(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    with writing(runtime.engine) as session:
        complete(session, session.exec(select(Task)).one(), Act("李明", "page", DAY))

    tick(Runtime(runtime.settings.model_copy(update=with_mail)), DAY + MINUTE)

    assert mailbox.messages == []
    assert (only_delivery(runtime).state, only_delivery(runtime).reason) == (
        DeliveryState.DROPPED,
        "任务已办结，不必再发",
    )


def test_a_task_done_between_two_tries_is_not_spoken_of_again(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("高新技术企业", "科技型中小企业"), **with_mail)
    mailbox.answers["RCPT"] = "450 4.2.0 later"
    tick(runtime, DAY)
    mailbox.answers.clear()
    with writing(runtime.engine) as session:
        complete(session, session.get_one(Task, 1), Act("李明", "page", DAY))

    tick(runtime, DAY + MINUTE)

    (mail,) = mailbox.messages
    assert mail.message["Subject"] == "【督办】临近到期1项"
    with reading(runtime.engine) as session:
        states = session.exec(select(Notice.state).order_by(col(Notice.task_id))).all()
    assert states == [NoticeState.DROPPED, NoticeState.BUNDLED]


def test_every_delivery_has_a_number_of_its_own(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, **with_mail)

    for day in ("2026-07-03", "2026-07-09", "2026-07-13", "2026-07-28", "2026-07-31"):
        tick(runtime, at(f"{day} 08:31"))

    assert len(message_ids(mailbox)) == 9
    assert len(set(message_ids(mailbox))) == 9


def test_a_pass_deals_with_no_more_than_its_limit(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT)
    now = at("2026-07-15 08:31")
    tick(runtime, now)
    with_server = Runtime(runtime.settings.model_copy(update=with_mail))
    with writing(runtime.engine) as session:
        bundle(session, now, runtime.rules)
        for delivery in session.exec(select(Delivery)):
            delivery.state = DeliveryState.PENDING

    assert deliver(runtime.engine, with_server.desk, now, limit=1) == 1
    assert len(mailbox.messages) == 1
