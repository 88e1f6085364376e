"""Bundling: one message a person a day, at the bureau's hour; what missed its day is in the next one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import run_flow, tick
from flows.runtime import Runtime
from notifications.bundling import PATIENCE, STALE, bundle
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import reading, writing
from support.smtp import ReceivingServer

DAY = at("2026-07-28 08:31")
MINUTE = timedelta(minutes=1)


def deliveries(runtime: Runtime) -> Sequence[Delivery]:
    with reading(runtime.engine) as session:
        return session.exec(select(Delivery).order_by(col(Delivery.id))).all()


def add_waiting(runtime: Runtime, step: str, made_at: datetime) -> None:
    """A notice as a later step would write it, to the owner of the first task."""
    with writing(runtime.engine) as session:
        session.add(Notice(task_id=1, step=step, audience="assignee", recipient="person:4", made_at=made_at))


def notice_states(runtime: Runtime) -> Sequence[str]:
    with reading(runtime.engine) as session:
        return session.exec(select(Notice.state).order_by(col(Notice.id))).all()


def plain_text(mailbox: ReceivingServer, address: str) -> str:
    (mail,) = [mail for mail in mailbox.messages if mail.recipients == (address,)]
    body = mail.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_reminder_that_could_not_leave_on_its_day_is_part_of_the_next_workdays(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("高新技术企业", "科技型中小企业"), on="2026-07-01 08:00", **with_mail)
    mailbox.answers["RCPT"] = "450 4.2.0 later"
    tick(runtime, at("2026-07-31 08:31"))
    mailbox.answers.clear()

    # Saturday, Sunday and early on Monday nothing leaves.
    for moment in ("2026-08-01 08:31", "2026-08-02 12:00", "2026-08-03 00:01", "2026-08-03 08:29"):
        tick(runtime, at(moment))
    assert mailbox.messages == []
    tick(runtime, at("2026-08-03 08:31"))

    assert [mail.message["Subject"] for mail in mailbox.messages] == ["【督办】逾期2项"]
    friday, monday = deliveries(runtime)
    assert (friday.state, friday.reason) == (DeliveryState.DROPPED, STALE)
    assert monday.state == DeliveryState.SENT


def test_what_may_have_arrived_is_not_merged_but_sent_again_under_its_number(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    with writing(runtime.engine) as session:
        session.add(_resent_yesterday())

    tick(runtime, DAY)

    assert sorted(delivery.state for delivery in deliveries(runtime)) == [DeliveryState.DROPPED, DeliveryState.SENT]
    assert STALE not in {delivery.reason for delivery in deliveries(runtime)}


def _resent_yesterday() -> Delivery:
    day = at("2026-07-27 08:31")
    return Delivery(
        kind="reminder",
        channel="mail",
        recipient="person:4",
        on_day=day.date(),
        resent=True,
        next_try_at=day,
        made_at=day,
    )


def test_a_notice_made_after_todays_mail_waits_for_tomorrows_hour(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    tick(runtime, DAY)
    add_waiting(runtime, "later", DAY + MINUTE)

    for moment in ("2026-07-28 09:00", "2026-07-28 23:59", "2026-07-29 00:01", "2026-07-29 08:29"):
        tick(runtime, at(moment))
    assert len(mailbox.messages) == 1
    tick(runtime, at("2026-07-29 08:31"))

    assert len(mailbox.messages) == 2
    assert notice_states(runtime) == [NoticeState.BUNDLED] * 2


def test_leftovers_do_not_use_up_the_mail_of_a_day_on_which_more_is_due(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    tick(runtime, DAY)
    mailbox.clear()
    add_waiting(runtime, "left over", at("2026-07-30 17:00"))

    # As on the clock of one machine: the deliver tick comes before the one that steps.
    for moment in ("2026-07-31 00:00", "2026-07-31 08:29", "2026-07-31 08:30"):
        run_flow("deliver", runtime, at(moment))
    tick(runtime, at("2026-07-31 08:31"))

    assert len(mailbox.messages) == 1
    # -3 on the 28th, what was left over, and 0 today.
    assert notice_states(runtime) == [NoticeState.BUNDLED] * 3


def test_own_work_waits_for_the_chase_that_is_due_at_the_same_hour(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)
    tick(runtime, at("2026-07-13 08:31"))
    mailbox.clear()
    add_waiting(runtime, "own", at("2026-07-15 08:31"))

    run_flow("remind", runtime, at("2026-07-15 08:31"))
    run_flow("deliver", runtime, at("2026-07-15 08:31"))
    assert mailbox.messages == []
    run_flow("chase", runtime, at("2026-07-15 08:32"))
    run_flow("deliver", runtime, at("2026-07-15 08:33"))

    text = plain_text(mailbox, "li@yunxi.example")
    assert "培育高新技术企业" in text
    assert "研发月报" in text


def test_a_task_that_cannot_be_stepped_does_not_keep_the_mail_back_for_ever(begin: Begin) -> None:
    runtime = begin(GAOQI)
    add_waiting(runtime, "waiting", at("2026-07-28 08:00"))
    alarm = at("2026-07-28 08:30")

    assert _bundled(runtime, alarm + PATIENCE - MINUTE) == 0
    assert _bundled(runtime, alarm + PATIENCE) == 1


def _bundled(runtime: Runtime, now: datetime) -> int:
    with writing(runtime.engine) as session:
        return bundle(session, now, runtime.rules)


def test_bundling_twice_makes_nothing_twice(begin: Begin) -> None:
    runtime = begin(GAOQI)
    run_flow("remind", runtime, DAY)

    assert [_bundled(runtime, DAY), _bundled(runtime, DAY)] == [1, 0]
    assert len(deliveries(runtime)) == 1


def test_what_comes_before_the_mail_is_written_still_goes_into_it(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    add_waiting(runtime, "later", DAY + MINUTE)
    tick(runtime, DAY + MINUTE)

    with reading(runtime.engine) as session:
        carried = session.exec(select(Notice.delivery_id)).all()
    assert carried == [1, 1]
