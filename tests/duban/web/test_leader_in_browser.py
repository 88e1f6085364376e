"""一览 and 工作计划 in a real browser: one sheet of A4 however much there is, and nothing wider than the window."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser

from flows.changing import revising
from flows.runtime import Runtime, open_runtime
from plans.database import writing
from plans.tables import Office, Person, PlanItem, Target
from plans.zone import local_day
from support.readings import read_off
from support.serving import served
from tasks.changing import edit_item
from tasks.revision import find_item
from tasks.verbs import Act

pytestmark = pytest.mark.browser
LONG = "很长的名字" * 8 + "<b>"


@pytest.fixture
def house(bureau: Runtime, now: datetime) -> Iterator[Runtime]:
    """A bureau in which everything is long and there is much of it, with its pages on a port."""
    with writing(bureau.engine) as session:
        session.add_all(Office(id=20 + n, name=f"第{n}股{LONG}") for n in range(14))
        session.flush()
        session.add_all(Person(id=20 + n, name=f"第{n}人{LONG}", office_id=20 + n) for n in range(14))
        session.flush()
        model = session.get_one(PlanItem, 1).model_dump(exclude={"id", "number", "programme", "title", "owner_id"})
        for n, key in enumerate(bureau.programmes, start=20):
            own: dict[str, Any] = {"programme": key, "title": f"第{n}项{LONG}", "owner_id": 20 + n % 14}
            session.add(PlanItem(**model, **own, id=n, number=n))
            session.flush()
            session.add(Target(id=n, item_id=n, indicator=LONG, unit="万元", floor=Decimal(500), stretch=Decimal(800)))
            session.flush()
            session.add_all([read_off(n, "2026-09-01", "1"), read_off(n, "2026-10-09", str(n * 10))])
    for number in (20, 21, 22, 23):
        with revising(bureau, Act("陈平", "page", now)) as revision:
            edit_item(revision, find_item(revision.session, number), {"title": f"改名{LONG}"})
    with served(lambda at: open_runtime(bureau.settings.model_copy(update={"public_url": at})), now) as runtime:
        yield runtime


def test_the_overview_prints_on_one_sheet_of_a4(browser: Browser, house: Runtime, now: datetime) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page.goto(house.links.office(local_day(now)))

    printed = page.pdf(format="A4", prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_plan_is_wider_than_the_window_and_nothing_shifts(
    browser: Browser, house: Runtime, now: datetime, width: int
) -> None:
    office, complaints = house.links.office(local_day(now)), []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("", "/plan", "/plan?light=red", "/plan?q=nothing", "/plan/20", "/plan/2"):
        page.goto(office + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{office}/plan/20")
    picture = page.get_by_role("img", name="进展曲线")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] == pytest.approx(box["width"] * 280 / 640, abs=1)
    assert complaints == []
    page.close()


def test_a_section_is_folded_and_the_numbers_behind_a_chart_opened_with_the_keyboard(
    browser: Browser, house: Runtime, now: datetime
) -> None:
    office = house.links.office(local_day(now))
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{office}/plan")
    page.locator(".branch summary").first.press("Enter")
    assert not page.get_by_role("link", name="1. 培育高新技术企业").is_visible()
    page.goto(f"{office}/plan/20")
    page.locator(".numbers summary").press("Enter")
    assert page.get_by_role("cell", name="200 万元").is_visible()
    page.close()
