"""企业填报: no login, one form; faults beside their fields, and room for a correction."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from cast import at
from duban.web.app import create_app
from flows.runtime import Runtime
from plans.database import reading, writing
from support.filler import DRAFT, FULL, fill, text_of, value_of, words
from tasks.states import State
from tasks.tables import Filing, Task, TaskChange
from tasks.verbs import Act, send_back

QINGHE = "青禾药业有限公司"
ZERO = {"zero": "1", "filler": "钱会计", "phone": "13900000002"}


def filings(bureau: Runtime) -> list[Filing]:
    with reading(bureau.engine) as session:
        return list(session.exec(select(Filing).order_by(col(Filing.id))))


def test_the_page_shows_enterprise_month_due_date_and_units(
    client: TestClient, filing_of: Callable[[str], str]
) -> None:
    page = client.get(filing_of(QINGHE)).text
    for shown in (
        QINGHE,
        "2026年9月",
        "10月10日（周六）",
        "逾期未报",
        "云溪县科技局 李明",
        "本月研发费用",
        "万元",
        "（零报）",
    ):
        assert shown in page


def test_filing_gives_a_receipt_and_stops_the_alarm(
    client: TestClient, bureau: Runtime, filing_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    answer = client.post(filing_of(QINGHE), data=FULL)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "已收到，谢谢" in page
    assert "第 1 次 · 填报" in page
    assert "85.5 万元" in page
    task = task_of("研发月报", QINGHE)
    assert (task.state, task.next_step_at) == (State.DONE, None)
    [filed] = filings(bureau)
    assert (filed.by, filed.via) == ("钱会计", "page")


def test_a_zero_reply_needs_no_figures(
    client: TestClient, bureau: Runtime, filing_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    answer = client.post(filing_of(QINGHE), data=ZERO)
    assert answer.status_code == 303
    assert "零报</span>" in client.get(answer.headers["location"]).text
    assert filings(bureau)[0].answers["cost_month"] == "0"
    with reading(bureau.engine) as session:
        changes = session.exec(select(TaskChange).where(TaskChange.task_id == task_of("研发月报", QINGHE).id)).all()
    assert changes[-1].note == "零报"


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(
    client: TestClient, bureau: Runtime, filing_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    typed = FULL | {"cost_month": "八十五", "staff": "", "remark": "<b>加急</b>"}
    answer = client.post(filing_of(QINGHE), data=typed)
    assert answer.status_code == 422
    assert "有 2 处要改" in answer.text
    assert 'id="cost_month-fault">本月研发费用请填数字（单位：万元）' in answer.text
    assert 'id="staff-fault">请填写研发人员' in answer.text
    assert 'value="八十五"' in answer.text
    assert 'value="610"' in answer.text
    assert "&lt;b&gt;加急&lt;/b&gt;" in answer.text
    assert filings(bureau) == []
    assert task_of("研发月报", QINGHE).state == State.OPEN


def test_a_ticked_box_stays_ticked_when_something_else_is_wrong(
    client: TestClient, filing_of: Callable[[str], str]
) -> None:
    page = client.post(filing_of(QINGHE), data={"zero": "1"}).text
    assert 'value="1" checked' in page
    assert "请填写填表人" in page
    assert "请填写研发人员" not in page


def test_a_correction_is_a_new_version_and_the_form_starts_from_the_last(
    client: TestClient, bureau: Runtime, filing_of: Callable[[str], str]
) -> None:
    client.post(filing_of(QINGHE), data=FULL)
    assert 'value="610"' in client.get(filing_of(QINGHE)).text
    fill(client, filing_of(QINGHE), cost_year="620")
    page = client.get(filing_of(QINGHE)).text
    assert "第 2 次填报" in page
    assert 'value="620"' in page
    assert "以前的 1 次填报也保留着" in page
    assert [filed.answers["cost_year"] for filed in filings(bureau)] == ["610", "620"]


@pytest.mark.parametrize(
    ("state", "told"),
    [(State.LAPSED, "不再接收"), (State.CANCELLED, "不需要贵单位填报"), (State.CLOSED, "已经核定")],
)
def test_a_report_that_is_over_says_so_and_takes_nothing(
    client: TestClient,
    bureau: Runtime,
    filing_of: Callable[[str], str],
    task_of: Callable[..., Task],
    state: State,
    told: str,
) -> None:
    with writing(bureau.engine) as session:
        session.get_one(Task, task_of("研发月报", QINGHE).id).state = state
    page = client.get(filing_of(QINGHE))
    assert page.status_code == 200
    assert told in page.text
    assert "<form" not in page.text
    assert client.post(filing_of(QINGHE), data=FULL).status_code == 409
    assert filings(bureau) == []


def test_without_a_filler_the_contact_has_filed(
    client: TestClient, bureau: Runtime, filing_of: Callable[[str], str]
) -> None:
    client.post(filing_of(QINGHE), data=FULL | {"filler": " 钱 会计 "})
    assert filings(bureau)[0].by == "钱 会计"


def test_an_enterprise_learns_nothing_of_another(client: TestClient, filing_of: Callable[[str], str]) -> None:
    client.post(filing_of("云溪精工有限公司"), data=FULL | {"cost_year": "98765"})
    page = client.get(filing_of(QINGHE)).text
    assert "98765" not in page
    assert "精工" not in page


def test_the_officer_can_be_called(client: TestClient, filing_of: Callable[[str], str]) -> None:
    page = client.get(filing_of(QINGHE))
    assert "云溪县科技局 李明 li@yunxi.example" in words(page)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-5", "不小于0的合理数字（单位：万元）"),
        ("99999999999999", "合理数字（单位：万元）"),
        ("855000元", "的单位是万元，这里写的是元：请换算成万元再填"),
        ("85.12345", "最多填四位小数"),
        ("1e9", "请填数字（单位：万元）"),
    ],
)
def test_an_absurd_figure_is_told_beside_its_field_and_stays(
    client: TestClient, bureau: Runtime, filing_of: Callable[[str], str], typed: str, told: str
) -> None:
    page = fill(client, filing_of(QINGHE), **FULL | {"cost_month": typed})
    assert page.status_code == 422
    assert told in text_of(page, "#cost_month-fault")
    assert value_of(page, "cost_month") == typed
    assert value_of(page, "cost_year") == "610"
    assert filings(bureau) == []


def test_an_officers_return_is_told_with_its_reason_and_filed_again(
    client: TestClient, bureau: Runtime, filing_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    fill(client, filing_of(QINGHE), **FULL)
    with writing(bureau.engine) as session:
        task = session.get_one(Task, task_of("研发月报", QINGHE).id)
        send_back(session, task, Act("李明", "page", at("2026-10-12 11:00")), "累计数<i>不对</i>", None)
    page = client.get(filing_of(QINGHE))
    assert "已退回，请更正后重新提交：累计数<i>不对</i>" in words(page)
    fill(client, filing_of(QINGHE), cost_year="640")
    assert task_of("研发月报", QINGHE).state == State.DONE
    assert "已退回" not in client.get(filing_of(QINGHE)).text


@pytest.mark.parametrize(
    ("moment", "button", "told"),
    [
        ("2026-10-16 23:59", "提交", ""),
        ("2026-10-17 00:00", "提交补报", "这一期已经截止，仍请尽快补上，收到后计为补报。"),
    ],
)
def test_after_the_cut_off_it_says_so_and_still_takes_the_report(
    bureau: Runtime, filing_of: Callable[[str], str], moment: str, button: str, told: str
) -> None:
    later = TestClient(create_app(bureau, lambda: at(moment)), bureau.settings.base_url, follow_redirects=False)
    address = filing_of(QINGHE)
    page = later.get(address)
    assert text_of(page, "form button") == button
    assert ("这一期已经截止" in page.text) is bool(told)
    assert told in page.text
    assert fill(later, address, **FULL).status_code == 303
    assert ("计为补报" in later.get(address).text) is False
    assert text_of(later.get(address), "form button") == "提交更正"


@pytest.mark.parametrize("said", ["filed", "drafted", "promised", "closed"])
def test_an_address_cannot_claim_what_did_not_happen(
    client: TestClient, filing_of: Callable[[str], str], said: str
) -> None:
    assert 'role="status"' not in client.get(f"{filing_of(QINGHE)}?said={said}").text


def test_a_get_changes_nothing_however_often(
    client: TestClient,
    bureau: Runtime,
    filing_of: Callable[[str], str],
    everything: Callable[[], dict[str, list[Any]]],
) -> None:
    filed, drafted, fresh = filing_of("云溪精工有限公司"), filing_of(QINGHE), filing_of("远山竹业有限公司")
    fill(client, filed, **FULL)
    fill(client, drafted, DRAFT, staff="3")
    before = everything()
    for address in (filed, drafted, fresh):
        for below in ("", "/receipt", "/receipt?version=1", "/promise", "/handover"):
            answers = [client.get(address + below).status_code for _ in range(2)]
            assert answers[0] == answers[1] < 500
    assert everything() == before
