"""催报函: drafted once, numbered at approval without a gap, sent once, stopped when the enterprise files."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlmodel import col, select

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from notifications.formal import FILED_AFTER, FILED_BEFORE, LetterRefused, approve, decline, find_letter, label
from notifications.tables import Delivery, DeliveryState, Letter, LetterState, NoticeState
from plans.database import reading, writing
from support.chasing import JINGGONG, QINGHE, YUANSHAN, files, firm, has_agency, pass_days, pauses, promises, said
from support.smtp import ReceivingServer
from tasks.verbs import Act

DRAFTED_ON = "2026-07-17"
LATER = at("2026-07-17 10:00")


def letters(runtime: Runtime) -> list[Letter]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Letter).order_by(col(Letter.id))))


def states(runtime: Runtime) -> list[str]:
    return [letter.state for letter in letters(runtime)]


def approved(runtime: Runtime, number: int, when: datetime = LATER, by: str = "林岚") -> str:
    with writing(runtime.engine) as session:
        letter = approve(session, find_letter(session, number), Act(by, "page", when), runtime.press)
        return label(letter, "催报函") or letter.state


def letters_to(mailbox: ReceivingServer, address: str) -> list[str]:
    found = []
    for mail in mailbox.messages:
        body = mail.message.get_body(("plain",))
        if mail.recipients == (address,) and "催报函" in str(mail.message["Subject"]) and body is not None:
            found.append(body.get_content().replace("\r\n", "\n"))
    return found


def test_the_step_leaves_one_draft_an_enterprise_and_says_nothing(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    pass_days(runtime, "2026-07-16", "2026-07-16")
    mailbox.clear()

    pass_days(runtime, DRAFTED_ON, "2026-07-20")

    assert [(one.recipient, one.about, one.state) for one in letters(runtime)] == [
        (f"enterprise:{n}", "1/2026-06/+5", LetterState.DRAFTED) for n in (1, 2, 3)
    ]
    assert said(runtime, NoticeState.LETTER) == [("07-17", "+5", f"enterprise:{n}") for n in (1, 2, 3)]
    assert mailbox.messages == []


def test_an_approved_letter_has_its_number_and_is_sent_once(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, office_phone="0791-8888", **with_mail)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)

    assert approved(runtime, 1) == "催报函〔2026〕1号"
    tick(runtime, at("2026-07-17 10:05"))
    pass_days(runtime, "2026-07-20", "2026-07-20")

    (text,) = letters_to(mailbox, "zhao@jinggong.example")
    assert text.startswith("关于报送研发月报的催报函\n催报函〔2026〕1号\n\n云溪精工有限公司：\n")
    assert "- 2026年6月：截止日期 2026-07-10，已逾期5个工作日，状态：未报\n" in text
    assert "以上状态按 2026-07-17 10:00 的情况核对，若已报送请忽略。" in text
    assert "联系人：李明　联系电话：0791-8888　邮箱：li@yunxi.example\n" in text
    assert text.rstrip().endswith("云溪县科技局\n2026年7月17日")
    assert f"填报：{runtime.settings.base_url}/filing/" in text
    assert states(runtime) == [LetterState.SENT, LetterState.DRAFTED, LetterState.DRAFTED]


def test_a_letter_approved_on_the_morning_it_is_drafted_does_not_speak_of_what_was_filed_meanwhile(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)

    files(runtime, JINGGONG, "2026-07-17 09:00")
    assert approved(runtime, 1) == LetterState.VOID
    approved(runtime, 2)
    files(runtime, QINGHE, "2026-07-17 10:01")
    tick(runtime, at("2026-07-17 10:05"))

    assert letters_to(mailbox, "zhao@jinggong.example") == letters_to(mailbox, "qian@qinghe.example") == []
    assert [(one.state, one.number, one.facts.get("reason")) for one in letters(runtime)[:2]] == [
        (LetterState.VOID, None, FILED_BEFORE),
        (LetterState.VOID, 1, FILED_AFTER),
    ]


def test_a_draft_whose_enterprise_filed_is_void_by_itself(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)

    files(runtime, JINGGONG, "2026-07-17 09:00")
    tick(runtime, at("2026-07-17 09:05"))

    assert (letters(runtime)[0].state, letters(runtime)[0].decided_by) == (LetterState.VOID, "督办")


def test_numbers_have_no_gap_and_begin_anew_each_year(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)

    with writing(runtime.engine) as session:
        decline(session, find_letter(session, 2), Act("林岚", "page", LATER), "已电话联系")

    assert [approved(runtime, 1), approved(runtime, 3)] == ["催报函〔2026〕1号", "催报函〔2026〕2号"]
    with writing(runtime.engine) as session:
        facts = {"item_id": 1}
        again = Letter(kind="demand", recipient="enterprise:2", about="1/2026-06/x", facts=facts, drafted_at=LATER)
        session.add(again)
    assert approved(runtime, 4, at("2027-01-04 09:00")) == "催报函〔2027〕1号"


def test_many_who_approve_at_once_get_numbers_one_after_another(begin: Begin) -> None:
    runtime = begin(*[MONTHLY_REPORT.replace("研发月报", f"月报{n}") for n in range(4)])
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)
    assert len(letters(runtime)) == 12

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: approved(runtime, number), range(1, 13)))

    assert sorted(one.number or 0 for one in letters(runtime)) == list(range(1, 13))


def test_a_letter_is_decided_once(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)
    approved(runtime, 1)

    with pytest.raises(LetterRefused, match="林岚已于 2026-07-17 10:00 已批准"):
        approved(runtime, 1, by="周正")
    with pytest.raises(LetterRefused, match="写明原因"), writing(runtime.engine) as session:
        decline(session, find_letter(session, 2), Act("林岚", "page", LATER), " ")

    assert deliveries(runtime) == [DeliveryState.PENDING]


def deliveries(runtime: Runtime) -> Sequence[str]:
    with reading(runtime.engine) as session:
        return session.exec(select(Delivery.state).where(Delivery.kind == "letter")).all()


def test_while_it_is_promised_or_paused_no_letter_goes_out(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-15", DRAFTED_ON)
    promises(runtime, JINGGONG, "2026-07-17", "2026-07-16 10:00")
    pauses(runtime, QINGHE, "2026-07-17", "2026-07-31", "2026-07-17 09:00")

    for number, last in ((1, "2026-07-17"), (2, "2026-07-31")):
        with pytest.raises(LetterRefused, match=f"到 {last} 为止不发"):
            approved(runtime, number)

    assert approved(runtime, 1, at("2026-07-20 09:00")) == "催报函〔2026〕1号"


def two_months_late(begin: Begin, **given: object) -> Runtime:
    runtime = begin(MONTHLY_REPORT, **given)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)
    pass_days(runtime, "2026-08-17", "2026-08-17")
    return runtime


def test_all_overdue_months_of_an_item_are_in_one_letter(begin: Begin) -> None:
    runtime = two_months_late(begin)
    assert len(letters(runtime)) == 3

    approved(runtime, 1, at("2026-08-17 10:00"))

    assert [month["period"] for month in letters(runtime)[0].facts["months"]] == ["2026年6月", "2026年7月"]


def test_a_month_later_a_letter_that_was_decided_is_followed_by_a_new_one(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)
    approved(runtime, 1)

    pass_days(runtime, "2026-07-20", "2026-07-24")
    assert len(letters(runtime)) == 3
    pass_days(runtime, "2026-08-17", "2026-08-17")

    assert [(one.recipient, one.about) for one in letters(runtime)[3:]] == [("enterprise:1", "1/2026-07/+5")]


def test_an_agency_gets_the_letter_that_names_its_enterprise(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    has_agency(runtime, JINGGONG, YUANSHAN)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)

    approved(runtime, 1)
    tick(runtime, at("2026-07-17 10:05"))

    (text,) = letters_to(mailbox, "ruixin@agency.example")
    assert "\n云溪精工有限公司：\n" in text
    assert (YUANSHAN in text, "/agency/" in text) == (False, True)


def test_a_letter_of_unknown_fate_is_not_sent_again_by_itself(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)
    approved(runtime, 1)
    with writing(runtime.engine) as session:
        delivery = session.exec(select(Delivery).where(Delivery.kind == "letter")).one()
        delivery.state, delivery.leased_until = DeliveryState.SENDING, at("2026-07-17 10:01")

    pass_days(runtime, "2026-07-20", "2026-07-24")

    assert deliveries(runtime) == [DeliveryState.UNKNOWN]
    assert letters_to(mailbox, "zhao@jinggong.example") == []
    assert states(runtime)[0] == LetterState.APPROVED


def test_without_an_address_it_is_held_and_leaves_when_there_is_one(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    pass_days(runtime, DRAFTED_ON, DRAFTED_ON)
    approved(runtime, 3)
    tick(runtime, at("2026-07-17 10:05"))
    assert deliveries(runtime) == [DeliveryState.HELD]

    with writing(runtime.engine) as session:
        firm(session, YUANSHAN).email = "sun@yuanshan.example"
    tick(runtime, at("2026-07-17 10:10"))

    assert len(letters_to(mailbox, "sun@yuanshan.example")) == 1
    assert states(runtime)[2] == LetterState.SENT
