"""The whole loop, on both databases and a real mail server: reminded, done, quiet."""

import re
from datetime import datetime

from sqlmodel import col, select

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from notifications.tables import Delivery, DeliveryState, Digest, Notice, NoticeState
from plans.database import reading, writing
from plans.tables import PlanItem
from support.smtp import ReceivingServer
from tasks.filings import file_answers, form_of
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act, complete, item_of


def pass_days(runtime: Runtime, *days: str) -> None:
    for day in days:
        tick(runtime, at(f"{day} 08:31"))


def subjects(mailbox: ReceivingServer, address: str) -> list[str]:
    return [str(mail.message["Subject"]) for mail in mailbox.messages if mail.recipients == (address,)]


def test_it_reminds_the_owner_ahead_on_the_day_and_after(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, on="2026-07-01 08:00", **with_mail)

    pass_days(runtime, "2026-07-27", "2026-07-28", "2026-07-29", "2026-07-31", "2026-08-03")

    assert subjects(mailbox, "li@yunxi.example") == ["【督办】临近到期1项", "【督办】今天到期1项", "【督办】逾期1项"]


def test_done_stops_the_ladder_at_once_even_between_the_queue_and_the_sending(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, on="2026-07-01 08:00")
    pass_days(runtime, "2026-07-28")
    with writing(runtime.engine) as session:
        task = session.exec(select(Task)).one()
        complete(session, task, Act("李明", "page", at("2026-07-28 09:00")))

    with_server = Runtime(runtime.settings.model_copy(update=with_mail))
    tick(with_server, at("2026-07-28 09:05"))
    pass_days(with_server, "2026-07-31", "2026-08-03")

    assert subjects(mailbox, "li@yunxi.example") == []
    with reading(runtime.engine) as session:
        assert session.exec(select(Notice.state)).all() == [NoticeState.DROPPED]


def test_an_item_whose_ladder_was_taken_out_of_the_file_goes_by_the_staffs_and_keeps_nobody_back(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("高新", "创新").replace("李明", "王芳"), **with_mail)
    with writing(runtime.engine) as session:
        item = session.get_one(PlanItem, 1)
        item.ladder = "从前的阶梯"
        session.add(item)

    pass_days(runtime, "2026-07-28")

    assert subjects(mailbox, "li@yunxi.example") == ["【督办】临近到期1项"]
    assert subjects(mailbox, "wang@yunxi.example") == ["【督办】临近到期1项"]


def test_one_mail_a_day_carries_everything(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, GAOQI.replace("高新技术企业", "科技型中小企业"), on="2026-07-01 08:00", **with_mail)

    pass_days(runtime, "2026-07-28")

    (mail,) = [mail for mail in mailbox.messages if mail.recipients == ("li@yunxi.example",)]
    body = mail.message.get_body(("plain",))
    assert body is not None
    assert "培育高新技术企业" in body.get_content()
    assert "培育科技型中小企业" in body.get_content()


def test_an_enterprise_gets_its_own_mail_and_filing_stops_the_chase(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)
    pass_days(runtime, "2026-07-03")
    assert subjects(mailbox, "zhao@jinggong.example") == ["【云溪县科技局】请报送：研发月报（7月10日截止）"]

    with writing(runtime.engine) as session:
        task = session.exec(select(Task).where(Task.enterprise_id == 1)).one()
        figures = {"staff": "12", "cost_month": "8.5", "cost_year": "60", "filler": "赵会计", "phone": "13900000001"}
        form = form_of(item_of(session, task), runtime.forms)
        file_answers(session, task, form, figures, Act("赵会计", "page", at("2026-07-06")))
    mailbox.clear()
    pass_days(runtime, "2026-07-09", "2026-07-13")

    assert subjects(mailbox, "zhao@jinggong.example") == []
    assert len(subjects(mailbox, "qian@qinghe.example")) == 2


def test_the_officer_is_told_whom_to_call_in_one_mail(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)

    pass_days(runtime, "2026-07-15")

    (mail,) = [mail for mail in mailbox.messages if mail.recipients == ("li@yunxi.example",)]
    body = mail.message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "今日电话催报名单（3家，按权重从大到小）" in text
    assert "远山竹业有限公司，孙会计 13900000003：研发月报 2026年6月，已逾期3个工作日" in text
    assert text.index("云溪精工") < text.index("青禾药业") < text.index("远山竹业")


def test_after_ten_days_off_each_person_gets_one_mail_at_the_right_step_and_the_skipped_are_kept(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(ANNUAL_RETURN, on="2026-09-01 08:00", **with_mail)
    pass_days(runtime, "2026-09-16")
    mailbox.clear()

    pass_days(runtime, "2026-10-09")

    assert subjects(mailbox, "li@yunxi.example") == ["【督办】临近到期1项"]
    assert len([mail for mail in mailbox.messages if mail.recipients == ("chen@yunxi.example",)]) == 1
    with reading(runtime.engine) as session:
        kept = session.exec(select(Notice.step, Notice.state).order_by(col(Notice.id))).all()
    assert ("-10", NoticeState.BUNDLED) not in kept
    assert ("-5", NoticeState.SKIPPED) in kept
    assert ("-1", NoticeState.BUNDLED) in kept


def test_after_fifty_days_off_what_fell_due_meanwhile_is_opened_and_said_once(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, on="2026-07-01 08:00", **with_mail)

    pass_days(runtime, "2026-09-21")

    with reading(runtime.engine) as session:
        periods = session.exec(select(Task.period).order_by(col(Task.due_on))).all()
    assert periods == ["2026-07", "2026-08", "2026-09"]
    assert subjects(mailbox, "li@yunxi.example") == ["【督办】逾期2项"]


def test_nothing_is_sent_on_a_day_off_and_it_is_said_on_the_next_workday(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, on="2026-07-01 08:00", **with_mail)
    pass_days(runtime, "2026-07-27")
    mailbox.clear()

    pass_days(runtime, "2026-08-01", "2026-08-02")
    assert mailbox.messages == []
    pass_days(runtime, "2026-08-03")

    assert subjects(mailbox, "li@yunxi.example") == ["【督办】逾期1项"]


def test_a_missed_weekly_duty_is_counted_and_not_chased_into_the_next_week(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(PATROL, on="2026-07-01 08:00", **with_mail)

    pass_days(runtime, "2026-07-03", "2026-07-06", "2026-07-07")

    assert len(subjects(mailbox, "wang@yunxi.example")) == 1
    with reading(runtime.engine) as session:
        missed = session.exec(select(Task.period).where(Task.state == State.LAPSED)).all()
    assert missed == ["2026-W27"]


def test_the_national_day_friday_has_no_patrol(begin: Begin) -> None:
    runtime = begin(PATROL, on="2026-09-20 08:00")

    with reading(runtime.engine) as session:
        days = [str(day) for day in session.exec(select(col(Task.due_on)).order_by(col(Task.due_on)))]

    # 25 September is Mid-Autumn, 2 October National Day: both Fridays off.
    assert days == ["2026-10-09", "2026-10-16"]


def test_without_a_mail_server_nothing_is_pretended_and_tomorrow_carries_it(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, on="2026-07-01 08:00")
    pass_days(runtime, "2026-07-28")
    with reading(runtime.engine) as session:
        held = session.exec(select(Delivery)).one()
    assert held.state == DeliveryState.HELD
    assert "还没有设置邮件服务器" in held.reason

    pass_days(Runtime(runtime.settings.model_copy(update=with_mail)), "2026-07-29")

    assert subjects(mailbox, "li@yunxi.example") == ["【督办】临近到期1项"]


def test_a_held_mail_goes_out_the_same_day_once_the_server_is_there(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, on="2026-07-01 08:00")
    pass_days(runtime, "2026-07-28")

    tick(Runtime(runtime.settings.model_copy(update=with_mail)), at("2026-07-28 10:00"))

    assert len(subjects(mailbox, "li@yunxi.example")) == 1


def test_an_enterprise_without_an_address_is_held_by_name(begin: Begin, with_mail: dict[str, object]) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)

    pass_days(runtime, "2026-07-03")

    with reading(runtime.engine) as session:
        held = session.exec(select(Delivery).where(Delivery.state == DeliveryState.HELD)).one()
    assert held.reason == "孙会计还没有邮箱地址"


def test_the_months_digest_is_frozen_on_the_first_workday_and_mailed_to_the_leaders(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, on="2026-09-01 08:00", **with_mail)

    tick(runtime, at("2026-10-07 09:30"))
    assert "通报" not in "".join(subjects(mailbox, "zhou@yunxi.example"))
    tick(runtime, at("2026-10-08 09:30"))

    for address in ("zhou@yunxi.example", "lin@yunxi.example"):
        assert "【云溪县科技局】2026年9月工作进展通报" in subjects(mailbox, address)
    with reading(runtime.engine) as session:
        digest = session.exec(select(Digest)).one()
    assert digest.period == "2026-09"
    assert digest.facts["totals"]["due"] == 4


def test_the_mail_arrives_as_it_was_meant(begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer) -> None:
    runtime = begin(GAOQI, on="2026-07-01 08:00", public_url="http://duban.yunxi.example", **with_mail)

    pass_days(runtime, "2026-07-28")

    (mail,) = mailbox.messages
    text, html = mail.message.get_body(("plain",)), mail.message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert mail.message["Subject"] == "【督办】临近到期1项"
    assert mail.message["To"].addresses[0].display_name == "李明"
    assert mail.message["From"].addresses[0].display_name == "督办提醒"
    assert str(mail.message["Message-ID"]).startswith("<duban.1.")
    links = re.findall(r"http://duban\.yunxi\.example/desk/\S+/tasks/1", text.get_content())
    assert len(links) == 1
    assert links[0] in html.get_content()
    with reading(runtime.engine) as session:
        assert session.exec(select(Delivery.message_id)).one() == mail.message["Message-ID"]


def test_a_second_tick_at_the_same_instant_does_nothing(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, on="2026-07-01 08:00", **with_mail)
    moment: datetime = at("2026-07-28 08:31")

    tick(runtime, moment)
    sent = len(mailbox.messages)
    tick(runtime, moment)

    assert len(mailbox.messages) == sent
