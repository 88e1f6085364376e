"""我的工作 in place: done, reported, asked for and signed on the page itself, and never over somebody else's word."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import Tag
from fastapi.testclient import TestClient
from sqlmodel import col, func, select

from flows.runtime import Runtime
from flows.views.desk import FORMS
from plans.database import reading, writing
from plans.deputies import add_deputy
from plans.tables import PlanItem, Target
from support.clerk import one, sent_untouched, soup
from tasks.extensions import ask_extension
from tasks.moved import TaskMoved, last_changes, refuse_moved
from tasks.states import State
from tasks.tables import Extension, Progress, Task, TaskChange
from tasks.verbs import Act, complete, report, send_back

Sit = Callable[..., TestClient]
Find = Callable[..., Task]
Dump = Callable[[], dict[str, list[Any]]]
HEAVIEST = 60_000
GOAL, PATROL = "培育高新技术企业", "责任网格整治"


@pytest.fixture
def li(seated: Sit) -> TestClient:
    return seated("李明")


def form_of(page: Any, task: Task, verb: str = "done") -> dict[str, str]:
    """What a browser sends of a form in the task's row, untouched."""
    form = one(soup(page), f'#t{task.id} form[action$="/tasks/{task.id}/{verb}"]')
    return sent_untouched(form) | {str(area["name"]): area.get_text() for area in form.select("textarea")}


def act(browser: TestClient, task: Task, verb: str, **typed: str) -> Any:
    """Open the desk, type into the task's row, press the button."""
    within = "extend" if verb == "extend" else "done"
    given = form_of(browser.get(f"/desk/me?open={task.id}"), task, within)
    return browser.post(f"/desk/me/tasks/{task.id}/{verb}", data=given | typed)


def stored(bureau: Runtime, task: Task) -> Task:
    with reading(bureau.engine) as session:
        return session.get_one(Task, task.id)


def copies(bureau: Runtime, task: Task, count: int, **given: Any) -> None:
    model = task.model_dump(exclude={"id", "period"}) | given
    with writing(bureau.engine) as session:
        session.add_all(Task(**model, period=f"20{10 + nth // 50}-W{nth % 50 + 1:02}") for nth in range(count))


def headings(page: Any) -> list[str]:
    return [" ".join(heading.get_text(" ").split()) for heading in soup(page).select("h2")]


def test_done_in_place_comes_back_to_the_desk_and_keeps_figure_and_note(
    li: TestClient, bureau: Runtime, task_of: Find
) -> None:
    task = task_of(GOAL)

    answer = act(li, task, "done", **{"figure-1": "3", "note": "两家在公示"})

    assert answer.headers["location"] == "/desk/me?page=1&said=done"
    assert "已办结，提醒随即停止。" in li.get(answer.headers["location"]).text
    assert stored(bureau, task).state == State.DONE
    with reading(bureau.engine) as session:
        assert session.exec(select(Progress)).one().value == 3


@pytest.mark.parametrize(
    ("verb", "typed", "state"),
    [
        ("report", {"note": "材料在补"}, State.OPEN),
        ("acknowledge", {}, State.ACKNOWLEDGED),
        ("extend", {"to": "2026-11-13", "reason": "等省厅批次"}, State.OPEN),
    ],
)
def test_each_verb_of_a_row_comes_back_to_the_desk(
    li: TestClient, bureau: Runtime, task_of: Find, verb: str, typed: dict[str, str], state: State
) -> None:
    answer = act(li, task_of(GOAL), verb, **typed)
    assert answer.headers["location"].startswith("/desk/me?page=1&said=")
    assert stored(bureau, task_of(GOAL)).state == state


@pytest.mark.parametrize(
    ("verb", "typed", "field", "fault"),
    [
        ("done", {"figure-1": "三家", "note": "已经谈妥"}, "figure-1", "请填数字（单位：家）"),
        ("done", {"figure-1": "", "note": ""}, "note", "请填写数值"),
        ("report", {"note": ""}, "note", "请填写数值或说明"),
        ("extend", {"to": "2026-10-13", "reason": "等<b>批次"}, "to", "要晚于现在的期限"),
        ("extend", {"to": "明天", "reason": "等批次"}, "to", "请填写新的期限"),
        ("extend", {"to": "2026-11-13", "reason": " "}, "reason", "要写明原因"),
    ],
)
def test_what_is_refused_stays_in_its_row_with_the_fault_beside_the_field(
    li: TestClient, task_of: Find, everything: Dump, verb: str, typed: dict[str, str], field: str, fault: str
) -> None:
    task, before = task_of(GOAL), everything()

    refused = act(li, task, verb, **typed)

    assert refused.status_code in (409, 422)
    row = one(soup(refused), f"#t{task.id}")
    assert one(row, "details.do").has_attr("open")
    wrong = one(row, "[aria-invalid=true]")
    assert wrong["name"] == field
    assert fault in one(row, f"#{wrong['aria-describedby']}").get_text()
    assert {name: value_in(row, name) for name in typed} == typed
    assert everything() == before


def value_in(row: Tag, name: str) -> str:
    """What stands in a field of the one form that was sent."""
    fields = [field for field in row.select(f'[name="{name}"]') if field.name in ("input", "textarea")]
    words = [field.get_text() if field.name == "textarea" else str(field.get("value", "")) for field in fields]
    return next((text for text in words if text), "")


def test_every_wrong_figure_is_named_beside_its_own_field(li: TestClient, bureau: Runtime, task_of: Find) -> None:
    with writing(bureau.engine) as session:
        session.add(Target(item_id=task_of(GOAL).item_id, indicator="科技型中小企业入库", unit="家"))

    refused = act(li, task_of(GOAL), "done", **{"figure-1": "三", "figure-2": "四"})

    faults = [fault.get_text() for fault in soup(refused).select("p.fault")]
    assert [fault[:6] for fault in faults] == ["“高新技术企", "“科技型中小"]


def test_two_tabs_the_second_is_told_what_the_first_did(li: TestClient, bureau: Runtime, task_of: Find) -> None:
    task = task_of(GOAL)
    second = form_of(li.get("/desk/me"), task)
    act(li, task, "report", note="材料在补")

    told = li.post(f"/desk/me/tasks/{task.id}/done", data=second | {"figure-1": "3", "note": "都好了"})

    assert told.status_code == 409
    assert "李明已于 2026-10-12 10:00 反馈：材料在补" in one(soup(told), "[role=alert]").get_text()
    assert stored(bureau, task).state == State.OPEN
    again = form_of(told, task)
    assert (again["figure-1"], again["note"]) == ("3", "都好了")
    assert li.post(f"/desk/me/tasks/{task.id}/done", data=again).status_code == 303
    assert stored(bureau, task).state == State.DONE


def test_done_behind_ones_back_keeps_what_was_typed_though_the_row_is_gone(
    li: TestClient, bureau: Runtime, task_of: Find, now: datetime
) -> None:
    task = task_of(GOAL)
    typed = form_of(li.get("/desk/me"), task) | {"note": "我这边<b>写的"}
    with writing(bureau.engine) as session:
        complete(session, session.get_one(Task, task.id), Act("王芳", "cli", now, "李明"))

    told = li.post(f"/desk/me/tasks/{task.id}/done", data=typed)

    assert told.status_code == 409
    assert "王芳（代李明）已于 2026-10-12 10:00 办结" in told.text
    assert "我这边<b>写的" in one(soup(told), ".lost").get_text()


def test_being_urged_or_handing_in_a_file_is_no_reason_to_look_again(
    li: TestClient, bureau: Runtime, seated: Sit, task_of: Find
) -> None:
    task = task_of(GOAL)
    typed = form_of(li.get("/desk/me"), task) | {"note": "好了"}
    assert seated("陈平").post(f"/office/me/tasks/{task.id}/urge").status_code == 303
    assert li.post(f"/desk/me/tasks/{task.id}/attach", files={"file": ("a.txt", b"x", "text/plain")}).status_code == 303
    assert li.post(f"/desk/me/tasks/{task.id}/done", data=typed).status_code == 303


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "nowhere", "supervision\r\nx: y"])
def test_a_form_leads_back_to_pages_of_ours_only(li: TestClient, task_of: Find, back: str) -> None:
    task = task_of(GOAL)
    answer = li.post(f"/desk/me/tasks/{task.id}/acknowledge", data={"back": back})
    assert answer.headers["location"] == f"/desk/me/tasks/{task.id}?said=acknowledged"


def test_a_link_never_leads_to_the_bureaus_page(
    client: TestClient, desk_of: Callable[[str], str], task_of: Find
) -> None:
    address = f"{desk_of('李明')}/tasks/{task_of(GOAL).id}"
    answer = client.post(f"{address}/acknowledge", data={"back": "supervision"})
    assert "/office/" not in answer.headers["location"]


def test_the_sections_stand_in_the_order_in_which_they_press(
    seated: Sit, bureau: Runtime, task_of: Find, now: datetime
) -> None:
    patrol = task_of(PATROL)
    with writing(bureau.engine) as session:
        for week, due_on in (("2025-W01", date(2026, 10, 12)), ("2025-W02", date(2026, 10, 18))):
            model = patrol.model_dump(exclude={"id", "period", "due_on"})
            session.add(Task(**model, period=week, due_on=due_on))
        back = Task(**patrol.model_dump(exclude={"id", "period"}), period="2025-W03")
        session.add(back)
        session.flush()
        complete(session, back, Act("王芳", "cli", now))
        send_back(session, back, Act("周正", "cli", now), "缺照片\n<i>请补", None)

    page = seated("王芳").get("/desk/me")

    found = [heading for heading in headings(page) if not heading.startswith("最近")]
    assert found == ["退回要改", "逾期", "今天到期", "本周到期", "以后到期"]
    assert "缺照片\n&lt;i&gt;请补" in page.text


def test_what_waits_for_others_stands_apart_and_says_for_what(
    li: TestClient, bureau: Runtime, task_of: Find, now: datetime
) -> None:
    with writing(bureau.engine) as session:
        goal = session.get_one(Task, task_of(GOAL).id)
        ask_extension(session, goal, date(2026, 11, 13), "等批次", Act("李明", "cli", now))
        annual = session.get_one(Task, task_of("研发投入年报").id)
        session.get_one(PlanItem, annual.item_id).needs_review = True
        complete(session, annual, Act("李明", "cli", now), "报了")

    page = li.get("/desk/me")

    waiting = one(soup(page), "h2 + ul.today").get_text(" ")
    assert headings(page)[0] == "等别人"
    assert "申请延到 11月13日，等批复" in waiting
    assert "等复核" in waiting
    assert "最近办结" not in page.text


def test_sixty_tasks_stay_light_and_every_one_can_be_done_in_place(seated: Sit, bureau: Runtime, task_of: Find) -> None:
    copies(bureau, task_of(PATROL), 59)
    wang = seated("王芳")

    page = wang.get("/desk/me")

    assert len(page.content) < HEAVIEST
    assert len(soup(page).select("details.do")) == FORMS
    link = one(soup(page), "a.do")
    opened = wang.get(str(link["href"]).partition("#")[0])
    number = str(link["href"]).rpartition("#t")[2]
    assert one(soup(opened), f"#t{number} details.do").has_attr("open")


def test_a_link_of_the_longest_is_still_light(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Find
) -> None:
    copies(bureau, task_of(PATROL), 59)
    assert len(client.get(desk_of("王芳")).content) < HEAVIEST


def test_a_form_on_the_second_page_comes_back_to_the_second_page(seated: Sit, bureau: Runtime, task_of: Find) -> None:
    task = task_of(PATROL)
    copies(bureau, task, 59, due_on=task.due_on + timedelta(days=200))
    wang = seated("王芳")
    number = one(soup(wang.get("/desk/me?page=2")), "details.do").find_parent("li")
    assert number is not None
    last = Task(**task.model_dump() | {"id": int(str(number["id"])[1:])})

    given = form_of(wang.get("/desk/me?page=2"), last)
    refused = wang.post(f"/desk/me/tasks/{last.id}/report", data=given)
    done = wang.post(f"/desk/me/tasks/{last.id}/done", data=given)

    assert "第 2 / 2 页" in refused.text
    assert done.headers["location"] == "/desk/me?page=2&said=done"


@pytest.mark.parametrize("opened", ["999999", "0"])
def test_opening_what_is_not_there_is_the_plain_desk(li: TestClient, opened: str) -> None:
    assert li.get(f"/desk/me?open={opened}").text == li.get("/desk/me").text


def test_nobody_opens_the_row_of_another(seated: Sit, task_of: Find) -> None:
    assert GOAL not in seated("王芳").get(f"/desk/me?open={task_of(GOAL).id}").text


def test_what_must_be_signed_for_first_offers_only_that(li: TestClient, bureau: Runtime, task_of: Find) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, task_of(GOAL).item_id).needs_sign = True
    row = one(soup(li.get("/desk/me")), f"#t{task_of(GOAL).id}")
    assert [button.get_text() for button in row.select('form[action$="/done"] button')] == ["签收"]


def test_what_wants_a_file_says_where_to_hand_it_in(li: TestClient, bureau: Runtime, task_of: Find) -> None:
    task = task_of(GOAL)
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, task.item_id).needs_evidence = True
    refused = act(li, task, "done", **{"figure-1": "3"})
    assert refused.status_code == 409
    assert "办结前要附材料" in one(soup(refused), f"#t{task.id}").get_text()


def test_enterprises_are_counted_from_what_is_missing(
    li: TestClient, bureau: Runtime, task_of: Find, now: datetime
) -> None:
    with writing(bureau.engine) as session:
        complete(session, session.get_one(Task, task_of("研发月报", "青禾药业有限公司").id), Act("李明", "cli", now))
        session.get_one(Task, task_of("研发月报", "远山竹业有限公司").id).state = State.CANCELLED
    page = li.get("/desk/me").text
    assert "逾期 1 家" in page
    assert "已报 1 / 2 家" in page


def test_a_deputy_finds_the_absent_ones_work_named(seated: Sit, bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        add_deputy(session, "李明", "王芳", date(2026, 10, 12), date(2026, 10, 12))
    assert "代李明" in seated("王芳").get("/desk/me").text


def test_looking_changes_nothing(li: TestClient, everything: Dump, task_of: Find) -> None:
    before = everything()
    for address in ("/desk/me", f"/desk/me?open={task_of(GOAL).id}&page=9", "/desk/me?said=done"):
        assert li.get(address).status_code == 200
    assert everything() == before


def test_a_report_between_two_reads_is_what_moved(bureau: Runtime, task_of: Find, now: datetime) -> None:
    number = task_of(GOAL).id or 0
    with writing(bureau.engine) as session:
        task = session.get_one(Task, number)
        seen = last_changes(session, [number])[number]
        refuse_moved(session, task, seen)
        for _ in range(4):
            report(session, task, Act("李明", "cli", now), "字" * 500)
        with pytest.raises(TaskMoved) as moved:
            refuse_moved(session, task, seen)
        last = session.exec(select(func.max(col(TaskChange.id)))).one()
    assert moved.value.seen == last
    assert str(moved.value).count("反馈") == 3
    assert len(str(moved.value)) < 400


def test_what_was_asked_for_once_is_not_asked_for_twice(li: TestClient, bureau: Runtime, task_of: Find) -> None:
    task = task_of(GOAL)
    typed = form_of(li.get("/desk/me"), task, "extend") | {"to": "2026-11-13", "reason": "等批次"}
    answers = [li.post(f"/desk/me/tasks/{task.id}/extend", data=typed).status_code for _ in range(2)]
    assert answers == [303, 409]
    with reading(bureau.engine) as session:
        assert len(session.exec(select(Extension)).all()) == 1
