"""填报 in a real browser: the matrix scrolls in its own box, newest month in sight, and needs no JavaScript."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from cast import MONTHLY_REPORT
from flows.runtime import Runtime
from plans.database import reading, writing
from support.serving import served
from tasks.tables import Filing, Task

pytestmark = pytest.mark.browser
JINGGONG, YUANSHAN = "云溪精工有限公司", "远山竹业有限公司"


@pytest.fixture
def bureau(begin: Callable[..., Runtime], now: datetime) -> Iterator[Runtime]:
    with served(lambda address: begin(MONTHLY_REPORT, on="2026-10-01 08:00", public_url=address), now) as runtime:
        with writing(runtime.engine) as session:
            models = [task.model_dump(exclude={"id", "period"}) for task in session.exec(select(Task))]
            session.add_all(Task(**one, period=f"2026-{month:02}") for one in models for month in range(1, 9))
        yield runtime


def test_on_a_phone_the_names_stay_and_the_newest_month_is_in_sight(
    browser: Browser, bureau: Runtime, desk_of: Callable[[str], str]
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, java_script_enabled=True)
    page.goto(f"{desk_of('李明')}/filings")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.frame').scrollWidth > 390")

    head = page.get_by_role("columnheader", name="2026年9月").bounding_box()
    assert head is not None
    assert head["x"] + head["width"] <= 390
    page.evaluate("document.querySelector('.frame').scrollLeft = -600")
    name = page.get_by_role("rowheader").first.bounding_box()
    assert name is not None
    assert 0 <= name["x"] < 40
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_it_scrolls_sideways(
    browser: Browser, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task], width: int
) -> None:
    task = task_of("研发月报", JINGGONG)
    where = f"item={task.item_id}&month=2026-09"
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in ("", f"/{task.id}", f"/{task.id}/file", f"/calls?{where}", f"/approve?{where}", f"/import?{where}"):
        page.goto(f"{desk_of('李明')}/filings{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()


def test_a_call_is_noted_and_figures_are_filed_without_javascript(
    browser: Browser, bureau: Runtime, desk_of: Callable[[str], str]
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page.goto(f"{desk_of('李明')}/filings/calls")
    row = page.get_by_role("listitem").filter(has_text=YUANSHAN)
    row.get_by_text("记一次通话").click()
    row.get_by_label("说了什么").fill("会计出差")
    row.get_by_role("button", name="记下").click()
    assert page.get_by_role("status").inner_text() == "已记下这次通话。"
    assert "会计出差" in row.inner_text()

    row.get_by_role("link", name="2026年9月").click()
    page.get_by_role("link", name="代它填报").click()
    for label, value in {"研发人员": "12", "本月研发费用": "85.5", "1月至本月累计研发费用": "610"}.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="提交代报").click()

    assert page.get_by_role("status").inner_text() == "已代报。"
    assert "代报：李明（电话）" in page.locator("main").inner_text()
    with reading(bureau.engine) as session:
        assert session.exec(select(Filing.via)).all() == ["phone"]
    page.close()
