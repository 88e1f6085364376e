"""Writing a message as the bytes a mail server takes."""

import re
from base64 import encodebytes
from dataclasses import dataclass
from email.errors import MessageError
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, quote

from notifications.channels.message import Attachment, Message

# Servers that do not offer 8BITMIME are still in use, so nothing but ASCII goes into a body.
_POLICY = SMTP.clone(cte_type="7bit")
_ADDRESS = re.compile(r"""[^\s@,;:<>()"\[\]\\]{1,64}@[^\s@,;:<>()"\[\]\\]{1,255}""")
# Controls, line breaks of any script, marks that turn the reading direction, halves of characters.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


class Unsendable(ValueError):
    """The message cannot go out as it is; the text is a Chinese sentence for a clerk."""


@dataclass(frozen=True)
class Letter:
    """An envelope (two bare addresses) and the finished bytes; `needs_utf8` when an address is not ASCII."""

    sender: str
    recipient: str
    content: bytes
    needs_utf8: bool


def is_address(text: str) -> bool:
    """Whether `text` is one bare mail address: no name, no list, no line break."""
    return text.isprintable() and _ADDRESS.fullmatch(text) is not None


def one_line(text: str) -> str:
    """`text` with whatever could break a line or hide a part of it turned into spaces."""
    return _UNPRINTABLE.sub(" ", text).strip()


def write(message: Message, sender: str, sender_name: str = "") -> Letter:
    """The letter that carries `message`; raises `Unsendable` for a bad address or broken text."""
    for what, address in (("收件", message.to_address), ("回复", message.reply_to)):
        if address is not None and not is_address(address):
            raise Unsendable(f"{what}地址不正确：{one_line(address) or '空'}")
    try:
        head = _head(message, sender, sender_name)
        content = head.encode() + _body(message)
    except (ValueError, LookupError, MessageError) as error:
        raise Unsendable(f"邮件无法生成：{error}") from error
    return Letter(sender, message.to_address, content, needs_utf8=not head.isascii())


def _head(message: Message, sender: str, sender_name: str) -> str:
    lines = {
        "From": _mailbox("From", sender_name, sender),
        "To": _mailbox("To", message.to_name, message.to_address),
        "Subject": _words("Subject", message.subject),
        "Message-ID": one_line(message.message_id),
        "Date": formatdate(localtime=True),
        "Auto-Submitted": "auto-generated",
    }
    if message.reply_to:
        lines["Reply-To"] = message.reply_to
    lines |= {name: _words(name, value) for name, value in message.headers}
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items())


def _mailbox(header: str, name: str, address: str) -> str:
    name = one_line(name)
    if not name:
        return address
    shown = _words(header, name) if _must_encode(name) else f'"{quote(name)}"'
    return f"{shown} <{address}>"


def _words(header: str, text: str) -> str:
    """The value of a header, in RFC 2047 words where it is not plain.

    Not left to `EmailMessage`: in Python 3.11 it loses spaces of long Chinese texts and decodes an encoded
    word that a name brings along, line breaks and all, into headers of its own.
    """
    charset = "utf-8" if _must_encode(text) else "us-ascii"
    return Header(one_line(text), charset, header_name=header).encode(linesep="\r\n")


def _must_encode(text: str) -> bool:
    return not text.isascii() or "=?" in text


def _body(message: Message) -> bytes:
    if message.attachments:
        return _with_attachments(message).as_bytes()
    if not message.html:
        return _MIME + _part("plain", message.text)
    parts = _part("plain", message.text), _part("html", message.html)
    divided = b"".join(b"--%s\r\n%s" % (_BOUNDARY, part) for part in parts)
    return _MIME + _ALTERNATIVE + divided + b"--%s--\r\n" % _BOUNDARY


def _part(subtype: str, text: str) -> bytes:
    # By hand, as EmailMessage takes longer over it than a mail server over the whole letter.
    lines = b"\r\n".join((*text.encode().splitlines(), b""))
    return _TEXT % subtype.encode() + encodebytes(lines).replace(b"\n", b"\r\n")


_MIME = b"MIME-Version: 1.0\r\n"
# No line of base64 begins with two dashes.
_BOUNDARY = b"=_duban"
_ALTERNATIVE = b'Content-Type: multipart/alternative; boundary="%s"\r\n\r\n' % _BOUNDARY
_TEXT = b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'


def _with_attachments(message: Message) -> EmailMessage:
    body = EmailMessage(policy=_POLICY)
    body.set_content(message.text)
    if message.html:
        body.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        _attach(body, attachment)
    return body


def _attach(body: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.media_type.partition("/")
    if not subtype:
        maintype, subtype = "application", "octet-stream"
    # EmailMessage decodes an encoded word here too (see _words).
    filename = one_line(attachment.name).replace("=?", "=_")
    body.add_attachment(attachment.content, maintype, subtype, filename=filename)
