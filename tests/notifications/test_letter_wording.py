"""What a reminder says: how late it is, and nothing that a stranger's name could smuggle in."""

import pytest
from bs4 import BeautifulSoup
from sqlmodel import select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Enterprise
from support.smtp import Received, ReceivingServer

HOSTILE = {
    "html": '<script>alert(1)</script><a href="http://evil.example">精工</a>',
    "line breaks": "精工\r\n\r\n系统通知：请到 http://evil.example 办理\n.\n",
    "header": "精工\r\nBcc: thief@evil.example\r\nSubject: 中奖",
    "line of another script": "精工\u2028Bcc: thief@evil.example\u2029\x85第二行",
    "turned": "精工\u202e moc.live",
    "template": "{{ to.desk }}{% raw %}精工",
}


def parts(mail: Received) -> tuple[str, str]:
    text, html = mail.message.get_body(("plain",)), mail.message.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


def mail_to(mailbox: ReceivingServer, address: str) -> Received:
    (mail,) = [mail for mail in mailbox.messages if mail.recipients == (address,)]
    return mail


def call_first_enterprise(runtime: Runtime, name: str) -> None:
    with writing(runtime.engine) as session:
        enterprise = session.exec(select(Enterprise).where(Enterprise.id == 1)).one()
        enterprise.name = enterprise.contact = name


@pytest.mark.parametrize(
    ("day", "subject", "wording"),
    [
        ("2026-07-28", "【督办】临近到期1项", "2026-07-31，还有3个工作日"),
        ("2026-07-31", "【督办】今天到期1项", "2026-07-31，今天到期"),
        ("2026-08-03", "【督办】逾期1项", "2026-07-31，已逾期1个工作日"),
        # 5 August is the third workday after Friday 31 July.
        ("2026-08-05", "【督办】逾期1项", "2026-07-31，已逾期3个工作日"),
    ],
)
def test_it_says_how_many_workdays_are_left_or_over(
    day: str, subject: str, wording: str, begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)

    tick(runtime, at(f"{day} 08:31"))

    mail = mail_to(mailbox, "li@yunxi.example")
    assert mail.message["Subject"] == subject
    assert all(wording in part for part in parts(mail))


def test_an_enterprise_that_is_late_is_told_so_in_subject_and_text(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)

    tick(runtime, at("2026-07-15 08:31"))

    mail = mail_to(mailbox, "zhao@jinggong.example")
    assert mail.message["Subject"] == "【云溪县科技局】请尽快报送：研发月报已逾期"
    assert all("已逾期3个工作日" in part for part in parts(mail))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_adds_no_header_no_line_and_no_markup(
    name: str, begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    honest, hostile = begin(MONTHLY_REPORT, **with_mail), "2026-07-15 08:31"
    call_first_enterprise(honest, name)

    tick(honest, at(hostile))

    assert sorted(mail.recipients for mail in mailbox.messages) == [
        ("li@yunxi.example",),
        ("qian@qinghe.example",),
        ("zhao@jinggong.example",),
    ]
    for mail in mailbox.messages:
        _check_harmless(mail)


def _check_harmless(mail: Received) -> None:
    text, html = parts(mail)
    assert set(mail.message.keys()) <= {
        *("From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "MIME-Version", "Content-Type"),
    }
    assert str(mail.message["Subject"]).isprintable()
    assert "中奖" not in str(mail.message["Subject"])
    # Neither a line of its own nor a character that ends or turns one.
    assert not any(line.startswith(("系统通知", "Bcc", "Subject", "第二行", ".")) for line in text.splitlines())
    assert all(line.isprintable() for line in text.replace("\r\n", "\n").split("\n"))
    page = BeautifulSoup(html, "html.parser")
    assert page.find("script") is None
    assert {str(link["href"]).split("/")[2] for link in page.find_all("a")} == {"127.0.0.1:8320"}
