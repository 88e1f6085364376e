"""回执: number, who, when, which version, every figure with its unit, whom to call; there again on the same link."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from sqlmodel import select

from cast import at
from duban.web.app import create_app
from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Enterprise
from support.filler import FULL, HOSTILE, RECEIPT, fill, text_of, words
from tasks.states import State
from tasks.tables import Task

QINGHE = "青禾药业有限公司"


@pytest.fixture
def address(filing_of: Callable[[str], str]) -> str:
    return filing_of(QINGHE)


def figures(page: object) -> dict[str, str]:
    rows = BeautifulSoup(page.text, "lxml").select(".figures tr")  # type: ignore[attr-defined]
    return {row.th.get_text(): row.td.get_text() for row in rows if row.th and row.td}


def test_filing_leads_to_a_receipt_with_everything_on_it(
    client: TestClient, bureau: Runtime, address: str, task_of: Callable[..., Task]
) -> None:
    with writing(bureau.engine) as session:
        session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one().credit_code = "91330000MA2XXXXX1A"

    page = client.get(fill(client, address, **FULL | {"remark": "含<b>委外</b>"}).headers["location"])

    assert text_of(page, "[role=status]").startswith("已收到，谢谢！")
    facts = text_of(page, ".receipt dl.facts")
    number = f"202609-{task_of('研发月报', QINGHE).id:05d}-1"
    assert facts == (
        f"编号 {number} 报表 研发投入月报 报告期 2026年9月 企业 {QINGHE} 91330000MA2XXXXX1A "
        "填报人 钱会计 收到时间 2026-10-12 10:00 第几次 第 1 次 · 填报"
    )
    assert figures(page) == {
        "研发人员": "12 人",
        "本月研发费用": "85.5 万元",
        "1月至本月累计研发费用": "610 万元",
        "1月至本月累计营业收入": "—",
        "填表人": "钱会计",
        "联系电话": "13900000002",
        "备注": "含<b>委外</b>",
    }
    assert "联系人 云溪县科技局 李明 li@yunxi.example" in words(page)
    assert "form" not in [tag.name for tag in BeautifulSoup(page.text, "lxml").find_all()]


def test_the_receipt_is_there_again_on_the_same_link(client: TestClient, address: str) -> None:
    fill(client, address, **FULL)

    assert f'href="{address.removeprefix("http://127.0.0.1:8320")}{RECEIPT}"' in client.get(address).text
    assert "85.5 万元" in client.get(address + RECEIPT).text


def test_a_zero_reply_is_marked_as_one(client: TestClient, address: str) -> None:
    page = client.get(fill(client, address, zero="1", filler="钱会计", phone="1").headers["location"])

    assert "零报" in text_of(page, ".receipt dl.facts")
    assert figures(page)["本月研发费用"] == "0 万元"


def test_a_correction_has_a_number_of_its_own_and_the_first_receipt_says_what_holds(
    client: TestClient, address: str
) -> None:
    fill(client, address, **FULL)
    fill(client, address, cost_year="620")

    newest, first = client.get(address + RECEIPT), client.get(f"{address}{RECEIPT}?version=1")

    assert "第 2 次 · 更正" in words(newest)
    assert figures(newest)["1月至本月累计研发费用"] == "620 万元"
    assert figures(first)["1月至本月累计研发费用"] == "610 万元"
    assert "已有更正，以第 2 次为准" in words(first)
    assert "已有更正" not in words(newest)


@pytest.mark.parametrize("version", ["", "?version=2", "?version=-1"])
def test_without_such_a_filing_there_is_no_receipt(client: TestClient, address: str, version: str) -> None:
    if version:
        fill(client, address, **FULL)

    page = client.get(address + RECEIPT + version)

    assert page.status_code == 404
    assert "没有这一次填报" in page.text


@pytest.mark.parametrize(("moment", "kind"), [("2026-10-16 23:59", "填报"), ("2026-10-17 00:00", "补报")])
def test_what_came_after_the_cut_off_is_called_so(bureau: Runtime, address: str, moment: str, kind: str) -> None:
    later = TestClient(create_app(bureau, lambda: at(moment)), bureau.settings.base_url, follow_redirects=False)
    page = later.get(fill(later, address, **FULL).headers["location"])
    assert f"第 1 次 · {kind}" in words(page)
    fill(later, address, cost_year="650")
    assert "第 2 次 · 更正" in words(later.get(address + RECEIPT))


def test_a_receipt_stays_when_the_report_was_accepted(
    client: TestClient, bureau: Runtime, address: str, task_of: Callable[..., Task]
) -> None:
    fill(client, address, **FULL)
    with writing(bureau.engine) as session:
        session.get_one(Task, task_of("研发月报", QINGHE).id).state = State.CLOSED

    page = client.get(address + RECEIPT)

    assert "85.5 万元" in page.text
    assert "更正</a>" not in page.text


def test_names_and_reasons_full_of_html_and_formulas_are_only_text(
    client: TestClient, bureau: Runtime, address: str
) -> None:
    with writing(bureau.engine) as session:
        session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one().name = HOSTILE

    page = client.get(fill(client, address, **FULL | {"filler": HOSTILE, "remark": HOSTILE}).headers["location"])

    assert "<script>" not in page.text
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4
    assert "{{7*7}}" in words(page)


def test_the_bureaus_telephone_is_shown_where_it_is_known(client: TestClient, bureau: Runtime, address: str) -> None:
    object.__setattr__(bureau, "settings", bureau.settings.model_copy(update={"office_phone": "0570-8888 0000"}))

    assert '<a href="tel:057088880000">0570-8888 0000</a>' in client.get(address).text
