"""一览: the leader's one screen: lights by 股室 and work line, targets against time, what to decide, the last week."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from cast import at
from flows.changing import revising
from flows.running import tick
from flows.runtime import Runtime
from notifications.tables import Notice
from plans.database import reading, writing
from plans.tables import PlanItem, Target
from support.chasing import JINGGONG, files
from support.clerk import one, soup
from support.readings import read_off
from tasks.changing import edit_item
from tasks.extensions import ask_extension
from tasks.revision import find_item
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act

Find = Callable[..., Task]
Seated = Callable[..., TestClient]


def table_of(page: BeautifulSoup, nth: int) -> list[str]:
    """The rows of the nth table as text."""
    return [" ".join(row.get_text(" ").split()) for row in page.select("table.lights")[nth].select("tr")]


def decisions(page: BeautifulSoup) -> list[tuple[str, str]]:
    rows = page.select(".decide li")
    return [(one_of.select(".badge")[0].get_text(), one_of.select("a")[0].get_text()) for one_of in rows]


def escalated(bureau: Runtime, now: datetime, task: Task) -> None:
    """The reminder of the task has climbed to the deputy director."""
    with writing(bureau.engine) as session:
        session.get_one(Task, task.id).due_on = now.date().replace(day=1)
        session.add(Notice(task_id=task.id or 0, step="+7", audience="leader", recipient="person:2", made_at=now))


def asks_for_more_time(bureau: Runtime, now: datetime, task: Task) -> None:
    with writing(bureau.engine) as session:
        own = session.get_one(Task, task.id)
        ask_extension(session, own, now.date().replace(month=11), "等省厅批次<b>", Act("李明", "page", now))


def waits_for_review(bureau: Runtime, task: Task) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, task.item_id).needs_review = True
        own = session.get_one(Task, task.id)
        own.state, own.done_on = State.DONE.value, own.due_on


def is_far_behind(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        session.add(read_off(1, "2026-10-09", "1"))


def test_lights_are_counted_by_office_and_by_work_line_with_words(client: TestClient, office: str) -> None:
    page = soup(client.get(office))

    assert table_of(page, 0) == ["股室 滞后 偏慢 临期 正常 未亮灯", "创新股 2 · · · 1", "综合股 1 · · · ·"]
    assert "研发月报 1 · · · ·" in table_of(page, 1)
    assert "高新技术企业 · · · · 1" in table_of(page, 1)
    found = client.get(str(one(page, "table.lights a")["href"]))
    assert "共 3 项" in found.text


def test_many_work_lines_are_added_up_in_the_last_row(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        model = session.get_one(PlanItem, 1).model_dump(exclude={"id", "number", "programme"})
        keys = list(bureau.programmes)
        session.add_all(PlanItem(**model, id=50 + n, number=50 + n, programme=keys[n]) for n in range(20))

    rows = table_of(soup(client.get(office)), 1)

    assert len(rows) == 11
    assert rows[-1].startswith("其余12个")
    assert sum(int(cell) for row in rows[1:] for cell in row.split()[1:] if cell.isdigit()) == 24


def test_the_targets_furthest_behind_come_first_and_the_unknown_last(
    client: TestClient, bureau: Runtime, office: str
) -> None:
    with writing(bureau.engine) as session:
        for number, share in enumerate((90, 10, 50, None), start=20):
            target = Target(id=number, item_id=1, indicator=f"完成{share}", unit="家", floor=Decimal(100))
            session.add(target)
            session.flush()
            if share:
                session.add(read_off(number, "2026-10-09", str(share)))

    page = soup(client.get(office))

    names = [name.get_text() for name in page.select(".targets .target > span > b")]
    assert names == ["完成10", "完成50", "完成90", "高新技术企业认定", "完成None"]


def test_nothing_to_decide_is_said(client: TestClient, office: str) -> None:
    assert "眼下没有需要决定的事" in client.get(office).text


def test_three_things_to_decide_are_shown_in_the_order_in_which_waiting_costs(
    client: TestClient, bureau: Runtime, now: datetime, office: str, task_of: Find
) -> None:
    is_far_behind(bureau)
    assert decisions(soup(client.get(office))) == [("指标滞后", "培育高新技术企业")]
    waits_for_review(bureau, task_of("责任网格整治"))
    escalated(bureau, now, task_of("研发投入年报"))
    wanted = [("久拖未办", "研发投入年报"), ("办结待复核", "责任网格整治"), ("指标滞后", "培育高新技术企业")]
    assert decisions(soup(client.get(office))) == wanted

    asks_for_more_time(bureau, now, task_of("培育高新技术企业"))

    answer = client.get(office)
    assert decisions(soup(answer)) == [("延期申请", "培育高新技术企业"), *wanted[:2]]
    assert "等省厅批次&lt;b&gt;" in answer.text
    for link in soup(answer).select(".decide a"):
        assert client.get(str(link["href"])).status_code == 200


def test_letters_that_wait_are_told_with_how_many_more_there_are(bureau: Runtime, seated: Seated, office: str) -> None:
    tick(bureau, at("2026-10-19 08:31"))
    browser = seated("林岚")

    page = soup(browser.get("/office/me"))

    first = one(page, ".decide li")
    words = " ".join(first.get_text(" ").split())
    assert "催报函待批 研发月报" in words
    assert "云溪精工有限公司 欠报2026年9月，10月19日起草" in words
    assert "（另有 2 件）" in words
    assert one(first, "a")["href"] == "/desk/me/letters/1"
    assert "批准" in browser.get("/desk/me/letters/1").text


@pytest.mark.parametrize(("name", "where"), [("周正", "/desk/me/tasks/"), ("李明", "/office/me/tasks/")])
def test_a_director_is_led_to_where_it_is_decided_and_others_to_look(
    bureau: Runtime, now: datetime, seated: Seated, task_of: Find, name: str, where: str
) -> None:
    asks_for_more_time(bureau, now, task_of("培育高新技术企业"))
    browser = seated(name)

    link = str(one(soup(browser.get("/office/me")), ".decide a")["href"])

    assert link.startswith(where)
    assert ("同意" in browser.get(link).text) == (name == "周正")


def test_the_enterprise_month_is_told_by_number_and_by_weight(client: TestClient, bureau: Runtime, office: str) -> None:
    files(bureau, JINGGONG, "2026-10-09 09:00", "2026-09")

    page = soup(client.get(office))

    (row,) = table_of(page, 2)[1:]
    # 精工 weighs 900 of 1420.
    assert row == "研发月报 2026年9月 1 / 3 家 33.3% 63.4%"


def test_the_last_week_tells_what_was_done_what_is_late_and_which_lights_turned(
    client: TestClient, bureau: Runtime, now: datetime, office: str
) -> None:
    files(bureau, JINGGONG, "2026-10-09 09:00", "2026-09")
    with writing(bureau.engine) as session:
        session.add_all([read_off(1, "2026-10-01", "1"), read_off(1, "2026-10-09", "4")])
    with revising(bureau, Act("陈平", "page", now)) as revision:
        edit_item(revision, find_item(revision.session, 1), {"title": "培育高企"})

    week = " ".join(one(soup(client.get(office)), ".week").get_text(" ").split())

    assert "办结 0 项，企业报送 1 份，新逾期 4 项，计划调整 1 处" in week
    assert "滞后 → 正常 培育高企 李明" in week
    assert "培育高企：陈平 2026-10-12 10:00 把 标题 从 培育高新技术企业 改为 培育高企" in week


def test_looking_changes_nothing(
    client: TestClient, office: str, everything: Callable[[], dict[str, list[object]]]
) -> None:
    before = everything()
    for path in ("", "/plan", "/plan/1", "/plan/2", "/plan/1/targets/1.svg"):
        client.get(office + path)
    assert everything() == before


def test_a_light_is_never_told_by_colour_alone(client: TestClient, bureau: Runtime, office: str) -> None:
    is_far_behind(bureau)
    for path in ("", "/plan", "/plan/1"):
        page = soup(client.get(office + path))
        assert page.select(".badge")
        for badge in page.select(".badge"):
            assert badge.get_text().strip()
    with reading(bureau.engine) as session:
        assert session.get_one(PlanItem, 1).title in page.get_text()
