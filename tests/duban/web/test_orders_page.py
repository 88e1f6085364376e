"""三单 on the pages: drafted from a task, approved by a leader, its delivery shown; looking changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from flows.runtime import Runtime
from notifications.tables import Letter, LetterState
from plans.database import reading, writing
from plans.tables import PlanItem
from tasks.tables import Task

Seated = Callable[..., TestClient]
TaskOf = Callable[..., Task]
GAOQI = "培育高新技术企业"
HOME = "/desk/me/letters"


def typed(task: Task, kind: str = "remind", **given: str) -> dict[str, str]:
    return {"task": str(task.id), "kind": kind, "require": "", "contact": "陈平"} | given


def letters(runtime: Runtime) -> list[Letter]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Letter)))


def test_an_order_is_drafted_from_the_task_approved_and_shown_with_its_delivery(
    seated: Seated, bureau: Runtime, task_of: TaskOf
) -> None:
    task, clerk, leader = task_of(GAOQI), seated("王芳", "office"), seated("林岚")
    assert f'href="/desk/me/letters/new?task={task.id}"' in clerk.get(f"/office/me/tasks/{task.id}").text
    assert "工作催办单" in clerk.get(f"{HOME}/new?task={task.id}").text

    onward = clerk.post(f"{HOME}/new", data=typed(task, require="<b>抓紧</b>")).headers["location"]
    drafted = clerk.get(onward).text
    assert "等领导批准" in drafted
    assert "&lt;b&gt;抓紧&lt;/b&gt;" in drafted
    assert "您起草的，等领导批" in clerk.get(HOME).text
    assert clerk.post(f"{HOME}/1/approve").status_code == 422

    assert leader.post(f"{HOME}/1/approve").headers["location"].endswith("said=letter_approved")

    assert "催办〔2026〕1号" in leader.get(HOME).text
    shown = leader.get(f"{HOME}/1").text
    assert "送达" in shown
    assert "待发送" in shown
    assert clerk.get(f"{HOME}/1/word").content[:2] == b"PK"
    (letter,) = letters(bureau)
    assert (letter.state, letter.decided_by, letter.facts["drafted_by"]) == (LetterState.APPROVED, "林岚", "王芳")


@pytest.mark.parametrize(("name", "status"), [("李明", 403), ("王芳", 403), ("陈平", 200), ("林岚", 200)])
def test_only_who_supervises_drafts(seated: Seated, bureau: Runtime, task_of: TaskOf, name: str, status: int) -> None:
    task, browser = task_of(GAOQI), seated(name)

    assert browser.get(f"{HOME}/new?task={task.id}").status_code == status
    assert (browser.post(f"{HOME}/new", data=typed(task)).status_code == 303) == (status == 200)
    assert len(letters(bureau)) == (status == 200)


def test_a_leader_drafts_from_a_link_of_a_mail_too(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: TaskOf
) -> None:
    task, desk = task_of(GAOQI), desk_of("林岚")

    assert f"/letters/new?task={task.id}" in client.get(f"{desk}/tasks/{task.id}").text
    assert client.post(f"{desk}/letters/new", data=typed(task, "supervise")).status_code == 303


def test_what_is_refused_is_shown_with_what_was_typed(seated: Seated, bureau: Runtime, task_of: TaskOf) -> None:
    task, browser = task_of(GAOQI), seated("陈平")
    browser.post(f"{HOME}/new", data=typed(task))

    again = browser.post(f"{HOME}/new", data=typed(task, require="再催一次"))

    assert (again.status_code, len(letters(bureau))) == (422, 1)
    assert "已有一份工作催办单在等批准" in again.text
    assert "再催一次" in again.text
    assert browser.post(f"{HOME}/new", data=typed(task, kind="x")).status_code == 422


def test_who_has_nothing_to_do_with_a_letter_does_not_find_it(seated: Seated, bureau: Runtime, task_of: TaskOf) -> None:
    seated("陈平").post(f"{HOME}/new", data=typed(task_of(GAOQI)))

    for path in ("1", "1/word", "99", "99/word"):
        assert seated("李明").get(f"{HOME}/{path}").status_code == 404
    assert seated("陈平").get(f"{HOME}/new?task=9999").status_code == 404


def test_looking_changes_nothing_and_hostile_names_stay_text(
    seated: Seated, bureau: Runtime, task_of: TaskOf, everything: Callable[[], Any]
) -> None:
    task, browser = task_of(GAOQI), seated("林岚")
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, task.item_id).title = "<script>alert(1)</script>\n甲"
    browser.post(f"{HOME}/new", data=typed(task))
    before = everything()

    shown = [browser.get(f"{HOME}{path}") for path in ("", "/1", "/1/word", f"/new?task={task.id}")]

    assert everything() == before
    assert all(b"<script>alert" not in one.content for one in shown)
