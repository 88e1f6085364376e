"""Long work: short work goes straight on, long work shows how far it is, can be left, and says how it ended."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

import pytest
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.testclient import TestClient
from sqlmodel import select

from duban.web import errands
from duban.web.errands import carry_out_long
from duban.web.visit import ME, Visit
from flows.errands import Outcome, Progress, Tell, begin
from flows.runtime import Runtime
from plans.account_tables import Errand
from plans.database import reading, writing
from plans.errors import Refused
from plans.zone import local_day

DONE = Outcome("收下3家的填报。", "/desk/me/filings")


def start(bureau: Runtime, work: Callable[[Tell], Outcome], now: datetime, person: int = 4) -> tuple[int, Progress]:
    return begin(bureau, "导入填报表格", work, person, "/desk/me/filings/import", now)


def page_of(browser: TestClient, number: int) -> str:
    return str(browser.get(f"/desk/me/errands/{number}").text)


def test_who_left_comes_back_to_see_how_far_it_is_and_what_came_of_it(
    bureau: Runtime, now: datetime, seated: Callable[..., TestClient]
) -> None:
    half, on = Event(), Event()

    def work(tell: Tell) -> Outcome:
        tell(40, 100)
        half.set()
        on.wait(10)
        return DONE

    browser = seated("李明")
    number, progress = start(bureau, work, now)
    half.wait(10)
    shown = page_of(browser, number)
    assert "已做 40 / 100" in shown
    assert 'http-equiv="refresh"' in shown
    on.set()
    progress.ended.wait(10)
    shown = page_of(browser, number)
    assert "收下3家的填报。" in shown
    assert 'href="/desk/me/filings"' in shown
    assert "refresh" not in shown


@pytest.mark.parametrize(
    ("error", "told"),
    [(Refused("这一行的月份不对：请改正。"), "这一行的月份不对"), (ZeroDivisionError("secret"), "系统出了问题")],
)
def test_what_could_not_be_done_says_why_and_where_to_try_again(
    bureau: Runtime, now: datetime, seated: Callable[..., TestClient], error: Exception, told: str
) -> None:
    def work(tell: Tell) -> Outcome:
        raise error

    browser = seated("李明")
    number, progress = start(bureau, work, now)
    progress.ended.wait(10)
    shown = page_of(browser, number)
    assert told in shown
    assert "secret" not in shown
    assert 'href="/desk/me/filings/import"' in shown


def test_work_whose_process_ended_is_shown_as_broken_off(
    bureau: Runtime, now: datetime, seated: Callable[..., TestClient]
) -> None:
    row = Errand(kind="page", title="导入企业名册", person_id=4, state="running", made_at=now, moved_at=now)
    row.given = {"back": "/desk/me/roster"}
    browser = seated("李明")
    with writing(bureau.engine) as session:
        session.add(row)
    assert "程序中途停过" in page_of(browser, row.id or 0)


def test_nobody_sees_what_another_began(bureau: Runtime, now: datetime, seated: Callable[..., TestClient]) -> None:
    number, progress = start(bureau, lambda tell: DONE, now, person=4)
    progress.ended.wait(10)
    assert seated("王芳").get(f"/desk/me/errands/{number}").status_code == 404


@pytest.mark.parametrize(("patience", "onward"), [(10.0, "/desk/me/filings"), (0.0, "/desk/me/errands/1")])
def test_short_work_goes_straight_on_and_long_work_to_its_own_page(
    bureau: Runtime, now: datetime, monkeypatch: pytest.MonkeyPatch, patience: float, onward: str
) -> None:
    monkeypatch.setattr(errands, "PATIENCE", patience)
    on = Event()

    def work(tell: Tell) -> Outcome:
        on.wait(0 if patience else 10)
        return DONE

    token = bureau.links.desk(4, 1, local_day(now)).rsplit("/", 1)[1]
    visit = Visit(bureau, now)
    answer = carry_out_long(visit, token, "导入", work, "/back", lambda status, refused: PlainTextResponse("again"))
    on.set()
    assert isinstance(answer, RedirectResponse)
    assert answer.headers["location"].replace(token, ME).removeprefix(bureau.settings.base_url) == onward
    with reading(bureau.engine) as session:
        assert session.exec(select(Errand.title)).all() == ["导入"]


def test_what_is_refused_at_once_shows_the_form_again(bureau: Runtime, now: datetime) -> None:
    def work(tell: Tell) -> Outcome:
        raise Refused("请先勾选。")

    def again(status: int, refused: Refused) -> Response:
        return PlainTextResponse(f"{status} {refused}")

    token = bureau.links.desk(4, 1, local_day(now)).rsplit("/", 1)[1]
    answer = carry_out_long(Visit(bureau, now), token, "导入", work, "/back", again)
    assert bytes(answer.body).decode() == "422 请先勾选。"
