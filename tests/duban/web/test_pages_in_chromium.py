"""The same pages in a real browser, on a phone, without JavaScript."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from cast import GAOQI, MONTHLY_REPORT, PATROL
from flows.people import link_for
from flows.runtime import Runtime
from flows.work import FLOWS, due_jobs, run_job
from notifications.tables import Delivery
from plans.database import reading, writing
from plans.tables import PlanItem
from support.filings import filed
from support.serving import served
from tasks.states import State
from tasks.tables import Progress, Task

pytestmark = pytest.mark.browser
PHONE, DESKTOP = 390, 1280


@pytest.fixture
def bureau(begin: Callable[..., Runtime], now: datetime) -> Iterator[Runtime]:
    items = (GAOQI, MONTHLY_REPORT, PATROL)
    with served(lambda address: begin(*items, on="2026-10-01 08:00", public_url=address), now) as runtime:
        yield runtime


def test_a_task_is_done_on_a_phone_with_figure_and_note(
    browser: Browser, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800}, java_script_enabled=False)
    page.goto(desk_of("李明"))
    page.get_by_role("link", name="培育高新技术企业").first.click()
    page.get_by_role("textbox", name="高新技术企业认定").fill("3")
    page.get_by_label("说明").fill("两家在公示")
    page.get_by_role("button", name="办结").click()
    assert page.get_by_role("status").inner_text() == "已办结，提醒随即停止。"
    assert task_of("培育高新技术企业").next_step_at is None
    with reading(bureau.engine) as session:
        assert session.exec(select(Progress)).one().value == 3
    page.close()


def test_an_enterprise_files_without_javascript(
    browser: Browser, filing_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800}, java_script_enabled=False)
    page.goto(filing_of("青禾药业有限公司"))
    page.get_by_label("本月研发费用", exact=True).fill("八十")
    page.get_by_role("button", name="提交").click()
    assert "已填的内容都还在" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("本月研发费用", exact=True).input_value() == "八十"
    page.get_by_label("本月没有研发活动").check()
    page.get_by_label("填表人", exact=True).fill("钱会计")
    page.get_by_label("联系电话", exact=True).fill("13900000002")
    page.get_by_role("button", name="提交").click()
    assert page.get_by_role("status").inner_text().startswith("已收到，谢谢！")
    assert task_of("研发月报", "青禾药业有限公司").state == State.DONE
    page.close()


def test_a_question_is_answered_on_a_phone_without_javascript(
    browser: Browser, bureau: Runtime, filing_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task, address = task_of("研发月报", "青禾药业有限公司"), filing_of("青禾药业有限公司")
    with writing(bureau.engine) as session:
        filed(session, "2026-08", task.enterprise_id or 0, task.item_id)
    page = browser.new_page(viewport={"width": PHONE, "height": 800}, java_script_enabled=False)
    page.goto(address)
    typed = {
        "研发人员": "12",
        "本月研发费用": "800",
        "1月至本月累计研发费用": "1400",
        "填表人": "钱会计",
        "联系电话": "1",
    }
    for label, text in typed.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="提交").click()
    assert "还没有提交：有 1 处与以前的数对不上" in page.get_by_role("alert").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.get_by_label("是不是按千元填的").fill("新购中试设备，已与账面核对")
    page.get_by_role("button", name="提交").click()
    assert page.get_by_role("status").inner_text().startswith("已收到，谢谢！")
    assert "新购中试设备，已与账面核对" in page.get_by_role("main").inner_text()
    page.close()


@pytest.mark.parametrize("key", ["rd_monthly_full", "kedaitong_need", "gaoqi_annual"])
def test_every_field_of_a_large_form_fits_a_phone(
    browser: Browser, bureau: Runtime, filing_of: Callable[[str], str], task_of: Callable[..., Task], key: str
) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, task_of("研发月报").item_id).form = key
    page = browser.new_page(viewport={"width": PHONE, "height": 800}, java_script_enabled=False)
    page.goto(filing_of("青禾药业有限公司"))
    assert page.get_by_role("textbox").count() == len(bureau.forms[key].fields)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.close()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_no_page_scrolls_sideways(
    browser: Browser,
    bureau: Runtime,
    now: datetime,
    desk_of: Callable[[str], str],
    filing_of: Callable[[str], str],
    office: str,
    task_of: Callable[..., Task],
    width: int,
) -> None:
    for flow in FLOWS:
        for job in due_jobs(flow, bureau, now):
            run_job(job, bureau, now)
    own, item = task_of("培育高新技术企业"), task_of("研发月报").item_id
    with reading(bureau.engine) as session:
        letter = session.exec(select(Delivery.id)).first()
    paths = ["", "/tasks", f"/tasks/{own.id}", "/matrix", "/outbox", f"/outbox/{letter}", "/digests"]
    paths += ["/calendar", "/calendar/2026-10-10", "/rehearsal"]
    desk, home = desk_of("李明"), bureau.settings.base_url
    addresses = [home, f"{home}/nothing-here", f"{home}/desk/nonsense", desk, f"{desk}/tasks/{own.id}"]
    addresses += [f"{desk}/matters/{item}/2026-09", filing_of("青禾药业有限公司"), f"{office}/digests/2026-10"]
    addresses += [office + path for path in paths] + [f"{desk}/calendar"]
    page = browser.new_page(viewport={"width": width, "height": 800})
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.close()


def test_a_page_breaks_none_of_its_own_rules(browser: Browser, office: str, bureau: Runtime, now: datetime) -> None:
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": DESKTOP, "height": 800})
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("", "/tasks", "/matrix", "/calendar", "/rehearsal", "/outbox", "/digests/2026-10"):
        page.goto(office + path)
    page.goto(link_for(bureau, "李明", now))
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert complaints == []
    page.close()
