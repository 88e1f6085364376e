"""催报函 on a leader's own pages: the list, the text, 批准 and 不发; looking changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from cast import at
from flows.running import tick
from flows.runtime import Runtime
from notifications.tables import Delivery, Letter, LetterState
from plans.database import reading, writing
from plans.tables import Enterprise
from support.chasing import JINGGONG, QINGHE, YUANSHAN, files

Desk = Callable[[str], str]
Dump = Callable[[], dict[str, list[Any]]]
DRAFTED = at("2026-10-19 08:31")


@pytest.fixture
def now() -> Any:
    return at("2026-10-19 10:00")


@pytest.fixture
def drafted(bureau: Runtime) -> Runtime:
    """September's report is five workdays late."""
    tick(bureau, DRAFTED)
    return bureau


def letters(runtime: Runtime) -> list[Letter]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Letter).order_by(col(Letter.id))))


def test_a_leader_reads_the_letter_approves_it_and_it_is_queued(
    client: TestClient, drafted: Runtime, desk_of: Desk
) -> None:
    assert '/letters">函件</a>' in client.get(desk_of("林岚")).text
    listed = client.get(f"{desk_of('林岚')}/letters").text
    assert all(name in listed for name in (JINGGONG, QINGHE, YUANSHAN))
    shown = client.get(f"{desk_of('林岚')}/letters/1").text
    assert "关于报送研发月报的催报函" in shown
    assert "- 2026年9月：截止日期 2026-10-10，已逾期6个工作日，状态：未报" in shown
    assert "/filing/" not in shown

    answer = client.post(f"{desk_of('林岚')}/letters/1/approve")

    assert answer.headers["location"].endswith("/letters?said=letter_approved")
    assert "催报函〔2026〕1号" in client.get(f"{desk_of('林岚')}/letters").text
    (letter, *_) = letters(drafted)
    assert (letter.state, letter.decided_by, letter.number) == (LetterState.APPROVED, "林岚", 1)
    with reading(drafted.engine) as session:
        assert session.exec(select(Delivery.recipient).where(Delivery.kind == "letter")).all() == ["enterprise:1"]


def test_a_leader_who_does_not_send_says_why(client: TestClient, drafted: Runtime, desk_of: Desk) -> None:
    desk = desk_of("陈平")

    refused = client.post(f"{desk}/letters/2/decline", data={"reason": " "})
    done = client.post(f"{desk}/letters/2/decline", data={"reason": "已上门<b>核实</b>"})

    assert (refused.status_code, "不发要写明原因" in refused.text) == (422, True)
    assert done.headers["location"].endswith("said=letter_void")
    assert "已上门&lt;b&gt;核实&lt;/b&gt;" in client.get(f"{desk}/letters").text
    assert (letters(drafted)[1].state, letters(drafted)[1].number) == (LetterState.VOID, None)


def test_who_comes_second_is_told_who_was_first(client: TestClient, drafted: Runtime, desk_of: Desk) -> None:
    client.post(f"{desk_of('林岚')}/letters/1/approve")

    second = client.post(f"{desk_of('周正')}/letters/1/decline", data={"reason": "不必"})

    assert second.status_code == 422
    assert "林岚已于 2026-10-19 10:00 已批准" in second.text


def test_a_letter_whose_enterprise_filed_meanwhile_is_not_sent(
    client: TestClient, drafted: Runtime, desk_of: Desk
) -> None:
    files(drafted, JINGGONG, "2026-10-19 09:00", "2026-09")

    assert "这家企业已经报送" in client.get(f"{desk_of('林岚')}/letters/1").text
    answer = client.post(f"{desk_of('林岚')}/letters/1/approve")

    assert answer.headers["location"].endswith("said=letter_filed")
    assert letters(drafted)[0].state == LetterState.VOID


@pytest.mark.parametrize("name", ["李明", "王芳"])
def test_who_does_not_lead_sees_and_decides_none(
    client: TestClient, drafted: Runtime, desk_of: Desk, name: str
) -> None:
    assert "没有等您批的函件" in client.get(f"{desk_of(name)}/letters").text
    assert client.get(f"{desk_of(name)}/letters/1").status_code == 404
    assert client.post(f"{desk_of(name)}/letters/1/approve").status_code in (403, 404, 422)
    assert [one.state for one in letters(drafted)] == [LetterState.DRAFTED] * 3


def test_looking_changes_nothing_and_hostile_names_stay_text(
    client: TestClient, drafted: Runtime, desk_of: Desk, everything: Dump
) -> None:
    with writing(drafted.engine) as session:
        session.get_one(Enterprise, 1).name = "<script>alert(1)</script>\n甲"
    before = everything()

    for _ in range(2):
        pages = [client.get(f"{desk_of('林岚')}/letters{path}").text for path in ("", "/1", "/2")]

    assert everything() == before
    assert all("<script>alert" not in page for page in pages)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 甲：" in pages[1]
