"""Why a mail server did not take a message or let us in, as one Chinese line."""

import smtplib
import socket
import ssl

from notifications.channels.mime import one_line

_LONGEST = 200
# The first that fits wins, so the narrow ones stand before their parents.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "登录邮件服务器失败，请核对授权码"),
    (smtplib.SMTPResponseException, "邮件服务器暂不可用"),
    (smtplib.SMTPServerDisconnected, "邮件服务器断开了连接或没有答复"),
    (smtplib.SMTPNotSupportedError, "邮件服务器不支持所设的登录或加密方式"),
    (smtplib.SMTPException, "邮件服务器的答复不合规范"),
    (ssl.SSLCertVerificationError, "邮件服务器的证书不可信"),
    (ssl.SSLError, "与邮件服务器的加密连接失败，请核对端口和加密方式"),
    (socket.gaierror, "找不到邮件服务器，请核对地址"),
    (ConnectionRefusedError, "邮件服务器拒绝连接，请核对地址和端口"),
    (TimeoutError, "连接邮件服务器超时"),
    (FileNotFoundError, "找不到所设的证书文件"),
    (OSError, "连不上邮件服务器"),
)


class BadSettings(ValueError):
    """The mail server's settings cannot be used; the text is a Chinese sentence for whoever keeps them."""


def why(error: Exception) -> str:
    """What `error` of smtplib, socket or ssl means for a clerk, followed by what the server said."""
    if isinstance(error, BadSettings):
        return str(error)
    for kind, sentence in _REASONS:
        if isinstance(error, kind):
            return f"{sentence}：{_words_of(error)}"
    # A ValueError may quote a piece of the password, so its text stays here.
    return "邮件服务器的设置有误，请核对地址、用户名和授权码"


def said(code: int, answer: bytes | str) -> str:
    """The server's answer on one line, such as `550 5.1.1 no such user`."""
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return f"{code} {one_line(text)}"[:_LONGEST]


def _words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return said(error.smtp_code, error.smtp_error)
    return one_line(str(error))[:_LONGEST]
