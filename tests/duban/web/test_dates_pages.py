"""日历, 预演 and the feed: what falls due by day, nothing is changed by looking, an ended address is worthless."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlmodel import select

from cast import at
from flows.runtime import Runtime
from notifications.links import Links
from plans.database import reading, writing
from plans.tables import Enterprise, Person, PlanItem
from support.clerk import one, soup
from support.filler import HOSTILE
from tasks.tables import Task

Everything = Callable[[], dict[str, list[Any]]]


def day_of(page: Any, day: str) -> str:
    """The words of one day of the month."""
    link = one(soup(page), f'.month a[href*="/calendar/{day}"]')
    found = link.find_parent("li")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_the_month_has_each_day_once_with_holidays_working_weekends_and_what_falls_due(
    client: TestClient, office: str
) -> None:
    page = client.get(f"{office}/calendar")

    days = soup(page).select(".month > li:not(.beside) > h2")
    assert [int("".join(filter(str.isdigit, day.get_text().split("月")[1].split("日")[0]))) for day in days] == list(
        range(1, 32)
    )
    assert day_of(page, "2026-10-03") == "10月 3 日（周六） 国庆节"
    assert day_of(page, "2026-10-10") == "10月 10 日（周六） 班 研发投入年报 李明 逾期 研发月报 3家 逾期"
    assert day_of(page, "2026-10-12") == "10月 12 日（周一） 今天"
    assert day_of(page, "2026-10-16") == "10月 16 日（周五） 责任网格整治 王芳"


def test_what_is_not_opened_yet_comes_from_the_plan_and_is_not_counted_twice(client: TestClient, office: str) -> None:
    november = client.get(f"{office}/calendar?month=2026-11")
    december = client.get(f"{office}/calendar?month=2026-12")

    assert day_of(november, "2026-11-10").count("研发月报") == 1
    assert day_of(december, "2026-12-10") == "12月 10 日（周四） 研发月报 3家 计划中"
    assert day_of(december, "2026-12-31") == "12月 31 日（周四） 培育高新技术企业 李明 计划中"


def test_a_year_without_a_table_says_so(client: TestClient, office: str) -> None:
    assert "2027年的放假安排还没有录入" in client.get(f"{office}/calendar?month=2027-01").text
    assert "放假安排还没有录入" not in client.get(f"{office}/calendar?month=2026-12").text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("person=王芳", "责任网格整治", "研发月报"),
        ("office=创新股", "研发月报", "责任网格整治"),
        ("office=创新股&person=王芳", "2026年10月", "责任网格整治"),
    ],
)
def test_the_month_is_of_one_person_or_one_office(
    client: TestClient, office: str, query: str, shown: str, hidden: str
) -> None:
    grid = one(soup(client.get(f"{office}/calendar?{query}")), "main").get_text()

    assert shown in grid
    assert hidden not in grid


def test_who_is_signed_in_has_a_way_to_their_own(seated: Callable[..., TestClient]) -> None:
    browser = seated("王芳")

    link = one(soup(browser.get("/office/me/calendar")), 'a[href*="person="]')

    assert link.get_text() == "只看我的"
    mine = browser.get(str(link["href"])).text
    assert "责任网格整治" in mine
    assert "研发月报" not in mine


def test_a_busy_day_stays_short_and_its_list_has_everything(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        model = session.exec(select(Task).join(PlanItem).where(PlanItem.title == "责任网格整治")).all()[0]
        kept = model.model_dump(exclude={"id", "period"})
        session.add_all(Task(**kept, period=f"2026-W{week}") for week in range(10, 40))
    on = model.due_on

    page = client.get(f"{office}/calendar?month={on:%Y-%m}")

    assert "还有 28 件" in day_of(page, str(on))
    listed = client.get(f"{office}/calendar/{on}").text
    assert listed.count("责任网格整治") == 31
    assert client.get(f"{office}/calendar/{on}?person=李明").text.count("责任网格整治") == 0


def test_a_day_tells_reports_by_the_item_and_links_to_the_matrix(client: TestClient, office: str) -> None:
    page = client.get(f"{office}/calendar/2026-10-10")

    assert "工作日 · 调休上班" in page.text
    assert "逾期 3 家" in page.text
    link = one(soup(page), 'a[href*="/matrix"]')
    assert client.get(str(link["href"])).status_code == 200


def test_an_enterprise_that_joins_later_is_counted_from_its_month(
    client: TestClient, bureau: Runtime, office: str
) -> None:
    with writing(bureau.engine) as session:
        session.add(Enterprise(name="新来有限公司", first_month="2026-11"))
        session.exec(select(Enterprise)).all()[0].last_month = "2026-10"

    assert "研发月报 3家" in day_of(client.get(f"{office}/calendar?month=2026-12"), "2026-12-10")


@pytest.mark.parametrize(
    "path", ["calendar?month=x", "calendar?month=2026", "calendar/x", "calendar/0001-01-01", "calendar/9999-12-31"]
)
def test_what_is_no_month_or_day_is_a_helping_page(client: TestClient, office: str, path: str) -> None:
    answer = client.get(f"{office}/{path}")

    assert answer.status_code == 404
    assert "日历" in answer.text or "2026-10" in answer.text


def test_hostile_names_are_only_words(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        for item in session.exec(select(PlanItem)):
            item.title = HOSTILE
        session.exec(select(Person).where(Person.name == "王芳")).one().name = HOSTILE

    for path in ("calendar", "calendar/2026-10-10", "calendar?month=2026-12", "rehearsal"):
        assert "<script" not in client.get(f"{office}/{path}").text


# ---- the feed ----


def feed_address(browser: TestClient, page: str) -> str:
    return str(one(soup(browser.get(page)), "#address")["value"])


def test_the_feed_is_fetched_without_signing_in_and_holds_no_key(
    client: TestClient, desk_of: Callable[[str], str], everything: Everything
) -> None:
    before = everything()

    address = feed_address(client, f"{desk_of('李明')}/calendar")
    answer = client.get(address)

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 3
    assert "WyJ" not in answer.text
    assert everything() == before


def test_the_feeds_address_stays_for_years_and_opens_nothing_else(
    bureau: Runtime, client: TestClient, desk_of: Callable[[str], str]
) -> None:
    address = feed_address(client, f"{desk_of('李明')}/calendar")
    token = address.rpartition("/")[2].removesuffix(".ics")
    links: Links = bureau.links

    assert links.read(token, "calendar", at("2036-10-12 10:00").date()).subject == 4
    for place in ("/desk/", "/office/"):
        assert client.get(f"{place}{token}/calendar").status_code == 403
    desk = desk_of("李明").rpartition("/")[2]
    assert client.get(f"/calendar/{desk}.ics").status_code == 403
    assert client.get("/calendar/me.ics").status_code == 403


def test_a_new_address_ends_the_old_one_and_leaves_the_links_in_mails(
    client: TestClient, desk_of: Callable[[str], str]
) -> None:
    desk = desk_of("李明")
    old = feed_address(client, f"{desk}/calendar")

    answer = client.post(f"{desk}/calendar/renew")

    onward = answer.headers["location"]
    assert "新地址已生效" in client.get(onward).text
    assert client.get(feed_address(client, onward)).status_code == 200
    assert [client.get(ended).status_code for ended in (old, desk)] == [410, 200]


def test_who_signed_in_stays_so_with_a_new_address(seated: Callable[..., TestClient]) -> None:
    browser = seated("李明")
    old = feed_address(browser, "/desk/me/calendar")

    assert browser.post("/desk/me/calendar/renew").headers["location"] == "/desk/me/calendar?said=address_renewed"

    assert feed_address(browser, "/desk/me/calendar") != old
    assert browser.get(old).status_code == 410


def test_the_feed_ends_with_the_person(client: TestClient, bureau: Runtime, desk_of: Callable[[str], str]) -> None:
    address = feed_address(client, f"{desk_of('李明')}/calendar")
    with writing(bureau.engine) as session:
        session.get_one(Person, 4).active = False

    assert client.get(address).status_code == 410


# ---- rehearsal ----


def test_the_rehearsal_tells_who_hears_what_and_writes_nothing(
    client: TestClient, office: str, everything: Everything
) -> None:
    before = everything()

    page = client.get(f"{office}/rehearsal?from=2026-11-02&to=2026-11-30")

    text = one(soup(page), "main").get_text(" ", strip=True)
    assert "研发月报 提前5个工作日 2026年10月 · 寄给企业 3 家，其中 1 家没有邮箱，会暂缓" in text
    link = next(a for a in soup(page).select(".readers a") if a.get_text() == "钱会计")
    wording = client.get(str(link["href"])).text
    assert "青禾药业有限公司 钱会计" in wording
    assert "（个人链接已隐去）" in wording
    assert everything() == before


def test_the_wording_of_what_is_not_opened_yet_is_shown_too(
    client: TestClient, bureau: Runtime, office: str, everything: Everything
) -> None:
    before = everything()
    with reading(bureau.engine) as session:
        assert not session.exec(select(Task).where(Task.period == "2026-11")).all()

    wording = client.get(f"{office}/rehearsal/wording?day=2026-12-09&to=enterprise:1").text

    assert "研发月报（2026年11月）：2026-12-10 截止，还有1个工作日" in wording
    assert everything() == before


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("from=x", "从哪天请写成"),
        ("from=2026-10-20&to=x", "到哪天请写成"),
        ("from=2026-10-20&to=2026-10-13", "请把两个日期对调"),
        ("from=2026-10-12&to=2026-12-13", "一次最多看62天"),
        ("from=2027-02-01&to=2027-02-20", "最远看到四个月后"),
        ("from=2026-10-01", "预演只看今天以后的"),
    ],
)
def test_a_window_that_cannot_be_rehearsed_says_why_and_keeps_what_was_typed(
    client: TestClient, office: str, query: str, fault: str
) -> None:
    answer = client.get(f"{office}/rehearsal?{query}")

    assert answer.status_code == 422
    assert fault in answer.text
    assert f'value="{query.split("&")[0].removeprefix("from=")}"' in answer.text


@pytest.mark.parametrize("query", ["", "day=2026-10-13&to=person:99", "day=2026-10-13&to=x", "day=x&to=person:4"])
def test_a_wording_nobody_would_hear_is_a_helping_page(client: TestClient, office: str, query: str) -> None:
    assert client.get(f"{office}/rehearsal/wording?{query}").status_code == 404


def test_two_months_are_the_most(client: TestClient, office: str, now: datetime) -> None:
    assert client.get(f"{office}/rehearsal?from={now.date()}&to=2026-12-12").status_code == 200
