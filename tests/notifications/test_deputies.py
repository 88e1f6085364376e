"""代理: who stands in hears instead, says for whom, acts on the pages in the absent one's name; loops are refused."""

import contextlib
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from duban.web.app import create_app
from flows.people import link_for
from flows.running import tick
from flows.runtime import Runtime
from flows.supervising import history_sentences
from notifications.rehearsal import rehearse
from notifications.tables import Notice
from plans.database import reading, writing
from plans.deputies import Deputies, DeputyRefused, add_deputy, covers, end_deputy
from plans.tables import Deputy, Person
from support.rows import in_memory
from support.smtp import ReceivingServer
from support.strategies import days_between
from tasks.states import State
from tasks.tables import Task

JULY = date(2026, 7, 1), date(2026, 7, 31)
LOOKED_AT = at("2026-07-29 10:00")


def stand_in(runtime: Runtime, name: str, to: str, first: str = "2026-07-01", last: str = "2026-07-31") -> None:
    with writing(runtime.engine) as session:
        add_deputy(session, name, to, date.fromisoformat(first), date.fromisoformat(last))


def texts(mailbox: ReceivingServer, address: str) -> list[str]:
    bodies = [mail.message.get_body(("plain",)) for mail in mailbox.messages if mail.recipients == (address,)]
    return [body.get_content() for body in bodies if body is not None]


@pytest.fixture
def pages() -> Iterator[list[TestClient]]:
    made: list[TestClient] = []
    yield made
    for client in made:
        client.close()


def client_of(runtime: Runtime, pages: list[TestClient]) -> TestClient:
    app = create_app(runtime, lambda: LOOKED_AT)
    pages.append(TestClient(app, runtime.settings.base_url, follow_redirects=False))
    return pages[-1]


def test_the_deputys_mail_says_for_whom_and_the_absent_one_gets_none(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    stand_in(runtime, "李明", "王芳")

    tick(runtime, at("2026-07-28 08:31"))

    assert texts(mailbox, "li@yunxi.example") == []
    (text,) = texts(mailbox, "wang@yunxi.example")
    assert "- 代李明：培育高新技术企业" in text
    (html,) = [mail.message.get_body(("html",)) for mail in mailbox.messages]
    assert html is not None
    assert "（代李明）" in html.get_content()


def test_a_deputy_of_a_deputy_hears_and_after_the_last_day_the_person_again(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    stand_in(runtime, "李明", "王芳")
    stand_in(runtime, "王芳", "陈平", last="2026-07-28")

    for day in ("2026-07-28", "2026-07-31", "2026-08-03"):
        tick(runtime, at(f"{day} 08:31"))

    heard = [texts(mailbox, f"{name}@yunxi.example") for name in ("chen", "wang", "li")]
    assert [len(mails) for mails in heard] == [1, 1, 1]
    assert "代李明" in heard[0][0]
    assert "代" not in heard[2][0]


def test_a_deputy_who_has_left_does_not_hear(begin: Begin) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "李明", "王芳")
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "王芳")).one().active = False

    tick(runtime, at("2026-07-28 08:31"))

    with reading(runtime.engine) as session:
        assert session.exec(select(Notice.recipient)).all() == ["person:4"]


def test_the_head_who_is_away_has_the_watching_done_too(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    stand_in(runtime, "陈平", "王芳", last="2026-08-31")

    tick(runtime, at("2026-08-05 08:31"))

    (text,) = texts(mailbox, "wang@yunxi.example")
    assert "李明，已逾期3个工作日（代陈平）" in text


def test_the_rehearsal_names_the_deputy_on_the_days_of_the_term(begin: Begin) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "李明", "王芳", first="2026-07-30", last="2026-07-31")

    with reading(runtime.engine) as session:
        rows = rehearse(session, *JULY, runtime.rules, runtime.pen)

    assert [(row.step, row.name, row.on_behalf_of) for row in rows] == [("-3", "李明", ""), ("0", "王芳", "李明")]


def test_the_deputys_desk_shows_and_does_the_work_in_the_absent_ones_name(
    begin: Begin, pages: list[TestClient]
) -> None:
    runtime = begin(GAOQI)
    client, desk = client_of(runtime, pages), link_for(runtime, "王芳", LOOKED_AT)
    assert client.get(f"{desk}/tasks/1").status_code == 404
    stand_in(runtime, "李明", "王芳")

    assert " · 代李明" in client.get(desk).text
    assert client.post(f"{desk}/tasks/1/acknowledge").status_code == 303
    assert client.post(f"{desk}/tasks/1/done", data={"figure-1": "3"}).status_code == 303

    assert "王芳（代李明） 办结" in client.get(f"{desk}/tasks/1").text
    with reading(runtime.engine) as session:
        task = session.exec(select(Task)).one()
        told = history_sentences(session, task)
    assert task.state == State.DONE
    assert told[-1].endswith("王芳（代李明）办结。")


def test_a_deputy_has_the_rights_only_while_the_term_lasts(begin: Begin, pages: list[TestClient]) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "李明", "王芳", last="2026-07-28")

    desk = link_for(runtime, "王芳", LOOKED_AT)

    assert client_of(runtime, pages).post(f"{desk}/tasks/1/done", data={"note": "好"}).status_code == 404


def test_the_absent_one_may_still_act_in_person(begin: Begin, pages: list[TestClient]) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "李明", "王芳")
    client, desk = client_of(runtime, pages), link_for(runtime, "李明", LOOKED_AT)

    assert client.post(f"{desk}/tasks/1/done", data={"note": "好"}).status_code == 303

    assert "李明 办结" in client.get(f"{desk}/tasks/1").text


def test_a_deputy_sees_who_owes_the_reports_the_absent_one_looks_after(begin: Begin, pages: list[TestClient]) -> None:
    runtime = begin(MONTHLY_REPORT)
    stand_in(runtime, "李明", "王芳")
    client, desk = client_of(runtime, pages), link_for(runtime, "王芳", LOOKED_AT)

    assert "研发月报" in client.get(desk).text
    assert "青禾药业有限公司" in client.get(f"{desk}/matters/1/2026-06").text


def test_a_deputy_of_the_head_reviews_in_the_heads_name(begin: Begin, pages: list[TestClient]) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "陈平", "王芳")
    client = client_of(runtime, pages)
    client.post(f"{link_for(runtime, '李明', LOOKED_AT)}/tasks/1/done", data={"note": "好"})

    answer = client.post(f"{link_for(runtime, '王芳', LOOKED_AT)}/tasks/1/close")

    assert answer.status_code == 303
    with reading(runtime.engine) as session:
        assert history_sentences(session, session.get_one(Task, 1))[-1].endswith("王芳（代陈平）销号。")


REFUSED = [
    (("李明", "李明", "2026-07-01", "2026-07-02"), "李明不能代理自己：请换一个人。"),
    (
        ("李明", "王芳", "2026-07-09", "2026-07-08"),
        "代理的最后一天 2026-07-08 比第一天 2026-07-09 还早：请把两个日期对调。",
    ),
    (("李明", "无名", "2026-07-01", "2026-07-02"), "没有叫“无名”的人：现有 周正、林岚、陈平、李明。"),
    (("李明", "王芳", "2026-07-01", "2026-07-02"), "王芳已经离岗，不能代理：请换一个人。"),
    (
        ("周正", "陈平", "2026-07-10", "2026-07-11"),
        "周正 2026-07-05 至 2026-07-10 已由林岚代理（编号 1）：请先结束原来的代理。",
    ),
    (("林岚", "周正", "2026-07-10", "2026-07-20"), "代理形成了循环：林岚→周正→林岚。"),
    (("陈平", "周正", "2026-07-08", "2026-07-08"), "代理形成了循环：陈平→周正→林岚→陈平。"),
]


@pytest.mark.parametrize(("asked", "told"), REFUSED)
def test_what_cannot_be_a_deputy_is_refused_with_a_sentence(
    begin: Begin, asked: tuple[str, str, str, str], told: str
) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "周正", "林岚", "2026-07-05", "2026-07-10")
    stand_in(runtime, "林岚", "陈平", "2026-07-08", "2026-07-09")
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "王芳")).one().active = False

    with pytest.raises(DeputyRefused) as refused:
        stand_in(runtime, *asked)

    assert str(refused.value) == told
    with reading(runtime.engine) as session:
        assert len(session.exec(select(Deputy)).all()) == 2


def test_who_stands_in_the_other_way_round_on_other_days_is_no_loop(begin: Begin) -> None:
    runtime = begin(GAOQI)

    stand_in(runtime, "李明", "王芳", "2026-07-01", "2026-07-05")
    stand_in(runtime, "王芳", "李明", "2026-07-06", "2026-07-10")

    with reading(runtime.engine) as session:
        deputies = Deputies.of(session)
    assert [deputies.stand_in(4, date(2026, 7, day)) for day in (5, 6)] == [5, 4]


@pytest.mark.parametrize(("today", "left"), [("2026-06-30", []), ("2026-07-01", []), ("2026-07-03", ["2026-07-02"])])
def test_ending_a_term_gives_the_work_back_today(begin: Begin, today: str, left: list[str]) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "李明", "王芳")

    with writing(runtime.engine) as session:
        end_deputy(session, 1, date.fromisoformat(today))

    with reading(runtime.engine) as session:
        assert [str(day) for day in session.exec(select(col(Deputy.last_day)))] == left


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "这个代理已于 2026-07-31 结束。"), (9, "没有编号为 9 的代理：请用 duban deputy list 查看编号。")],
)
def test_a_term_that_is_over_or_unknown_is_not_ended(begin: Begin, number: int, told: str) -> None:
    runtime = begin(GAOQI)
    stand_in(runtime, "李明", "王芳")

    with writing(runtime.engine) as session, pytest.raises(DeputyRefused, match=told):
        end_deputy(session, number, date(2026, 8, 1))


TERMS = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 12), st.integers(0, 6)), min_size=1, max_size=12
)


@settings(max_examples=50)
@given(asked=TERMS)
def test_whatever_was_added_nobody_stands_in_a_circle_and_everybody_has_one_voice(
    asked: list[tuple[int, int, int, int]],
) -> None:
    with in_memory() as session:
        session.add_all(Person(id=number, name=f"人{number}") for number in (1, 2, 3, 5))
        session.flush()
        for person, deputy, first, days in asked:
            with contextlib.suppress(DeputyRefused):
                add_deputy(session, name(person), name(deputy), date(2026, 7, first), date(2026, 7, first + days))
        deputies = Deputies.of(session)

        for day in days_between(date(2026, 7, 1), date(2026, 7, 18)):
            acting = {person: deputies.stand_in(person, day) for person in range(1, 6)}
            assert not set(acting.values()) & {term.person_id for term in deputies.terms if covers(term, day)}
            spoken_for = {one: deputy for deputy in acting for one in deputies.stood_in_for(deputy, day)}
            assert spoken_for == {person: deputy for person, deputy in acting.items() if person != deputy}


def name(number: int) -> str:
    return "李明" if number == 4 else f"人{number}"
