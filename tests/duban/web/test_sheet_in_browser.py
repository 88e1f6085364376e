"""From a Word file to a started plan with the mouse only: no terminal, no YAML, no JavaScript."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlmodel import col, func, select

from cast import at
from flows.runtime import Runtime, open_runtime
from plans.database import reading
from plans.tables import PlanItem
from plans.zone import local_day
from support.papers import SUMMARY, table_in_excel, word
from support.serving import served
from tasks.tables import Task

pytestmark = pytest.mark.browser
PHONE, DESKTOP = 390, 1280
Shoot = Callable[[Page, str], None]
Window = Callable[[int], Page]


@pytest.fixture
def now() -> datetime:
    return at("2026-07-06 09:00")


@pytest.fixture
def bureau(new_bureau: Runtime, now: datetime) -> Iterator[Runtime]:
    """A bureau that has just been set up, with its pages: nobody in it, no plan."""
    with served(
        lambda address: open_runtime(new_bureau.settings.model_copy(update={"public_url": address})), now
    ) as runtime:
        yield runtime


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    """A picture of the whole page, for the eyes; and no page of ours is wider than the window."""

    def picture(page: Page, name: str) -> None:
        page.screenshot(path=tmp_path / "pages" / f"{name}.png", full_page=True)
        window = page.viewport_size
        header = page.locator("header").bounding_box()
        assert window is not None
        assert header is not None
        assert header["width"] == window["width"]

    return picture


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[[int], Page]]:
    """opened(390): a window of that width, without JavaScript."""
    pages: list[Page] = []

    def window(width: int) -> Page:
        pages.append(browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=False))
        pages[-1].set_default_timeout(5000)
        return pages[-1]

    yield window
    for page in pages:
        page.close()


def card(page: Page, title: str) -> Locator:
    return page.locator("article", has=page.get_by_role("heading", name=title))


def press(within: Page | Locator, button: str) -> None:
    within.get_by_role("button", name=button, exact=True).click()


def unfold(within: Page | Locator, words: str) -> None:
    within.locator("summary", has_text=words).click()


def hand_in(page: Page, office: str, paper: Path) -> None:
    page.goto(office)
    page.get_by_label("把工作计划拖到这里").set_input_files(paper)
    press(page, "读取文件")


def items_of(bureau: Runtime) -> dict[str, PlanItem]:
    with reading(bureau.engine) as session:
        return {item.title: item for item in session.exec(select(PlanItem).order_by(col(PlanItem.number)))}


def tasks_of(bureau: Runtime) -> int:
    with reading(bureau.engine) as session:
        return session.exec(select(func.count(col(Task.id)))).one()


def test_a_clerk_goes_from_word_to_a_started_plan(
    opened: Window, bureau: Runtime, now: datetime, shoot: Shoot, tmp_path: Path
) -> None:
    paper = tmp_path / "云溪县科技局上半年总结.docx"
    paper.write_bytes(word(SUMMARY))
    office = bureau.links.office(local_day(now))
    page = opened(DESKTOP)
    page.goto(office)
    shoot(page, "1-empty")

    hand_in(page, office, paper)
    shoot(page, "2-draft")
    assert page.locator("article").count() == page.locator("mark").count() == 10

    asked = page.locator("#questions")
    asked.get_by_label("默认由谁负责").fill("李明")
    asked.get_by_label("目标数在文中被隐去了").fill("5.2")
    asked.get_by_label("“落实研发月报制度”").select_option(label="先由责任人汇总报送")
    press(asked, "保存")
    shoot(page, "3-more-questions")
    asked.get_by_label("李明的邮箱地址").fill("li.yunxi.example")
    press(asked, "保存")
    assert "邮箱地址不对" in asked.inner_text()
    asked.get_by_label("李明的邮箱地址").fill("li@yunxi.example")
    press(asked, "保存")

    twice = card(page, "每月10日前督促企业报送研发月报")
    unfold(twice, "并入、拆分")
    twice.get_by_label("并入").select_option(label="落实研发月报制度")
    press(twice, "并入")
    shoot(page, "4-merged")
    assert page.locator("article").count() == 9

    patrol = card(page, "责任网格")
    press(patrol, "不要")
    assert "已经不要了" not in patrol.inner_text()
    training = card(page, "强化科技特派员服务")
    unfold(training, "改")
    shoot(page, "5-changing")
    training.get_by_label("频次或日期").fill("明年")
    press(training, "保存")
    shoot(page, "6-fault")
    assert "看不出是哪天" in training.inner_text()
    training.get_by_label("频次或日期").fill("10月底前")
    training.get_by_label("标题", exact=True).fill("科技特派员年度考核")
    press(training, "保存")
    assert "2026年10月31日" in card(page, "科技特派员年度考核").inner_text()

    press(page, "全部确认")
    shoot(page, "7-ready")
    press(page, "启动计划")
    shoot(page, "8-started")

    assert "计划已启动。" in page.get_by_role("status").inner_text()
    items = items_of(bureau)
    assert list(items)[:2] == ["培育高新技术企业", "推进科技型中小企业入库"]
    assert len(items) == 8
    assert items["科技特派员年度考核"].cadence == "once:2026-10-31"
    assert items["落实研发月报制度"].assignees == "owner"
    assert "责任网格" not in "".join(items)
    assert tasks_of(bureau) > 0
    page.get_by_role("link", name="看任务").click()
    assert page.locator(".what").count() == tasks_of(bureau)


def test_a_task_table_in_excel_is_started_on_a_phone(
    opened: Window, bureau: Runtime, now: datetime, shoot: Shoot, tmp_path: Path
) -> None:
    paper = tmp_path / "任务分解表.xlsx"
    paper.write_bytes(table_in_excel())
    page = opened(PHONE)
    hand_in(page, bureau.links.office(local_day(now)), paper)
    shoot(page, "1-table")
    page.get_by_role("link", name="核对各列的含义").click()
    shoot(page, "2-columns")
    page.get_by_label("第 6 列").select_option(label="备注")
    press(page, "保存并重新读取")
    assert "已按您选的列重新读取" in page.get_by_role("status").inner_text()
    assert "协同" not in card(page, "培育高新技术企业").locator("dl").inner_text()

    asked = page.locator("#questions")
    asked.get_by_label("李明的邮箱地址").fill("li@yunxi.example")
    asked.get_by_label("王芳的邮箱地址").fill("wang@yunxi.example")
    asked.get_by_label("“研发月报报送”").select_option(label="先由责任人汇总报送")
    press(asked, "保存")
    page.get_by_text("看原文").click()
    shoot(page, "3-answered")
    page.get_by_label("由谁启动").select_option(label="王芳")
    press(page, "启动计划")
    shoot(page, "4-started")
    assert "计划已启动。" in page.get_by_role("status").inner_text()
    cadences = {item.title: item.cadence for item in items_of(bureau).values()}
    assert cadences["科技型中小企业入库"] == "once:2026-09-30"
    assert cadences["研发月报报送"] == "monthly:10"
