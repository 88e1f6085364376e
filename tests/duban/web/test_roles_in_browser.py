"""A week of each of the five seats in Chromium without JavaScript, each signed in by name and password."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlmodel import col, select

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, PATROL
from flows.current import Current
from flows.runtime import Runtime
from flows.settings import read_settings
from notifications.tables import Delivery, Letter
from plans.accounts import open_account
from plans.database import reading, writing
from plans.deputies import voices
from plans.people import find_person
from plans.tables import PlanItem
from plans.zone import local_day
from support.pages import do_all_work, put_in
from support.papers import table_in_excel
from support.serving import served
from support.smtp import ReceivingServer
from tasks.chasing_tables import Call
from tasks.extensions import ask_extension
from tasks.states import State
from tasks.tables import Extension, Task
from tasks.verbs import Act, complete

pytestmark = [pytest.mark.browser, pytest.mark.server]

PASSWORD = "qing-shan-2026"
GOAL, ANNUAL, PATROLS = "培育高新技术企业", "研发投入年报", "责任网格整治"
Open = Callable[..., Current]
SignIn = Callable[..., Page]


@pytest.fixture
def opened(begin: Callable[..., Runtime], now: datetime) -> Iterator[Open]:
    """opened(mail_host=…): the bureau since September with its pages on a port, following its settings file."""
    with ExitStack() as stack:

        def open_up(**given: Any) -> Current:
            def make(address: str) -> Current:
                items = (GAOQI, MONTHLY_REPORT, PATROL, ANNUAL_RETURN)
                runtime = begin(*items, on="2026-09-01 08:00", public_url=address, **given)
                kept = {
                    "data": runtime.settings.data,
                    "database_url": runtime.settings.database_url,
                    "secret": "s" * 32,
                }
                return Current(runtime, lambda: read_settings(**kept, **given, public_url=address))

            return stack.enter_context(served(make, now))

        yield open_up


@pytest.fixture
def sign_in(browser: Browser, now: datetime) -> Iterator[SignIn]:
    """sign_in(bureau, "陈平") or sign_in(bureau, "李明", "admin"): that person's browser, after the sign-in page."""
    with ExitStack() as stack:

        def open_browser(house: Current, name: str, duty: str = "") -> Page:
            bureau = house.runtime
            with writing(bureau.engine) as session:
                open_account(session, find_person(session, name), name, PASSWORD, duty, now)
            context = stack.enter_context(browser.new_context(java_script_enabled=False, locale="zh-CN"))
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.goto(bureau.settings.base_url)
            page.get_by_label("账号").fill(name)
            page.get_by_label("密码").fill(PASSWORD)
            press(page, "登录")
            assert page.locator("h1").inner_text() == f"{name}，您好"
            return page

        yield open_browser


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def go(page: Page, *words: str | re.Pattern[str]) -> None:
    """By the menu, the row below it and the links on the page."""
    for word in words:
        page.get_by_role("link", name=word, exact=isinstance(word, str)).first.click()


def said(page: Page) -> str:
    return page.get_by_role("status").first.inner_text()


def unfold(page: Page, task: Task, words: str) -> Locator:
    found = page.locator(f"#t{task.id}")
    found.locator("summary", has_text=words).click()
    return found


def task_named(bureau: Runtime, title: str, state: State = State.OPEN) -> Task:
    query = select(Task).join(PlanItem).where(PlanItem.title == title, Task.state == state)
    with reading(bureau.engine) as session:
        return session.exec(query.order_by(col(Task.due_on).desc()).limit(1)).one()


def test_the_administrator_adds_a_person_changes_a_ladder_and_tries_the_mail(
    opened: Open, sign_in: SignIn, mailbox: ReceivingServer, now: datetime
) -> None:
    bureau = opened()
    do_all_work(bureau.runtime, now)
    page = sign_in(bureau, "王芳", "admin")

    go(page, "设置", "人员与账号")
    page.get_by_text("添加人员").click()
    page.get_by_label("姓名", exact=True).fill("周小雨")
    page.get_by_label(re.compile("^邮箱")).fill("yu@yunxi.example")
    page.get_by_label("股室", exact=True).select_option(label="创新股")
    press(page, "添加")
    assert said(page).startswith("已添加")
    press(page, "开账号")
    told = said(page)
    login, password = re.findall(r"(?:账号|密码) (\S+)", told)[-2:]
    assert login == "周小雨"

    go(page, "设置", "催办阶梯", "本局任务")
    page.get_by_label("第1级的天数").fill("4")
    page.get_by_label("假如这一天到期").fill("2026-10-30")
    press(page, "看日期和措辞")
    assert "10月26日（周一）" in page.locator("ol.told").inner_text()
    press(page, "保存")
    assert said(page).startswith("已保存")

    go(page, "设置", "邮件与群机器人", "单位内网邮箱")
    page.get_by_label("发信服务器").fill(mailbox.host)
    page.get_by_label("发信端口").fill(str(mailbox.port))
    page.get_by_label("发件地址").fill("duban@yunxi.example")
    press(page, "保存并发一封测试邮件")
    assert "已送交邮件服务器：250 OK" in said(page)
    assert mailbox.messages[0].recipients == ("wang@yunxi.example",)
    do_all_work(bureau.runtime, now)
    go(page, "发件箱")
    go(page, re.compile("^已送达"))
    assert "li@yunxi.example" in page.locator("main").inner_text()
    assert len(mailbox.messages) > 1

    press(page, "退出")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(password)
    press(page, "登录")
    assert page.locator("h1").inner_text() == "周小雨，您好"


def test_the_office_reads_a_draft_sends_the_months_digest_and_a_mail_again(
    opened: Open, sign_in: SignIn, mailbox: ReceivingServer, with_mail: dict[str, object], now: datetime
) -> None:
    house = opened(digest_approval=True, **with_mail)
    do_all_work(house.runtime, now)
    with writing(house.runtime.engine) as session:
        stuck = session.exec(select(Delivery).where(Delivery.state == "sent").order_by(col(Delivery.id))).first()
        assert stuck is not None
        stuck.state, subject = "failed", stuck.subject
    page = sign_in(house, "王芳", "office")

    go(page, "工作计划", "起草")
    page.locator("input[type=file]").set_input_files(
        {"name": "分解表.xlsx", "mimeType": "application/octet-stream", "buffer": table_in_excel()}
    )
    press(page, "读取文件")
    assert said(page).startswith("文件已读入")
    page.get_by_role("button", name="确认", exact=True).first.click()
    assert said(page) == "已确认。"

    go(page, "督办")
    assert "逾期最久" in page.locator("main").inner_text()
    go(page, "全部任务")
    assert ANNUAL in page.locator("main").inner_text()

    mailbox.clear()
    go(page, "通报总结", re.compile("2026年9月"))
    page.get_by_label("写在前面的话").fill("请各股室抓紧。")
    press(page, "定稿并发送")
    assert said(page) == "已定稿，随后发给各位领导。"
    do_all_work(house.runtime, now)
    assert {one.recipients[0] for one in mailbox.messages} >= {"zhou@yunxi.example", "lin@yunxi.example"}

    mailbox.clear()
    go(page, "发件箱", re.compile("^发送失败"), subject)
    press(page, "再发一次")
    assert said(page).startswith("已排队重发")
    do_all_work(house.runtime, now)
    assert len(mailbox.messages) == 1


def test_a_leader_sees_the_bureau_decides_what_waits_and_prints_one_sheet(
    opened: Open, sign_in: SignIn, now: datetime
) -> None:
    house = opened()
    bureau = house.runtime
    do_all_work(bureau, now)
    task = task_named(bureau, GOAL)
    with writing(bureau.engine) as session:
        waiting = session.get_one(Task, task.id)
        ask_extension(session, waiting, date(2026, 11, 13), "等省厅批次", Act("李明", "page", now))
    put_in(bureau, now)
    page = sign_in(house, "周正")

    go(page, "一览")
    assert "需要决定的事" in page.locator("main").inner_text()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True))) == 1
    go(page, "督办")
    unfold(page, task, "答复").get_by_role("button", name="同意延期").click()
    assert said(page) == "已答复。"
    go(page, "企业填报", "函件", re.compile("^青禾药业"))
    press(page, "批准")
    assert said(page).startswith("已批准，编上文号")
    with reading(bureau.engine) as session:
        assert [one.decided_by for one in session.exec(select(Letter)) if one.decided_by] == ["周正"]
        assert session.exec(select(Extension)).one().state == "granted"


def test_a_head_reviews_returns_urges_and_names_a_deputy(opened: Open, sign_in: SignIn, now: datetime) -> None:
    house = opened()
    bureau = house.runtime
    do_all_work(bureau, now)
    first, second = task_named(bureau, GOAL), task_named(bureau, ANNUAL)
    with writing(bureau.engine) as session:
        for found in (first, second):
            session.get_one(PlanItem, found.item_id).needs_review = True
            complete(session, session.get_one(Task, found.id), Act("李明", "page", now), "已办")
    page = sign_in(house, "陈平")

    go(page, "督办")
    unfold(page, first, "复核").get_by_role("button", name="确认销号").click()
    assert said(page) == "已确认销号。"
    back = unfold(page, second, "复核")
    back.get_by_label("退回原因").fill("缺统计局回执")
    back.get_by_role("button", name="退回").click()
    assert said(page).startswith("已退回")
    unfold(page, second, "催办").get_by_role("button", name="催办").click()
    assert said(page).startswith("已催办")

    go(page, "我的工作", "代理")
    page.get_by_label("由谁代理").select_option(label="王芳")
    page.get_by_label("从哪天起").fill("2026-10-12")
    page.get_by_label(re.compile("^到哪天止")).fill("2026-10-14")
    press(page, "指定")
    assert said(page) == "已指定代理。"
    with reading(bureau.engine) as session:
        names = [one.name for one in voices(session, find_person(session, "王芳"), local_day(now))]
    assert "陈平" in names


def test_a_clerk_signs_reports_asks_and_is_done_calls_and_accepts(opened: Open, sign_in: SignIn, now: datetime) -> None:
    house = opened()
    bureau = house.runtime
    do_all_work(bureau, now)
    put_in(bureau, now)
    page = sign_in(house, "李明")
    goal, annual = task_named(bureau, GOAL), task_named(bureau, ANNUAL)

    unfold(page, goal, "办理").get_by_role("button", name=re.compile("^签收")).click()
    assert said(page).startswith("已签收")
    mine = unfold(page, goal, "办理")
    mine.get_by_label("高新技术企业认定").fill("2")
    mine.get_by_role("button", name="反馈进展").click()
    assert said(page) == "已反馈，任务继续办理。"
    mine = unfold(page, goal, "办理")
    mine.locator("summary", has_text="申请延期").click()
    mine.get_by_label("申请延到").fill("2026-11-13")
    mine.get_by_label("原因", exact=True).fill("等省厅批次")
    mine.get_by_role("button", name="申请延期").click()
    assert said(page).startswith("已申请延期")
    mine = unfold(page, annual, "办理")
    mine.get_by_label("说明").fill("已报统计局")
    mine.get_by_role("button", name="办结", exact=True).click()
    assert said(page).startswith("已办结")

    go(page, "日历", "订阅到手机")
    feed = page.get_by_label("您的订阅地址").input_value()
    assert "BEGIN:VCALENDAR" in page.request.get(feed).text()

    go(page, "企业填报", "电话催报")
    card = page.locator("li.card", has_text="青禾药业有限公司")
    card.locator("summary").click()
    card.get_by_label("说了什么").fill("明天报")
    card.get_by_role("button", name="记下").click()
    assert said(page) == "已记下这次通话。"
    go(page, "矩阵")
    page.locator("tr", has_text="云溪精工有限公司").get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("^核定")).click()
    assert said(page) == "已核定。"
    with reading(bureau.engine) as session:
        assert session.exec(select(Call).where(Call.said == "明天报")).one().by == "李明"
        assert session.get_one(Task, annual.id).state in (State.DONE, State.CLOSED)
