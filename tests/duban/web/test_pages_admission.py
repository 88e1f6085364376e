"""Who gets in: a link opens what it was made for, as long as it is good, and tells nobody else anything."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Enterprise, Person
from plans.zone import local_day
from tasks.tables import Task

PRIVATE = ("李明", "周正", "云溪", "研发", "高新")


def assert_turned_away(client: TestClient, address: str, status: int, sentence: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert sentence in answer.text
    assert not [word for word in PRIVATE if word in answer.text]


def test_a_desk_link_opens_that_persons_work(client: TestClient, desk_of: Callable[[str], str]) -> None:
    answer = client.get(desk_of("李明"))
    assert answer.status_code == 200
    assert "李明，您好" in answer.text
    assert "培育高新技术企业" in answer.text
    assert "责任网格整治" not in answer.text


@pytest.mark.parametrize("spoil", [lambda link: link + "x", lambda link: link[:-3], lambda link: link[:-30] + "%00"])
def test_a_link_that_was_changed_opens_nothing(
    client: TestClient, desk_of: Callable[[str], str], spoil: Callable[[str], str]
) -> None:
    assert_turned_away(client, spoil(desk_of("李明")), 403, "请从邮件里重新点开")


def test_a_link_is_no_use_for_another_page(
    client: TestClient, desk_of: Callable[[str], str], filing_of: Callable[[str], str], office: str
) -> None:
    links = {"desk": desk_of("李明"), "filing": filing_of("青禾药业有限公司"), "office": office}
    for made_for, link in links.items():
        for other in set(links) - {made_for}:
            assert_turned_away(client, link.replace(f"/{made_for}/", f"/{other}/"), 403, "不是用来打开这一页的")


def test_an_expired_link_says_where_the_new_one_is(client: TestClient, bureau: Runtime, now: datetime) -> None:
    long_ago = local_day(now) - timedelta(days=bureau.settings.link_days + 1)
    for link in (
        bureau.links.desk(4, 1, long_ago),
        bureau.links.office(long_ago),
        bureau.links.filing(1, 1, 1, long_ago),
    ):
        assert_turned_away(client, link, 410, "已经过期：请用最近一封邮件里的链接")


def test_links_sent_before_the_version_was_raised_are_worthless(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str], filing_of: Callable[[str], str]
) -> None:
    links = desk_of("李明"), filing_of("青禾药业有限公司")
    with writing(bureau.engine) as session:
        for row in (*session.exec(select(Person)), *session.exec(select(Enterprise))):
            row.link_version = 2
    for link in links:
        assert_turned_away(client, link, 410, "已经停用")


def test_who_left_the_bureau_is_not_let_in(client: TestClient, bureau: Runtime, desk_of: Callable[[str], str]) -> None:
    link = desk_of("李明")
    with writing(bureau.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().active = False
    assert_turned_away(client, link, 410, "已经停用")


def test_an_enterprise_link_opens_only_its_own_report(
    client: TestClient, bureau: Runtime, now: datetime, task_of: Callable[..., Task]
) -> None:
    other = task_of("研发月报", "云溪精工有限公司")
    link = bureau.links.filing(2, 1, other.id or 0, local_day(now))
    assert_turned_away(client, link, 410, "已经停用")


@pytest.mark.parametrize(("name", "status"), [("王芳", 404), ("陈平", 200), ("林岚", 200), ("周正", 200)])
def test_leaders_may_look_at_the_tasks_of_others_and_staff_may_not(
    client: TestClient, desk_of: Callable[[str], str], task_of: Callable[..., Task], name: str, status: int
) -> None:
    answer = client.get(f"{desk_of(name)}/tasks/{task_of('培育高新技术企业').id}")
    assert answer.status_code == status
    assert "办结</button>" not in answer.text
