"""The phone list: who is to be rung, largest first, with all an officer needs for the call."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlmodel import select

from cast import MONTHLY_REPORT
from conftest import Begin
from flows.runtime import Runtime
from notifications.phone_list import CallRow, phone_list
from notifications.tables import Delivery, DeliveryState
from plans.database import reading, writing
from plans.roster_tables import Contact
from support.chasing import JINGGONG, QINGHE, YUANSHAN, files, firm, has_agency, pass_days, pauses, promises

LISTED = "2026-07-15"


def rows(runtime: Runtime, day: str = LISTED) -> Sequence[CallRow]:
    with reading(runtime.engine) as session:
        return phone_list(session, runtime.rules, date.fromisoformat(day))


def names(runtime: Runtime, day: str = LISTED) -> list[str]:
    return [row.name for row in rows(runtime, day)]


def test_it_begins_with_the_ladders_step_and_those_who_filed_are_off_it(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    files(runtime, QINGHE, "2026-07-10 09:00")

    assert names(runtime, "2026-07-14") == [YUANSHAN]
    assert names(runtime) == [JINGGONG, YUANSHAN]
    assert [(row.weight, row.days_late) for row in rows(runtime)] == [(Decimal(900), 3), (Decimal(20), 3)]


def test_who_has_no_address_is_on_it_from_the_first_step_on(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    assert names(runtime, "2026-07-02") == []
    (row,) = rows(runtime, "2026-07-03")
    assert (row.name, row.bounced, row.reasons) == (YUANSHAN, "没有邮箱", ("没有邮箱",))


def test_a_row_has_who_to_ring_what_was_said_and_what_was_promised(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    with writing(runtime.engine) as session:
        number = firm(session, JINGGONG).id or 0
        session.add(Contact(enterprise_id=number, name="吴总", role="财务总监", phone="13800000000"))
        session.add(Contact(enterprise_id=number, name="无号", role="出纳"))
    promises(runtime, JINGGONG, "2026-07-14", "2026-07-13 10:00", "在等税务的数")

    row = rows(runtime)[0]

    assert [(one.name, one.role, one.number) for one in row.phones] == [
        ("赵会计", "填报人", "13900000001"),
        ("吴总", "财务总监", "13800000000"),
    ]
    assert row.last is not None
    assert (row.last.by, row.last.spoke_with, row.last.said) == ("李明", "会计", "在等税务的数")
    assert (row.promised_on, row.broken, row.quiet_until) == (date(2026, 7, 14), True, None)
    assert row.reasons == ("逾期3个工作日", "承诺7月14日报，没有报")
    assert [(one.period, one.title, one.due_on) for one in row.owed] == [("2026-06", "研发月报", date(2026, 7, 10))]


def test_who_promised_or_is_paused_comes_last_and_says_until_when(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    promises(runtime, JINGGONG, "2026-07-17", "2026-07-15 10:00")
    pauses(runtime, QINGHE, "2026-07-15", "2026-07-31", "2026-07-15 10:00")

    found = rows(runtime)

    assert [(row.name, row.quiet_until) for row in found] == [
        (YUANSHAN, None),
        (JINGGONG, date(2026, 7, 17)),
        (QINGHE, date(2026, 7, 31)),
    ]
    assert [row.paused_for for row in found] == ["", "", "会计住院"]


def test_an_agency_is_one_row_with_all_its_enterprises(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    number = has_agency(runtime, QINGHE, YUANSHAN)

    found = rows(runtime)

    assert [(row.key, row.weight) for row in found] == [
        ("enterprise:1", Decimal(900)),
        (f"agency:{number}", Decimal(520)),
    ]
    assert [one.enterprise for one in found[1].owed] == [QINGHE, YUANSHAN]
    assert found[1].phones[0].role == "代账公司"
    assert {one.role for one in found[1].phones[1:]} == {f"{QINGHE}：填报人", f"{YUANSHAN}：填报人"}


def test_a_refused_address_is_on_it_with_the_reason_until_it_is_corrected(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-03", "2026-07-03")
    with writing(runtime.engine) as session:
        delivery = session.exec(select(Delivery).where(Delivery.recipient == "enterprise:1")).one()
        delivery.state, delivery.to_address = DeliveryState.FAILED, "zhao@jinggong.example"
        delivery.reason = "收件地址被拒绝：550 no such user"

    (first, _) = rows(runtime, "2026-07-06")
    assert (first.name, first.bounced) == (JINGGONG, "邮件没有送到：收件地址被拒绝：550 no such user")

    with writing(runtime.engine) as session:
        firm(session, JINGGONG).email = "new@jinggong.example"
    assert names(runtime, "2026-07-06") == [YUANSHAN]


def test_it_can_be_asked_for_one_item(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, MONTHLY_REPORT.replace("研发月报", "另一张月报"))

    with reading(runtime.engine) as session:
        found = phone_list(session, runtime.rules, date(2026, 7, 15), item_id=2)

    assert {one.title for row in found for one in row.owed} == {"另一张月报"}
    assert len(rows(runtime)[0].owed) == 2
