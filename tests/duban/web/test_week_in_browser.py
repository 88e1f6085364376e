"""A clerk's and a head's week on a telephone: 我的工作 and 督办, everything in place. No page brings a script."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Locator, Page

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, PATROL
from duban.web.visit import COOKIE
from flows.runtime import Runtime
from plans.database import reading, writing
from plans.tables import PlanItem
from support.serving import served
from tasks.states import State
from tasks.tables import Task

pytestmark = pytest.mark.browser
PHONE = 390
GOAL = "培育高新技术企业"


@pytest.fixture
def bureau(begin: Callable[..., Runtime], now: datetime) -> Iterator[Runtime]:
    items = (GAOQI, MONTHLY_REPORT, PATROL, ANNUAL_RETURN)
    with served(lambda address: begin(*items, on="2026-10-01 08:00", public_url=address), now) as runtime:
        yield runtime


@pytest.fixture
def phone(browser: Browser, bureau: Runtime, seated: Callable[..., TestClient]) -> Callable[[str], Page]:
    """phone("李明"): a telephone on which that person is signed in."""

    def take(name: str) -> Page:
        page = browser.new_page(viewport={"width": PHONE, "height": 800})
        page.set_default_timeout(5_000)
        key = seated(name).cookies[COOKIE]
        page.context.add_cookies([{"name": COOKIE, "value": key, "url": bureau.settings.base_url}])
        return page

    return take


def row(page: Page, task: Task) -> Locator:
    return page.locator(f"#t{task.id}")


def unfold(page: Page, task: Task, words: str) -> Locator:
    found = row(page, task)
    found.locator("summary", has_text=words).click()
    return found


def assert_sound(page: Page) -> None:
    """It fits the telephone, and nobody is shut out."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_clerk_and_a_head_live_a_week_on_two_pages(
    bureau: Runtime, phone: Callable[[str], Page], task_of: Callable[..., Task]
) -> None:
    task, base = task_of(GOAL), bureau.settings.base_url
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, task.item_id).needs_review = True
    clerk, head = phone("李明"), phone("陈平")
    desk, front = f"{base}/desk/me", f"{base}/office/me/supervision"

    # Monday: what is typed wrong stays, what is typed right is told.
    clerk.goto(desk)
    assert_sound(clerk)
    mine = unfold(clerk, task, "办理")
    mine.get_by_label("高新技术企业认定").fill("三家")
    mine.get_by_role("button", name="反馈进展").click()
    figure = row(clerk, task).get_by_label("高新技术企业认定")
    assert figure.input_value() == "三家"
    assert figure.get_attribute("aria-invalid") == "true"
    assert_sound(clerk)
    figure.fill("2")
    row(clerk, task).get_by_role("button", name="反馈进展").click()
    assert clerk.get_by_role("status").inner_text() == "已反馈，任务继续办理。"

    # Tuesday: more time is asked for, and granted.
    mine = unfold(clerk, task, "办理")
    mine.locator("summary", has_text="申请延期").click()
    mine.get_by_label("申请延到").fill("2026-11-13")
    mine.get_by_label("原因", exact=True).fill("等省厅批次")
    mine.get_by_role("button", name="申请延期").click()
    assert "等批复" in row(clerk, task).inner_text()
    head.goto(front)
    assert_sound(head)
    unfold(head, task, "答复").get_by_role("button", name="不同意").click()
    assert "要写明原因" in row(head, task).inner_text()
    row(head, task).get_by_role("button", name="同意延期").click()
    assert head.get_by_role("status").inner_text() == "已答复。"

    # Wednesday: done, sent back, done again, confirmed; and what is late is urged.
    clerk.goto(desk)
    mine = unfold(clerk, task, "办理")
    mine.get_by_label("高新技术企业认定").fill("5")
    mine.get_by_role("button", name="办结", exact=True).click()
    head.goto(front)
    back = unfold(head, task, "复核")
    back.get_by_label("退回原因").fill("缺认定文件")
    back.get_by_role("button", name="退回").click()
    late = unfold(head, task_of("研发投入年报"), "催办")
    late.get_by_label("要说的话").fill("请今天报出")
    late.get_by_role("button", name="催办").click()
    assert head.get_by_role("status").inner_text() == "已催办，随下一封提醒发出。"
    clerk.goto(desk)
    assert clerk.locator("h2").first.inner_text() == "退回要改"
    assert "缺认定文件" in row(clerk, task).inner_text()
    mine = unfold(clerk, task, "办理")
    mine.get_by_label("说明").fill("已补认定文件")
    mine.get_by_role("button", name="办结", exact=True).click()
    head.goto(front)
    unfold(head, task, "复核").get_by_role("button", name="确认销号").click()
    assert_sound(head)

    with reading(bureau.engine) as session:
        assert session.get_one(Task, task.id).state == State.CLOSED
    for page in (clerk, head):
        page.close()
