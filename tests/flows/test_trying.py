"""A test mail really goes out, and what the server said comes back in a sentence."""

from pathlib import Path

import pytest

from cast import at
from flows.runtime import Runtime
from flows.settings import read_settings
from flows.trying import try_mail, try_robot
from notifications.channels.message import OutcomeKind
from plans.errors import Refused
from support.smtp import ReceivingServer, make_certificate

pytestmark = pytest.mark.server

NOW = at("2026-10-12 10:00")
TO = "chen@yunxi.example"


def bureau(folder: Path, server: ReceivingServer, **settings: object) -> Runtime:
    given = {"mail_host": server.host, "mail_port": server.port, "mail_security": "none"} | settings
    return Runtime(read_settings(data=folder, mail_sender="duban@yunxi.example", bureau="云溪县科技局", **given))


def test_a_test_mail_arrives_and_the_servers_answer_is_told(tmp_path: Path, mailbox: ReceivingServer) -> None:
    outcome = try_mail(bureau(tmp_path, mailbox), TO, NOW)
    assert outcome.kind is OutcomeKind.SENT
    assert outcome.detail.startswith("已送交邮件服务器：250 OK。请到 chen@yunxi.example 查收")
    assert mailbox.messages[0].recipients == (TO,)
    body = mailbox.messages[0].message.get_body()
    assert body is not None
    assert "这是云溪县科技局督办发出的一条测试消息" in body.get_content()


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_is_told_in_the_servers_words(tmp_path: Path, mailbox: ReceivingServer, step: str) -> None:
    mailbox.answers[step] = "550 5.7.1 not you"
    outcome = try_mail(bureau(tmp_path, mailbox), TO, NOW)
    assert outcome.kind is OutcomeKind.REFUSED
    assert "没有发出去" in outcome.detail
    assert "550 5.7.1 not you" in outcome.detail


def test_a_server_that_is_not_there_is_told(tmp_path: Path, mailbox: ReceivingServer) -> None:
    outcome = try_mail(bureau(tmp_path, mailbox, mail_port=1), TO, NOW)
    assert outcome.kind is OutcomeKind.TRY_AGAIN
    assert "邮件服务器拒绝连接，请核对地址和端口" in outcome.detail


def test_a_certificate_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    with ReceivingServer(certificate=make_certificate(tmp_path), security="ssl") as server:
        outcome = try_mail(bureau(tmp_path, server, mail_security="ssl"), TO, NOW)
    assert outcome.kind is OutcomeKind.TRY_AGAIN
    assert "证书不可信" in outcome.detail


def test_a_wrong_password_is_told_and_never_repeated(tmp_path: Path) -> None:
    with ReceivingServer(users={"duban": "right"}) as server:
        outcome = try_mail(bureau(tmp_path, server, mail_user="duban", mail_password="wrong-word"), TO, NOW)
    assert "登录邮件服务器失败，请核对授权码" in outcome.detail
    assert "wrong-word" not in outcome.detail


def test_nothing_is_tried_without_a_server_or_an_address(tmp_path: Path, mailbox: ReceivingServer) -> None:
    with pytest.raises(Refused, match="发信服务器"):
        try_mail(Runtime(read_settings(data=tmp_path)), TO, NOW)
    with pytest.raises(Refused, match="邮箱"):
        try_mail(bureau(tmp_path, mailbox), "chen", NOW)
    with pytest.raises(Refused, match="群机器人地址"):
        try_robot(bureau(tmp_path, mailbox), NOW)


def test_a_robot_with_a_wrong_address_is_told(tmp_path: Path) -> None:
    outcome = try_robot(Runtime(read_settings(data=tmp_path, robot_url="nothing")), NOW)
    assert "没有发出去：机器人地址不正确" in outcome.detail
