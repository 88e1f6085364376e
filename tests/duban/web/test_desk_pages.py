"""我的工作: a person sees what to do, does it, and the alarm stops."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select, update

from flows.runtime import Runtime
from plans.database import reading, writing
from plans.tables import Person
from tasks.states import State
from tasks.tables import Progress, Task, TaskChange
from tasks.verbs import Act, send_back


def stored(bureau: Runtime, task: Task) -> Task:
    with reading(bureau.engine) as session:
        return session.get_one(Task, task.id)


def test_the_desk_sorts_by_what_presses(client: TestClient, desk_of: Callable[[str], str]) -> None:
    page = client.get(desk_of("王芳")).text
    assert (
        page.index(">逾期</h2>")
        < page.index("2026年第41周")
        < page.index(">以后到期</h2>")
        < page.index("2026年第43周")
    )
    assert "已逾期2个工作日" in page
    assert "10月16日（周五）" in page


def test_reports_of_enterprises_are_one_line_with_a_list_behind(
    client: TestClient, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    page = client.get(desk_of("李明")).text
    assert "逾期 3 家" in page
    assert "青禾药业有限公司" not in page
    behind = client.get(f"{desk_of('李明')}/matters/{task_of('研发月报').item_id}/2026-09").text
    assert "青禾药业有限公司" in behind
    assert "钱会计 13900000002" in behind


@pytest.mark.parametrize(
    ("path", "status"), [("matters/2/2026-09", 404), ("matters/99/2026-09", 404), ("matters/2/x", 404)]
)
def test_the_list_behind_is_for_who_looks_after_it(
    client: TestClient, desk_of: Callable[[str], str], path: str, status: int
) -> None:
    answer = client.get(f"{desk_of('王芳')}/{path}")
    assert answer.status_code == status
    assert "青禾" not in answer.text


def test_done_keeps_figure_and_note_and_stops_the_alarm(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task = task_of("培育高新技术企业")
    assert task.next_step_at is not None
    address = f"{desk_of('李明')}/tasks/{task.id}"
    answer = client.post(f"{address}/done", data={"figure-1": " 3 ", "note": "两家在公示"})
    assert answer.status_code == 303
    assert stored(bureau, task).next_step_at is None
    assert stored(bureau, task).state == State.DONE
    page = client.get(answer.headers["location"]).text
    assert "已办结，提醒随即停止。" in page
    assert "两家在公示" in page
    assert "李明 办结" in page
    assert "2026-10-12 10:00" in page
    assert "3 家" in page


def test_a_second_done_is_told_who_did_it_and_keeps_what_was_typed(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    address = f"{desk_of('李明')}/tasks/{task_of('培育高新技术企业').id}/done"
    client.post(address, data={"figure-1": "3"})
    answer = client.post(address, data={"figure-1": "4", "note": "又有一家"})
    assert answer.status_code == 409
    assert "李明已于 2026-10-12 10:00 办结" in answer.text
    assert "又有一家" in answer.text
    with reading(bureau.engine) as session:
        assert [str(row.value) for row in session.exec(select(Progress))] == ["3.0000"]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"figure-1": "三家", "note": "已经谈妥"}, "请填数字（单位：家）"),
        ({"figure-1": "1e99", "note": "已经谈妥"}, "数字太大"),
        ({"figure-1": "", "note": ""}, "请填写数值"),
        ({"figure-1": "3", "note": "字" * 2001}, "说明太长"),
    ],
)
def test_what_cannot_be_used_comes_back_with_what_was_typed(
    client: TestClient,
    bureau: Runtime,
    desk_of: Callable[[str], str],
    task_of: Callable[..., Task],
    typed: dict[str, str],
    fault: str,
) -> None:
    task = task_of("培育高新技术企业")
    answer = client.post(f"{desk_of('李明')}/tasks/{task.id}/done", data=typed)
    assert answer.status_code == 422
    assert fault in answer.text
    assert all(text in answer.text for text in typed.values())
    assert stored(bureau, task).state == State.OPEN


@pytest.mark.parametrize("name", ["王芳", "陈平", "林岚", "周正"])
@pytest.mark.parametrize("verb", ["done", "acknowledge"])
def test_only_the_owner_acts_whatever_the_page_shows(
    client: TestClient,
    bureau: Runtime,
    desk_of: Callable[[str], str],
    task_of: Callable[..., Task],
    name: str,
    verb: str,
) -> None:
    task = task_of("培育高新技术企业")
    answer = client.post(f"{desk_of(name)}/tasks/{task.id}/{verb}", data={"figure-1": "3"})
    assert answer.status_code == (404 if name == "王芳" else 403)
    assert stored(bureau, task).state == State.OPEN


def test_signing_leaves_the_alarm_on(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task = task_of("培育高新技术企业")
    answer = client.post(f"{desk_of('李明')}/tasks/{task.id}/acknowledge", data={"note": "在催"})
    assert answer.status_code == 303
    assert stored(bureau, task).state == State.ACKNOWLEDGED
    assert stored(bureau, task).next_step_at == task.next_step_at
    page = client.get(answer.headers["location"]).text
    assert "已签收" in page
    assert "acknowledge" not in page


def test_the_officer_cannot_sign_for_an_enterprise(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task = task_of("研发月报", "青禾药业有限公司")
    address = f"{desk_of('李明')}/tasks/{task.id}"
    assert "acknowledge" not in client.get(address).text
    answer = client.post(f"{address}/acknowledge")
    assert answer.status_code == 409
    assert "企业" in answer.text
    assert stored(bureau, task).state == State.OPEN


def test_the_message_is_a_code_and_never_free_text(
    client: TestClient, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    page = client.get(f"{desk_of('李明')}/tasks/{task_of('培育高新技术企业').id}?said=请汇款到这里").text
    assert "请汇款到这里" not in page


def test_a_returned_task_says_why(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task = task_of("培育高新技术企业")
    address = f"{desk_of('李明')}/tasks/{task.id}"
    client.post(f"{address}/done", data={"figure-1": "3"})
    with writing(bureau.engine) as session:
        act = Act("陈平", "cli", task.opened_at)
        send_back(session, session.get_one(Task, task.id), act, "缺认定文件", None)
    page = client.get(address).text
    assert "已被退回：缺认定文件" in page
    assert "办结</button>" in page


def test_a_hard_date_on_a_day_off_shows_the_inner_date(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task = task_of("培育高新技术企业")
    with writing(bureau.engine) as session:
        session.get_one(Task, task.id).inner_on = task.due_on.replace(day=29)
    assert "请在 10月29日（周四） 前办好" in client.get(f"{desk_of('李明')}/tasks/{task.id}").text


def test_a_long_desk_is_cut_into_pages(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    model = task_of("责任网格整治").model_dump(exclude={"id", "period"})
    with writing(bureau.engine) as session:
        session.add_all(Task(**model, period=f"2025-W{week:02}") for week in range(1, 52))
    first, last = client.get(desk_of("王芳")).text, client.get(desk_of("王芳") + "?page=2").text
    assert first.count('class="what"') == 50
    assert "第 1 / 2 页" in first
    assert 'rel="next"' in first
    assert 'rel="next"' not in last
    assert last == client.get(desk_of("王芳") + "?page=900").text


def test_history_is_told_in_order(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task = task_of("责任网格整治")
    client.post(f"{desk_of('王芳')}/tasks/{task.id}/acknowledge")
    client.post(f"{desk_of('王芳')}/tasks/{task.id}/done", data={"note": "巡查两处"})
    page = client.get(f"{desk_of('王芳')}/tasks/{task.id}").text
    assert page.index("陈平 交办") < page.index("王芳 签收") < page.index("王芳 办结") < page.index("巡查两处")
    with reading(bureau.engine) as session:
        changes = session.exec(select(TaskChange).where(TaskChange.task_id == task.id, TaskChange.via == "page"))
        assert [change.by for change in changes] == ["王芳", "王芳"]


def test_the_desk_says_that_mail_is_held_and_why(client: TestClient, desk_of: Callable[[str], str]) -> None:
    assert "邮件提醒暂缓发出：还没有设置邮件服务器" in client.get(desk_of("李明")).text


def test_the_desk_of_who_has_nothing_to_do_is_at_peace(client: TestClient, desk_of: Callable[[str], str]) -> None:
    assert "都办完了" in client.get(desk_of("林岚")).text


def test_a_new_owner_takes_over_and_the_old_one_may_no_longer_act(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    task = task_of("责任网格整治")
    with writing(bureau.engine) as session:
        heir = session.exec(select(Person.id).where(Person.name == "李明")).one()
        session.execute(update(Task).where(col(Task.id) == task.id).values(owner_id=heir))
    assert client.post(f"{desk_of('王芳')}/tasks/{task.id}/done").status_code == 404
    assert client.post(f"{desk_of('李明')}/tasks/{task.id}/done").status_code == 303
