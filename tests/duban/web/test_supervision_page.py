"""督办 on one page: what waits for a word is said in place, what is late is urged in place, and who sees what."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from fastapi.testclient import TestClient
from sqlmodel import col, select

from flows.runtime import Runtime
from flows.work import FLOWS, due_jobs, run_job
from notifications.tables import Notice
from plans.database import reading, writing
from plans.deputies import add_deputy
from plans.tables import Person, PlanItem
from plans.zone import local_day
from support.clerk import one, sent_untouched, soup
from tasks.evidence import attach
from tasks.extensions import ask_extension
from tasks.states import State, Verb
from tasks.tables import Extension, Task, TaskChange
from tasks.verbs import Act, complete, report

Sit = Callable[..., TestClient]
Find = Callable[..., Task]
Dump = Callable[[], dict[str, list[Any]]]
FRONT = "/office/me/supervision"
GOAL, ANNUAL, PATROL = "培育高新技术企业", "研发投入年报", "责任网格整治"


@pytest.fixture
def asked(bureau: Runtime, task_of: Find, now: datetime) -> Task:
    """李明 has asked for more time."""
    with writing(bureau.engine) as session:
        task = session.get_one(Task, task_of(GOAL).id)
        ask_extension(session, task, date(2026, 11, 13), "等省厅<b>批次", Act("李明", "page", now))
    return task_of(GOAL)


@pytest.fixture
def to_review(bureau: Runtime, task_of: Find, now: datetime) -> Task:
    """李明 calls done what is to be reviewed."""
    with writing(bureau.engine) as session:
        task = session.get_one(Task, task_of(ANNUAL).id)
        session.get_one(PlanItem, task.item_id).needs_review = True
        act = Act("李明", "page", now)
        attach(session, task, "回执.txt", b"ok", bureau.settings.data / "evidence", act)
        complete(session, task, act, "已报<i>统计局")
    return task_of(ANNUAL)


def row(page: Any, task: Task) -> Tag:
    return one(soup(page), f"#t{task.id}")


def press(browser: TestClient, task: Task, words: str, page: str = FRONT, **typed: str) -> Any:
    """Open the page, type into the task's row, press the button of those words."""
    form = one(row(browser.get(page), task), "form")
    button = next(one for one in form.select("button") if one.get_text() == words)
    return browser.post(str(button.get("formaction", form["action"])), data=sent_untouched(form) | typed)


def stored(bureau: Runtime, task: Task) -> Task:
    with reading(bureau.engine) as session:
        return session.get_one(Task, task.id)


def words(page: Any) -> str:
    return " ".join(BeautifulSoup(page.text, "lxml").get_text(" ").split())


def test_an_extension_is_granted_in_place(seated: Sit, bureau: Runtime, asked: Task) -> None:
    chen = seated("陈平")
    assert "李明申请延到 11月13日（周五）：等省厅<b>批次" in row(chen.get(FRONT), asked).get_text()

    answer = press(chen, asked, "同意延期")

    assert answer.headers["location"] == f"{FRONT}?said=decided"
    assert stored(bureau, asked).due_on == date(2026, 11, 13)
    assert "已答复" in chen.get(answer.headers["location"]).text
    with reading(bureau.engine) as session:
        assert session.exec(select(Extension.decided_by)).all() == ["陈平"]


def test_a_refusal_without_a_reason_stays_in_its_row(
    seated: Sit, asked: Task, to_review: Task, everything: Dump
) -> None:
    chen, before = seated("陈平"), everything()

    for task, button in ((asked, "不同意"), (to_review, "退回")):
        refused = press(chen, task, button, reason=" ")
        assert refused.status_code == 409
        wrong = one(row(refused, task), "[aria-invalid=true]")
        assert "要写明原因" in one(row(refused, task), f"#{wrong['aria-describedby']}").get_text()
        assert len(soup(refused).select("[aria-invalid]")) == 1
    assert everything()["task"] == before["task"]


def test_a_review_shows_what_was_done_and_is_confirmed_or_returned_in_place(
    seated: Sit, bureau: Runtime, to_review: Task
) -> None:
    told = row(seated("陈平").get(FRONT), to_review).get_text()
    assert "已报<i>统计局" in told
    assert "材料 1 份" in told

    assert press(seated("陈平"), to_review, "退回", reason="缺盖章页").status_code == 303
    assert stored(bureau, to_review).state == State.RETURNED


def test_of_two_supervisors_the_second_is_told_and_keeps_the_words(
    seated: Sit, bureau: Runtime, to_review: Task
) -> None:
    form = one(row(seated("陈平").get(FRONT), to_review), "form")
    assert press(seated("林岚"), to_review, "确认销号").status_code == 303

    late = seated("陈平").post(
        f"/desk/me/tasks/{to_review.id}/return", data=sent_untouched(form) | {"reason": "缺<b>章"}
    )

    assert late.status_code == 409
    assert "林岚已于 2026-10-12 10:00 销号" in late.text
    assert "缺<b>章" in one(soup(late), ".lost").get_text()
    assert stored(bureau, to_review).state == State.CLOSED


def test_a_decision_on_a_task_that_moved_is_asked_for_again(
    seated: Sit, bureau: Runtime, asked: Task, now: datetime
) -> None:
    chen = seated("陈平")
    form = one(row(chen.get(FRONT), asked), "form")
    with writing(bureau.engine) as session:
        report(session, session.get_one(Task, asked.id), Act("李明", "page", now), "批次提前了")

    told = chen.post(str(form["action"]), data=sent_untouched(form) | {"reason": "好"})

    assert told.status_code == 409
    assert "李明已于 2026-10-12 10:00 反馈：批次提前了" in told.text
    again = one(row(told, asked), "form")
    assert sent_untouched(again)["reason"] == "好"
    assert chen.post(str(again["action"]), data=sent_untouched(again)).status_code == 303


@pytest.mark.parametrize(("name", "duty"), [("王芳", "office"), ("王芳", "admin")])
def test_the_office_sees_what_waits_and_decides_nothing(
    seated: Sit, asked: Task, to_review: Task, name: str, duty: str
) -> None:
    wang = seated(name, duty)
    page = wang.get(FRONT)
    assert "有 2 件延期申请或复核，由股室负责人和局领导处理" in words(page)
    assert not soup(page).select(f"#t{asked.id}, #t{to_review.id}")
    assert wang.post(f"/desk/me/tasks/{asked.id}/extensions/1/grant").status_code in (403, 404)


def test_a_head_sees_their_own_people_and_a_leader_everybody(seated: Sit, bureau: Runtime, task_of: Find) -> None:
    patrol = task_of(PATROL)
    assert not soup(seated("陈平").get(FRONT)).select(f"#t{patrol.id}")
    assert soup(seated("林岚").get(FRONT)).select(f"#t{patrol.id}")


def test_staff_do_not_open_it_and_have_no_entry_for_it(seated: Sit) -> None:
    li = seated("李明")
    assert li.get(FRONT).status_code == 403
    assert "supervision" not in li.get("/desk/me").text
    assert "supervision" not in li.get("/office/me/tasks").text


def test_who_signed_in_urges_in_their_own_name_from_the_row(seated: Sit, bureau: Runtime, task_of: Find) -> None:
    patrol, wang = task_of(PATROL), seated("王芳", "office")

    answer = press(wang, patrol, "催办", note="请尽快", by="周正")

    assert answer.headers["location"] == f"{FRONT}?said=urged"
    with reading(bureau.engine) as session:
        assert session.exec(select(TaskChange.by).where(TaskChange.verb == Verb.URGE)).all() == ["王芳"]
    after = row(wang.get(FRONT), patrol)
    assert "10月12日 王芳催办过，10月13日起可再催" in " ".join(after.get_text(" ").split())
    assert not after.select("form")


def test_urging_twice_says_who_was_first_and_keeps_the_words(seated: Sit, bureau: Runtime, task_of: Find) -> None:
    patrol, lin = task_of(PATROL), seated("林岚")
    form = one(row(lin.get(FRONT), patrol), "form")
    press(seated("周正"), patrol, "催办")

    refused = lin.post(
        f"/office/me/tasks/{patrol.id}/urge", data=sent_untouched(form) | {"note": "我也<b>催", "back": "supervision"}
    )

    assert refused.status_code == 409
    assert "已由周正催办过" in one(soup(refused), "[role=alert]").get_text()
    assert one(row(refused, patrol), "textarea").get_text() == "我也<b>催"


@pytest.mark.parametrize(
    ("typed", "field", "fault"),
    [({"note": "字" * 2001}, "note", "说明太长"), ({"by": "李明"}, "by", "请选择催办人")],
)
def test_on_a_link_somebody_says_who_they_are_and_faults_stand_beside_the_field(
    client: TestClient, office: str, task_of: Find, everything: Dump, typed: dict[str, str], field: str, fault: str
) -> None:
    before = everything()
    refused = press(client, task_of(PATROL), "催办", f"{office}/supervision", **({"by": "周正"} | typed))
    wrong = one(row(refused, task_of(PATROL)), "[aria-invalid=true]")
    assert (refused.status_code, wrong["name"]) == (422, field)
    assert fault in one(soup(refused), f"#{wrong['aria-describedby']}").get_text()
    assert everything() == before


def test_a_link_looks_and_urges_and_decides_nothing(
    client: TestClient, office: str, asked: Task, task_of: Find
) -> None:
    page = client.get(f"{office}/supervision")
    assert "有 1 件延期申请或复核" in words(page)
    assert "/desk/" not in page.text
    answer = press(client, task_of(PATROL), "催办", f"{office}/supervision", by="周正")
    assert answer.headers["location"].endswith("/supervision?said=urged")


def pass_the_days(bureau: Runtime, now: datetime) -> None:
    for flow in FLOWS:
        for job in due_jobs(flow, bureau, now):
            run_job(job, bureau, now)


def test_it_tells_who_was_told_and_who_is_told_next(bureau: Runtime, seated: Sit, now: datetime, task_of: Find) -> None:
    late = task_of(ANNUAL)
    with writing(bureau.engine) as session:
        add_deputy(session, "陈平", "王芳", date(2026, 10, 12), date(2026, 10, 12))
        task = session.get_one(Task, late.id)
        assert task.due_on == date(2026, 10, 10)
    pass_the_days(bureau, now)

    told = words(seated("林岚").get(FRONT))

    happened, _, deputies = told.partition("已经告诉谁")[2].partition(" 代理 ")
    assert "10月12日 王芳（代陈平）、林岚 研发投入年报" in happened
    assert "王芳代陈平" in deputies


def test_what_is_told_next_is_what_the_clock_then_tells(
    bureau: Runtime, seated: Sit, task_of: Find, now: datetime
) -> None:
    with writing(bureau.engine) as session:
        task = session.get_one(Task, task_of(GOAL).id)
        task.due_on = task.inner_on = task.stepped_on = date(2026, 10, 9)
        task.next_step_at = now
    pass_the_days(bureau, now)

    coming = words(seated("林岚").get(FRONT)).partition("接下来会告诉谁")[2].partition("已经告诉谁")[0]
    for day in range(1, 8):
        pass_the_days(bureau, now + timedelta(days=day))

    with reading(bureau.engine) as session:
        above = select(Notice.made_at).where(Notice.task_id == task_of(GOAL).id, Notice.audience == "head")
        days = [local_day(at) for at in session.exec(above.order_by(col(Notice.id))).all()]
    assert days == [date(2026, 10, 13), date(2026, 10, 19)]
    assert f"10月13日 陈平 {GOAL}" in coming
    assert f"10月19日 陈平、林岚 {GOAL}" in coming
    assert coming.count(GOAL) == 2


def test_all_deputies_are_a_link_for_the_office_only(seated: Sit) -> None:
    assert "settings/deputies" in seated("王芳", "office").get(FRONT).text
    assert "settings/deputies" not in seated("陈平").get(FRONT).text


def test_names_are_text_and_looking_changes_nothing(
    seated: Sit, bureau: Runtime, asked: Task, to_review: Task, everything: Dump
) -> None:
    with writing(bureau.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().name = "<script>李"
    lin = seated("林岚")
    before = everything()
    page = lin.get(f"{FRONT}?said=<script>")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert everything() == before


def test_the_list_and_the_front_lead_to_each_other(seated: Sit) -> None:
    lin = seated("林岚")
    assert f'href="{FRONT.removesuffix("supervision")}tasks"' in lin.get(FRONT).text
    listed = soup(lin.get("/office/me/tasks"))
    assert one(listed, "nav.subnav [aria-current]").get_text() == "全部任务"
    assert one(listed, "nav.nav [aria-current]").get_text() == "督办"


def test_on_a_leaders_link_decisions_are_made_in_place_too(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], asked: Task
) -> None:
    page = f"{desk_of('陈平')}/decisions"
    refused = press(client, asked, "不同意", page)
    assert refused.status_code == 409
    assert one(row(refused, asked), "[aria-invalid=true]")["name"] == "reason"
    assert press(client, asked, "同意延期", page).headers["location"] == f"{page}?said=decided".replace(
        bureau.settings.base_url, ""
    )
    assert "没有要您处理的事" in client.get(page).text


def test_the_desk_leads_to_where_one_decides(
    seated: Sit, client: TestClient, desk_of: Callable[[str], str], asked: Task
) -> None:
    assert f'<a href="{FRONT}">有 1 件事等您处理</a>' in seated("陈平").get("/desk/me").text
    assert "/decisions" in client.get(desk_of("陈平")).text
