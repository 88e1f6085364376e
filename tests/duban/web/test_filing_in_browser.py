"""An enterprise's month on a phone without JavaScript: draft, questions, receipt, promise, hand-over; and an agency."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from flows.roster import assign_agency
from flows.runtime import Runtime, open_runtime
from plans.database import reading, writing
from plans.tables import Agency, Enterprise
from plans.zone import local_day
from support.filings import filed
from support.serving import served
from tasks.chasing_tables import Call
from tasks.states import State
from tasks.tables import Filing, Task
from tasks.verbs import Act

pytestmark = pytest.mark.browser
PHONE, DESKTOP = 390, 1280
QINGHE = 2
Shoot = Callable[[str], None]


@pytest.fixture
def pages(bureau: Runtime, now: datetime) -> Iterator[Runtime]:
    """The bureau's pages on a port, with 青禾's August filed and its October open beside September."""
    with served(
        lambda address: open_runtime(bureau.settings.model_copy(update={"public_url": address})), now
    ) as runtime:
        with writing(runtime.engine) as session:
            september = _task(runtime, "2026-09")
            filed(session, "2026-08", QINGHE, september.item_id)
            filed(session, "2025-09", QINGHE, september.item_id, cost_year="512.5")
            given = september.model_dump(exclude={"id", "period", "due_on"})
            session.add(Task(**given, period="2026-10", due_on=september.due_on.replace(month=11)))
        yield runtime


@pytest.fixture(params=[PHONE, DESKTOP])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 844}, java_script_enabled=False)
    opened.set_default_timeout(5000)
    yield opened
    opened.close()


@pytest.fixture
def shoot(page: Page, tmp_path: Path) -> Shoot:
    """A picture of the whole page, for the eyes; and no page is wider than the window."""

    def picture(name: str) -> None:
        page.screenshot(path=tmp_path / "pages" / f"{name}.png", full_page=True)
        assert page.viewport_size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    return picture


def _task(bureau: Runtime, month: str) -> Task:
    with reading(bureau.engine) as session:
        return session.exec(select(Task).where(Task.enterprise_id == QINGHE, Task.period == month)).one()


def link(bureau: Runtime, now: datetime, month: str, version: int = 1) -> str:
    return bureau.links.filing(QINGHE, version, _task(bureau, month).id or 0, local_day(now))


def type_in(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        page.locator(f"#{name}").fill(text)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def said(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def test_an_enterprise_goes_through_its_month(page: Page, pages: Runtime, now: datetime, shoot: Shoot) -> None:
    address = link(pages, now, "2026-09")
    page.goto(address)
    shoot("1-fresh")
    type_in(page, staff="12", cost_month="800", filler="钱会计")
    press(page, "保存草稿")
    assert said(page).startswith("草稿已保存")
    shoot("2-draft")

    page.goto("about:blank")
    page.goto(address)
    assert page.locator("#cost_month").input_value() == "800"
    type_in(page, cost_year="1400", phone="13900000002", remark="=1+1 <b>含委外</b>")
    press(page, "提交")
    assert "1 处与以前的数对不上" in page.get_by_role("alert").inner_text()
    shoot("3-questions")
    page.get_by_label("是不是按千元填的").fill("新购中试设备，已与账面核对")
    press(page, "提交")
    assert said(page).startswith("已收到，谢谢！")
    assert "800 万元" in page.locator(".receipt").inner_text()
    shoot("4-receipt")
    page.emulate_media(media="print")
    shoot("5-receipt-on-paper")
    assert not page.get_by_role("link", name="填错了").is_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="回到填报").click()
    page.get_by_text("第 1 次填报已收到").wait_for()
    shoot("6-filed")
    assert _task(pages, "2026-09").state == State.DONE

    page.goto(link(pages, now, "2026-10"))
    page.get_by_role("link", name="先承诺一个日期").click()
    page.get_by_label("将于哪天前报送").fill("2026-12-31")
    press(page, "承诺")
    assert "最晚可以到" in page.get_by_role("alert").inner_text()
    shoot("7-promise")
    page.get_by_label("将于哪天前报送").fill("2026-10-20")
    page.get_by_label("原因").fill("等审计")
    press(page, "承诺")
    assert "承诺" in page.locator("dl.facts").inner_text()
    with reading(pages.engine) as session:
        assert str(session.exec(select(Call)).one().promised_on) == "2026-10-20"

    page.get_by_role("link", name="移交给同事").click()
    shoot("8-handover")
    type_in(page, name="周会计", email="zhou@qinghe.example", phone="13900000009")
    press(page, "下一步")
    shoot("9-confirm")
    press(page, "确认移交")
    assert "今后由周会计填报" in said(page)
    shoot("10-handed-over")
    page.goto(address)
    assert "这个链接已移交给贵单位的新填报人" in page.get_by_role("main").inner_text()
    shoot("11-old-link")
    page.goto(link(pages, now, "2026-09", version=2))
    assert page.locator("#cost_month").input_value() == "800"


def test_two_people_at_once_see_each_other(
    page: Page, browser: Browser, pages: Runtime, now: datetime, shoot: Shoot
) -> None:
    other = browser.new_page(java_script_enabled=False)
    for one in (page, other):
        one.goto(link(pages, now, "2026-09"))
    for one, who, cost in ((other, "周会计", "86"), (page, "钱会计", "85.5")):
        type_in(one, staff="12", cost_month=cost, cost_year="690", filler=who, phone="1")
    type_in(page, cost_year="685.5")
    type_in(other, cost_year="686")
    press(other, "提交")
    assert said(other).startswith("已收到，谢谢！")
    other.close()
    press(page, "提交")
    assert "周会计 已于 2026-10-12 10:00 提交过这份报表" in page.get_by_role("alert").inner_text()
    shoot("1-both")
    press(page, "提交更正")
    assert said(page).startswith("已收到，谢谢！")
    with reading(pages.engine) as session:
        answers = session.exec(select(Filing.answers).where(Filing.task_id == _task(pages, "2026-09").id)).all()
    assert [one["cost_month"] for one in answers] == ["86", "85.5"]


def test_an_agency_goes_through_its_list(page: Page, pages: Runtime, now: datetime, shoot: Shoot) -> None:
    with writing(pages.engine) as session:
        agency = Agency(id=1, name="云账代理有限公司", contact="吴会计")
        session.add(agency)
        session.flush()
        for enterprise in session.exec(select(Enterprise).where(Enterprise.id != 1)).all():
            assign_agency(session, enterprise, agency, Act("李明", "page", now))
    page.goto(pages.links.agency(1, 1, local_day(now)))
    shoot("1-list")
    page.get_by_role("link", name="一并承诺").click()
    shoot("2-promise")
    page.get_by_label("将于哪天前报送").fill("2026-10-16")
    press(page, "全部承诺")
    assert said(page).startswith("已记下承诺的日期")
    assert page.locator(".badge", has_text="承诺").count() == 3
    page.get_by_role("link", name="远山竹业有限公司").click()
    page.get_by_label("本月没有研发活动").check()
    type_in(page, filler="小吴", phone="13900000008")
    press(page, "提交")
    assert said(page).startswith("已收到，谢谢！")
    shoot("3-receipt")
    page.get_by_role("link", name="回到填报").click()
    page.get_by_role("link", name="全部企业").click()
    page.get_by_role("link", name="已报").click()
    page.get_by_text("零报").wait_for()
    shoot("4-done")
    assert "远山竹业有限公司" in page.get_by_role("main").inner_text()
