"""One item of the plan in full: its text, tasks, targets with readings, history and files; who changes it."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from fastapi.testclient import TestClient

from flows.changing import revising
from flows.runtime import Runtime
from notifications.charts import line_chart
from plans.database import writing
from plans.tables import Plan, PlanItem, Target
from support.clerk import one, soup
from support.readings import read_off
from tasks.changing import edit_item
from tasks.evidence import attach
from tasks.revision import find_item
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act

Find = Callable[..., Task]
Seated = Callable[..., TestClient]
GAOQI, REPORT, PATROL = 1, 2, 3
PDF = b"%PDF-1.7 evidence"
NAME = '证明"材料<b>.pdf'


@pytest.fixture
def reported(bureau: Runtime) -> None:
    """Three readings of the first item's target, one of which is replaced on the same day."""
    with writing(bureau.engine) as session:
        session.add_all(read_off(1, *reading) for reading in (("2026-08-31", "1"), ("2026-09-30", "2")))
        session.flush()
        session.add(read_off(1, "2026-09-30", "3"))


@pytest.fixture
def filed(bureau: Runtime, now: datetime, task_of: Find) -> str:
    """A file with a task of the first item; its address below the office's pages."""
    with writing(bureau.engine) as session:
        task = session.get_one(Task, task_of("培育高新技术企业").id)
        kept = attach(session, task, NAME, PDF, bureau.settings.data / "evidence", Act("李明", "page", now))
        return f"/plan/{GAOQI}/files/{kept.id}"


def test_an_item_shows_what_was_promised_and_by_whom(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, GAOQI).text = "确保认定5家，\n力争8家。"

    page = soup(client.get(f"{office}/plan/{GAOQI}"))

    assert one(page, "h1").get_text() == "培育高新技术企业"
    facts = one(page, ".facts").get_text(" ")
    for told in ("待填", "执行中", "李明 · 创新股", "目标 · 每月报进度", "确保认定5家，\n力争8家。"):
        assert told in facts
    assert "没有变更过" in page.get_text()
    assert "没有附过材料" in page.get_text()


def test_tasks_are_listed_open_ones_first(client: TestClient, bureau: Runtime, office: str, task_of: Find) -> None:
    with writing(bureau.engine) as session:
        first = session.get_one(Task, task_of("责任网格整治").id)
        first.state, first.done_on = State.DONE.value, first.due_on

    page = soup(client.get(f"{office}/plan/{PATROL}"))

    badges = [badge.get_text() for badge in page.select(".item-work .rows .badge")]
    assert badges[-1] == "已办结"
    assert "已办结" not in badges[:-1]
    assert len(badges) >= 2


def test_a_report_of_enterprises_links_to_their_matrix(client: TestClient, office: str) -> None:
    page = soup(client.get(f"{office}/plan/{REPORT}"))

    assert "未办结 3 项，共 3 项" in page.get_text()
    assert str(one(page, ".item-work .after a")["href"]).endswith(f"/matrix?item={REPORT}")


@pytest.mark.usefixtures("reported")
def test_readings_are_a_picture_of_fixed_size_and_a_table_of_the_same_numbers(client: TestClient, office: str) -> None:
    page = soup(client.get(f"{office}/plan/{GAOQI}"))

    picture = one(page, "img.chart")
    assert (picture["width"], picture["height"]) == ("640", "280")
    assert "高新技术企业认定的进展曲线" in str(picture["alt"])
    rows = [" ".join(row.get_text(" ").split()) for row in page.select("details.numbers tbody tr")]
    assert rows == ["2026-09-30 3 家 60% 李明 —", "2026-09-30 2 家 40% 李明 —", "2026-08-31 1 家 20% 李明 —"]
    drawn = client.get(str(picture["src"]))
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.headers["content-security-policy"].startswith("default-src 'none'")
    assert "sandbox" in drawn.headers["content-security-policy"]


@pytest.mark.usefixtures("reported")
def test_the_picture_shows_the_last_reading_of_each_day_with_floor_and_stretch(client: TestClient, office: str) -> None:
    with_goals = {"确保": 5, "力争": 8}
    points = [(date(2026, 8, 31), 1), (date(2026, 9, 30), 3)]

    drawn = client.get(f"{office}/plan/{GAOQI}/targets/1.svg").content

    assert drawn == line_chart(points, with_goals, "家", "svg")  # type: ignore[arg-type]


def test_figures_that_add_up_are_shown_with_what_they_come_to(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        session.get_one(Target, 1).cumulative = False
        session.add_all(read_off(1, *reading) for reading in (("2026-08-31", "1"), ("2026-09-30", "2")))

    page = soup(client.get(f"{office}/plan/{GAOQI}"))

    rows = [" ".join(row.get_text(" ").split()) for row in page.select("details.numbers tbody tr")]
    assert rows == ["2026-09-30 2 家 3 家 60% 李明 —", "2026-08-31 1 家 1 家 20% 李明 —"]


@pytest.mark.parametrize("path", ["/plan/99", "/plan/1/targets/99.svg", "/plan/2/targets/1.svg", "/plan/1/files/99"])
def test_what_is_not_there_is_a_helping_page(client: TestClient, office: str, path: str) -> None:
    answer = client.get(office + path)

    assert answer.status_code == 404
    assert "打开" in answer.text


def test_a_target_without_a_reading_has_no_picture(client: TestClient, office: str) -> None:
    assert client.get(f"{office}/plan/{GAOQI}/targets/1.svg").status_code == 404
    page = soup(client.get(f"{office}/plan/{GAOQI}"))
    assert page.select("img.chart") == []
    assert "还没有报数" in page.get_text()


def test_the_history_is_told_in_sentences(client: TestClient, bureau: Runtime, now: datetime, office: str) -> None:
    with revising(bureau, Act("陈平", "page", now)) as revision:
        edit_item(revision, find_item(revision.session, GAOQI), {"title": "培育高企"})

    page = soup(client.get(f"{office}/plan/{GAOQI}"))

    assert "陈平 2026-10-12 10:00 把 标题 从 培育高新技术企业 改为 培育高企" in one(page, ".history").get_text()


def test_a_file_is_downloaded_under_its_own_name_and_never_shown(client: TestClient, office: str, filed: str) -> None:
    page = client.get(f"{office}/plan/{GAOQI}")
    assert "证明&#34;材料&lt;b&gt;.pdf" in page.text

    answer = client.get(office + filed)

    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E8%AF%81%E6%98%8E")


def test_a_file_is_not_found_below_another_item(client: TestClient, office: str, filed: str) -> None:
    assert client.get(office + filed.replace(f"/{GAOQI}/", f"/{PATROL}/")).status_code == 404


@pytest.mark.parametrize(("name", "may"), [("李明", False), ("王芳", False), ("陈平", True), ("周正", True)])
def test_leaders_who_signed_in_take_files_and_staff_see_their_names(
    seated: Seated, filed: str, name: str, may: bool
) -> None:
    browser = seated(name)

    page = soup(browser.get(f"/office/me/plan/{GAOQI}"))

    assert NAME in page.get_text()
    assert bool(page.select(".item-more .what a")) == may
    assert browser.get(f"/office/me{filed}").status_code == (200 if may else 403)


@pytest.mark.parametrize(
    ("name", "number", "may"),
    [("陈平", GAOQI, True), ("陈平", PATROL, False), ("林岚", PATROL, True), ("李明", GAOQI, False)],
)
def test_who_may_change_the_item_is_led_to_the_form(seated: Seated, name: str, number: int, may: bool) -> None:
    browser = seated(name)

    page = soup(browser.get(f"/office/me/plan/{number}"))

    links = [str(link["href"]) for link in page.select(".item-facts a.button")]
    assert links == ([f"/desk/me/plan/{number}"] if may else [])
    for link in links:
        assert "保存修改" in browser.get(link).text


def test_a_link_leads_to_no_form_and_a_plan_that_is_over_neither(
    client: TestClient, seated: Seated, bureau: Runtime, now: datetime, office: str
) -> None:
    assert "调整这个事项" not in client.get(f"{office}/plan/{GAOQI}").text
    with writing(bureau.engine) as session:
        session.get_one(Plan, 1).closed_at = now
    assert "调整这个事项" not in seated("周正").get(f"/office/me/plan/{GAOQI}").text


def test_a_part_tells_which_item_it_came_out_of(client: TestClient, bureau: Runtime, office: str) -> None:
    with writing(bureau.engine) as session:
        session.get_one(PlanItem, PATROL).carried_from = GAOQI

    page = soup(client.get(f"{office}/plan/{PATROL}"))

    link = next(link for link in page.select(".facts a") if str(link["href"]).endswith(f"/plan/{GAOQI}"))
    assert link.get_text() == "由第1项拆出"
