"""From nothing to a started plan and the first test mail: a real browser without JavaScript, in the guide's steps."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.papers import SUMMARY, word
from support.smtp import ReceivingServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.server]

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"
LONGEST = 300.0


def steps_of_the_guide() -> list[str]:
    """The numbered headings of 第一次使用."""
    section = GUIDE.read_text(encoding="utf-8").split("## 第一次使用", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^### \d\. (.+)$", section, re.MULTILINE)


@contextmanager
def up(data: Path, port: int) -> Iterator[str]:
    """A running ``duban up`` in an empty folder, and the set-up address it told."""
    given = {"DUBAN_DATA": str(data), "DUBAN_PORT": str(port), "DUBAN_PREFECT": "false", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", "from duban.cli import main; main()", "up"]
    process = subprocess.Popen(command, env=os.environ | given, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        told = ""
        while "Ctrl-C" not in told:
            line = process.stdout.readline()
            assert line, "duban up ended"
            told += line
        yield re.findall(r"http://\S+/setup/\S+", told)[0]
    finally:
        process.terminate()
        assert process.wait(20) == 0


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def title(page: "Page") -> str:
    return page.locator("h1").inner_text()


def press(page: "Page", button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def make_the_administrator(page: "Page") -> None:
    for name, text in {
        "局名": "云溪县科技局",
        "姓名": "陈平",
        "邮箱": "chen@yunxi.example",
        "账号": "chenping",
        "密码": "qing-shan-2026",
        "再输一遍密码": "qing-shan-2026",
    }.items():
        page.get_by_label(re.compile(f"^{name}")).first.fill(text)
    press(page, "保存，下一步")


def set_up_mail(page: "Page", mailbox: ReceivingServer) -> None:
    page.get_by_role("link", name="单位内网邮箱").click()
    page.get_by_label("发信服务器").fill(mailbox.host)
    page.get_by_label("发信端口").fill(str(mailbox.port))
    page.get_by_label("发件地址").fill("duban@yunxi.example")
    press(page, "保存并发一封测试邮件")
    assert "已送交邮件服务器：250 OK" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="下一步").click()


def enter_workdays(page: "Page") -> None:
    page.get_by_label("年份").select_option(index=1)
    page.get_by_label("放假和上班的日期").fill("1月1日至3日放假。")
    press(page, "读出来看看")
    press(page, "对，保存")
    page.get_by_role("link", name="下一步").click()


def look_at_the_sample(page: "Page") -> None:
    press(page, "看看样例")
    assert "样例" in title(page)
    page.get_by_text("不要这份草稿").click()
    press(page, "收起草稿")


def start_a_plan(page: "Page", paper: Path) -> None:
    page.locator("#file").set_input_files(paper)
    press(page, "读取文件")
    asked = page.locator("#questions")
    asked.get_by_label("默认由谁负责").fill("陈平")
    asked.get_by_label("“落实研发月报制度”").select_option(label="先由责任人汇总报送")
    asked.get_by_role("button", name="保存").click()
    page.get_by_label("由谁启动").select_option(label="陈平")
    press(page, "启动计划")


def test_from_nothing_to_a_started_plan_and_the_first_mail(
    browser: "Browser", mailbox: ReceivingServer, tmp_path: Path
) -> None:
    paper = tmp_path / "总结.docx"
    paper.write_bytes(word(SUMMARY))
    began, seen = time.monotonic(), []
    with up(tmp_path / "data", free_port()) as address:
        page = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
        page.set_default_timeout(20_000)
        page.goto(address)
        seen.append(title(page))
        make_the_administrator(page)
        seen.append(title(page))
        set_up_mail(page, mailbox)
        seen.append(title(page))
        enter_workdays(page)
        seen.append(title(page))
        last_step = page.url
        look_at_the_sample(page)
        page.goto(last_step)
        start_a_plan(page, paper)
        assert "计划已启动。" in page.get_by_role("status").inner_text()
        took = time.monotonic() - began
    assert seen == steps_of_the_guide()
    assert mailbox.messages[0].recipients == ("chen@yunxi.example",)
    assert took < LONGEST
    print(f"took {took:.1f} s")
