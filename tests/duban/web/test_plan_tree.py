"""工作计划: the tree of work lines and items with their lights, filtered, a page at a time."""

from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import select

from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Plan, PlanItem, Target
from support.clerk import one, soup
from support.readings import read_off

FIVE, EIGHT = Decimal(5), Decimal(8)
HOSTILE = "<script>alert(1)</script>=HYPERLINK(1)\n" + "很长的标题" * 30


def titles(page: BeautifulSoup | Tag) -> list[str]:
    return [link.get_text() for link in page.select(".branch .what a")]


def opened(client: TestClient, address: str, **filters: str) -> BeautifulSoup:
    answer = client.get(address, params=filters)
    assert answer.status_code == 200
    return soup(answer)


def more_items(bureau: Runtime, count: int, **given: Any) -> None:
    """So many items like the first one, each with a target and a reading."""
    with writing(bureau.engine) as session:
        model = session.get_one(PlanItem, 1).model_dump(exclude={"id", "number", "title"}) | given
        for number in range(100, 100 + count):
            session.add(PlanItem(**model, id=number, number=number, title=f"第{number}件事"))
            session.flush()
            session.add(
                Target(id=number, item_id=number, indicator=f"指标{number}", unit="家", floor=FIVE, stretch=EIGHT)
            )
            session.flush()
            session.add(read_off(number, "2026-10-09", "2"))


def test_the_tree_shows_each_work_line_with_its_items_lights_and_bars(
    client: TestClient, bureau: Runtime, office: str
) -> None:
    with writing(bureau.engine) as session:
        session.add(read_off(1, "2026-10-09", "2"))

    page = opened(client, f"{office}/plan")

    headings = [heading.get_text() for heading in page.select(".branch h2")]
    assert headings == ["高新技术企业", "研发月报", "城市创建", "研发投入统计"]
    first = one(page, ".branch li")
    words = " ".join(first.get_text(" ").split())
    for told in (
        "偏慢",
        "1. 培育高新技术企业",
        "李明 · 创新股 · 每月报进度",
        "10月30日 下次到期",
        "确保 5 家",
        "力争 8 家",
    ):
        assert told in words
    assert "当前 2家，确保 5家，力争 8家" in str(one(first, "svg")["aria-label"])
    assert len(first.select("svg .mark")) == 2
    assert [badge.get_text() for badge in page.select("p.sum .badge")] == ["滞后 3", "偏慢 1"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["1. 培育高新技术企业", "2. 研发月报", "3. 责任网格整治", "4. 研发投入年报"]),
        ({"office": "综合股"}, ["3. 责任网格整治"]),
        ({"line": "rd_monthly"}, ["2. 研发月报"]),
        ({"light": "red"}, ["2. 研发月报", "3. 责任网格整治", "4. 研发投入年报"]),
        ({"light": "none"}, ["1. 培育高新技术企业"]),
        ({"kind": "goal"}, ["1. 培育高新技术企业"]),
        ({"q": "研发"}, ["2. 研发月报", "4. 研发投入年报"]),
        ({"q": "王芳"}, ["3. 责任网格整治"]),
        ({"q": "研发", "office": "综合股"}, []),
        ({"q": "%"}, []),
        ({"light": "cancelled"}, []),
        ({"light": "purple", "kind": "nonsense", "plan": "nonsense"}, None),
    ],
)
def test_the_tree_is_filtered_by_office_line_light_kind_and_words(
    client: TestClient, office: str, filters: dict[str, str], found: list[str] | None
) -> None:
    page = opened(client, f"{office}/plan", **filters)
    everything = titles(opened(client, f"{office}/plan"))

    assert titles(page) == (everything if found is None else found)
    assert ("换一个条件" in page.get_text()) == (found == [])


def test_a_filter_stays_chosen_and_goes_on_to_the_next_page(client: TestClient, bureau: Runtime, office: str) -> None:
    more_items(bureau, 40)

    page = opened(client, f"{office}/plan", office="创新股", q="件事")

    assert one(page, "#office option[selected]").get_text() == "创新股"
    assert one(page, "#q")["value"] == "件事"
    assert len(titles(page)) == 25
    following = soup(client.get(str(one(page, "a[rel=next]")["href"])))
    assert titles(following) == [f"{number}. 第{number}件事" for number in range(125, 140)]
    assert titles(opened(client, f"{office}/plan", page="99"))


def test_a_thousand_items_take_no_more_queries_than_thirty_and_a_light_page(
    client: TestClient, bureau: Runtime, office: str
) -> None:
    asked: list[int] = []
    event.listen(bureau.engine, "before_cursor_execute", lambda *call: asked.append(1))
    more_items(bureau, 30)
    asked.clear()
    client.get(f"{office}/plan")
    few = len(asked)
    with writing(bureau.engine) as session:
        model = session.get_one(PlanItem, 1).model_dump(exclude={"id", "number"})
        session.add_all(PlanItem(**model, id=number, number=number) for number in range(200, 1170))
    asked.clear()

    answer = client.get(f"{office}/plan")

    assert len(asked) == few <= 10
    assert "共 1004 项" in answer.text
    assert len(answer.content) < 60_000


def test_a_cancelled_item_is_shown_when_it_is_asked_for(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, 3).cancelled_at = session.get_one(Plan, 1).started_at

    assert "3. 责任网格整治" not in titles(opened(client, f"{office}/plan"))
    page = opened(client, f"{office}/plan", light="cancelled")
    assert titles(page) == ["3. 责任网格整治"]
    assert "已取消" in one(page, ".branch li .badge").get_text()


def test_an_earlier_plan_is_chosen_by_its_period(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        old = session.exec(select(Plan)).one().model_dump(exclude={"id", "period", "title"})
        session.add(Plan(**old, id=9, period="2026H1", title="上半年的计划"))

    page = opened(client, f"{office}/plan", plan="2026H1")

    assert "上半年的计划" in one(page, "h1").get_text()
    assert one(page, "#plan option[selected]").get_text() == "2026年上半年"
    assert titles(page) == []


def test_a_hostile_title_is_shown_and_does_nothing(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, 1).title = HOSTILE

    for address in (f"{office}/plan", f"{office}/plan/1", office):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<script>" not in answer.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;=HYPERLINK(1) 很长" in answer.text


def test_before_the_first_plan_the_page_says_how_to_begin(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        for table in ("task_change", "task", "target", "plan_item", "plan"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names

    page = opened(client, f"{office}/plan")

    assert str(one(page, ".empty a")["href"]).endswith("/drafts")
    assert "还没有计划" in one(page, ".empty").get_text()
