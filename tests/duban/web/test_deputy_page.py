"""代理 on people's own pages: one's own terms, and nobody else's."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from flows.runtime import Runtime
from plans.database import reading, writing
from plans.deputies import add_deputy
from plans.tables import Deputy, Person

Desk = Callable[[str], str]
Dump = Callable[[], dict[str, list[Any]]]


def ask(client: TestClient, desk: str, to: str, first: str = "2026-10-12", last: str = "2026-10-16") -> Any:
    return client.post(f"{desk}/deputy", data={"to": to, "from": first, "until": last})


def terms(bureau: Runtime) -> list[Deputy]:
    with reading(bureau.engine) as session:
        return list(session.exec(select(Deputy)))


def test_a_deputy_is_named_shown_to_both_and_ended(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    assert '/deputy">代理</a>' in client.get(desk_of("李明")).text
    assert "您还没有指定过代理" in client.get(f"{desk_of('李明')}/deputy").text

    assert ask(client, desk_of("李明"), "王芳").headers["location"].endswith("/deputy?said=deputized")

    mine = client.get(f"{desk_of('李明')}/deputy?said=deputized").text
    assert "已指定代理。" in mine
    assert "代理中" in mine
    assert "2026-10-12 至 2026-10-16" in mine
    theirs = client.get(f"{desk_of('王芳')}/deputy").text
    assert "今天您代理：李明。" in theirs
    assert "您还没有指定过代理" in theirs
    (term,) = terms(bureau)
    assert client.post(f"{desk_of('李明')}/deputy/{term.id}/end").headers["location"].endswith("?said=ended")
    assert terms(bureau) == []


def test_a_term_that_began_earlier_stays_and_ends_yesterday(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    ask(client, desk_of("李明"), "王芳", "2026-10-08")
    (term,) = terms(bureau)
    address = f"{desk_of('李明')}/deputy/{term.id}/end"

    assert client.post(address).status_code == 303
    again = client.post(address)

    assert again.status_code == 409
    assert "已于 2026-10-11 结束" in again.text
    assert [one.last_day for one in terms(bureau)] == [date(2026, 10, 11)]


@pytest.mark.parametrize("name", ["王芳", "陈平", "周正"])
def test_nobody_ends_what_another_named(
    client: TestClient, bureau: Runtime, desk_of: Desk, everything: Dump, name: str
) -> None:
    ask(client, desk_of("李明"), "王芳")
    before, (term,) = everything(), terms(bureau)

    answer = client.post(f"{desk_of(name)}/deputy/{term.id}/end")

    assert answer.status_code == 404
    assert "不是您指定的" in answer.text
    assert client.post(f"{desk_of(name)}/deputy/99/end").status_code == 404
    assert everything() == before


@pytest.mark.parametrize(
    ("to", "first", "last", "told"),
    [
        ("", "2026-10-12", "2026-10-13", "请选择由谁代理"),
        ("王芳", "后天", "2026-10-13", "请填写开始日期"),
        ("王芳", "2026-10-12", "", "请填写结束日期"),
        ("王芳", "2026-10-13", "2026-10-12", "还早"),
        ("李明", "2026-10-12", "2026-10-13", "不能代理自己"),
        ("<b>谁", "2026-10-12", "2026-10-13", "没有叫“&lt;b&gt;谁”的人"),
    ],
)
def test_what_cannot_be_is_shown_again_with_the_sentence(
    client: TestClient, desk_of: Desk, everything: Dump, to: str, first: str, last: str, told: str
) -> None:
    before = everything()
    refused = ask(client, desk_of("李明"), to, first, last)
    assert refused.status_code == 422
    assert told in refused.text
    assert f'value="{first}"' in refused.text
    assert "<option selected>王芳" in refused.text or to != "王芳"
    assert everything() == before


def test_a_loop_is_refused_with_its_names(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    ask(client, desk_of("李明"), "王芳")
    ask(client, desk_of("王芳"), "陈平", "2026-10-14")

    refused = ask(client, desk_of("陈平"), "李明", "2026-10-15", "2026-10-15")

    assert refused.status_code == 422
    assert "代理形成了循环：陈平→李明→王芳→陈平。" in refused.text
    assert len(terms(bureau)) == 2


def test_a_second_deputy_for_the_same_days_is_refused_in_words_of_the_page(
    client: TestClient, bureau: Runtime, desk_of: Desk
) -> None:
    ask(client, desk_of("李明"), "王芳")
    refused = ask(client, desk_of("李明"), "陈平")
    assert "已由王芳代理（编号 1）：请先结束原来的代理。" in refused.text
    assert "duban" not in refused.text.split("<main")[1]
    assert len(terms(bureau)) == 1


def test_looking_changes_no_row_and_names_are_text(
    client: TestClient, bureau: Runtime, desk_of: Desk, everything: Dump
) -> None:
    with writing(bureau.engine) as session:
        session.exec(select(Person).where(Person.name == "王芳")).one().name = "<script>王"
        session.flush()
        add_deputy(session, "李明", "<script>王", date(2026, 10, 12), date(2026, 10, 12))
    before = everything()
    for _ in range(2):
        page = client.get(f"{desk_of('李明')}/deputy")
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "&lt;script&gt;王" in page.text
    assert everything() == before
