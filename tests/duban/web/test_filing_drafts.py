"""保存草稿, and two people at one report: the second sees what the first one kept and what they typed themselves."""

from collections.abc import Callable

import pytest
from bs4 import Tag
from fastapi.testclient import TestClient
from sqlmodel import col, select

from flows.runtime import Runtime
from plans.database import reading, writing
from support.clerk import one, sent_untouched, soup
from support.filler import DRAFT, FULL, HOSTILE, fill, opened, text_of, value_of, words
from tasks.chasing_tables import FilingDraft
from tasks.states import State
from tasks.tables import Filing, Task

QINGHE = "青禾药业有限公司"


@pytest.fixture
def address(filing_of: Callable[[str], str]) -> str:
    return filing_of(QINGHE)


def drafts(bureau: Runtime) -> list[FilingDraft]:
    with reading(bureau.engine) as session:
        return list(session.exec(select(FilingDraft)))


def filings(bureau: Runtime) -> list[dict[str, str]]:
    with reading(bureau.engine) as session:
        return [filing.answers for filing in session.exec(select(Filing).order_by(col(Filing.id)))]


def rows_that_differ(page: object) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in soup(page).select(".differs")]


def test_a_draft_is_kept_unchecked_and_comes_back_on_the_same_link(
    client: TestClient, bureau: Runtime, address: str, task_of: Callable[..., Task]
) -> None:
    saved = fill(client, address, DRAFT, cost_month="约八十", staff="-1", zero="1", filler="钱会计")

    assert saved.status_code == 303
    page = client.get(saved.headers["location"])
    assert "草稿已保存，还没有提交" in text_of(page, "[role=status]")
    assert "这是钱会计 2026-10-12 10:00 存的草稿" in words(client.get(address))
    assert (value_of(page, "cost_month"), value_of(page, "staff")) == ("约八十", "-1")
    assert one(soup(page), "[name=zero]").has_attr("checked")
    assert "填写中" in text_of(page, "dl.facts")
    assert not soup(page).select(".fault")
    assert filings(bureau) == []
    assert task_of("研发月报", QINGHE).state == State.OPEN


def test_only_the_forms_own_fields_are_kept(client: TestClient, bureau: Runtime, address: str) -> None:
    fill(client, address, DRAFT, staff="3", step="confirm", made_up="x" * 1000)

    [draft] = drafts(bureau)

    assert draft.answers == {"staff": "3"}


def test_filing_ends_the_draft(client: TestClient, bureau: Runtime, address: str) -> None:
    fill(client, address, DRAFT, staff="3")
    assert fill(client, address, **FULL).status_code == 303

    assert drafts(bureau) == []
    assert "存的草稿" not in client.get(address).text


def test_a_correction_can_be_drafted_and_the_filing_stands_meanwhile(
    client: TestClient, bureau: Runtime, address: str
) -> None:
    fill(client, address, **FULL)
    fill(client, address, DRAFT, cost_year="700")

    page = client.get(address)
    assert value_of(page, "cost_year") == "700"
    assert [kept["cost_year"] for kept in filings(bureau)] == ["610"]
    assert "第 1 次填报已收到" in words(page)


def test_a_second_draft_shows_the_first_and_what_was_typed_and_then_may_be_kept(
    client: TestClient, bureau: Runtime, address: str
) -> None:
    mine = opened(client, address) | {"staff": "20", "cost_month": "9", "filler": "周会计"}
    fill(client, address, DRAFT, staff="12", cost_month="9", filler="钱会计")

    page = client.post(address + DRAFT, data=mine)

    assert page.status_code == 409
    assert "钱会计 已于 2026-10-12 10:00 存过草稿" in text_of(page, "[role=alert]")
    assert rows_that_differ(page) == ["研发人员 12 人 20 人", "填表人 钱会计 周会计"]
    assert value_of(page, "staff") == "20"
    assert drafts(bureau)[0].answers["staff"] == "12"

    again = client.post(address + DRAFT, data=_form(page))

    assert again.status_code == 303
    assert (drafts(bureau)[0].answers["staff"], drafts(bureau)[0].version) == ("20", 2)


def test_a_second_filing_shows_the_first_and_is_filed_as_a_correction(
    client: TestClient, bureau: Runtime, address: str
) -> None:
    mine = opened(client, address) | FULL | {"cost_year": "680", "filler": "周会计"}
    fill(client, address, **FULL)

    page = client.post(address, data=mine)

    assert page.status_code == 409
    assert "钱会计 已于 2026-10-12 10:00 提交过这份报表" in text_of(page, "[role=alert]")
    assert rows_that_differ(page) == ["1月至本月累计研发费用 610 万元 680 万元", "填表人 钱会计 周会计"]
    assert text_of(page, "form button") == "提交更正"
    assert len(filings(bureau)) == 1

    assert client.post(address, data=_form(page)).status_code == 303
    assert [kept["cost_year"] for kept in filings(bureau)] == ["610", "680"]


def test_filing_over_somebody_elses_draft_asks_first(client: TestClient, bureau: Runtime, address: str) -> None:
    mine = opened(client, address) | FULL
    fill(client, address, DRAFT, staff="13", filler="周会计")

    page = client.post(address, data=mine)

    assert page.status_code == 409
    assert "周会计 已于" in text_of(page, "[role=alert]")
    assert filings(bureau) == []
    assert len(drafts(bureau)) == 1


def test_a_draft_begun_before_somebody_filed_is_told_so(client: TestClient, bureau: Runtime, address: str) -> None:
    mine = opened(client, address) | {"staff": "20"}
    fill(client, address, **FULL)

    page = client.post(address + DRAFT, data=mine)

    assert page.status_code == 409
    assert "提交过这份报表" in text_of(page, "[role=alert]")
    assert drafts(bureau) == []


def test_pressing_the_button_twice_files_once(client: TestClient, bureau: Runtime, address: str) -> None:
    mine = opened(client, address) | FULL

    first, second = (client.post(address, data=mine) for _ in range(2))

    assert first.headers["location"] == second.headers["location"]
    assert len(filings(bureau)) == 1


def test_what_is_closed_keeps_no_draft(
    client: TestClient, bureau: Runtime, address: str, task_of: Callable[..., Task]
) -> None:
    mine = opened(client, address) | {"staff": "1"}
    with writing(bureau.engine) as session:
        session.get_one(Task, task_of("研发月报", QINGHE).id).state = State.CLOSED

    page = client.post(address + DRAFT, data=mine)

    assert page.status_code == 409
    assert "已经核定" in page.text
    assert drafts(bureau) == []


@pytest.mark.parametrize("version", ["", "x", "-1", "９", "1" * 40])
def test_a_version_nobody_could_have_seen_is_none(
    client: TestClient, bureau: Runtime, address: str, version: str
) -> None:
    fill(client, address, **FULL)

    page = client.post(address, data=FULL | {"cost_year": "700", "seen:filing": version})

    assert page.status_code == 409
    assert len(filings(bureau)) == 1


def test_hostile_names_are_only_text_beside_each_other(client: TestClient, address: str) -> None:
    mine = opened(client, address) | {"filler": HOSTILE}
    fill(client, address, DRAFT, filler=HOSTILE, staff=HOSTILE)

    page = client.post(address + DRAFT, data=mine)

    assert "<script>" not in page.text
    assert "{{7*7}}" in words(page)
    assert not soup(page).select("script")


def _form(page: object) -> dict[str, str]:
    form = one(soup(page), "form")
    assert isinstance(form, Tag)
    return sent_untouched(form)


def test_a_refused_page_still_began_where_it_began(client: TestClient, bureau: Runtime, address: str) -> None:
    refused = client.post(address, data=opened(client, address) | FULL | {"staff": "?"})
    assert refused.status_code == 422
    fill(client, address, **FULL)

    page = client.post(address, data=_form(refused) | {"staff": "20"})

    assert page.status_code == 409
    assert [kept["staff"] for kept in filings(bureau)] == ["12"]
