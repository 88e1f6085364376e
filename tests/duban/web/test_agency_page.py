"""代账: one link for all enterprises of an agency; each opens the same page, and only as long as it is the agency's."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from cast import MONTHLY_REPORT, at
from duban.web.app import create_app
from flows.roster import Filer, assign_agency, hand_over
from flows.runtime import Runtime
from plans.database import reading, writing
from plans.tables import Agency, Enterprise
from plans.zone import local_day
from support.clerk import soup
from support.filler import DRAFT, FULL, HANDOVER, HOSTILE, PROMISE, RECEIPT, fill, text_of, value_of, words
from tasks.chasing_tables import Call
from tasks.states import State
from tasks.tables import Filing, Task, TaskChange
from tasks.verbs import Act

JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"
ACT = Act("李明", "page", at("2026-10-12 09:00"))


@pytest.fixture
def agency(bureau: Runtime, now: datetime) -> str:
    """The link of 云账代理, which files for 青禾 and 远山 and not for 精工."""
    with writing(bureau.engine) as session:
        made = Agency(id=1, name="云账代理有限公司", contact="吴会计", email="wu@yunzhang.example")
        session.add(made)
        session.flush()
        for name in (QINGHE, YUANSHAN):
            assign_agency(session, session.exec(select(Enterprise).where(Enterprise.name == name)).one(), made, ACT)
    return bureau.links.agency(1, 1, local_day(now))


@pytest.fixture
def page_of(agency: str, task_of: Callable[..., Task]) -> Callable[[str], str]:
    return lambda enterprise: f"{agency}/tasks/{task_of('研发月报', enterprise).id}"


def listed(page: object) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in soup(page).select(".rows > li")]


def promised(bureau: Runtime) -> dict[int, str]:
    with reading(bureau.engine) as session:
        return {call.enterprise_id: str(call.promised_on) for call in session.exec(select(Call))}


def test_it_lists_its_enterprises_months_with_state_and_due_day(client: TestClient, agency: str) -> None:
    page = client.get(agency)

    assert listed(page) == [
        f"逾期 {YUANSHAN} 研发月报 · 2026年9月 · 逾2天 10月10日（周六） 已逾期1个工作日",
        f"逾期 {QINGHE} 研发月报 · 2026年9月 · 逾2天 10月10日（周六） 已逾期1个工作日",
    ]
    assert JINGGONG not in page.text
    assert "还没有报 2" in words(page)


def test_it_files_on_the_same_page_in_its_own_name(
    client: TestClient, bureau: Runtime, agency: str, page_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    address = page_of(QINGHE)
    fill(client, address, DRAFT, staff="7")
    assert value_of(client.get(address), "staff") == "7"
    assert [row.split()[0] for row in listed(client.get(agency))] == ["逾期", "填写中"]

    answer = fill(client, address, **FULL | {"filler": "吴会计"})

    assert answer.headers["location"].startswith(address.removeprefix(bureau.settings.base_url))
    assert "云账代理有限公司 吴会计" in text_of(client.get(answer.headers["location"]), ".receipt dl.facts")
    with reading(bureau.engine) as session:
        assert session.exec(select(Filing.by)).one() == "云账代理有限公司 吴会计"
    assert task_of("研发月报", QINGHE).state == State.DONE
    assert [row.split()[1] for row in listed(client.get(agency))] == [YUANSHAN]
    assert [row.split()[1] for row in listed(client.get(f"{agency}?show=done"))] == [QINGHE]
    assert f"/tasks/{task_of('研发月报', QINGHE).id}/receipt" in client.get(f"{agency}?show=done").text


def test_every_page_leads_back_to_the_list_and_none_hands_over(
    client: TestClient, agency: str, page_of: Callable[[str], str]
) -> None:
    page = client.get(page_of(QINGHE))

    assert f'href="{agency.removeprefix("http://127.0.0.1:8320")}">‹ 全部企业' in page.text
    assert "移交" not in page.text
    assert client.get(page_of(QINGHE) + HANDOVER).status_code == 404
    assert client.post(page_of(QINGHE) + HANDOVER, data={"step": "confirm"}).status_code == 404


def test_an_enterprise_of_somebody_else_is_refused_like_one_that_is_not_there(
    client: TestClient,
    agency: str,
    page_of: Callable[[str], str],
    everything: Callable[[], dict[str, list[Any]]],
) -> None:
    before = everything()
    strange = [page_of(JINGGONG), f"{agency}/tasks/99999", f"{agency}/tasks/x", f"{agency}/tasks/{'9' * 30}"]
    for address in (*strange, f"{agency}/tasks/０"):
        answers = [client.get(address), client.post(address, data=FULL)]
        if address == strange[0]:
            answers += [client.get(address + below) for below in (RECEIPT, PROMISE)]
            answers += [client.post(address + below, data=FULL) for below in (DRAFT, PROMISE)]
        for answer in answers:
            assert answer.status_code == 403
            assert "这家企业已不由贵单位代报" in answer.text
            assert not [word for word in (JINGGONG, "赵会计", "李明", "研发") if word in answer.text]
    assert everything() == before


def test_what_is_no_longer_the_agencys_is_gone_from_its_list_and_its_page_refuses(
    client: TestClient, bureau: Runtime, agency: str, page_of: Callable[[str], str]
) -> None:
    fill(client, page_of(QINGHE), **FULL)
    with writing(bureau.engine) as session:
        qinghe = session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one()
        hand_over(session, qinghe, Filer("周会计", "zhou@qinghe.example"), ACT)

    assert [row.split()[1] for row in listed(client.get(agency))] == [YUANSHAN]
    assert QINGHE not in client.get(f"{agency}?show=done").text
    for below in ("", RECEIPT, PROMISE):
        answer = client.get(page_of(QINGHE) + below)
        assert answer.status_code == 403
        assert not [word for word in (QINGHE, "周会计", "85.5") if word in answer.text]


def test_one_promise_for_one_and_one_for_all(
    client: TestClient, bureau: Runtime, agency: str, page_of: Callable[[str], str]
) -> None:
    client.post(page_of(QINGHE) + PROMISE, data={"promised": "2026-10-14"})
    assert promised(bureau) == {2: "2026-10-14"}
    assert "全部 2 份" in words(client.get(agency + PROMISE))

    answer = client.post(agency + PROMISE, data={"promised": "2026-10-16", "reason": "等银行流水"})

    assert answer.status_code == 303
    assert "已记下承诺的日期" in text_of(client.get(answer.headers["location"]), "[role=status]")
    assert promised(bureau) == {2: "2026-10-16", 3: "2026-10-16"}
    assert all("承诺" in row and "10月16日前" in row for row in listed(client.get(agency)))


def test_a_promise_for_all_keeps_its_bounds_and_needs_something_to_promise(
    client: TestClient, bureau: Runtime, agency: str, page_of: Callable[[str], str]
) -> None:
    page = client.post(agency + PROMISE, data={"promised": "2027-01-01", "reason": HOSTILE})
    assert page.status_code == 422
    assert "最晚可以到 2026-10-16" in text_of(page, "#promised-fault")
    assert "<script>" not in page.text
    for name in (QINGHE, YUANSHAN):
        fill(client, page_of(name), **FULL)
    assert "没有可以承诺的填报" in client.post(agency + PROMISE, data={"promised": "2026-10-16"}).text
    assert promised(bureau) == {}
    assert "都报齐了" in client.get(agency).text


def test_a_get_changes_nothing_however_often(
    client: TestClient,
    agency: str,
    page_of: Callable[[str], str],
    everything: Callable[[], dict[str, list[Any]]],
) -> None:
    fill(client, page_of(QINGHE), **FULL)
    before = everything()
    lists = [agency + below for below in ("", "?show=done", "?page=9", PROMISE)]
    reports = [page_of(name) + below for name in (QINGHE, YUANSHAN) for below in ("", RECEIPT, PROMISE)]
    for address in lists + reports:
        assert client.get(address).status_code == client.get(address).status_code < 500
    assert everything() == before


@pytest.mark.parametrize(
    ("spoil", "status", "told"),
    [
        ("tamper", 403, "不完整或已失效"),
        ("old", 410, "已经过期"),
        ("version", 410, "已经停用"),
        ("gone", 410, "已经停用"),
    ],
)
def test_a_link_that_is_no_good_tells_nothing(
    client: TestClient, bureau: Runtime, agency: str, now: datetime, spoil: str, status: int, told: str
) -> None:
    link = agency
    if spoil == "tamper":
        link = agency[:-2]
    if spoil == "old":
        link = bureau.links.agency(1, 1, local_day(now) - timedelta(days=bureau.settings.link_days + 1))
    with writing(bureau.engine) as session:
        made = session.get_one(Agency, 1)
        made.link_version += spoil == "version"
        made.active = spoil != "gone"
    for below in ("", PROMISE, "/tasks/2", f"/tasks/2{RECEIPT}"):
        answer = client.get(link + below)
        assert (answer.status_code, told in answer.text) == (status, True)
        assert not [word for word in (QINGHE, "云账", "吴会计", "李明", "云溪") if word in answer.text]


def test_a_link_of_another_purpose_is_refused(client: TestClient, agency: str, filing_of: Callable[[str], str]) -> None:
    filing = filing_of(JINGGONG)
    for link in (filing.replace("/filing/", "/agency/"), agency.replace("/agency/", "/filing/")):
        assert client.get(link).status_code == 403
    assert client.get(filing.replace("/filing/", "/agency/") + "/tasks/2").status_code == 403


def test_hostile_names_are_only_text(client: TestClient, bureau: Runtime, agency: str) -> None:
    with writing(bureau.engine) as session:
        session.get_one(Agency, 1).name = HOSTILE
        session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one().name = HOSTILE + "甲"
    for below in ("", PROMISE, "?show=done"):
        page = client.get(agency + below)
        assert "<script>" not in page.text
        assert "&lt;script&gt;" in page.text


@pytest.mark.server
def test_its_pages_are_the_same_on_postgresql(begin: Callable[..., Runtime], postgres_url: str, now: datetime) -> None:
    bureau = begin(MONTHLY_REPORT, on="2026-10-01 08:00", database_url=postgres_url)
    with writing(bureau.engine) as session:
        session.add(Agency(id=1, name="云账代理有限公司"))
        session.flush()
        session.get_one(Enterprise, 2).agency_id = 1
        task = session.exec(select(Task).where(Task.enterprise_id == 2)).one()
    client = TestClient(create_app(bureau, lambda: now), bureau.settings.base_url, follow_redirects=False)
    agency = bureau.links.agency(1, 1, local_day(now))
    report = f"{agency}/tasks/{task.id}"

    assert client.post(agency + PROMISE, data={"promised": "2026-10-16"}).status_code == 303
    assert fill(client, report, DRAFT, staff="3").status_code == 303
    assert fill(client, report, **FULL).status_code == 303
    assert client.post(report, data=FULL | {"staff": "9"}).status_code == 409
    for address in (agency, f"{agency}?show=done", agency + PROMISE, report, report + RECEIPT):
        assert client.get(address).status_code == 200


def test_a_long_list_is_paged(client: TestClient, bureau: Runtime, agency: str) -> None:
    with writing(bureau.engine) as session:
        task = session.exec(select(Task).where(Task.enterprise_id == 2)).one()
        given = task.model_dump(exclude={"id", "period"})
        session.add_all(
            Task(**given | {"period": f"{year}-{month:02}"}) for year in range(2020, 2025) for month in range(1, 13)
        )

    first, second = client.get(agency), client.get(f"{agency}?page=2")

    assert (len(listed(first)), len(listed(second))) == (50, 12)
    assert "第 1 / 2 页，共 62 条" in words(first)


def test_what_was_done_is_in_the_history_in_the_agencys_name(
    client: TestClient, bureau: Runtime, page_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    fill(client, page_of(YUANSHAN), zero="1", filler="小吴", phone="1")
    with reading(bureau.engine) as session:
        changes = session.exec(select(TaskChange).where(TaskChange.task_id == task_of("研发月报", YUANSHAN).id)).all()
    assert (changes[-1].by, changes[-1].via, changes[-1].note) == ("云账代理有限公司 小吴", "page", "零报")


def test_a_promise_for_all_is_bounded_by_the_month_that_is_cut_off_first(
    client: TestClient, bureau: Runtime, agency: str
) -> None:
    with writing(bureau.engine) as session:
        task = session.exec(select(Task).where(Task.enterprise_id == 3)).one()
        given = task.model_dump(exclude={"id", "period", "due_on"})
        session.add(Task(**given, period="2026-10", due_on=date(2026, 11, 10)))
        session.add(Task(**given, period="2026-08", due_on=date(2026, 9, 10)))

    page = client.get(agency + PROMISE)

    assert "至10月16日（周五）之间" in text_of(page, "#promised-help")
    assert "全部 3 份" in words(page)
    client.post(agency + PROMISE, data={"promised": "2026-10-16"})
    with reading(bureau.engine) as session:
        months = session.exec(select(Task.period).join(Call, col(Call.task_id) == col(Task.id))).all()
    assert sorted(months) == ["2026-09", "2026-09", "2026-10"]
