"""The report's page with earlier figures: they stand beside the fields, and what differs is asked about there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from sqlmodel import select

from flows.runtime import Runtime
from plans.database import reading, writing
from plans.tables import PlanItem
from support.filings import filed
from tasks.tables import Filing, Task

QINGHE = "青禾药业有限公司"
FULL = {"staff": "12", "cost_month": "80", "cost_year": "680", "filler": "钱会计", "phone": "13900000002"}


@pytest.fixture
def september(task_of: Callable[..., Task]) -> Task:
    """青禾's report of September: the first there is, until earlier ones are put beside it."""
    return task_of("研发月报", QINGHE)


@pytest.fixture
def address(bureau: Runtime, filing_of: Callable[[str], str], september: Task) -> str:
    """Where it is filed, with August and last September filed before."""
    link = filing_of(QINGHE)
    with writing(bureau.engine) as session:
        filed(session, "2026-08", enterprise=september.enterprise_id or 0, item=september.item_id)
        filed(session, "2025-09", september.enterprise_id or 0, september.item_id, cost_year="512.5")
    return link


def answers(bureau: Runtime, task: Task) -> list[dict[str, str]]:
    with reading(bureau.engine) as session:
        return [filing.answers for filing in session.exec(select(Filing).where(Filing.task_id == task.id))]


def text_of(page: str, id_: str) -> str:
    found = BeautifulSoup(page, "html.parser").find(id=id_)
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_the_figures_of_last_month_and_last_year_stand_beside_the_fields(client: TestClient, address: str) -> None:
    page = client.get(address).text

    assert text_of(page, "cost_month-earlier") == "2026年8月 85.5 万元 2025年9月 85.5 万元"
    assert text_of(page, "cost_year-earlier") == "2026年8月 600 万元 2025年9月 512.5 万元"
    assert "累计数按2026年8月的" in page
    assert "textarea" not in page


def test_without_earlier_figures_nothing_is_shown_for_them(client: TestClient, filing_of: Callable[[str], str]) -> None:
    page = client.get(filing_of(QINGHE)).text

    assert "-earlier" not in page
    assert "累计数请照实填，空着按0" in page


def test_the_first_time_it_asks_and_the_second_time_it_takes_the_reason(
    client: TestClient, bureau: Runtime, address: str, september: Task
) -> None:
    typed = FULL | {"cost_month": "800", "cost_year": "1400"}

    asked = client.post(address, data=typed)

    assert asked.status_code == 422
    assert "有 1 处与以前的数对不上" in asked.text
    assert "约为2026年8月85.5万元的10倍，是不是按千元填的？" in asked.text
    assert 'value="800"' in asked.text
    assert answers(bureau, september) == []

    taken = client.post(address, data=typed | {"reason:unit_month": "新购<b>中试设备</b>"})

    assert taken.status_code == 303
    assert answers(bureau, september)[0]["reason:unit_month"] == "新购<b>中试设备</b>"
    page = client.get(taken.headers["location"]).text
    assert "本月研发费用的说明" in page
    assert "&lt;b&gt;中试设备&lt;/b&gt;" in page


def test_a_fault_and_a_question_come_together_and_the_reason_typed_is_kept(client: TestClient, address: str) -> None:
    typed = FULL | {"staff": "", "cost_year": "580", "reason:written_off": "冲减上半年多计的"}

    page = client.post(address, data=typed).text

    assert "有 1 处要改，" in page
    assert text_of(page, "reason:written_off") == "冲减上半年多计的"


def test_what_was_computed_is_shown_as_such_and_asked_anew_in_a_correction(
    client: TestClient, bureau: Runtime, address: str, september: Task
) -> None:
    client.post(address, data=FULL | {"cost_month": ""})

    page = client.get(address).text
    [kept] = answers(bureau, september)
    assert (kept["cost_month"], kept["computed"]) == ("80", "cost_month")
    receipt = client.get(address + "/receipt").text
    assert "80 万元（推算）" in receipt
    assert BeautifulSoup(page, "html.parser").find(id="cost_month")["value"] == ""  # type: ignore[index]
    assert "增长32.68%" in receipt


def test_a_bureaus_own_form_is_shown_under_its_headings(
    client: TestClient, bureau: Runtime, address: str, september: Task
) -> None:
    _own_form(
        bureau,
        september,
        "key: own\nname: 本局的表\nfields:\n  - {key: cost_month, label: <i>费用</i>, unit: 千元, group: 费用组}\n",
    )

    page = client.get(address).text

    assert "本局的表" in page
    assert "<legend>费用组</legend>" in page
    assert "&lt;i&gt;费用&lt;/i&gt;" in page


def test_opening_the_page_finds_no_fault_with_what_was_filed_in_another_form(
    client: TestClient, bureau: Runtime, address: str, september: Task
) -> None:
    client.post(address, data=FULL)
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, september.item_id).form = "rd_monthly_full"

    page = client.get(address).text

    assert 'value="680"' in page
    assert "处要改" not in page
    assert "请填写研发项目数" not in page


def test_a_broken_form_says_so_and_old_filings_stay_readable(
    client: TestClient, bureau: Runtime, address: str, september: Task, desk_of: Callable[[str], str]
) -> None:
    client.post(address, data=FULL)
    _own_form(bureau, september, "key: own\nname: 本局的表\n")

    page = client.get(address)

    assert page.status_code == 500
    assert "报表文件 own.yaml 第 1 行：缺少“fields”这一项。" in page.text
    assert "680" in client.get(f"{desk_of('李明')}/tasks/{september.id}").text


def _own_form(bureau: Runtime, task: Task, text: str) -> None:
    folder: Path = bureau.settings.data / "forms"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    bureau.__dict__.pop("forms", None)
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, task.item_id).form = "own"
