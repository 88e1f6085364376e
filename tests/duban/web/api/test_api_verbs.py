"""What other programs read and do: the same as on the pages, as JSON."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from duban.web.api.application import HOME
from flows.runtime import Runtime
from flows.work import FLOWS, due_jobs, run_job
from notifications.tables import Delivery
from plans.api_tokens import Scope
from plans.database import writing
from plans.tables import Enterprise, Person, PlanItem
from tasks.tables import Task

Caller = Callable[..., TestClient]
Find = Callable[..., Task]
LOOKED_AT: tuple[str, ...] = (
    "me",
    "tasks",
    "tasks?state=all",
    "filings",
    "filings/items",
    "plan/plans",
    "plan/items",
    "plan/items/1",
)
LOOKED_AT += ("plan/targets/1/series", "enterprises", "enterprises/1", "digests", "digests/2026-10", "deliveries")
LOOKED_AT += ("deliveries/1", "docs", "openapi.json")
FILED = {"staff": "12", "cost_month": "85.5", "cost_year": "600", "filler": "赵会计", "phone": "13900000001"}


def do_all_work(bureau: Runtime, now: datetime) -> None:
    for flow in FLOWS:
        for job in due_jobs(flow, bureau, now):
            run_job(job, bureau, now)


def test_looking_changes_nothing_but_when_the_token_was_used(
    bureau: Runtime, now: datetime, caller: Caller, task_of: Find, everything: Callable[[], dict[str, list[Any]]]
) -> None:
    do_all_work(bureau, now)
    program = caller("周正")
    before = everything()
    before_token = before.pop("api_token")
    reports = [f"tasks/{task_of('培育高新技术企业').id}", f"filings/{task_of('研发月报', '云溪精工有限公司').id}"]
    for path in [*LOOKED_AT, *reports] * 2:
        assert program.get(path).status_code == 200, path
        assert program.head(path).status_code == 200, path
    after = everything()

    assert [row[:-2] for row in after.pop("api_token")] == [row[:-2] for row in before_token]
    assert after == before


def test_a_task_lives_its_life(caller: Caller, task_of: Find) -> None:
    number = task_of("培育高新技术企业").id
    owner, head = caller("李明", Scope.TASKS), caller("陈平", Scope.TASKS)

    def said(program: TestClient, verb: str, **given: Any) -> tuple[str, str]:
        answer = program.post(f"tasks/{number}/{verb}", json=given)
        assert answer.status_code == 200, answer.text
        last = answer.json()["history"][-1]
        return answer.json()["state"], f"{last['by']}{last['what']}：{last['note']}"

    assert said(owner, "acknowledge", note="收到") == ("acknowledged", "李明签收：收到")
    assert said(owner, "report", figures=[{"target": 1, "value": "2家"}]) == ("acknowledged", "李明反馈：")
    assert said(owner, "extend", to="2026-11-06", reason="等名单")[0] == "acknowledged"
    assert said(head, "extensions/1/grant") == ("acknowledged", "陈平同意延期：延到 2026-11-06")
    assert said(owner, "done", figures=[{"target": 1, "value": "3"}], note="新认定1家") == (
        "done",
        "李明办结：新认定1家",
    )
    assert said(head, "return", reason="请附批文") == ("returned", "陈平退回：请附批文")
    assert said(owner, "done", note="批文已交") == ("done", "李明办结：批文已交")
    assert said(head, "close") == ("closed", "陈平销号：")


def test_figures_come_as_text_and_days_as_days(caller: Caller, task_of: Find) -> None:
    program = caller("周正")
    owner = caller("李明", Scope.TASKS)
    owner.post(f"tasks/{task_of('培育高新技术企业').id}/report", json={"figures": [{"target": 1, "value": "2.0"}]})

    (target,) = program.get("plan/items/1").json()["targets"]
    assert (target["floor"], target["stretch"], target["value"], target["read_on"]) == ("5", "8", "2", "2026-10-12")
    assert target["floor_share"] == 0.4
    months = program.get("plan/targets/1/series").json()["months"]
    assert [month["reading"] for month in months if month["month"] == "2026-10"] == ["2"]


@pytest.mark.parametrize(
    ("verb", "given", "status", "field", "told"),
    [
        ("done", {"figures": [{"target": 1, "value": "三四家"}]}, 422, "figure-1", "请填数字"),
        ("done", {}, 422, "note", "请填写数值"),
        ("extend", {"to": "明天", "reason": "忙"}, 422, "to", "“to”请写成 2026-10-20。"),
        ("extend", {"to": "2026-12-01"}, 422, "reason", "“reason”没有写。"),
        ("extend", {"to": "2026-10-01", "reason": "忙"}, 409, "to", "要晚于现在的期限"),
        ("extend", {"to": "9999-12-31", "reason": "忙"}, 409, "to", "请检查年份"),
        ("acknowledge", {"note": "x" * 2001}, 422, "note", "“note”太长，最多2000字。"),
        ("acknowledge", {"by": "周正"}, 422, "by", "“by”没有这个字段。"),
        ("acknowledge", [], 422, "", "请求内容写得不对。"),
        ("dance", {}, 404, "", "没有这个地址"),
    ],
)
def test_what_is_refused_is_one_sentence_with_its_field(
    caller: Caller, task_of: Find, verb: str, given: Any, status: int, field: str, told: str
) -> None:
    answer = caller("李明").post(f"tasks/{task_of('培育高新技术企业').id}/{verb}", json=given)

    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    assert told in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/json"


def test_the_second_to_do_a_thing_is_told_so(caller: Caller, task_of: Find) -> None:
    program, path = caller("李明"), f"tasks/{task_of('培育高新技术企业').id}/done"
    assert program.post(path, json={"note": "没有新的"}).status_code == 200

    again = program.post(path, json={"note": "没有新的"})
    assert again.status_code == 409
    assert "李明已于 2026-10-12 10:00 办结" in again.json()["detail"]


def test_broken_and_oversized_bodies_are_told_in_json(caller: Caller) -> None:
    program = caller("李明")
    headers = {"content-type": "application/json"}
    bodies = {b"{": 422, b'{"note": "\xff"}': 400, b"[" * 100_000: 400, b'"' + b"x" * 300_000 + b'"': 413}
    for body, status in bodies.items():
        answer = program.post("tasks/1/done", content=body, headers=headers)
        assert answer.status_code == status, body[:10]
        assert answer.json()["detail"].endswith("。")
    assert program.delete("tasks").status_code == 405
    assert program.get("tasks/a%0Ab").json()["detail"].startswith("没有这个地址")


def test_the_list_is_filtered_and_paged(caller: Caller, bureau: Runtime, task_of: Find) -> None:
    with writing(bureau.engine) as session:
        one = session.get_one(Task, task_of("培育高新技术企业").id)
        fields = one.model_dump(exclude={"id"})
        session.add_all(Task(**fields | {"assignee": f"person:{n}"}) for n in range(100, 160))
    program = caller("周正", Scope.READ)

    def listed(query: str) -> dict[str, Any]:
        found: dict[str, Any] = program.get(f"tasks?{query}").json()
        return found

    first, last = listed("person=李明&q=高新"), listed("person=李明&q=高新&page=9")
    assert (first["total"], first["pages"], len(first["rows"]), len(last["rows"])) == (61, 2, 50, 11)
    assert listed("person=李明&due_from=2026-10-30&due_until=2026-10-30")["total"] == 61
    assert listed("due_until=2026-10-09")["total"] == 1
    assert listed("state=finished")["total"] == 0
    assert program.get("tasks?state=late").json()["detail"].startswith("“state”只能是")


def test_a_report_is_filed_on_behalf_accepted_and_returned(caller: Caller, task_of: Find) -> None:
    program, number = caller("李明"), task_of("研发月报", "云溪精工有限公司").id
    wrong = program.post(f"filings/{number}/file", json={"answers": {**FILED, "staff": "十二三"}})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "staff")
    assert "staff" in wrong.json()["faults"]

    filed = program.post(f"filings/{number}/file", json={"answers": FILED})
    assert filed.status_code == 200, filed.text
    assert filed.json()["answers"]["cost_month"] == "85.5"
    assert filed.json()["versions"][0]["by"] == "代报：李明（电话）"
    moved = program.post(f"filings/{number}/file", json={"answers": FILED})
    assert moved.status_code == 409
    assert program.post(f"filings/{number}/return", json={"reason": "再核对"}).json()["stand"] == "returned"
    again = program.post(f"filings/{number}/file", json={"answers": FILED, "seen": {"filing": 1, "draft": 0}})
    assert again.json()["may_decide"]
    assert program.post(f"filings/{number}/accept", json={}).json()["word"] == "已审"

    (line, *_) = program.get("filings?month=2026-09&q=精工").json()["enterprises"]["rows"]
    assert [cell["word"] for cell in line["months"] if cell["month"] == "2026-09"] == ["已审"]


def test_the_plan_is_changed_with_the_same_words_as_on_the_command_line(caller: Caller) -> None:
    program = caller("陈平")

    changed = program.post("plan/items/1/edit", json={"changes": {"标题": "培育高企", "权重": "2"}}).json()
    assert (changed["changed"], changed["item"]["title"], changed["item"]["weight"]) == (2, "培育高企", "2")
    assert program.post("plan/items/1/edit", json={"changes": {"颜色": "红"}}).status_code == 422
    assert program.post("plan/items/1/reassign", json={"to": "王芳"}).json()["item"]["owner"] == "王芳"
    assert program.post("plan/items/1/edit", json={"changes": {"标题": "别的"}}).status_code == 403
    split = program_of_director(caller).post("plan/items/1/split", json={"titles": ["培育", "认定"]})
    assert split.json()["item"]["state"] == "已取消"
    assert {row["title"] for row in program.get("plan/items?plan=2026年下半年").json()["rows"]} >= {"培育", "认定"}


def program_of_director(caller: Caller) -> TestClient:
    return caller("周正")


def test_the_roster_is_kept(caller: Caller) -> None:
    program = caller("李明")

    edited = program.post("enterprises/1/edit", json={"weight": "950", "short_name": "精工"}).json()
    assert (edited["weight"], edited["short_name"]) == ("950", "精工")
    handed = program.post("enterprises/1/hand-over", json={"name": "吴会计", "phone": "13900000009"}).json()
    assert (handed["filer"], handed["changes"][0]["field"]) == ("吴会计", "填报人")
    assert program.post("enterprises/2/exempt", json={"reason": "停产"}).json()["standing"] == "免报"
    assert program.post("enterprises/2/exempt-end").json()["standing"] == "在册"
    assert program.post("enterprises/1/months", json={"last": "2026-12"}).json()["months"] == "至 2026-12"
    assert program.post("enterprises/1/months", json={"last": "哪天"}).status_code == 422
    assert program.get("enterprises/99").status_code == 404


def test_a_message_is_given_without_the_links_in_it(
    bureau: Runtime, now: datetime, caller: Caller, desk_of: Callable[[str], str]
) -> None:
    link = desk_of("李明")
    about: dict[str, Any] = {"kind": "reminder", "channel": "mail", "recipient": "person:4", "on_day": now.date()}
    with writing(bureau.engine) as session:
        session.add(
            Delivery(**about, subject=link, text=f"请看：{link}/tasks/1", reason=link, next_try_at=now, made_at=now)
        )
    program = caller("周正")

    assert program.get("deliveries/1").json()["text"].endswith("/desk/（个人链接已隐去）/tasks/1")
    for path in ("deliveries/1", "deliveries", "deliveries?state=pending"):
        assert link.rpartition("/")[2] not in program.get(path).text


def test_names_are_data_wherever_they_are_told(bureau: Runtime, now: datetime, caller: Caller) -> None:
    evil = "<script>alert(1)</script>\u2028=1+1" + "长" * 160
    with writing(bureau.engine) as session:
        for item in session.exec(select(PlanItem)):
            item.title = item.text = evil
        for enterprise in session.exec(select(Enterprise)):
            enterprise.name, enterprise.contact = f"{evil}{enterprise.id}", evil
        session.exec(select(Person).where(Person.name == "王芳")).one().name = evil
    do_all_work(bureau, now)
    program = caller("周正")
    for path in LOOKED_AT:
        answer = program.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert path == "docs" or answer.headers["content-type"] == "application/json"
    assert program.get("plan/items/1").json()["title"] == evil
    assert evil not in program.get("docs").text


def test_no_word_of_the_api_opens_a_page_of_another_site(client: TestClient) -> None:
    answer = client.get(f"{HOME}/tasks", headers={"origin": "https://evil.example"})

    assert "access-control-allow-origin" not in answer.headers
