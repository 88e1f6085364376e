"""The calendar feed: read again by a parser, whatever people wrote, with nothing in it that opens a page by itself."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlmodel import col, select

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from flows.feeds import Due, feed_of, written_out
from flows.runtime import Runtime
from notifications.channels.mime import one_line
from plans.database import reading, writing
from plans.deputies import add_deputy
from plans.people import find_person
from plans.tables import Person, PlanItem
from tasks.tables import Task
from tasks.verbs import Act, complete, report

TODAY = date(2026, 10, 12)
BASE = "https://duban.yunxi.example"
NOON = at("2026-10-12 12:00")
HOSTILE = st.text(max_size=200) | st.text('一二\r\n,;:\\"<>\x00\x1b\u2028\u202e=\t😀', max_size=200)


@pytest.fixture
def runtime(begin: Begin) -> Runtime:
    return begin(GAOQI, MONTHLY_REPORT, PATROL, ANNUAL_RETURN, on="2026-10-01 08:00")


def feed(runtime: Runtime, name: str) -> bytes:
    with reading(runtime.engine) as session:
        return feed_of(session, find_person(session, name), TODAY, BASE)


def events(written: bytes) -> list[Any]:
    return Calendar.from_ical(written).walk("VEVENT")


def test_each_open_task_is_one_whole_day_and_a_report_of_many_is_one_event(runtime: Runtime) -> None:
    found = events(feed(runtime, "李明"))

    told = [(str(one["summary"]), one.decoded("dtstart"), one.decoded("dtend")) for one in found]
    assert told == [
        ("研发月报（3家未报）", date(2026, 10, 10), date(2026, 10, 11)),
        ("研发投入年报", date(2026, 10, 10), date(2026, 10, 11)),
        ("培育高新技术企业", date(2026, 10, 30), date(2026, 10, 31)),
    ]
    assert "期间：2026年9月\n事项：企业填报" in str(found[0]["description"])
    assert len({str(one["uid"]) for one in found}) == 3


def test_its_addresses_ask_who_it_is(runtime: Runtime) -> None:
    urls = [str(one["url"]) for one in events(feed(runtime, "李明"))]

    assert urls[0] == f"{BASE}/desk/me/matters/2/2026-09"
    assert all(url.startswith(f"{BASE}/desk/me/") for url in urls)


def test_asked_twice_it_is_the_same_and_a_change_raises_its_number(runtime: Runtime) -> None:
    before = feed(runtime, "王芳")
    assert feed(runtime, "王芳") == before
    with writing(runtime.engine) as session:
        patrol = session.exec(select(PlanItem).where(PlanItem.title == "责任网格整治")).one()
        task = session.exec(select(Task).where(Task.item_id == patrol.id).order_by(col(Task.due_on))).first()
        assert task is not None
        report(session, task, Act("王芳", "page", NOON), "已到现场")

    old, new = events(before)[0], events(feed(runtime, "王芳"))[0]

    assert new["uid"] == old["uid"]
    assert (old["sequence"], new["sequence"]) == (0, 1)
    assert new.decoded("last-modified") == NOON


def test_what_is_done_is_gone(runtime: Runtime) -> None:
    with writing(runtime.engine) as session:
        for task in session.exec(select(Task).join(PlanItem).where(PlanItem.title != "责任网格整治")):
            complete(session, task, Act("李明", "page", NOON))

    assert events(feed(runtime, "李明")) == []
    assert Calendar.from_ical(feed(runtime, "李明"))["x-wr-calname"] == "督办 李明"


def test_who_stands_in_sees_the_absent_ones_days_and_for_whom(runtime: Runtime) -> None:
    with writing(runtime.engine) as session:
        add_deputy(session, "王芳", "周正", TODAY, TODAY)

    found = events(feed(runtime, "周正"))

    assert {str(one["summary"]) for one in found} == {"责任网格整治"}
    assert "代王芳办理" in str(found[0]["description"])


@given(title=HOSTILE, name=HOSTILE)
@settings(max_examples=60, deadline=None)
def test_any_words_come_back_whole_in_lines_of_75_octets(title: str, name: str) -> None:
    due = Due("task-1", "tasks/1", TODAY, one_line(title), (one_line(name), "期间：2026年9月"), 0, NOON)

    written = written_out(Person(name=name), [due], BASE)

    (event,) = events(written)
    assert str(event["summary"]) == one_line(title)
    assert str(event["description"]) == f"{one_line(name)}\n期间：2026年9月"
    assert event.decoded("dtstart") == TODAY
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    for line in written.split(b"\r\n"):
        line.decode("utf-8")
