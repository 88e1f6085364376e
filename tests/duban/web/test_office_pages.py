"""全局: progress, filters, the matrix, the outbox and the digests, a page at a time."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import select

from flows.runtime import Runtime
from notifications.digest import freeze
from notifications.tables import Delivery
from plans.database import writing
from plans.periods import Period
from plans.tables import Enterprise, Target
from tasks.states import State
from tasks.tables import Progress, Task

FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "赵会计", "phone": "13900000001"}
LINK = "http://127.0.0.1:8320/desk/WyJkZXNrIiw0LDEsMCw3MzkwMDBd.Zm9yZ2VkLXNpZ25hdHVyZQ/tasks/1"


def a_letter(now: datetime, **given: Any) -> Delivery:
    usual: dict[str, Any] = {
        "kind": "reminder",
        "channel": "mail",
        "recipient": "person:4",
        "on_day": now.date(),
        "state": "sent",
        "next_try_at": now,
        "made_at": now,
    }
    return Delivery(**(usual | given))


@pytest.fixture
def letters(bureau: Runtime, now: datetime) -> None:
    html = f'<p style="color:red">您好</p><a href="{LINK}">打开</a><script>alert(1)</script>'
    with writing(bureau.engine) as session:
        session.add(a_letter(now, about="1", subject="今天到期1项", text=f"您好\n{LINK}", html=html))
        for number, state in enumerate(("sent", "failed", "held", "dropped", "unknown"), start=2):
            session.add(a_letter(now, about=str(number), state=state, subject=f"第{number}封", reason=f"原因{number}"))


def test_the_overview_measures_targets_against_time(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        target = session.exec(select(Target)).one()
        at = datetime.fromisoformat("2026-10-09T01:00:00+00:00")
        row = Progress(target_id=target.id or 0, as_of=at.date(), value=Decimal(2), by="李明", at=at)
        session.add(row)
    page = client.get(office).text
    assert "序时进度 56.5%" in page
    assert "高新技术企业认定：当前 2家，确保 5家，力争 8家" in page
    assert "完成 40%" in page
    assert "偏慢" in page


def test_the_overview_counts_what_presses_and_links_to_it(client: TestClient, office: str) -> None:
    page = client.get(office).text
    assert "<b>5</b>逾期未办" in page
    assert "云溪精工有限公司" in page
    assert client.get(f"{office}/tasks?state=overdue").text.count('class="what"') == 5


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 9),
        ({"state": "overdue"}, 5),
        ({"state": "soon"}, 0),
        ({"state": "finished"}, 0),
        ({"state": "all"}, 9),
        ({"state": "nonsense"}, 9),
        ({"person": "王芳"}, 4),
        ({"q": "青禾"}, 1),
        ({"q": "研发"}, 4),
        ({"q": "李明"}, 5),
        ({"q": "%"}, 0),
        ({"q": "研发", "person": "王芳"}, 0),
    ],
)
def test_the_task_list_is_filtered_by_state_person_and_word(
    client: TestClient, office: str, query: dict[str, str], count: int
) -> None:
    page = client.get(f"{office}/tasks", params=query).text
    assert f"共 {count} 项" in page
    assert page.count('class="what"') == count


def test_ten_thousand_enterprises_are_read_fifty_at_a_time(
    client: TestClient, bureau: Runtime, office: str, task_of: Callable[..., Task]
) -> None:
    model = task_of("研发月报").model_dump(exclude={"id", "assignee", "enterprise_id"})
    with writing(bureau.engine) as session:
        session.add_all(Enterprise(id=number, name=f"第{number}号有限公司") for number in range(100, 2100))
        session.flush()
        rows = (Task(**model, assignee=f"enterprise:{n}", enterprise_id=n) for n in range(100, 2100))
        session.add_all(rows)
    loaded: list[object] = []
    event.listen(Task, "load", lambda task, context: loaded.append(task))
    for path in ("/tasks?state=overdue&page=3", "/matrix?page=3", ""):
        loaded.clear()
        page = client.get(office + path).text
        assert len(loaded) <= 50
        assert "/ 41 页" in page or path == ""
    assert "第2099号有限公司" in client.get(f"{office}/matrix?page=41").text


def test_the_matrix_tells_filed_zero_missing_and_not_yet(
    client: TestClient, bureau: Runtime, office: str, filing_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    client.post(filing_of("云溪精工有限公司"), data=FULL)
    client.post(filing_of("青禾药业有限公司"), data={"zero": "1", "filler": "钱会计", "phone": "139"})
    model = task_of("研发月报", "远山竹业有限公司").model_dump(exclude={"id", "period", "due_on"})
    with writing(bureau.engine) as session:
        due_on = datetime.fromisoformat("2026-11-10").date()
        session.add(Task(**model, period="2026-10", due_on=due_on))
    page = client.get(f"{office}/matrix").text
    rows = page.split("<tbody>")[1].split("</tr>")
    assert "已报 2/3" in page
    assert ">已报<" in rows[0]
    assert ">零报<" in rows[1]
    assert ">逾期<" in rows[2]
    assert ">未报<" in rows[2]
    assert rows[2].index("逾期") < rows[2].index("未报") < rows[2].index("未到期")


def test_the_matrix_finds_an_enterprise_by_name(client: TestClient, office: str) -> None:
    page = client.get(f"{office}/matrix?q=青禾").text
    assert "青禾药业有限公司" in page
    assert "远山竹业有限公司" not in page


@pytest.mark.usefixtures("letters")
def test_the_outbox_puts_what_needs_a_person_first(client: TestClient, office: str) -> None:
    page = client.get(f"{office}/outbox").text
    order = [page.index(f"第{number}封") for number in (6, 4, 3, 5, 2)]
    assert order == sorted(order)
    assert "原因4" in page
    assert "原因2" not in page
    only = client.get(f"{office}/outbox?state=failed").text
    assert "第3封" in only
    assert "第4封" not in only
    overview = client.get(office).text
    for shown in ("发送失败 1 封", "结果不明 1 封", "暂缓 1 封"):
        assert shown in overview


@pytest.mark.usefixtures("letters")
def test_the_outbox_is_cut_into_pages(client: TestClient, bureau: Runtime, now: datetime, office: str) -> None:
    with writing(bureau.engine) as session:
        session.add_all(a_letter(now, about=f"x{number}") for number in range(60))
    assert client.get(f"{office}/outbox?page=1").text.count('class="what"') == 50
    assert client.get(f"{office}/outbox?page=2").text.count('class="what"') == 16


@pytest.mark.usefixtures("letters")
def test_a_message_is_shown_as_sent_in_a_frame_that_can_do_nothing(client: TestClient, office: str) -> None:
    page = client.get(f"{office}/outbox/1")
    assert '<iframe sandbox title="邮件样式"' in page.text
    assert "您好" in page.text
    framed = client.get(f"{office}/outbox/1/html")
    policy = framed.headers["content-security-policy"]
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    assert '<p style="color:red">您好</p>' in framed.text


@pytest.mark.usefixtures("letters")
def test_who_reads_a_message_cannot_act_with_its_link(client: TestClient, office: str) -> None:
    for path in ("/outbox/1", "/outbox/1/html"):
        page = client.get(office + path).text
        assert "WyJkZXNr" not in page
        assert "/desk/（个人链接已隐去）/tasks/1" in page


def test_a_message_that_is_not_there_is_a_helping_page(client: TestClient, office: str) -> None:
    for path in ("/outbox/9", "/outbox/9/html", "/tasks/99"):
        answer = client.get(office + path)
        assert answer.status_code == 404
        assert "请从列表里打开" in answer.text


def test_the_office_task_page_shows_and_urges_and_does_nothing_else(
    client: TestClient, office: str, task_of: Callable[..., Task]
) -> None:
    address = f"{office}/tasks/{task_of('研发月报', '青禾药业有限公司').id}"
    page = client.get(address).text
    assert "青禾药业有限公司" in page
    assert page.count("<form") == page.count("/urge") == 1
    assert client.post(f"{address}/done").status_code == 404


def test_a_supervisor_urges_from_the_office_page_once_in_the_cool_down(
    client: TestClient, office: str, task_of: Callable[..., Task]
) -> None:
    address = f"{office}/tasks/{task_of('研发月报', '青禾药业有限公司').id}"

    answer = client.post(f"{address}/urge", data={"by": "陈平", "note": "请今天报来"})

    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    for shown in ("已催办，随下一封提醒发出。", "陈平 催办", "请今天报来"):
        assert shown in page
    again = client.post(f"{address}/urge", data={"by": "林岚"})
    assert again.status_code == 409
    assert "10月12日 已由陈平催办过，10月13日起可再催。" in again.text


@pytest.mark.parametrize("by", ["", "李明", "不认识"])
def test_only_who_supervises_may_urge(
    client: TestClient, office: str, everything: Callable[[], dict[str, list[Any]]], by: str
) -> None:
    before = everything()

    answer = client.post(f"{office}/tasks/1/urge", data={"by": by, "note": "快"})

    assert answer.status_code == 422
    assert "请选择催办人。" in answer.text
    assert everything() == before


def test_a_draft_digest_says_that_it_is_one_and_a_frozen_one_stays(
    client: TestClient, bureau: Runtime, now: datetime, office: str, task_of: Callable[..., Task]
) -> None:
    draft = client.get(f"{office}/digests/2026-10").text
    assert "这是草稿" in draft
    assert "2026年10月工作进展通报" in draft
    with writing(bureau.engine) as session:
        freeze(session, Period.parse("2026-10"), now, bureau.gauge)
        session.get_one(Task, task_of("研发月报").id).state = State.CANCELLED
    kept = client.get(f"{office}/digests/2026-10").text
    assert "这是草稿" not in kept
    assert "2026-10-12 10:00 定稿" in kept
    assert "已定稿" in client.get(f"{office}/digests").text


@pytest.mark.parametrize(("suffix", "begins"), [("html", "<!doctype html>"), ("md", "# ")])
def test_a_digest_is_downloaded_as_a_file(client: TestClient, office: str, suffix: str, begins: str) -> None:
    answer = client.get(f"{office}/digests/2026-10.{suffix}")
    assert "2026年10月" in answer.text
    assert answer.text.startswith(begins)
    assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("month", ["2026-13", "2026Q4", "2020-01", "x"])
def test_a_month_without_a_digest_says_why(client: TestClient, office: str, month: str) -> None:
    for address in (f"{office}/digests/{month}", f"{office}/digests/{month}.md"):
        assert client.get(address).status_code == 404


def test_the_office_says_that_mail_is_held_and_is_silent_once_it_goes_out(
    client: TestClient, bureau: Runtime, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "邮件提醒暂缓发出" in client.get(office).text
    monkeypatch.setitem(vars(bureau), "channels", {"mail": object()})
    assert "邮件提醒暂缓发出" not in client.get(office).text


def test_an_empty_house_says_how_to_begin(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        for table in ("task_change", "task", "target", "plan_item", "plan"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    assert "把工作计划拖到这里" in client.get(office).text
    for path in ("/drafts", "/tasks", "/matrix", "/outbox", "/digests"):
        assert client.get(office + path).status_code == 200
