"""督办 on the pages: who reports, asks, decides and confirms, and who may not."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from flows.runtime import Runtime
from plans.database import reading, writing
from plans.tables import PlanItem
from tasks.evidence import evidence_of
from tasks.states import State
from tasks.tables import Extension, Task

Desk = Callable[[str], str]
Find = Callable[..., Task]
PDF = b"%PDF-1.7 evidence"


def stored(bureau: Runtime, task: Task) -> Task:
    with reading(bureau.engine) as session:
        return session.get_one(Task, task.id)


def address(desk_of: Desk, name: str, task: Task) -> str:
    return f"{desk_of(name)}/tasks/{task.id}"


def reviewed(bureau: Runtime, task: Task) -> None:
    with writing(bureau.engine) as session:
        item = session.get_one(PlanItem, task.item_id)
        item.needs_review = True
        session.add(item)


def test_an_extension_is_asked_for_and_granted_on_two_desks(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find
) -> None:
    task = task_of("培育高新技术企业")
    asked = client.post(
        f"{address(desk_of, '李明', task)}/extend", data={"to": "2026-11-13", "reason": "等省厅批次<b>"}
    )
    assert asked.status_code == 303
    assert "有 1 件事等您处理" in client.get(desk_of("陈平")).text
    assert "等省厅批次&lt;b&gt;" in client.get(f"{desk_of('陈平')}/decisions").text

    granted = client.post(f"{address(desk_of, '陈平', task)}/extensions/1/grant", data={"reason": ""})

    assert granted.status_code == 303
    assert str(stored(bureau, task).due_on) == "2026-11-13"
    assert "原定 10月30日（周五） 到期，已同意延期" in client.get(address(desk_of, "李明", task)).text


def test_a_refusal_needs_a_reason_and_the_page_says_so(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find
) -> None:
    task = task_of("培育高新技术企业")
    client.post(f"{address(desk_of, '李明', task)}/extend", data={"to": "2026-11-13", "reason": "忙"})

    refused = client.post(f"{address(desk_of, '林岚', task)}/extensions/1/refuse", data={"reason": " "})

    assert refused.status_code == 409
    assert "不同意延期要写明原因" in refused.text
    with reading(bureau.engine) as session:
        assert session.exec(select(Extension.state)).all() == ["asked"]


def test_what_was_typed_is_shown_again_with_the_fault(client: TestClient, desk_of: Desk, task_of: Find) -> None:
    task = task_of("培育高新技术企业")

    refused = client.post(f"{address(desk_of, '李明', task)}/extend", data={"to": "2026-10-13", "reason": "等批次"})

    assert refused.status_code == 409
    assert "要晚于现在的期限" in refused.text
    assert 'value="等批次"' in refused.text


def test_done_waits_for_review_and_is_confirmed_by_the_head(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find
) -> None:
    task = task_of("培育高新技术企业")
    reviewed(bureau, task)
    client.post(f"{address(desk_of, '李明', task)}/done", data={"figure-1": "3"})
    assert "待复核" in client.get(f"{desk_of('陈平')}/decisions").text

    assert client.post(f"{address(desk_of, '陈平', task)}/close").status_code == 303

    assert stored(bureau, task).state == State.CLOSED
    assert "没有要您处理的事" in client.get(f"{desk_of('陈平')}/decisions").text


def test_returned_with_a_reason_it_is_open_again(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find
) -> None:
    task = task_of("培育高新技术企业")
    client.post(f"{address(desk_of, '李明', task)}/done", data={"figure-1": "3"})

    assert client.post(f"{address(desk_of, '陈平', task)}/return", data={"reason": ""}).status_code == 409
    assert client.post(f"{address(desk_of, '陈平', task)}/return", data={"reason": "缺证书"}).status_code == 303

    assert stored(bureau, task).state == State.RETURNED
    assert "已被退回：缺证书" in client.get(address(desk_of, "李明", task)).text


@pytest.mark.parametrize("deed", ["close", "return", "extensions/1/grant", "extensions/1/refuse"])
@pytest.mark.parametrize("name", ["李明", "王芳"])
def test_staff_decide_nothing(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find, deed: str, name: str
) -> None:
    task = task_of("培育高新技术企业")
    client.post(f"{address(desk_of, '李明', task)}/extend", data={"to": "2026-11-13", "reason": "忙"})
    before = stored(bureau, task).model_dump()

    answer = client.post(f"{address(desk_of, name, task)}/{deed}", data={"reason": "试试"})

    assert answer.status_code in (403, 404)
    assert stored(bureau, task).model_dump() == before


def test_a_file_is_taken_and_given_back_as_a_download(
    client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find
) -> None:
    task = task_of("培育高新技术企业")
    page = address(desk_of, "李明", task)

    taken = client.post(f"{page}/attach", files={"file": ("认定<b>文件.pdf", PDF, "text/html")})

    assert taken.status_code == 303
    assert "认定&lt;b&gt;文件.pdf" in client.get(page).text
    with reading(bureau.engine) as session:
        (kept,) = evidence_of(session, task.id or 0)
    given = client.get(f"{page}/files/{kept.id}")
    assert given.content == PDF
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"].startswith("attachment;")
    assert client.get(f"{address(desk_of, '王芳', task)}/files/{kept.id}").status_code == 404


def test_a_program_is_not_taken(client: TestClient, desk_of: Desk, task_of: Find) -> None:
    task = task_of("培育高新技术企业")

    refused = client.post(f"{address(desk_of, '李明', task)}/attach", files={"file": ("a.pdf", b"MZ\x00\x90", "x/y")})

    assert refused.status_code == 422
    assert "a.pdf 不是能收的文件" in refused.text


def test_a_report_keeps_the_task_open(client: TestClient, bureau: Runtime, desk_of: Desk, task_of: Find) -> None:
    task = task_of("培育高新技术企业")

    told = client.post(f"{address(desk_of, '李明', task)}/report", data={"figure-1": "2", "note": "两家在公示"})

    assert told.status_code == 303
    assert stored(bureau, task).state == State.OPEN
    page = client.get(address(desk_of, "李明", task)).text
    assert "两家在公示" in page
    assert "反馈" in page
