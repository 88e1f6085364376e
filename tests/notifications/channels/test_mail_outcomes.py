"""Every way a mail server can answer, or fail to, ends in the one outcome that is true."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from notifications.channels.mail import MailChannel, MailServer
from notifications.channels.message import Attachment, Message, Outcome, OutcomeKind
from support.smtp import DROP, HANG, ReceivingServer

SENT, REFUSED = OutcomeKind.SENT, OutcomeKind.REFUSED
TRY_AGAIN, UNKNOWN = OutcomeKind.TRY_AGAIN, OutcomeKind.UNKNOWN


@pytest.fixture
def server() -> Iterator[ReceivingServer]:
    with ReceivingServer() as listening:
        yield listening


def message(number: int = 1, to: str = "li@firm.test") -> Message:
    return Message(str(number), "李四", to, "提醒", "请报送", "", f"<{number}@duban.test>")


def sent(server: ReceivingServer, *messages: Message, timeout: float = 2.0) -> list[Outcome]:
    settings = MailServer(server.host, server.port, sender="duban@bureau.test", security="none", timeout=timeout)
    return [outcome for _, outcome in MailChannel(settings).send_batch(messages)]


def test_250_is_sent_with_the_servers_own_words(server: ReceivingServer) -> None:
    server.answers["DATA"] = "250 2.0.0 Ok: queued as 4F2A"
    assert sent(server, message()) == [Outcome(SENT, "已送交邮件服务器：250 2.0.0 Ok: queued as 4F2A")]


@pytest.mark.parametrize(
    ("step", "answer", "detail"),
    [
        ("MAIL", "553 5.7.1 sender not owned", "发信请求被拒绝：553 5.7.1 sender not owned"),
        ("RCPT", "550 5.1.1 no such user", "收件地址被拒绝：550 5.1.1 no such user"),
        ("DATA", "552 5.2.2 mailbox full", "邮件内容被拒绝：552 5.2.2 mailbox full"),
        ("DATA", "554 5.7.1 垃圾邮件", "邮件内容被拒绝：554 5.7.1 垃圾邮件"),
    ],
)
def test_5xx_is_refused_for_good(server: ReceivingServer, step: str, answer: str, detail: str) -> None:
    server.answers[step] = answer
    assert sent(server, message()) == [Outcome(REFUSED, detail)]
    assert server.messages == []


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "451 4.3.0 local error", "452 4.3.1 disk full"])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_4xx_is_to_be_tried_again(server: ReceivingServer, step: str, answer: str) -> None:
    server.answers[step] = answer
    assert sent(server, message()) == [Outcome(TRY_AGAIN, f"邮件服务器暂不接收：{answer}")]


@pytest.mark.parametrize("answer", ["530 5.7.0 Authentication required", "503 Error: need EHLO and AUTH first"])
def test_a_server_that_wants_a_login_does_not_blame_the_recipient(server: ReceivingServer, answer: str) -> None:
    server.answers["MAIL"] = answer
    [outcome] = sent(server, message())
    assert (outcome.kind, outcome.detail[:11]) == (TRY_AGAIN, "登录邮件服务器失败，请")


def test_one_refused_address_does_not_touch_the_others(server: ReceivingServer) -> None:
    server.answers["gone@firm.test"] = "550 5.1.1 no such user"
    kinds = [o.kind for o in sent(server, message(1), message(2, "gone@firm.test"), message(3))]
    assert kinds == [SENT, REFUSED, SENT]
    assert [r.message["Message-ID"] for r in server.messages] == ["<1@duban.test>", "<3@duban.test>"]
    assert server.connections == 1


def test_after_421_a_fresh_connection_carries_the_next(server: ReceivingServer) -> None:
    server.answers["busy@firm.test"] = "421 4.7.0 too many messages"
    kinds = [o.kind for o in sent(server, message(1, "busy@firm.test"), message(2))]
    assert kinds == [TRY_AGAIN, SENT]
    assert server.connections == 2


def test_a_connection_lost_after_the_content_is_unknown_and_not_sent_twice(server: ReceivingServer) -> None:
    server.answers["DATA"] = DROP
    [outcome] = sent(server, message())
    assert outcome.kind is UNKNOWN
    assert outcome.detail.startswith("内容已发出但未收到答复，对方可能已收到")
    assert len(server.messages) == 1


def test_no_verdict_within_the_timeout_is_unknown_and_not_sent_twice(server: ReceivingServer) -> None:
    server.answers["DATA"] = HANG
    assert [o.kind for o in sent(server, message(), timeout=0.2)] == [UNKNOWN]
    assert len(server.messages) == 1


def test_a_verdict_nobody_understands_is_unknown(server: ReceivingServer) -> None:
    server.answers["DATA"] = "hello?"
    [outcome] = sent(server, message())
    assert outcome == Outcome(UNKNOWN, "邮件服务器的答复看不懂，对方可能已收到：-1 o?")


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
@pytest.mark.parametrize("failure", [HANG, DROP])
def test_a_connection_lost_before_the_content_is_to_be_tried_again(
    server: ReceivingServer, step: str, failure: str
) -> None:
    server.answers[step] = failure
    [outcome] = sent(server, message(), timeout=0.2)
    assert outcome.kind is TRY_AGAIN
    assert outcome.detail.startswith("邮件服务器断开了连接或没有答复")
    assert server.messages == []


def test_after_a_dropped_connection_the_next_goes_over_a_fresh_one(server: ReceivingServer) -> None:
    server.answers["bad@firm.test"] = DROP
    kinds = [o.kind for o in sent(server, message(1), message(2, "bad@firm.test"), message(3))]
    assert kinds == [SENT, TRY_AGAIN, SENT]
    assert [r.connection for r in server.messages] == [1, 2]


def test_a_server_that_hangs_on_every_letter_costs_two_timeouts_not_one_each(server: ReceivingServer) -> None:
    server.answers["DATA"] = HANG
    outcomes = sent(server, *map(message, range(50)), timeout=0.2)
    assert [o.kind for o in outcomes] == [UNKNOWN] * 2 + [TRY_AGAIN] * 48
    assert outcomes[-1].detail == "与邮件服务器的连接接连中断，本批其余邮件稍后再发"
    assert len(server.messages) == 2


def test_a_server_that_is_not_there_is_asked_once_for_the_whole_batch() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    nobody = MailServer("127.0.0.1", port, sender="duban@bureau.test", security="none")
    outcomes = [o for _, o in MailChannel(nobody).send_batch(map(message, range(3)))]
    assert {o.kind for o in outcomes} == {TRY_AGAIN}
    assert outcomes[2].detail.startswith("邮件服务器拒绝连接，请核对地址和端口")


def test_a_server_that_never_greets_costs_one_timeout_for_the_whole_batch() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = MailServer(
            "127.0.0.1", mute.getsockname()[1], sender="duban@bureau.test", security="none", timeout=0.2
        )
        began = time.perf_counter()
        kinds = [outcome.kind for _, outcome in MailChannel(settings).send_batch(map(message, range(50)))]
        assert time.perf_counter() - began < 1.0
    assert kinds == [TRY_AGAIN] * 50


def test_a_connection_that_stalls_amid_the_content_is_to_be_tried_again() -> None:
    """The closing dot never left, so the server cannot have taken the letter."""

    def stall(listening: socket.socket) -> None:
        conversation = listening.accept()[0]
        conversation.sendall(b"220 mail.test\r\n")
        for answer in (b"250 mail.test", b"250 OK", b"250 OK", b"354 go on"):
            conversation.recv(1024)
            conversation.sendall(answer + b"\r\n")
        done.wait(5)
        conversation.close()

    done = threading.Event()
    large = Attachment("通报.docx", bytes(8_000_000), "application/octet-stream")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=stall, args=(listening,), daemon=True).start()
        settings = MailServer(
            "127.0.0.1", listening.getsockname()[1], sender="duban@bureau.test", security="none", timeout=0.2
        )
        [(_, outcome)] = MailChannel(settings).send_batch([replace(message(), attachments=(large,))])
        done.set()
    assert outcome.kind is TRY_AGAIN


@pytest.mark.parametrize("address", ["a@x.test,b@x.test", "a@x.test\r\nRCPT TO:<b@x.test>", ""])
def test_a_hostile_address_is_refused_before_any_server_hears_of_it(server: ReceivingServer, address: str) -> None:
    [outcome] = sent(server, message(1, address))
    assert outcome.kind is REFUSED
    assert outcome.detail.startswith("收件地址不正确")
    assert server.connections == 0


def test_a_chinese_address_goes_to_a_server_that_takes_them(server: ReceivingServer) -> None:
    assert [o.kind for o in sent(server, message(1, "李四@公司.test"), message(2))] == [SENT, SENT]
    assert server.messages[0].recipients == ("李四@公司.test",)


def test_a_chinese_address_is_refused_where_the_server_cannot() -> None:
    with ReceivingServer(smtputf8=False) as old:
        outcomes = sent(old, message(1, "李四@公司.test"), message(2))
    assert outcomes[0] == Outcome(REFUSED, "邮件服务器不支持中文邮箱地址（SMTPUTF8）")
    assert outcomes[1].kind is SENT
