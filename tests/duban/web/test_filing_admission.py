"""Whom a filing link turns away: what happened and whom to call, nothing about anybody else, nothing done."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Enterprise
from plans.zone import local_day
from support.filler import FULL, HANDOVER, RECEIPT, fill
from tasks.tables import Task

JINGGONG, QINGHE = "云溪精工有限公司", "青禾药业有限公司"
SECRETS = (JINGGONG, QINGHE, "赵会计", "钱会计", "13900000001", "13900000002", "zhao@", "qian@", "研发", "98765")
BUREAU = ("云溪县科技局", "李明", "li@yunxi.example")


@pytest.fixture
def long_ago(bureau: Runtime, now: datetime) -> date:
    return local_day(now) - timedelta(days=bureau.settings.link_days + 1)


@pytest.fixture
def turned_away(client: TestClient, everything: Callable[[], dict[str, list[Any]]]) -> Callable[[str, int, str], str]:
    """turned_away(address, 403, "…"): to look and to act, and nothing is touched. All pages enter by one door."""

    def check(address: str, status: int, told: str) -> str:
        before = everything()
        for below in ("", RECEIPT):
            answer = client.get(address + below)
            assert (answer.status_code, told in answer.text) == (status, True)
            assert not [word for word in SECRETS if word in answer.text]
        for below in ("", HANDOVER):
            answer = client.post(address + below, data=FULL | {"step": "confirm", "name": "某人"})
            assert (answer.status_code, told in answer.text) == (status, True)
        assert everything() == before
        return str(client.get(address).text)

    return check


Check = Callable[[str, int, str], str]


@pytest.mark.parametrize(
    "spoil",
    [lambda link: link + "x", lambda link: link[:-3], lambda link: link[:40] + "A" + link[41:], lambda link: link[:30]],
)
def test_a_token_that_was_tampered_with(
    turned_away: Check, filing_of: Callable[[str], str], spoil: Callable[[str], str]
) -> None:
    page = turned_away(spoil(filing_of(QINGHE)), 403, "不完整或已失效")
    assert not [word for word in BUREAU if word in page]


@pytest.mark.parametrize("purpose", ["desk", "office", "agency"])
def test_a_token_of_another_purpose(turned_away: Check, bureau: Runtime, now: datetime, purpose: str) -> None:
    day = local_day(now)
    links = {"desk": bureau.links.desk(4, 1, day), "office": bureau.links.office(day)}
    link = (links | {"agency": bureau.links.agency(1, 1, day)})[purpose]
    page = turned_away(link.replace(f"/{purpose}/", "/filing/"), 403, "不是用来打开这一页的")
    assert not [word for word in BUREAU if word in page]


def test_an_expired_token_tells_whose_report_it_was_whom_to_call(
    turned_away: Check, bureau: Runtime, long_ago: date, task_of: Callable[..., Task]
) -> None:
    task = task_of("研发月报", QINGHE)
    page = turned_away(bureau.links.filing(2, 1, task.id or 0, long_ago), 410, "已经过期：请用最近一封邮件里的链接")
    assert "有问题请联系 云溪县科技局 李明，邮箱 li@yunxi.example。" in page


def test_an_expired_token_that_was_never_good_for_the_report_tells_nobody(
    turned_away: Check, bureau: Runtime, long_ago: date, task_of: Callable[..., Task]
) -> None:
    other = task_of("研发月报", JINGGONG)
    for link in (bureau.links.filing(2, 1, other.id or 0, long_ago), bureau.links.filing(99, 1, 1, long_ago)):
        page = turned_away(link, 410, "已经过期")
        assert not [word for word in BUREAU if word in page]


def test_an_expired_token_of_who_handed_over_long_ago_tells_nobody(
    client: TestClient, turned_away: Check, bureau: Runtime, long_ago: date, filing_of: Callable[[str], str]
) -> None:
    client.post(filing_of(QINGHE) + HANDOVER, data={"name": "周会计", "phone": "13900000009", "step": "confirm"})
    page = turned_away(bureau.links.filing(2, 1, 3, long_ago), 410, "已经过期")
    assert not [word for word in BUREAU if word in page]


def test_a_token_for_the_month_of_another_enterprise_or_for_none(
    turned_away: Check, bureau: Runtime, now: datetime, task_of: Callable[..., Task]
) -> None:
    other = task_of("研发月报", JINGGONG)
    for enterprise, task in ((2, other.id or 0), (2, 99999), (2, 0), (99, other.id or 0)):
        page = turned_away(bureau.links.filing(enterprise, 1, task, local_day(now)), 410, "已经停用")
        assert not [word for word in BUREAU if word in page]


def test_a_month_is_only_reached_by_its_own_link(
    client: TestClient, filing_of: Callable[[str], str], bureau: Runtime, now: datetime
) -> None:
    with writing(bureau.engine) as session:
        september = session.exec(select(Task).where(Task.enterprise_id == 2)).one()
        given = september.model_dump(exclude={"id", "period"}) | {"period": "2026-10"}
        october = Task(**given)
        session.add(october)
        session.flush()
        link = bureau.links.filing(2, 1, october.id or 0, local_day(now))
    fill(client, filing_of(QINGHE), **FULL | {"cost_year": "98765"})

    page = client.get(f"{link}?number={september.id}&task={september.id}").text

    assert "2026年10月" in page
    assert "还没有提交过" in client.get(link + RECEIPT).text
    assert "第 1 次填报" not in page


def test_a_link_whose_version_was_raised_without_a_hand_over_names_nobody(
    turned_away: Check, bureau: Runtime, filing_of: Callable[[str], str]
) -> None:
    link = filing_of(QINGHE)
    with writing(bureau.engine) as session:
        session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one().link_version = 2
    page = turned_away(link, 410, "已经停用")
    assert not [word for word in BUREAU if word in page]


def test_a_hand_over_of_one_enterprise_leaves_the_links_of_another(
    client: TestClient, filing_of: Callable[[str], str]
) -> None:
    client.post(filing_of(QINGHE) + HANDOVER, data={"name": "周会计", "phone": "13900000009", "step": "confirm"})
    assert client.get(filing_of(JINGGONG)).status_code == 200


def test_a_task_without_a_form_has_no_page(
    client: TestClient, bureau: Runtime, now: datetime, task_of: Callable[..., Task]
) -> None:
    with writing(bureau.engine) as session:
        task = session.get_one(Task, task_of("培育高新技术企业").id)
        task.enterprise_id = 2
        link = bureau.links.filing(2, 1, task.id or 0, local_day(now))
    assert client.get(link).status_code == 404
