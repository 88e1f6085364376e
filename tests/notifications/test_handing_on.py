"""A hand-over ends every link: whoever files from now on gets new ones in the next message, wherever the ladder is."""

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.roster import Filer, assign_agency, hand_over
from flows.running import tick
from flows.runtime import Runtime
from notifications.tables import NoticeState
from plans.database import writing
from plans.tables import Agency
from support.chasing import JINGGONG, QINGHE, files, firm, has_agency, pass_days, promises, said
from support.month import text_of
from support.smtp import ReceivingServer
from tasks.verbs import Act

NEW = Filer("郑会计", "zheng@qinghe.example", "13900000044")


def hands_over(runtime: Runtime, when: str) -> None:
    with writing(runtime.engine) as session:
        hand_over(session, firm(session, QINGHE), NEW, act(when))


def act(when: str) -> Act:
    return Act("钱会计", "page", at(when))


def said_to_qinghe(runtime: Runtime, *states: NoticeState) -> list[tuple[str, str]]:
    heard = [(day, step) for day, step, whom in said(runtime, *states) if whom == "enterprise:2"]
    return [one for one in heard if one[1] != "+5"]


def test_past_the_last_step_the_new_filer_gets_a_link(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    pass_days(runtime, "2026-07-03", "2026-07-22")
    mailbox.clear()

    hands_over(runtime, "2026-07-22 15:00")
    tick(runtime, at("2026-07-22 15:01"))

    (mail,) = mailbox.messages
    assert mail.recipients == (NEW.email,)
    assert "/filing/" in text_of(mail.message)
    pass_days(runtime, "2026-07-23", "2026-07-31")
    assert [one for one in mailbox.messages if one.recipients == mail.recipients] == [mail]


def test_who_had_todays_message_is_told_on_the_next_workday(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-03", "2026-07-03")

    hands_over(runtime, "2026-07-03 10:00")
    pass_days(runtime, "2026-07-04", "2026-07-06")

    assert said_to_qinghe(runtime) == [("07-03", "-5"), ("07-03", "handed:2")]


def test_a_promise_of_the_old_filer_is_no_reason_to_keep_the_link_back(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    pass_days(runtime, "2026-07-03", "2026-07-13")
    promises(runtime, QINGHE, "2026-07-17", "2026-07-13 10:00")

    hands_over(runtime, "2026-07-13 11:00")
    promises(runtime, QINGHE, "2026-07-16", "2026-07-13 11:30")
    pass_days(runtime, "2026-07-14", "2026-07-16")

    assert said_to_qinghe(runtime, NoticeState.BUNDLED)[-1] == ("07-13", "handed:2")


def test_what_is_filed_or_was_never_asked_for_is_not_told(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    hands_over(runtime, "2026-07-02 10:00")
    pass_days(runtime, "2026-07-03", "2026-07-13")
    files(runtime, QINGHE, "2026-07-13 10:00")

    with writing(runtime.engine) as session:
        hand_over(session, firm(session, QINGHE), Filer("钱会计", "qian@qinghe.example"), act("2026-07-13 11:00"))
    pass_days(runtime, "2026-07-14", "2026-07-15")

    assert [step for _, step in said_to_qinghe(runtime)] == ["-5", "-1", "+1"]


def test_an_agency_that_takes_over_late_gets_its_link(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    number = has_agency(runtime, JINGGONG)
    pass_days(runtime, "2026-07-03", "2026-07-22")

    with writing(runtime.engine) as session:
        assign_agency(session, firm(session, QINGHE), session.get_one(Agency, number), act("2026-07-22 15:00"))
    pass_days(runtime, "2026-07-23", "2026-07-23")

    assert ("07-22", "handed:2", f"agency:{number}") in said(runtime)
