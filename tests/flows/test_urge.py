"""催办 by hand: in the next message, on record, with a cool-down, never about what is done."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from flows.supervising import history_sentences
from flows.urging import urge_task, urge_whole_item
from notifications.tables import Notice
from notifications.urging import Urged, UrgeRefused
from plans.database import reading, writing
from plans.deputies import add_deputy
from plans.errors import Refused
from plans.tables import Person
from support.smtp import ReceivingServer
from tasks.audit import verify
from tasks.states import Verb
from tasks.tables import Task, TaskChange
from tasks.verbs import Act, cancel, complete

OVERDUE = "2026-08-04"
"""A Tuesday on which no step of the ladder is said: the task was due on Friday the 31st."""


def urge(runtime: Runtime, when: str, by: str = "陈平", note: str = "", number: int = 1) -> None:
    with writing(runtime.engine) as session:
        urge_task(session, runtime, number, note, Act(by, "cli", at(when)))


def texts(mailbox: ReceivingServer, address: str) -> list[str]:
    bodies = [mail.message.get_body(("plain",)) for mail in mailbox.messages if mail.recipients == (address,)]
    return [body.get_content() for body in bodies if body is not None]


def begun(begin: Begin, mailbox: ReceivingServer, **given: object) -> Runtime:
    """A bureau whose task is late and has been said so for the last time yesterday."""
    runtime = begin(GAOQI, **given)
    tick(runtime, at("2026-08-03 08:31"))
    mailbox.clear()
    return runtime


def steps(runtime: Runtime) -> Sequence[str]:
    with reading(runtime.engine) as session:
        return session.exec(select(Notice.step).order_by(col(Notice.id))).all()


def test_an_urge_before_the_days_mail_goes_out_in_it_with_name_and_words(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begun(begin, mailbox, **with_mail)

    urge(runtime, f"{OVERDUE} 08:00", note="县里要数，请今天报")
    tick(runtime, at(f"{OVERDUE} 08:31"))

    (text,) = texts(mailbox, "li@yunxi.example")
    assert "陈平催办：县里要数，请今天报" in text


def test_an_urge_after_the_days_mail_waits_for_the_next_workday_and_joins_it(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begun(begin, mailbox, **with_mail)

    urge(runtime, "2026-08-03 15:00")
    tick(runtime, at("2026-08-03 15:05"))
    assert texts(mailbox, "li@yunxi.example") == []
    tick(runtime, at(f"{OVERDUE} 08:31"))

    (text,) = texts(mailbox, "li@yunxi.example")
    assert "陈平催办" in text


def test_an_urge_on_a_day_of_the_ladder_is_one_line_with_it(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)

    urge(runtime, "2026-08-03 08:00")
    tick(runtime, at("2026-08-03 08:31"))

    (text,) = texts(mailbox, "li@yunxi.example")
    assert text.count("培育高新技术企业") == 1
    assert "陈平催办" in text


def test_an_urge_on_a_day_off_waits_for_the_next_workday(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begun(begin, mailbox, **with_mail)
    tick(runtime, at("2026-08-05 08:31"))
    mailbox.clear()

    urge(runtime, "2026-08-08 08:00")
    tick(runtime, at("2026-08-08 08:31"))
    assert mailbox.messages == []
    tick(runtime, at("2026-08-10 08:31"))

    assert len(texts(mailbox, "li@yunxi.example")) == 1


def test_an_enterprise_is_urged_on_its_own_mail(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)

    urge(runtime, "2026-07-02 08:00", note="请早报")
    tick(runtime, at("2026-07-02 08:31"))

    (text,) = texts(mailbox, "zhao@jinggong.example")
    assert "陈平催办：请早报" in text


def test_the_deputy_is_urged_for_the_absent_one(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begun(begin, mailbox, **with_mail)
    with writing(runtime.engine) as session:
        add_deputy(session, "李明", "王芳", at(OVERDUE).date(), at(OVERDUE).date())

    urge(runtime, f"{OVERDUE} 08:00")
    tick(runtime, at(f"{OVERDUE} 08:31"))

    (text,) = texts(mailbox, "wang@yunxi.example")
    assert "代李明：培育高新技术企业" in text


def test_it_is_on_record_and_the_chain_verifies(begin: Begin) -> None:
    runtime = begin(GAOQI)

    urge(runtime, "2026-10-09 09:00", note="请抓紧")

    with reading(runtime.engine) as session:
        told = history_sentences(session, session.get_one(Task, 1))
        assert not any(chain.broken for chain in verify(session))
    assert told[-1] == "2026-10-09 09:00 陈平催办：请抓紧。"


@pytest.mark.parametrize(
    ("cooldown", "again", "allowed"),
    [
        (1, "2026-10-09 17:00", False),
        (1, "2026-10-10 08:00", True),
        (2, "2026-10-11 08:00", False),
        (2, "2026-10-12 08:00", True),
        (0, "2026-10-09 09:01", True),
    ],
)
def test_the_cool_down_counts_workdays(begin: Begin, cooldown: int, again: str, allowed: bool) -> None:
    runtime = begin(GAOQI, urge_cooldown=cooldown)
    urge(runtime, "2026-10-09 09:00")

    if allowed:
        urge(runtime, again, by="林岚")
    else:
        with pytest.raises(UrgeRefused):
            urge(runtime, again, by="林岚")

    assert list(steps(runtime)) == ["urge:1", "urge:2"][: 1 + allowed]


def test_within_the_cool_down_it_is_said_who_urged_and_from_when_on_again(begin: Begin) -> None:
    runtime = begin(GAOQI, urge_cooldown=2)
    urge(runtime, "2026-10-09 09:00")

    with pytest.raises(UrgeRefused, match=r"^10月9日 已由陈平催办过，10月12日起可再催。$"):
        urge(runtime, "2026-10-10 09:00", by="林岚")


def test_of_two_who_urge_at_once_the_second_is_told_of_the_first(begin: Begin) -> None:
    runtime = begin(GAOQI)

    def try_urging(by: str) -> str:
        try:
            urge(runtime, "2026-10-09 09:00", by)
        except UrgeRefused as refused:
            return str(refused)
        return by

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(try_urging, ["陈平", "林岚"]))

    (first,) = [one for one in said if one in ("陈平", "林岚")]
    assert f"10月9日 已由{first}催办过，10月10日起可再催。" in said
    assert list(steps(runtime)) == ["urge:1"]


def test_what_is_done_or_cancelled_is_not_urged_and_it_is_said_by_whom(begin: Begin) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT)
    with writing(runtime.engine) as session:
        complete(session, session.get_one(Task, 1), Act("李明", "page", at("2026-07-20 09:12")), "好")
        cancel(session, session.get_one(Task, 2), Act("林岚", "cli", at("2026-07-20 09:15")), "停产")

    with pytest.raises(UrgeRefused, match=r"^这项任务不用再催：李明已于 2026-07-20 09:12 办结。$"):
        urge(runtime, "2026-07-20 10:00")
    with pytest.raises(UrgeRefused, match=r"^这项任务不用再催：林岚已于 2026-07-20 09:15 取消。$"):
        urge(runtime, "2026-07-20 10:00", number=2)
    assert list(steps(runtime)) == []


def test_who_has_left_is_not_urged(begin: Begin) -> None:
    runtime = begin(GAOQI)
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().active = False

    with pytest.raises(UrgeRefused, match=r"^这项任务的责任人已经离岗：请先改派给别人。$"):
        urge(runtime, "2026-07-20 10:00")


def test_done_before_the_mail_leaves_the_urge_unsaid(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begun(begin, mailbox, **with_mail)
    urge(runtime, f"{OVERDUE} 08:00")
    with writing(runtime.engine) as session:
        complete(session, session.get_one(Task, 1), Act("李明", "page", at(f"{OVERDUE} 08:10")), "好")

    tick(runtime, at(f"{OVERDUE} 08:31"))

    assert mailbox.messages == []


def urge_item(runtime: Runtime, when: str, item: int = 1) -> Urged:
    with writing(runtime.engine) as session:
        return urge_whole_item(session, runtime, item, "", Act("林岚", "cli", at(when)))


def test_a_whole_item_is_urged_but_for_what_is_done_or_was_just_urged(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    urge(runtime, "2026-07-20 09:00", number=2)
    with writing(runtime.engine) as session:
        complete(session, session.get_one(Task, 3), Act("李明", "page", at("2026-07-20 09:12")), "纸质报来")

    urged = urge_item(runtime, "2026-07-20 10:00")

    assert (urged.count, urged.passed_over) == (1, 1)
    with reading(runtime.engine) as session:
        records = session.exec(select(TaskChange.task_id, TaskChange.by).where(TaskChange.verb == Verb.URGE)).all()
    assert sorted(records) == [(1, "林岚"), (2, "陈平")]


def test_an_item_with_nothing_to_urge_says_why(begin: Begin) -> None:
    runtime = begin(GAOQI)

    with pytest.raises(Refused, match=r"没有编号为 9 的事项：请用 duban plan show 查看编号。"):
        urge_item(runtime, "2026-07-20 10:00", item=9)
    urge_item(runtime, "2026-07-20 10:00")
    with pytest.raises(UrgeRefused, match=r"7月20日 已由林岚催办过，7月21日起可再催。"):
        urge_item(runtime, "2026-07-20 10:01")
    with writing(runtime.engine) as session:
        complete(session, session.get_one(Task, 1), Act("李明", "page", at("2026-07-21 09:12")), "好")
    with pytest.raises(UrgeRefused, match=r"这个事项没有未办结的任务，不用催。"):
        urge_item(runtime, "2026-07-21 10:01")
