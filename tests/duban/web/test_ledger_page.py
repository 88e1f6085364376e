"""台账 on the pages: taken by all who see the plan, brought back by those who may, looked at before it is applied."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from cast import at
from duban.web.ledger import FIRST
from flows.ledger import ledger_bytes
from flows.runtime import Runtime
from notifications.documents.ledger_sheet import TARGETS, TASKS
from plans.database import reading, writing
from plans.tables import PlanItem
from support.ledgers import Clerk
from tasks.tables import Progress, TaskChange
from tasks.verbs import Act, complete, find_task

Seated = Callable[..., TestClient]
HOME = "/office/me/ledger"


def clerk(runtime: Runtime) -> Clerk:
    return Clerk(ledger_bytes(runtime, at("2026-10-12 09:00")))


def brought(browser: TestClient, content: bytes, name: str = "台账.xlsx") -> Any:
    return browser.post(f"{HOME}/import", files={"file": (name, content)})


def readings(runtime: Runtime) -> list[Progress]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Progress)))


def test_a_clerk_takes_a_ledger_changes_it_looks_and_applies(seated: Seated, bureau: Runtime) -> None:
    office = seated("王芳", "office")
    assert f'href="{HOME}"' in office.get("/office/me/plan").text
    taken = office.get(f"{HOME}/download")
    changed = Clerk(taken.content).write(TARGETS, 2, 当前进度=3, 本次说明="<b>已公示</b>")

    onward = brought(office, changed.content).headers["location"]
    shown = office.get(onward).text

    assert "3家（2026-10-12）" in shown
    assert "&lt;b&gt;已公示&lt;/b&gt;" in shown
    assert readings(bureau) == []
    done = office.post(onward, data={"pick-target-1": "1"})
    assert done.headers["location"] == f"{HOME}?said=ledger_applied"
    assert "已按台账应用" in office.get(done.headers["location"]).text
    assert [(int(one.value), one.by) for one in readings(bureau)] == [(3, "王芳")]
    assert "没有变化" in office.get(onward).text


def test_only_what_is_ticked_is_applied(seated: Seated, bureau: Runtime) -> None:
    office = seated("王芳", "office")
    changed = clerk(bureau).write(TARGETS, 2, 当前进度=3).write(TASKS, 2, 本次说明="快了")
    onward = brought(office, changed.content).headers["location"]

    assert office.post(onward, data={}).status_code == 422
    number = changed.cell(TASKS, 2, "任务编号").value
    office.post(onward, data={f"pick-task-{number}": "1"})

    assert readings(bureau) == []
    with reading(bureau.engine) as session:
        last = session.exec(select(TaskChange).order_by(col(TaskChange.id).desc())).first()
    assert last is not None
    assert (last.verb, last.via, last.note) == ("report", "import", "快了")


def test_what_moved_after_it_was_looked_at_is_refused_and_nothing_is_done(seated: Seated, bureau: Runtime) -> None:
    office = seated("王芳", "office")
    changed = clerk(bureau).write(TARGETS, 2, 当前进度=3).write(TASKS, 2, 本次说明="快了")
    onward = brought(office, changed.content).headers["location"]
    number = changed.cell(TASKS, 2, "任务编号").value
    with writing(bureau.engine) as session:
        complete(session, find_task(session, number), Act("李明", "page", at("2026-10-12 09:30")), "已完成")

    refused = office.post(onward, data={"pick-target-1": "1", f"pick-task-{number}": "1"})

    assert refused.status_code == 422
    assert "李明已于 2026-10-12 09:30 办结：已完成" in refused.text
    assert readings(bureau) == []


@pytest.mark.parametrize(("name", "duty", "status"), [("李明", "", 403), ("陈平", "", 303), ("周正", "", 303)])
def test_all_take_the_ledger_and_only_some_bring_it_back(
    seated: Seated, bureau: Runtime, name: str, duty: str, status: int
) -> None:
    browser = seated(name, duty)

    assert browser.get(f"{HOME}/download").content[:2] == b"PK"
    assert ("传回来" in browser.get(HOME).text) == (status == 303)
    assert brought(browser, clerk(bureau).content).status_code == status


def test_a_link_takes_the_ledger_and_brings_nothing_back(client: TestClient, bureau: Runtime, office: str) -> None:
    assert client.get(f"{office}/ledger/download").status_code == 200
    assert client.post(f"{office}/ledger/import", files={"file": ("a.xlsx", clerk(bureau).content)}).status_code == 403


@pytest.mark.parametrize(("content", "why"), [(b"", "请先选择改好的台账"), (b"%PDF-1.4", "不是 Excel")])
def test_what_is_no_ledger_is_said_on_the_page(seated: Seated, bureau: Runtime, content: bytes, why: str) -> None:
    refused = brought(seated("王芳", "office"), content, "台账.xlsx" if content else "")

    assert (refused.status_code, why in refused.text) == (422, True)


@pytest.mark.parametrize("name", ["../secret.key", "x" * 64, "0" * 64])
def test_a_file_that_was_not_handed_in_is_not_found(seated: Seated, bureau: Runtime, name: str) -> None:
    assert seated("王芳", "office").get(f"{HOME}/import/{name}").status_code == 404


def test_looking_changes_nothing(seated: Seated, bureau: Runtime, everything: Callable[[], Any]) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, 1).title = "<script>alert(1)</script>"
    office = seated("王芳", "office")
    onward = brought(office, clerk(bureau).write(TARGETS, 2, 当前进度=3).content).headers["location"]
    before = everything()

    pages = [office.get(address).text for address in (HOME, onward, onward)]

    assert everything() == before
    assert FIRST > 100
    assert all("<script>alert" not in page for page in pages)
