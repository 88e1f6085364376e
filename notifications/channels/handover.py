"""Handing one letter to an open SMTP connection, knowing at each step what a failure there means.

`smtplib.sendmail` raises the same error for a connection lost before the content left and after, so the steps
are taken here one by one.
"""

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress

from notifications.channels.message import Outcome, OutcomeKind
from notifications.channels.mime import Letter
from notifications.channels.reasons import said, why

# These speak of us, not of the recipient; 503 is how some providers ask for a login.
_LEADING_DOT = re.compile(rb"(?m)^\.")
_LOGIN_CODES = frozenset({503, 530, 534, 535, 538})


def hand_over(smtp: smtplib.SMTP, letter: Letter, meanwhile: Callable[[], None] = lambda: None) -> Outcome:
    """Send `letter` and say how it went; raises nothing of smtplib, socket or ssl.

    `smtp` has said EHLO. Afterwards it is ready for the next letter, or closed (`smtp.sock is None`). `meanwhile` is
    done once the letter has left, while the server thinks; it must not raise.
    """
    try:
        turned_down = _announce(smtp, letter)
        if turned_down:
            return turned_down
        # Should this raise, the closing dot never left and the server cannot have taken the letter.
        smtp.send(_LEADING_DOT.sub(b"..", letter.content) + b".\r\n")
    except (OSError, ValueError) as error:
        smtp.close()
        return Outcome(OutcomeKind.TRY_AGAIN, why(error))
    meanwhile()
    return _verdict(smtp)


def _announce(smtp: smtplib.SMTP, letter: Letter) -> Outcome | None:
    options = [f"SIZE={len(letter.content)}"] if smtp.has_extn("size") else []
    if letter.needs_utf8:
        if not smtp.has_extn("smtputf8"):
            return Outcome(OutcomeKind.REFUSED, "邮件服务器不支持中文邮箱地址（SMTPUTF8）")
        options.append("SMTPUTF8")
    steps: tuple[tuple[str, int, Callable[[], tuple[int, bytes]]], ...] = (
        ("发信请求", 2, lambda: smtp.mail(letter.sender, options)),
        ("收件地址", 2, lambda: smtp.rcpt(letter.recipient)),
        ("邮件内容", 3, lambda: smtp.docmd("DATA")),
    )
    for what, welcome, ask in steps:
        code, answer = ask()
        if code // 100 != welcome:
            return _turned_down(smtp, what, code, answer)
    return None


def _verdict(smtp: smtplib.SMTP) -> Outcome:
    try:
        code, answer = smtp.getreply()
    except OSError as error:
        smtp.close()
        return Outcome(OutcomeKind.UNKNOWN, f"内容已发出但未收到答复，对方可能已收到：{error}")
    if code // 100 == 2:
        return Outcome(OutcomeKind.SENT, f"已送交邮件服务器：{said(code, answer)}")
    if code // 100 in (4, 5):
        return _turned_down(smtp, "邮件内容", code, answer)
    smtp.close()
    return Outcome(OutcomeKind.UNKNOWN, f"邮件服务器的答复看不懂，对方可能已收到：{said(code, answer)}")


def _turned_down(smtp: smtplib.SMTP, what: str, code: int, answer: bytes) -> Outcome:
    if code == 421 or code // 100 not in (4, 5):
        smtp.close()
    else:
        with suppress(OSError):
            smtp.rset()
    if code in _LOGIN_CODES:
        return Outcome(OutcomeKind.TRY_AGAIN, f"登录邮件服务器失败，请核对授权码：{said(code, answer)}")
    if code // 100 == 5:
        return Outcome(OutcomeKind.REFUSED, f"{what}被拒绝：{said(code, answer)}")
    return Outcome(OutcomeKind.TRY_AGAIN, f"邮件服务器暂不接收：{said(code, answer)}")
