"""The roster with the mouse only, on a phone and on a desk: a file looked at and imported, a hand-over."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from flows.people import link_for
from flows.runtime import Runtime, open_runtime
from plans.database import reading
from plans.tables import Enterprise
from support.rosters import excel
from support.serving import served

pytestmark = pytest.mark.browser
LONG = "<b>长</b>" + "很长的名字" * 20 + "有限公司"


@pytest.fixture
def house(bureau: Runtime, now: datetime) -> Iterator[Runtime]:
    """The bureau with its pages on a port."""
    with served(lambda at: open_runtime(bureau.settings.model_copy(update={"public_url": at})), now) as runtime:
        yield runtime


def fits(page: Page) -> bool:
    """No page of ours is wider than the window."""
    page.wait_for_load_state()
    window, header = page.viewport_size, page.locator("header").bounding_box()
    return bool(window and header and header["width"] == window["width"])


@pytest.mark.parametrize("width", [390, 1280])
def test_a_roster_is_imported_and_an_enterprise_handed_over(
    house: Runtime, now: datetime, browser: Browser, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(excel("企业名称 填报人 邮箱", f"{LONG}|吴|wu@x.example", "青禾药业有限公司|坏|不是邮箱"))
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{link_for(house, '李明', now)}/roster")
    page.set_input_files("#file", file)
    page.click("text=读取并核对")
    assert fits(page)
    page.click("text=导入所选")
    assert fits(page)
    page.get_by_role("link", name="很长的名字").click()
    page.click("summary:has-text('移交给别人填报')")
    page.fill("#hand-over-name", "周会计")
    page.fill("#hand-over-mail", "zhou@x.example")
    page.click("#hand-over button")
    page.get_by_role("status").wait_for()
    assert "已移交" in page.inner_text("main")
    assert fits(page)
    context.close()
    with reading(house.engine) as session:
        assert session.exec(select(Enterprise.contact).where(Enterprise.name == LONG)).one() == "周会计"
