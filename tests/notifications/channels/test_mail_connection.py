"""One connection a batch, encrypted and logged in, and nothing read ahead of the outcome before."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from notifications.channels.mail import MailChannel, MailServer, Security, probe
from notifications.channels.message import Message, OutcomeKind
from support.smtp import Certificate, ReceivingServer, make_certificate

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def message(number: int = 1) -> Message:
    return Message(str(number), "李四", "li@firm.test", "提醒", "请报送", "", f"<{number}@duban.test>")


def at(server: ReceivingServer) -> MailServer:
    return MailServer(server.host, server.port, sender="duban@bureau.test", security="none", timeout=2.0)


def kinds(settings: MailServer, count: int = 1) -> list[OutcomeKind]:
    return [outcome.kind for _, outcome in MailChannel(settings).send_batch(map(message, range(count)))]


def test_one_connection_carries_the_batch_and_is_renewed_every_so_many() -> None:
    with ReceivingServer() as server:
        assert kinds(replace(at(server), per_connection=3), count=7) == [OutcomeKind.SENT] * 7
    assert [r.connection for r in server.messages] == [1, 1, 1, 2, 2, 2, 3]


def test_one_is_read_ahead_and_nothing_leaves_before_it_is_asked_for() -> None:
    asked: list[str] = []

    def may_leave(leaving: Message) -> Message:
        asked.append(f"{leaving.key} after {len(server.messages)}")
        return leaving

    with ReceivingServer() as server:
        waiting = iter([message(1), message(2), message(3), message(4)])
        batch = MailChannel(at(server)).send_batch(waiting, may_leave)
        assert (asked, server.connections) == ([], 0)
        next(batch)
        assert (asked, len(server.messages)) == (["1 after 0"], 1)
        next(batch)
        assert (asked, len(server.messages)) == (["1 after 0", "2 after 1"], 2)
    assert [left.key for left in waiting] == ["4"]


def test_what_may_not_leave_is_left_out_and_what_was_rewritten_leaves_so() -> None:
    def may_leave(leaving: Message) -> Message | None:
        return {"1": leaving, "2": None, "3": replace(leaving, subject="提醒（改）")}[leaving.key]

    with ReceivingServer() as server:
        batch = MailChannel(at(server)).send_batch(map(message, (1, 2, 3)), may_leave)
        told = [(left.key, outcome.kind) for left, outcome in batch]
    assert told == [("1", OutcomeKind.SENT), ("3", OutcomeKind.SENT)]
    assert [r.message["Subject"] for r in server.messages] == ["提醒", "提醒（改）"]


def test_a_rewritten_one_that_cannot_be_sent_is_refused_and_the_next_leaves() -> None:
    def may_leave(leaving: Message) -> Message:
        return replace(leaving, to_address="不是地址") if leaving.key == "0" else leaving

    with ReceivingServer() as server:
        batch = MailChannel(at(server)).send_batch(map(message, (0, 1)), may_leave)
        assert [outcome.kind for _, outcome in batch] == [OutcomeKind.REFUSED, OutcomeKind.SENT]
    assert len(server.messages) == 1


def test_it_is_asked_only_once_the_way_is_open() -> None:
    def may_leave(leaving: Message) -> Message:
        raise AssertionError(leaving.key)

    nobody = MailServer("127.0.0.1", 1, sender="duban@bureau.test", security="none")
    outcomes = [outcome.kind for _, outcome in MailChannel(nobody).send_batch(map(message, (1, 2)), may_leave)]
    assert outcomes == [OutcomeKind.TRY_AGAIN] * 2


def test_an_empty_batch_opens_no_connection() -> None:
    with ReceivingServer() as server:
        assert kinds(at(server), count=0) == []
    assert server.connections == 0


def test_the_callers_own_error_comes_out_unchanged() -> None:
    def broken() -> Iterator[Message]:
        yield message()
        raise LookupError("task is gone")

    with ReceivingServer() as server:
        batch = MailChannel(at(server)).send_batch(broken())
        # It is met while the server thinks, and must not cost the verdict.
        assert next(batch)[1].kind is OutcomeKind.SENT
        with pytest.raises(LookupError, match="task is gone"):
            next(batch)


def test_the_pace_is_kept_after_every_message(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("notifications.channels.mail.time.sleep", pauses.append)
    with ReceivingServer() as server:
        kinds(replace(at(server), pause=1.5), count=3)
    assert pauses == [1.5, 1.5, 1.5]


def test_batches_in_several_threads_do_not_mix() -> None:
    def send(number: int) -> None:
        list(MailChannel(at(server)).send_batch([replace(message(number), to_address=f"{number}@firm.test")]))

    with ReceivingServer() as server:
        threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    pairs = {(r.recipients[0], r.message["To"].addresses[0].addr_spec) for r in server.messages}
    assert pairs == {(f"{n}@firm.test", f"{n}@firm.test") for n in range(8)}


def test_a_login_without_at_sign_is_not_turned_into_a_gmail_address() -> None:
    with ReceivingServer(users={"duban": "abcdefgh"}) as server:
        settings = replace(at(server), user="duban", password="abcdefgh")
        assert kinds(settings) == [OutcomeKind.SENT]
        assert probe(settings) is None


def test_a_wrong_password_is_tried_once_for_the_whole_batch() -> None:
    with ReceivingServer(users={"duban": "right"}) as server:
        settings = replace(at(server), user="duban", password="wrong")
        outcomes = [o for _, o in MailChannel(settings).send_batch(map(message, range(3)))]
        assert server.connections == 1
    assert {o.kind for o in outcomes} == {OutcomeKind.TRY_AGAIN}
    assert outcomes[0].detail.startswith("登录邮件服务器失败，请核对授权码：535")


def test_a_password_that_cannot_be_sent_is_a_sentence_and_not_shown() -> None:
    with ReceivingServer(users={"duban": "right"}) as server:
        said = probe(replace(at(server), user="duban", password="密"))
    assert said == "邮件服务器的设置有误，请核对地址、用户名和授权码"


def test_the_password_is_not_in_the_settings_repr() -> None:
    assert "abcdefgh" not in repr(MailServer("mail.test", 465, user="duban", password="abcdefgh"))


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_an_untrusted_certificate_is_not_talked_to(certificate: Certificate, security: Security) -> None:
    with ReceivingServer(certificate=certificate, security=security) as server:
        settings = replace(at(server), security=security)
        assert kinds(settings, count=2) == [OutcomeKind.TRY_AGAIN] * 2
        assert str(probe(settings)).startswith("邮件服务器的证书不可信")
    assert server.messages == []


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_certificate_named_in_the_settings_is_trusted(certificate: Certificate, security: Security) -> None:
    with ReceivingServer(certificate=certificate, security=security) as server:
        settings = replace(at(server), security=security, ca_file=str(certificate.certificate))
        assert kinds(settings, count=2) == [OutcomeKind.SENT] * 2
        assert probe(settings) is None


def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    with ReceivingServer(users={"duban": "right"}) as server:
        settings = replace(at(server), security="starttls", user="duban", password="right")
        assert kinds(settings) == [OutcomeKind.TRY_AGAIN]
        assert str(probe(settings)).startswith("邮件服务器不支持所设的登录或加密方式：STARTTLS")


def test_ssl_against_a_plain_port_is_a_sentence() -> None:
    with ReceivingServer() as server:
        assert str(probe(replace(at(server), security="ssl"))).startswith("与邮件服务器的加密连接失败")


def test_a_certificate_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    settings = MailServer("127.0.0.1", 1, sender="a@bureau.test", ca_file=str(tmp_path / "none.pem"))
    assert str(probe(settings)).startswith("找不到所设的证书文件")


def test_an_unencrypted_connection_never_leaves_the_house() -> None:
    settings = MailServer("93.184.216.34", 25, sender="duban@bureau.test", security="none")
    assert probe(settings) == "不加密的连接只能用于本机或内网的邮件服务器，请改用 ssl 或 starttls"


def test_a_sender_that_is_no_address_is_a_matter_of_the_settings() -> None:
    with ReceivingServer() as server:
        settings = replace(at(server), sender="督办")
        assert kinds(settings) == [OutcomeKind.TRY_AGAIN]
        assert probe(settings) == "发件地址不正确，请设置一个完整的邮箱地址"
        assert server.connections == 0
