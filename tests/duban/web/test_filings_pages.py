"""填报 on a person's own link: who may look, who may act, and what becomes of it."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook
from sqlmodel import col, select

from flows.runtime import Runtime
from plans.database import reading, writing
from plans.tables import Enterprise
from tasks.chasing_tables import Call
from tasks.states import State
from tasks.tables import Filing, Task, TaskChange

Desk = Callable[[str], str]
Find = Callable[..., Task]
Link = Callable[[str], str]
JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"
FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "赵会计", "phone": "13900000001"}
NASTY = "<script>alert(1)</script>=1+1"


def state_of(bureau: Runtime, task: Task) -> str:
    with reading(bureau.engine) as session:
        return session.get_one(Task, task.id).state


def filings(bureau: Runtime) -> list[Filing]:
    with reading(bureau.engine) as session:
        return list(session.exec(select(Filing).order_by(col(Filing.id))))


def place(desk_of: Desk, name: str, task: Task) -> str:
    return f"{desk_of(name)}/filings/{task.id}"


def table(*rows: list[Any]) -> bytes:
    book = Workbook()
    head = ["企业名称", "研发人员", "本月研发费用", "1月至本月累计研发费用", "填表人", "联系电话"]
    for row in [head, *rows]:
        book.worksheets[0].append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture
def addresses(desk_of: Desk, task_of: Find) -> Callable[[str], list[str]]:
    """Every page of the officer's side, as one person reaches them."""

    def walk(name: str) -> list[str]:
        task = task_of("研发月报", JINGGONG)
        where = f"item={task.item_id}&month=2026-09"
        pages = ["", f"?{where}&state=owing&sort=name", f"/{task.id}", f"/{task.id}/file", f"/calls?{where}"]
        pages += [f"/approve?{where}", f"/import?{where}"]
        pages += [f"/export/{what}?{where}" for what in ("matrix", "month", "template", "calls")]
        return [f"{desk_of(name)}/filings{page}" for page in pages]

    return walk


@pytest.mark.parametrize("name", ["李明", "陈平", "林岚", "周正", "王芳"])
def test_everybody_of_the_bureau_may_look(client: TestClient, addresses: Callable[[str], list[str]], name: str) -> None:
    assert [client.get(address).status_code for address in addresses(name)] == [200] * 11


def test_looking_changes_nothing(
    client: TestClient, addresses: Callable[[str], list[str]], everything: Callable[[], dict[str, list[Any]]]
) -> None:
    before = everything()
    for address in addresses("李明") * 2:
        client.get(address)
    assert everything() == before


@pytest.mark.parametrize("name", ["李明", "陈平", "林岚"])
def test_owner_head_and_leader_accept(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, filing_of: Link, name: str
) -> None:
    client.post(filing_of(JINGGONG), data=FULL)
    task = task_of("研发月报", JINGGONG)

    assert client.post(f"{place(desk_of, name, task)}/accept", data={}).status_code == 303
    assert state_of(bureau, task) == State.CLOSED


def test_who_owns_no_report_may_not_act(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, filing_of: Link
) -> None:
    client.post(filing_of(JINGGONG), data=FULL)
    task = task_of("研发月报", JINGGONG)
    mine, where = place(desk_of, "王芳", task), f"?item={task.item_id}&month=2026-09"
    home = f"{desk_of('王芳')}/filings"
    file = {"file": ("回表.xlsx", table([QINGHE, 1, 2, 3, "钱", "139"]))}
    answers = [
        client.post(f"{mine}/accept", data={}),
        client.post(f"{mine}/return", data={"reason": "错"}),
        client.post(f"{mine}/file", data=FULL),
        client.post(f"{home}/approve", data={"item": str(task.item_id), "month": "2026-09"}),
        client.post(f"{home}/calls/{task.id}", data={"said": "打了"}),
        client.post(f"{home}/import{where}", files=file),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert "由责任人、股室负责人或局领导办理" in answers[0].text
    assert "退回原因" not in client.get(mine).text
    assert (state_of(bureau, task), len(filings(bureau))) == (State.DONE, 1)


def test_a_report_is_shown_with_its_reasons_and_returned_with_one(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, filing_of: Link
) -> None:
    client.post(filing_of(JINGGONG), data=FULL)
    task = task_of("研发月报", JINGGONG)
    mine = place(desk_of, "李明", task)
    page = client.get(mine).text
    for shown in (JINGGONG, "2026年9月", "85.5 万元", "2026年8月", "待核定 1 份", "13900000001"):
        assert shown in page

    assert "退回要写明原因" in client.post(f"{mine}/return", data={"reason": " "}).text
    assert client.post(f"{mine}/return", data={"reason": "单位不对"}).status_code == 303
    assert state_of(bureau, task) == State.RETURNED
    assert "已被退回：单位不对" in client.get(mine).text


def test_accepting_goes_on_to_the_next(client: TestClient, desk_of: Desk, task_of: Find, filing_of: Link) -> None:
    for name in (JINGGONG, QINGHE, YUANSHAN):
        client.post(filing_of(name), data=FULL)
    first, second, third = (task_of("研发月报", name) for name in (JINGGONG, QINGHE, YUANSHAN))
    page = client.get(place(desk_of, "李明", second)).text
    assert f'/filings/{first.id}">‹ 上一份' in page
    assert f'/filings/{third.id}">下一份' in page

    onward = client.post(f"{place(desk_of, '李明', first)}/accept", data={}).headers["location"]
    assert onward.endswith(f"/filings/{second.id}?said=filing_accepted")


def test_many_are_accepted_but_not_those_with_a_question_nor_those_that_changed(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, filing_of: Link
) -> None:
    for name in (JINGGONG, QINGHE, YUANSHAN):
        client.post(filing_of(name), data=FULL)
    asked, changed, clean = (task_of("研发月报", name) for name in (JINGGONG, QINGHE, YUANSHAN))
    with writing(bureau.engine) as session:
        filing = session.exec(select(Filing).where(Filing.task_id == asked.id)).one()
        filing.answers = {**filing.answers, "reason:swing": "设备采购"}
    where = f"{desk_of('李明')}/filings/approve"
    page = client.get(f"{where}?item={clean.item_id}&month=2026-09").text
    assert (JINGGONG in page, QINGHE in page, YUANSHAN in page) == (False, True, True)
    again = hidden(client.get(filing_of(QINGHE)).text)
    client.post(filing_of(QINGHE), data=again | FULL | {"staff": "13"})

    seen = {f"task-{task.id}": "1" for task in (asked, changed, clean)}
    client.post(where, data=seen | {"item": str(clean.item_id), "month": "2026-09"})

    assert [state_of(bureau, task) for task in (asked, changed, clean)] == [State.DONE, State.DONE, State.CLOSED]


def test_filing_on_behalf_says_so_everywhere(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, filing_of: Link
) -> None:
    task = task_of("研发月报", QINGHE)
    mine = place(desk_of, "李明", task)
    assert "请填写研发人员" in client.post(f"{mine}/file", data=FULL | {"staff": ""}).text
    assert filings(bureau) == []

    assert client.post(f"{mine}/file", data=FULL).status_code == 303

    assert "代报：李明（电话）" in client.get(mine).text
    assert "代报：李明（电话）" in client.get(filing_of(QINGHE)).text
    assert "代报" in client.get(f"{desk_of('李明')}/filings").text
    with reading(bureau.engine) as session:
        change = session.exec(select(TaskChange).where(TaskChange.task_id == task.id, TaskChange.verb == "complete"))
        assert change.one().actor == f"李明（代{QINGHE}）"


def test_what_came_while_the_officer_typed_is_not_filed_over(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, filing_of: Link
) -> None:
    mine = f"{place(desk_of, '李明', task_of('研发月报', QINGHE))}/file"
    opened = hidden(client.get(mine).text)
    client.post(filing_of(QINGHE), data=FULL)

    answer = client.post(mine, data=opened | FULL | {"staff": "99"})

    assert answer.status_code == 409
    assert "请对照后决定" in answer.text
    assert len(filings(bureau)) == 1


def test_what_is_accepted_is_not_filed_over(client: TestClient, desk_of: Desk, task_of: Find, filing_of: Link) -> None:
    client.post(filing_of(JINGGONG), data=FULL)
    mine = place(desk_of, "李明", task_of("研发月报", JINGGONG))
    client.post(f"{mine}/accept", data={})

    answer = client.post(f"{mine}/file", data=FULL)

    assert answer.status_code == 409
    assert "已经核定" in answer.text


def test_a_call_is_noted_with_its_promise(client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find) -> None:
    task, home = task_of("研发月报", YUANSHAN), f"{desk_of('李明')}/filings/calls"
    told = {"with": "孙会计", "said": f"出差 {NASTY}", "promised": "2026-10-14"}

    assert client.post(f"{home}/{task.id}?item={task.item_id}", data=told).status_code == 303

    with reading(bureau.engine) as session:
        [call] = session.exec(select(Call)).all()
    assert (call.spoke_with, call.promised_on, call.by, call.via) == ("孙会计", date(2026, 10, 14), "李明", "phone")
    assert "承诺" in client.get(f"{desk_of('李明')}/filings").text
    assert "<script>" not in client.get(home).text


@pytest.mark.parametrize("typed", [{}, {"promised": "昨天"}, {"promised": "2026-10-01", "said": "好"}])
def test_a_call_that_says_nothing_or_promises_the_past_is_refused(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, typed: dict[str, str]
) -> None:
    task = task_of("研发月报", YUANSHAN)

    answer = client.post(f"{desk_of('李明')}/filings/calls/{task.id}?item={task.item_id}", data=typed)

    assert answer.status_code == 422
    with reading(bureau.engine) as session:
        assert session.exec(select(Call)).all() == []


def test_an_import_is_looked_at_and_then_applied(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find
) -> None:
    where = f"{desk_of('李明')}/filings/import"
    about = f"?item={task_of('研发月报', JINGGONG).item_id}&month=2026-09"
    files = [
        ("file", ("<b>一.xlsx", table([JINGGONG, 12, 85.5, 610, "赵会计", "139"], [NASTY, 1, 2, 3, "甲", "139"]))),
        ("file", ("二.xlsx", table([QINGHE, 12, "八十", 610, "钱会计", "139"]))),
    ]
    page = client.post(where + about, files=files).text
    assert "可以收 1 行，不能收 2 行" in page
    assert "本月研发费用请填数字" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "<b>一" not in page
    assert filings(bureau) == []

    answer = client.post(f"{where}/apply{about}", data=hidden(page))

    assert answer.headers["location"].endswith("said=imported")
    assert [filing.via for filing in filings(bureau)] == ["import"]
    again = client.post(f"{where}/apply{about}", data=hidden(page))
    assert ("重新选择" in again.text, len(filings(bureau))) == (True, 1)


def test_what_changed_since_the_look_is_not_imported(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, filing_of: Link
) -> None:
    where = f"{desk_of('李明')}/filings/import"
    about = f"?item={task_of('研发月报', QINGHE).item_id}&month=2026-09"
    rows = table([QINGHE, 12, 85.5, 610, "赵会计", "13900000001"])
    page = client.post(where + about, files=[("file", ("一.xlsx", rows))]).text
    client.post(filing_of(QINGHE), data=FULL)

    answer = client.post(f"{where}/apply{about}", data=hidden(page))

    assert (answer.status_code, len(filings(bureau))) == (409, 1)
    assert "情况有变" in answer.text


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's form that applies."""
    from html import unescape
    from re import findall

    return {name: unescape(value) for name, value in findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)}


def test_a_file_that_was_not_kept_is_asked_for_again(client: TestClient, desk_of: Desk, task_of: Find) -> None:
    where = f"{desk_of('李明')}/filings/import"
    about = f"?item={task_of('研发月报').item_id}&month=2026-09"

    assert "请先选择" in client.post(where + about, data={}).text
    for told in ("../../secret.key x", "0" * 64 + " a.xlsx"):
        assert "重新选择" in client.post(f"{where}/apply{about}", data={"file-1": told, "seal": "x"}).text


def test_a_download_is_an_excel_file_with_the_items_name(client: TestClient, desk_of: Desk, task_of: Find) -> None:
    item = task_of("研发月报").item_id

    answer = client.get(f"{desk_of('王芳')}/filings/export/month?item={item}&month=2026-09")

    assert "filename*=UTF-8''%E7%A0%94" in answer.headers["content-disposition"]
    assert load_workbook(BytesIO(answer.content)).worksheets[0]["A2"].value == JINGGONG


def test_hostile_names_come_out_harmless(
    client: TestClient, bureau: Runtime, addresses: Callable[[str], list[str]]
) -> None:
    pages = addresses("李明")[:7]
    with writing(bureau.engine) as session:
        for enterprise in session.exec(select(Enterprise)):
            enterprise.name, enterprise.contact = f"{NASTY}{enterprise.id}", f"<img src=x>{enterprise.id}"
            enterprise.phone = "javascript:alert(1)"
    for address in pages:
        page = client.get(address).text
        assert "<script>" not in page
        assert "<img src=x>" not in page
        assert "tel:java" not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/999999", 404),
        ("/import?item=1&month=2026-99", 404),
        ("?month=abc", 404),
        ("?item=999", 200),
        ("/calls?item=999", 404),
        ("/export/month?item=1", 404),
    ],
)
def test_an_address_that_is_none_is_told_politely(client: TestClient, desk_of: Desk, path: str, status: int) -> None:
    assert client.get(f"{desk_of('李明')}/filings{path}").status_code == status


def test_a_task_that_is_no_report_is_not_opened_here(client: TestClient, desk_of: Desk, task_of: Find) -> None:
    assert client.get(place(desk_of, "李明", task_of("培育高新技术企业"))).status_code == 404


def test_the_office_link_looks_and_does_not_act(client: TestClient, office: str, now: datetime) -> None:
    page = client.get(f"{office}/matrix").text
    assert JINGGONG in page
    assert "下载" not in page
    assert client.get(f"{office}/filings").status_code == 404
