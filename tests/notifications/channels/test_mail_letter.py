"""What the server receives is what the bureau wrote, and nothing a stranger's name smuggled in."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import parseaddr

import pytest

from notifications.channels.mail import MailChannel, MailServer
from notifications.channels.message import Attachment, Message, OutcomeKind
from notifications.channels.mime import Unsendable, is_address, one_line, write
from support.smtp import ReceivingServer

REMINDER = Message(
    key="7",
    to_name="张三",
    to_address="zhangsan@firm.test",
    subject="【督办】研发月报还有 2 个工作日到期",
    text="张三：\n.\n您好，请于 10 月 9 日前报送。\n..以上\n",
    html="<p>张三：<b>请报送</b></p>",
    message_id="<7.1@duban.test>",
)


@pytest.fixture(scope="module")
def listening() -> Iterator[ReceivingServer]:
    with ReceivingServer() as server:
        yield server


@pytest.fixture
def server(listening: ReceivingServer) -> ReceivingServer:
    listening.clear()
    return listening


def received(server: ReceivingServer, message: Message) -> EmailMessage:
    settings = MailServer(
        server.host, server.port, sender="duban@bureau.test", sender_name="某县工信局", security="none"
    )
    [(_, outcome)] = MailChannel(settings).send_batch([message])
    assert outcome.kind is OutcomeKind.SENT, outcome.detail
    [taken] = server.messages
    assert (taken.sender, taken.recipients) == ("duban@bureau.test", (message.to_address,))
    return taken.message


def parsed(message: Message) -> EmailMessage:
    return message_from_bytes(write(message, "duban@bureau.test", "某县工信局").content, policy=default)


def decoded(words: str) -> str:
    return "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part for part, charset in decode_header(words)
    )


def plain_text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_chinese_subject_names_and_text_arrive_as_written(server: ReceivingServer) -> None:
    mail = received(server, REMINDER)
    assert mail["Subject"] == "【督办】研发月报还有 2 个工作日到期"
    assert mail["To"] == "张三 <zhangsan@firm.test>"
    assert mail["From"] == "某县工信局 <duban@bureau.test>"
    assert plain_text(mail).splitlines() == ["张三：", ".", "您好，请于 10 月 9 日前报送。", "..以上"]


def test_text_comes_with_html_as_the_alternative(server: ReceivingServer) -> None:
    mail = received(server, REMINDER)
    assert mail.get_content_type() == "multipart/alternative"
    html = mail.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>张三：<b>请报送</b></p>"


def test_without_html_there_is_only_text(server: ReceivingServer) -> None:
    assert received(server, replace(REMINDER, html="")).get_content_type() == "text/plain"


def test_our_message_id_and_the_mark_of_a_machine_are_on_it(server: ReceivingServer) -> None:
    mail = received(server, REMINDER)
    assert mail["Message-ID"] == "<7.1@duban.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] is None
    assert mail["Date"] is not None


def test_replies_go_to_the_person_in_charge(server: ReceivingServer) -> None:
    assert received(server, replace(REMINDER, reply_to="li@bureau.test"))["Reply-To"] == "li@bureau.test"


def test_headers_of_the_caller_replace_ours() -> None:
    mail = parsed(replace(REMINDER, headers=(("Date", "Fri, 09 Oct 2026 09:00:00 +0800"),)))
    assert mail.get_all("Date") == ["Fri, 09 Oct 2026 09:00:00 +0800"]


def test_an_attachment_keeps_its_chinese_name_and_its_bytes(server: ReceivingServer) -> None:
    name = "某县工业和信息化局2026年10月份重点工作进展情况通报（征求意见稿）.docx"
    file = Attachment(name, b"PK\x00\xff\r\n.\r\n", "application/vnd.ms-word")
    [part] = received(server, replace(REMINDER, attachments=(file,))).iter_attachments()
    assert part.get_filename() == name
    assert part.get_content() == b"PK\x00\xff\r\n.\r\n"
    assert part.get_content_type() == "application/vnd.ms-word"


def test_an_attachment_of_no_known_type_is_plain_bytes() -> None:
    [part] = parsed(replace(REMINDER, attachments=(Attachment("a.bin", b"1", "?"),))).iter_attachments()
    assert part.get_content_type() == "application/octet-stream"


@pytest.mark.parametrize(
    "name",
    [
        "山东某某新能源汽车零部件智能制造科技股份有限公司（高新技术产业开发区第二分公司）",
        '赵,钱 "孙"; <李>',
        "Acme, Inc. (Ltd)",
        'O"Neil \\ Co',
        "=?utf-8?q?hi=0D=0ABcc:_a@b?=",
        "张　三",
        "某县 某局 " * 12 + "办公室",
        "😀公司",
        "",
    ],
)
def test_any_name_arrives_as_it_is_and_names_one_address(name: str) -> None:
    content = write(replace(REMINDER, to_name=name), "duban@bureau.test").content
    # The newer parser puts a space between encoded words; mail programs and the older one do not.
    words, address = parseaddr(message_from_bytes(content, policy=compat32)["To"])
    assert (decoded(words), address) == (name, "zhangsan@firm.test")


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_a_name_with_a_line_break_adds_no_header(server: ReceivingServer, break_: str) -> None:
    hostile = f"=?x?={break_}Bcc: a@b"
    mail = received(server, replace(REMINDER, to_name=hostile, subject=hostile))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "=?x?= Bcc: a@b"
    assert [a.display_name for a in mail["To"].addresses] == ["=?x?= Bcc: a@b"]


def test_an_encoded_word_in_a_subject_is_text_not_headers(server: ReceivingServer) -> None:
    mail = received(server, replace(REMINDER, subject="=?utf-8?q?hi=0D=0ABcc:_a@b?="))
    assert (mail["Subject"], mail["Bcc"]) == ("=?utf-8?q?hi=0D=0ABcc:_a@b?=", None)


def test_a_hostile_attachment_name_adds_no_header() -> None:
    file = Attachment('a"\r\nBcc: a@b\r\n\r\n=?utf-8?q?=0D=0AX:_1?=.txt', b"1", "text/plain")
    mail = parsed(replace(REMINDER, attachments=(file,)))
    [part] = mail.iter_attachments()
    assert (mail["Bcc"], part["Bcc"], part["X"]) == (None, None, None)
    assert part.get_content_disposition() == "attachment"


def test_every_byte_on_the_wire_is_ascii_and_no_line_is_too_long_for_smtp() -> None:
    content = write(replace(REMINDER, text="长" * 5000, html="<p>" + "x" * 5000), "a@bureau.test", "局").content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "li",
        "li@",
        "li@a,wang@b",
        "li@a.test\r\nRCPT TO:<x@y>",
        "li @a.test",
        "Li <li@a.test>",
        "a@b@c",
        "li@a.test\n",
    ],
)
def test_what_is_not_one_bare_address_is_no_address(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(Unsendable, match="收件地址不正确"):
        write(replace(REMINDER, to_address=address), "a@bureau.test")


@pytest.mark.parametrize("address", ["li@firm.test", "li.x+y@10.0.0.1", "李@公司.test", "o'neil@a.b"])
def test_one_bare_address_is_an_address(address: str) -> None:
    assert is_address(address)


def test_half_a_character_in_the_text_makes_the_letter_unsendable() -> None:
    with pytest.raises(Unsendable, match="邮件无法生成"):
        write(replace(REMINDER, text="坏\ud800字"), "a@bureau.test")


def test_a_bad_reply_address_makes_the_letter_unsendable() -> None:
    with pytest.raises(Unsendable, match="回复地址不正确：不是地址"):
        write(replace(REMINDER, reply_to="不是地址"), "a@bureau.test")


def test_marks_that_reverse_the_reading_direction_are_taken_out() -> None:
    assert one_line("发票\u202etxt.exe ") == "发票 txt.exe"
