"""设置·催办阶梯: a ladder is changed as a form, looked at for an example day, kept whole, and given back."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from cast import at
from duban.web.app import create_app
from flows.current import follow
from flows.runtime import Runtime
from notifications.ladder import load_ladders
from plans.database import reading, writing
from plans.kept_files import replace_file
from tasks.states import PENDING
from tasks.tables import Task

Seated = Callable[..., TestClient]
LADDERS = "/office/me/settings/ladders"
HEAD = "</textarea><b>"


@pytest.fixture
def admin(seated: Seated) -> TestClient:
    return seated("陈平", "admin")


def seen(admin: TestClient, key: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', admin.get(f"{LADDERS}/{key}").text)
    assert found
    return found[1]


def step(n: int, when: str, days: str, *heard: str, **more: str) -> dict[str, str]:
    row = {f"when-{n}": when, f"days-{n}": days, f"way-{n}": "mail"} | {f"audience-{n}-{who}": "1" for who in heard}
    return row | {f"{name}-{n}": value for name, value in more.items()}


def post(admin: TestClient, key: str, do: str, *rows: dict[str, str], **typed: str) -> Response:
    data = {"do": do, "name": "本局任务", "due": "2026-10-30", "seen": seen(admin, key)} | typed
    for row in rows:
        data |= row
    answer: Response = admin.post(f"{LADDERS}/{key}", data=data)
    return answer


def told(answer: Response) -> list[str]:
    page = BeautifulSoup(answer.text, "html.parser")
    return [" ".join(one.text.split()) for one in page.select(".told > li > p")]


@pytest.mark.parametrize("name", ["李明", "陈平", "林岚", "周正"])
def test_only_an_administrator_opens_ladders(seated: Seated, name: str) -> None:
    assert seated(name).get(LADDERS).status_code == 403
    assert seated(name).post(f"{LADDERS}/staff", data={"do": "reset"}).status_code == 403


def test_the_office_does_not_open_ladders(seated: Seated) -> None:
    assert seated("王芳", "office").get(LADDERS).status_code == 403


def test_the_list_names_every_shipped_ladder(admin: TestClient) -> None:
    page = admin.get(LADDERS).text
    assert all(ladder.name in page for ladder in load_ladders().values())
    assert "逾期12个工作日" in page


def test_the_dates_of_an_example_jump_the_holidays_of_the_bureaus_table(admin: TestClient) -> None:
    # 30 September 2026 is the last workday before the National Day week, worked off on 10 October.
    assert told(admin.get(f"{LADDERS}/staff?due=2026-09-30")) == [
        "9月24日（周四） 提前3个工作日 邮件",
        "9月30日（周三） 当天 邮件",
        "10月8日（周四） 逾期1个工作日 邮件",
        "10月10日（周六） 逾期3个工作日 邮件",
        "10月15日（周四） 逾期7个工作日 邮件",
        "10月22日（周四） 逾期12个工作日 邮件",
    ]


def test_each_step_shows_what_it_says(admin: TestClient) -> None:
    page = BeautifulSoup(admin.get(f"{LADDERS}/enterprise?due=2026-10-30").text, "html.parser")
    subjects = [one.text for one in page.select(".told summary")]
    assert subjects == [
        "承办人或企业：【本局】请报送：研发投入月报（10月30日截止）",
        "承办人或企业：【本局】请报送：研发投入月报（10月30日截止）",
        "承办人或企业：【本局】请尽快报送：研发投入月报已逾期",
        "本局责任人：【督办】今日电话催报1家",
        "承办人或企业：【本局】关于报送研发投入月报的催报函（〔 〕 号）",
        "分管副局长：【督办】请您关注1件事",
    ]
    assert "贵单位应报送的研发投入月报" in page.text


def test_the_short_ladder_counts_from_the_return(admin: TestClient) -> None:
    assert told(admin.get(f"{LADDERS}/returned?due=2026-10-12"))[0] == "10月13日（周二） 退回后1个工作日 邮件"


def test_steps_come_and_go_in_the_form_without_anything_being_kept(admin: TestClient, bureau: Runtime) -> None:
    rows = [step(0, "before", "3", "assignee"), step(1, "on", "", "assignee")]
    more = post(admin, "staff", "add", *rows)
    fewer = post(admin, "staff", "remove-0", *rows)
    assert more.text.count("<fieldset") == 3
    assert 'class="fault"' not in more.text
    assert fewer.text.count("<fieldset") == 1
    assert not bureau.settings.ladders_file.exists()


def test_looking_puts_the_steps_in_the_order_of_their_days(admin: TestClient, bureau: Runtime) -> None:
    answer = post(admin, "staff", "look", step(0, "after", "2", "leader"), step(1, "before", "1", "assignee"))
    assert [line[:14] for line in told(answer)] == ["10月29日（周四） 提前1", "11月3日（周二） 逾期2个"]
    assert not bureau.settings.ladders_file.exists()


def test_a_ladder_is_kept_and_followed_and_given_back(admin: TestClient, bureau: Runtime) -> None:
    own = bureau.settings.ladders_file
    replace_file(own, "# 我们自己的\nduty: {name: 日常, steps: [{offset: 0, audience: [head]}]}\n")
    following = follow(bureau)
    rows = [step(0, "after", "2", "leader", "director"), step(1, "before", "1", "assignee", tone="formal")]

    answer = post(admin, "staff", "save", *rows, name="简")

    assert answer.headers["location"].endswith("/ladders/staff?said=ladder_save")
    kept = following.runtime.ladders["staff"]
    assert (kept.name, [one.key for one in kept.steps]) == ("简", ["-1", "+2"])
    assert kept.steps[0].words == "formal"
    assert "# 我们自己的" in own.read_text(encoding="utf-8")
    assert following.runtime.ladders["duty"].name == "日常"
    assert "已改" in admin.get(LADDERS).text
    assert post(admin, "staff", "reset").status_code == 303
    assert following.runtime.ladders["staff"] == load_ladders()["staff"]
    assert "staff" not in own.read_text(encoding="utf-8")


def test_open_tasks_look_again_where_they_stand(admin: TestClient, bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        for task in session.exec(select(Task)):
            task.next_step_at = at("2026-12-01 08:30")
    post(admin, "enterprise", "save", step(0, "after", "2", "assignee"))
    with reading(bureau.engine) as session:
        pending = [task for task in session.exec(select(Task)) if task.state in PENDING]
    rung = {task.enterprise_id is not None for task in pending if task.next_step_at == at("2026-10-12 10:00")}
    assert rung == {True}
    assert any(task.next_step_at == at("2026-12-01 08:30") for task in pending)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (step(1, "after", "61", "head"), "days-1"),
        (step(1, "before", "16", "head"), "days-1"),
        (step(1, "after", "三", "head"), "days-1"),
        (step(1, "after", "-3", "head"), "days-1"),
        (step(1, "on", "", "head"), "days-1"),
        (step(1, "after", "3"), "audience-1"),
        (step(1, "after", "3", "head", way="letter"), "way-1"),
        (step(1, "after", "3", "head", tone="angry"), "tone-1"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(
    admin: TestClient, bureau: Runtime, row: dict[str, str], field: str
) -> None:
    answer = post(admin, "staff", "save", step(0, "on", "", "assignee"), row, name=HEAD)
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert [one["id"] for one in page.select(".fault")] == [f"{field}-fault"]
    assert page.select_one("#name")["value"] == HEAD  # type: ignore[index]
    assert not bureau.settings.ladders_file.exists()


def test_a_ladder_has_a_step_and_a_name(admin: TestClient) -> None:
    answer = post(admin, "staff", "save", name=" ")
    assert "至少要有一级" in answer.text
    assert "“名称”不能空着" in answer.text


def test_the_second_tab_sees_what_the_first_kept_beside_its_own(admin: TestClient, bureau: Runtime) -> None:
    before = seen(admin, "staff")
    post(admin, "staff", "save", step(0, "after", "5", "director"))
    mine = step(0, "after", "9", "head")
    late = post(admin, "staff", "save", mine, seen=before)
    assert late.status_code == 409
    assert "到期后5个工作日：局长" in late.text
    assert 'value="9"' in late.text
    now = re.search(r'name="seen" value="(\w+)"', late.text)
    assert now
    assert post(admin, "staff", "save", mine, seen=now[1]).status_code == 303
    assert load_ladders(bureau.settings.ladders_file)["staff"].steps[0].offset == 9


def test_a_file_that_a_setting_names_is_not_changed_here(seated: Seated, bureau: Runtime, admin: TestClient) -> None:
    named = bureau.settings.data / "own.yaml"
    replace_file(named, "staff: {name: 定, steps: [{offset: 2, audience: [head]}]}\n")
    fixed = Runtime(bureau.settings.model_copy(update={"ladders": named}))
    browser = TestClient(
        create_app(fixed, lambda: at("2026-10-12 10:00")), headers=admin.headers, cookies=admin.cookies
    )
    page = browser.get(f"{LADDERS}/staff").text
    assert "DUBAN_LADDERS" in page
    mark = re.search(r'name="seen" value="(\w+)"', page)
    typed = {"do": "save", "name": "改", "seen": mark[1] if mark else "", **step(0, "on", "", "head")}
    assert browser.post(f"{LADDERS}/staff", data=typed).status_code == 422
    assert "name: 定" in named.read_text(encoding="utf-8")


@pytest.mark.parametrize("due", ["morgen", "0001-01-01", "9999-12-31"])
def test_an_example_day_nobody_can_count_from_is_told(admin: TestClient, due: str) -> None:
    answer = admin.get(f"{LADDERS}/staff", params={"due": due})
    assert answer.status_code == 200
    assert 'id="due-fault"' in answer.text


@pytest.mark.parametrize("key", ["nobody", "..%2f..%2fsecret.key"])
def test_a_ladder_that_is_not_there_is_not_found(admin: TestClient, key: str) -> None:
    assert admin.get(f"{LADDERS}/{key}").status_code == 404


def test_a_broken_file_is_named_and_not_written_over(admin: TestClient, bureau: Runtime) -> None:
    replace_file(bureau.settings.ladders_file, "staff: [")
    assert "读不懂" in admin.get(LADDERS).text
    assert admin.get(f"{LADDERS}/staff").status_code == 409
    assert bureau.settings.ladders_file.read_text(encoding="utf-8") == "staff: ["


def test_no_row_is_taken_beyond_twenty(admin: TestClient) -> None:
    rows = [step(n, "after", str(n + 1), "head") for n in range(25)]
    answer = post(admin, "staff", "add", *rows)
    assert answer.text.count("<fieldset") == 20


def test_of_two_who_save_at_once_one_is_told(admin: TestClient) -> None:
    mark = seen(admin, "staff")

    def save(days: str) -> int:
        return post(admin, "staff", "save", step(0, "after", days, "head"), seen=mark).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(save, ["1", "2", "3", "4"]))
    assert answers == [303, 409, 409, 409]
