"""Written ahead, marked one by one: what becomes of a batch when tasks end, servers balk and senders are overtaken."""

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

import pytest
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import run_flow, tick
from flows.runtime import Runtime
from notifications.bundling import bundle
from notifications.channels.message import Message, Outcome, OutcomeKind
from notifications.leaving import AHEAD, FRESH, TAKEN, Round
from notifications.outbox import deliver, queue, settle
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import reading, writing
from plans.tables import Enterprise
from support.smtp import DROP, HANG, ReceivingServer
from tasks.tables import Task
from tasks.verbs import Act, complete

DAY = at("2026-07-03 08:31")
MINUTE = timedelta(minutes=1)
THREE = ("zhao@jinggong.example", "qian@qinghe.example", "sun@yuanshan.example")
PENDING, SENDING, SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT


def deliveries(runtime: Runtime) -> Sequence[Delivery]:
    with reading(runtime.engine) as session:
        return session.exec(select(Delivery).order_by(col(Delivery.id))).all()


def states(runtime: Runtime) -> list[str]:
    return [delivery.state for delivery in deliveries(runtime)]


def ready(begin: Begin, with_mail: dict[str, object]) -> Runtime:
    """Three enterprises' mails wait to leave."""
    runtime = begin(MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)
    with writing(runtime.engine) as session:
        session.get_one(Enterprise, 3).email = THREE[2]
    for flow in ("open_tasks", "chase"):
        run_flow(flow, runtime, DAY)
    with writing(runtime.engine) as session:
        bundle(session, DAY, runtime.rules)
    return runtime


def all_of(runtime: Runtime, limit: int = 100) -> Round:
    return Round(runtime.engine, "mail", runtime.desk, queue(DAY), DAY, limit)


def file_report(runtime: Runtime, enterprise: int) -> None:
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).where(Task.enterprise_id == enterprise)).one()
        complete(session, task, Act("赵会计", "page", DAY))


# ---- taken, written, marked ----


def test_what_is_written_ahead_stands_in_its_row_and_only_the_next_is_marked(
    begin: Begin, with_mail: dict[str, object]
) -> None:
    runtime = ready(begin, with_mail)
    this = all_of(runtime)

    first, second, third = this.messages()
    rows = deliveries(runtime)
    assert [(row.subject, row.text, row.message_id) for row in rows] == [
        (message.subject, message.text, message.message_id) for message in (first, second, third)
    ]
    assert [(row.state, row.attempt) for row in rows] == [(PENDING, 1)] * 3
    assert this.may_leave(first) is first
    assert states(runtime) == [SENDING, PENDING, PENDING]


def test_who_files_after_the_mail_was_written_gets_none(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = ready(begin, with_mail)
    this = all_of(runtime)
    messages = list(this.messages())

    file_report(runtime, 2)

    left = [this.may_leave(message) for message in messages]
    assert [message and message.to_address for message in left] == [THREE[0], None, THREE[2]]
    assert states(runtime) == [SENDING, DeliveryState.DROPPED, SENDING]


def test_a_mail_of_two_tasks_one_of_which_ended_meanwhile_speaks_of_the_other_only(
    begin: Begin, with_mail: dict[str, object]
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("高新技术企业", "科技型中小企业"), **with_mail)
    now = at("2026-07-28 08:31")
    run_flow("open_tasks", runtime, now)
    run_flow("remind", runtime, now)
    with writing(runtime.engine) as session:
        bundle(session, now, runtime.rules)
    this = Round(runtime.engine, "mail", runtime.desk, queue(now), now, 100)
    (message,) = this.messages()
    with writing(runtime.engine) as session:
        complete(session, session.get_one(Task, 1), Act("李明", "page", now))

    left = this.may_leave(message)

    assert left is not None
    assert (message.subject, left.subject) == ("【督办】临近到期2项", "【督办】临近到期1项")
    (row,) = deliveries(runtime)
    assert (row.state, row.text) == (SENDING, left.text)
    with reading(runtime.engine) as session:
        assert session.exec(select(Notice.state).order_by(col(Notice.task_id))).all() == [
            NoticeState.DROPPED,
            NoticeState.BUNDLED,
        ]


def test_what_was_written_a_while_ago_is_read_and_written_anew(
    begin: Begin, with_mail: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = ready(begin, with_mail)
    this = all_of(runtime, limit=1)
    (message,) = this.messages()
    with writing(runtime.engine) as session:
        session.get_one(Enterprise, 1).email = "xin@jinggong.example"
    later = monotonic() + FRESH.total_seconds()
    monkeypatch.setattr("notifications.leaving.monotonic", lambda: later)

    left = this.may_leave(message)

    assert left is not None
    assert (message.to_address, left.to_address) == (THREE[0], "xin@jinggong.example")


def test_others_leave_alone_what_is_taken_until_its_lease_is_over(begin: Begin, with_mail: dict[str, object]) -> None:
    runtime = ready(begin, with_mail)
    list(all_of(runtime, limit=2).messages())

    beside = [message.to_address for message in all_of(runtime).messages()]
    later = DAY + TAKEN + MINUTE
    after = Round(runtime.engine, "mail", runtime.desk, queue(later), later, 100)

    assert beside == [THREE[2]]
    assert len(list(after.messages())) == 3


def test_a_sender_that_was_overtaken_sends_nothing_of_what_it_had_taken(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = ready(begin, with_mail)
    slow = all_of(runtime)
    messages = list(slow.messages())

    deliver(runtime.engine, runtime.desk, DAY + TAKEN + MINUTE, 100)

    assert [slow.may_leave(message) for message in messages] == [None] * 3
    assert sorted(mail.recipients[0] for mail in mailbox.messages) == sorted(THREE)
    assert states(runtime) == [SENT] * 3


def test_what_never_got_its_turn_is_put_off_and_not_of_unknown_fate(begin: Begin, with_mail: dict[str, object]) -> None:
    runtime = ready(begin, with_mail)
    (message, *_) = all_of(runtime).messages()

    with writing(runtime.engine) as session:
        settle(session, message.key, Outcome(OutcomeKind.TRY_AGAIN, "连不上邮件服务器"), DAY)

    row = deliveries(runtime)[0]
    assert (row.state, row.resent, row.next_try_at, row.leased_until) == (PENDING, False, DAY + MINUTE, None)


def test_more_than_is_written_ahead_at_once_all_leaves(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)
    with writing(runtime.engine) as session:
        session.get_one(Enterprise, 3).email = THREE[2]
        more = range(2 * AHEAD)
        session.add_all(Enterprise(name=f"第{n}号有限公司", email=f"e{n}@yunxi.example") for n in more)

    tick(runtime, at("2026-07-03 08:31"))

    assert len({mail.recipients for mail in mailbox.messages}) == len(mailbox.messages) == 3 + 2 * AHEAD
    assert set(states(runtime)) == {SENT}


# ---- a server that balks at one of three ----


def after_a_pass(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer, answer: str
) -> tuple[Runtime, Delivery]:
    """The first recipient meets that answer; how its delivery stands after one pass."""
    runtime = ready(begin, with_mail | {"mail_timeout": 0.5})
    mailbox.answers[THREE[0]] = answer
    run_flow("deliver", runtime, DAY)
    return runtime, deliveries(runtime)[0]


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ("421 4.7.0 too many messages", PENDING, "邮件服务器暂不接收：421 4.7.0 too many messages"),
        ("450 4.2.0 greylisted", PENDING, "邮件服务器暂不接收：450 4.2.0 greylisted"),
        ("451 4.3.0 local error", PENDING, "邮件服务器暂不接收：451 4.3.0 local error"),
        ("550 5.1.1 no such user", DeliveryState.FAILED, "收件地址被拒绝：550 5.1.1 no such user"),
        (DROP, PENDING, "邮件服务器断开了连接或没有答复"),
        (HANG, PENDING, "邮件服务器断开了连接或没有答复"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_is_put_off_or_refused_says_why_and_the_others_leave(
    answer: str,
    state: DeliveryState,
    reason: str,
    begin: Begin,
    with_mail: dict[str, object],
    mailbox: ReceivingServer,
) -> None:
    runtime, first = after_a_pass(begin, with_mail, mailbox, answer)

    assert (first.state, first.attempt, first.resent, first.leased_until) == (state, 1, False, None)
    assert first.reason.startswith(reason)
    assert states(runtime)[1:] == [SENT] * 2
    assert [mail.recipients[0] for mail in mailbox.messages] == list(THREE[1:])


@pytest.mark.parametrize("failure", [DROP, HANG])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_lost_after_their_content_are_of_unknown_fate_and_the_third_is_only_put_off(
    failure: str, begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = ready(begin, with_mail | {"mail_timeout": 0.3})
    mailbox.answers["DATA"] = failure

    deliver(runtime.engine, runtime.desk, DAY, 3)

    first, second, third = deliveries(runtime)[:3]
    assert [(row.state, row.resent) for row in (first, second, third)] == [(PENDING, True)] * 2 + [(PENDING, False)]
    assert first.reason.startswith("内容已发出但未收到答复，对方可能已收到")
    assert third.reason == "与邮件服务器的连接接连中断，本批其余邮件稍后再发"
    mailbox.answers.clear()
    run_flow("deliver", runtime, DAY + MINUTE)
    sent = [mail.recipients[0] for mail in mailbox.messages]
    assert {address: sent.count(address) for address in THREE} == dict(zip(THREE, (2, 2, 1), strict=True))


def test_the_pass_goes_on_where_the_database_failed_between_two_mails(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = ready(begin, with_mail)

    def breaks_at_the_second(this: Round, message: Message) -> Message | None:
        if mailbox.messages:
            raise OSError("磁盘满了")
        return honest(this, message)

    honest = Round.may_leave
    with monkeypatch.context() as broken:
        broken.setattr(Round, "may_leave", breaks_at_the_second)
        assert run_flow("deliver", runtime, DAY).failed != []
    assert states(runtime) == [SENT, PENDING, PENDING]
    run_flow("deliver", runtime, DAY + TAKEN + MINUTE)

    assert [mail.recipients[0] for mail in mailbox.messages] == list(THREE)
