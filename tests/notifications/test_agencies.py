"""Agencies: one mail a day for all enterprises and months; where it cannot be reached, the enterprise's own contact."""

from pathlib import Path

import pytest
from sqlmodel import select

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.tasking import return_task
from flows.views.outbox import without_tokens
from notifications.tables import Delivery, DeliveryState
from plans.database import reading, writing
from support.chasing import JINGGONG, QINGHE, YUANSHAN, files, has_agency, pass_days, said, task_of
from support.smtp import ReceivingServer
from tasks.verbs import Act

MAIL = "ruixin@agency.example"


def texts(mailbox: ReceivingServer, address: str = MAIL) -> list[str]:
    bodies = [mail.message.get_body(("plain",)) for mail in mailbox.messages if mail.recipients == (address,)]
    return [body.get_content().replace("\r\n", "\n") for body in bodies if body is not None]


def test_an_agency_gets_one_mail_for_all_its_enterprises_and_they_get_none(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, MONTHLY_REPORT.replace("研发月报", "另一张月报"), **with_mail)
    has_agency(runtime, JINGGONG, YUANSHAN)

    pass_days(runtime, "2026-07-03", "2026-07-03")

    assert {mail.recipients for mail in mailbox.messages} == {(MAIL,), ("qian@qinghe.example",)}
    (text,) = texts(mailbox)
    assert text.startswith("周会计，您好：\n")
    for name in (JINGGONG, YUANSHAN):
        for title in ("研发月报", "另一张月报"):
            assert f"- {name}：{title}（2026年6月），2026-07-10 截止，还有5个工作日" in text
    assert QINGHE not in text
    assert "以上按 2026-07-03 08:31 的情况生成，若已报送请忽略。" in text
    assert [mail.message["Subject"] for mail in mailbox.messages if mail.recipients == (MAIL,)] == [
        "【云溪县科技局】请报送：另一张月报（7月10日截止），贵方代报2家企业4项"
    ]


def test_its_link_opens_the_agencys_page_and_is_hidden_from_who_reads_the_outbox(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    number = has_agency(runtime, JINGGONG)

    link = runtime.links.agency(number, 1, at("2026-07-03 08:31").date())

    token = link.removeprefix(f"{runtime.settings.base_url}/agency/")
    ticket = runtime.links.read(token, "agency", at("2026-07-04 08:31").date())
    assert (ticket.subject, ticket.version, ticket.task) == (number, 1, 0)
    assert token not in without_tokens(f"填报：{link}")


def test_an_agency_stops_hearing_of_an_enterprise_that_filed(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    has_agency(runtime, JINGGONG, YUANSHAN)
    files(runtime, YUANSHAN, "2026-07-02 09:00")

    pass_days(runtime, "2026-07-03", "2026-07-03")

    (text,) = texts(mailbox)
    assert (JINGGONG in text, YUANSHAN in text) == (True, False)


@pytest.mark.parametrize(("mail", "active"), [("", True), (MAIL, False)], ids=["without address", "inactive"])
def test_for_an_agency_that_cannot_be_reached_the_enterprises_own_contact_hears(
    begin: Begin, mail: str, active: bool
) -> None:
    runtime = begin(MONTHLY_REPORT)
    has_agency(runtime, JINGGONG, mail=mail, active=active)

    pass_days(runtime, "2026-07-03", "2026-07-03")

    assert {recipient for _, _, recipient in said(runtime)} == {"enterprise:1", "enterprise:2", "enterprise:3"}


def test_without_any_address_its_mail_is_held(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    has_agency(runtime, YUANSHAN, mail="")

    pass_days(runtime, "2026-07-03", "2026-07-03")

    with reading(runtime.engine) as session:
        held = session.exec(select(Delivery.state).where(Delivery.recipient == "enterprise:3")).all()
    assert held == [DeliveryState.HELD]
    assert len(mailbox.messages) == 2


def test_a_returned_report_is_told_with_its_reason_and_hostile_names_stay_text(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    has_agency(runtime, JINGGONG)
    files(runtime, JINGGONG, "2026-07-06 09:00")
    with writing(runtime.engine) as session:
        task = task_of(session, JINGGONG)
        return_task(session, runtime, task, "合计<b>不对</b>\n请核", Act("李明", "page", at("2026-07-06 10:00")))

    pass_days(runtime, "2026-07-07", "2026-07-07")

    (text,) = texts(mailbox)
    assert "已退回，请更正后重新报送：合计<b>不对</b> 请核\n" in text
    assert "逾期" not in text
    (mail,) = [mail for mail in mailbox.messages if mail.recipients == (MAIL,)]
    html = mail.message.get_body(("html",))
    assert html is not None
    assert "合计&lt;b&gt;不对&lt;/b&gt;" in html.get_content()


def test_the_words_get_firmer_with_each_step(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer, tmp_path: Path
) -> None:
    tones = ((-1, "friendly"), (1, "firm"), (3, "formal"))
    steps = "".join(f"    - {{offset: {day}, audience: [assignee], tone: {tone}}}\n" for day, tone in tones)
    (tmp_path / "own.yaml").write_text(f"enterprise:\n  name: 三步\n  steps:\n{steps}", encoding="utf-8")
    runtime = begin(MONTHLY_REPORT, ladders=tmp_path / "own.yaml", **with_mail)

    pass_days(runtime, "2026-07-09", "2026-07-15")

    openings = [text.split("\n")[2] for text in texts(mailbox, "zhao@jinggong.example")]
    assert [opening[:8] for opening in openings] == ["请按时填报下列报", "贵单位下列报表已", "贵单位下列报表逾"]
