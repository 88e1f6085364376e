"""企业填报: no login, one form; faults beside their fields, a receipt, and room for a correction."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from flows.runtime import Runtime
from plans.database import reading, writing
from tasks.states import State
from tasks.tables import Filing, Task, TaskChange

QINGHE = "青禾药业有限公司"
FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "钱会计", "phone": "13900000002"}
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
    assert "第 1 次填报" in page
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
    client.post(filing_of(QINGHE), data=FULL | {"cost_year": "620"})
    page = client.get(filing_of(QINGHE)).text
    assert "第 2 次填报" in page
    assert "620 万元" in page
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
