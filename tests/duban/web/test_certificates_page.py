"""证书到期 on the desk: for leaders and who follows certificates, with what moves the dates, and harmless."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from flows.runtime import Runtime
from plans.database import writing
from plans.roster_tables import Certificate
from plans.tables import Enterprise

Desk = Callable[[str], str]
Dump = Callable[[], dict[str, list[Any]]]


@pytest.fixture
def certified(bureau: Runtime) -> Runtime:
    """精工's certificate ends this year, 青禾's the next, 远山's in 2028; the province has announced one batch."""
    bureau.settings.data.mkdir(parents=True, exist_ok=True)
    batch = "- {programme: gaoqi, year: 2026, name: 第四批, opens: 2026-09-01, closes: 2026-10-30}\n"
    (bureau.settings.data / "batches.yaml").write_text(batch, encoding="utf-8")
    with writing(bureau.engine) as session:
        for enterprise, year in ((1, 2026), (2, 2027), (3, 2028)):
            session.add(_certificate(enterprise, year))
    return bureau


def _certificate(enterprise: int, year: int) -> Certificate:
    issued_on, ends_on = date(year - 3, 11, 22), date(year, 11, 22)
    number = f"GR{year}" if enterprise == 1 else ""
    return Certificate(
        enterprise_id=enterprise, kind="高新技术企业", number=number, issued_on=issued_on, ends_on=ends_on
    )


def test_a_leader_sees_what_ends_this_year_and_next_and_by_which_batch(
    client: TestClient, certified: Runtime, desk_of: Desk
) -> None:
    assert "/certificates" in client.get(desk_of("林岚")).text

    page = client.get(f"{desk_of('林岚')}/certificates").text

    assert "GR2026 · 2026-11-22 到期 · 2026年第四批（2026-10-30 截止）" in page
    assert "没有证书编号 · 2027-11-22 到期 · 批次未公布，暂按证书到期日倒排" in page
    assert "有 1 张还没有能赶上的批次" in page
    assert "远山竹业" not in page


def test_who_follows_no_certificates_is_turned_away_and_shown_no_way(
    client: TestClient, certified: Runtime, desk_of: Desk
) -> None:
    assert "/certificates" not in client.get(desk_of("李明")).text

    turned = client.get(f"{desk_of('李明')}/certificates")

    assert turned.status_code == 404
    assert "云溪精工" not in turned.text


def test_looking_changes_nothing_and_names_are_harmless(
    client: TestClient, certified: Runtime, desk_of: Desk, everything: Dump
) -> None:
    with writing(certified.engine) as session:
        enterprise = session.get_one(Enterprise, 1)
        enterprise.name = "<script>alert(1)</script>"
        session.add(enterprise)
    before = everything()

    pages = [client.get(f"{desk_of('林岚')}/certificates?page={number}") for number in (1, 1, 99)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "<script>" not in pages[0].text
    assert everything() == before
