"""一览 and 工作计划 on PostgreSQL."""

from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from cast import GAOQI, MONTHLY_REPORT, PATROL
from duban.web.app import create_app
from flows.runtime import Runtime
from plans.database import writing
from plans.zone import local_day
from support.readings import read_off


@pytest.mark.server
def test_the_pages_say_the_same_on_postgresql(begin: Callable[..., Runtime], postgres_url: str, now: datetime) -> None:
    bureau = begin(GAOQI, MONTHLY_REPORT, PATROL, on="2026-10-01 08:00", database_url=postgres_url)
    client, office = TestClient(create_app(bureau, lambda: now)), bureau.links.office(local_day(now))
    assert "序时进度 56.5%" in client.get(office).text
    with writing(bureau.engine) as session:
        session.add_all([read_off(1, "2026-10-01", "1"), read_off(1, "2026-10-09", "2")])

    overview, plan, item = (client.get(office + path).text for path in ("", "/plan", "/plan/1"))

    for told in ("完成 40%", "偏慢", "研发月报", "0 / 3 家"):
        assert told in overview
    assert "当前 2家，确保 5家，力争 8家" in plan
    assert "逐次数值（2 次）" in item
