"""修订 in a real browser without JavaScript: look, tick, apply; on a phone and on a desk."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, PATROL, at, draft
from flows.runtime import Runtime
from plans.database import reading, writing
from plans.draft import parse_draft
from plans.sheet.model import Sheet, SheetItem
from plans.tables import PlanItem, PlanSheet
from plans.zone import local_day
from support.serving import opened_browser, served

pytestmark = pytest.mark.browser
PHONE, DESKTOP = 390, 1280
NOW = at("2026-10-12 10:00")
LONG = "甲" * 199
NEW_GAOQI = """
  - title: 培育高新技术企业和独角兽企业
    programme: gaoqi
    owner: 王芳
    text: （一）培育高新技术企业和独角兽企业。确保认定6家，力争10家；新增独角兽企业1家。
    targets:
      - {indicator: 高新技术企业认定, floor: 6, stretch: 10, unit: 家, quote: 确保认定6家，力争10家}
      - {indicator: 独角兽企业, floor: 1, unit: 家, quote: 新增独角兽企业1家}
"""
NEW_REPORT = MONTHLY_REPORT + "    cadence: monthly:15\n"
ADDED = f"""
  - title: 技术需求对接会
    programme: other
    kind: review
    cadence: monthly:25
    text: 每月25日前办一场技术需求对接会，组织企业和高校面对面。
  - {{title: {LONG}, programme: other, kind: duty, cadence: weekly:fri}}
"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with opened_browser(chromium) as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def bureau(begin: Callable[..., Runtime], now: datetime) -> Iterator[Runtime]:
    def start(address: str) -> Runtime:
        return begin(GAOQI, MONTHLY_REPORT, PATROL, on="2026-10-01 08:00", public_url=address)

    with served(start, now) as runtime:
        yield runtime


@pytest.fixture
def changes(bureau: Runtime, now: datetime) -> str:
    """The page of a sheet that was handed in anew."""
    wanted = parse_draft(draft(NEW_GAOQI, NEW_REPORT, ADDED)).draft
    assert wanted is not None
    items = tuple(SheetItem(key=key, item=item) for key, item in enumerate(wanted.items, start=1))
    sheet = Sheet(title=wanted.title, period=wanted.period, items=items, next_key=9)
    with writing(bureau.engine) as session:
        row = PlanSheet(name="下半年工作计划（修订）.docx", sha256="0", handed_in_at=NOW, changed_at=NOW)
        row.sheet, row.document = sheet.model_dump(mode="json"), {"text": "计划", "tables": [], "notes": []}
        session.add(row)
        session.flush()
        return f"{bureau.links.office(local_day(now))}/drafts/{row.id}/changes"


def opened(browser: Browser, width: int, address: str) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=False)
    page.goto(address)
    return page


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_differences_fit_the_window(browser: Browser, changes: str, width: int, tmp_path: Path) -> None:
    page = opened(browser, width, changes)

    page.screenshot(path=tmp_path / "pages" / f"changes-{width}.png", full_page=True)

    assert [box["width"] for box in [page.locator("header").bounding_box()] if box] == [width]
    edges = [box.bounding_box() for box in page.locator(".pick").all()]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in edges)
    assert len(edges) == 10
    page.close()


def test_a_plan_is_amended_on_a_phone(browser: Browser, bureau: Runtime, changes: str) -> None:
    page = opened(browser, PHONE, changes)
    page.get_by_label("责任网格整治").check()
    page.get_by_label("新事项的责任人").select_option("李明")
    page.get_by_label("由谁修订").select_option("林岚")
    page.get_by_role("button", name="应用所选").click()
    assert "取消事项要写明原因" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("责任网格整治").is_checked()

    page.get_by_label("取消的原因").fill("移交城管局")
    page.get_by_role("button", name="应用所选").click()

    assert "已按所选修订计划" in page.get_by_role("status").inner_text()
    with reading(bureau.engine) as session:
        items = session.exec(select(PlanItem).order_by(col(PlanItem.number))).all()
    assert [item.title for item in items if item.cancelled_at is None] == [
        "培育高新技术企业和独角兽企业",
        "研发月报",
        "技术需求对接会",
        LONG,
    ]
    page.close()
