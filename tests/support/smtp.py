"""A real SMTP server inside the test process, and ways to make it misbehave."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG = "hang"
DROP = "drop"
_WELL = "250 OK"


@dataclass(frozen=True)
class Received:
    """One message as the server took it; `connection` counts from 1."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    connection: int


@dataclass(frozen=True)
class Certificate:
    """A self-made certificate for 127.0.0.1 and its key, as PEM files."""

    certificate: Path
    key: Path


class ReceivingServer:
    """Listens on a free loopback port inside `with`, and keeps what it takes in `messages`.

    `users`: login → password; none means no login is offered. `certificate` goes with `security` "ssl" or
    "starttls". `answers` makes it misbehave: under "MAIL", "RCPT" or "DATA" (after the content), or under a
    recipient's address (at RCPT), stands an SMTP answer such as "450 4.2.0 later", or HANG, or DROP (the
    connection). It may be changed at any time. A message whose DATA is met with HANG or DROP has been taken.
    `connections` counts all that were made.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        answers: Mapping[str, str] | None = None,
        users: Mapping[str, str] | None = None,
        certificate: Certificate | None = None,
        security: Literal["ssl", "starttls", "none"] = "none",
        smtputf8: bool = True,
    ) -> None:
        self.answers = dict(answers or {})
        self.messages: list[Received] = []
        self.connections = 0
        settings = _login(users or {}) | _encryption(certificate, security)
        self._controller = _Controller(self, enable_SMTPUTF8=smtputf8, **settings)

    @property
    def port(self) -> int:
        return self._controller.port

    def clear(self) -> None:
        """Forget what was taken; the misbehaviour and the count of connections stay."""
        self.messages.clear()

    def __enter__(self) -> Self:
        self._controller.start()
        self.connections = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    def answer_to(self, step: str) -> str:
        return self.answers.get(step, _WELL)

    def take(self, envelope: Envelope, connection: int) -> None:
        assert isinstance(envelope.original_content, bytes)
        message = message_from_bytes(envelope.original_content, policy=default)
        sender, recipients = str(envelope.mail_from), tuple(map(str, envelope.rcpt_tos))
        self.messages.append(Received(sender, recipients, message, connection))


class _Conversation(SMTP):
    number = 0


class _Handler:
    """aiosmtpd's side: runs in the server's thread."""

    def __init__(self, receiver: ReceivingServer) -> None:
        self.receiver = receiver

    async def handle_MAIL(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await _act(smtp, self.receiver.answer_to("MAIL"))

    async def handle_RCPT(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.receiver.answers.get(address, self.receiver.answer_to("RCPT"))
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return await _act(smtp, answer)

    async def handle_DATA(  # noqa: N802
        self, smtp: _Conversation, session: Session, envelope: Envelope
    ) -> str:
        answer = self.receiver.answer_to("DATA")
        if not answer.startswith(("4", "5")):
            self.receiver.take(envelope, smtp.number)
        return await _act(smtp, answer)


async def _act(smtp: SMTP, answer: str) -> str:
    if answer == DROP and smtp.transport is not None:
        smtp.transport.close()
    if answer in (HANG, DROP):
        await asyncio.sleep(3600)  # aiosmtpd cancels it when the connection ends
    return answer


class _Controller(Controller):
    def __init__(self, receiver: ReceivingServer, **settings: Any) -> None:
        super().__init__(_Handler(receiver), hostname=receiver.host, port=0, server_hostname="mail.test", **settings)
        self._receiver = receiver

    def factory(self) -> SMTP:
        self._receiver.connections += 1
        conversation = _Conversation(self.handler, **self.SMTP_kwargs)
        conversation.number = self._receiver.connections
        return conversation

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _login(users: Mapping[str, str]) -> dict[str, Any]:
    def authenticate(
        smtp: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        known = users.get(login.login.decode()) == login.password.decode()
        return AuthResult(success=known, handled=False)

    if not users:
        return {}
    return {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}


def _encryption(certificate: Certificate | None, security: str) -> dict[str, Any]:
    if certificate is None:
        return {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    if security == "ssl":
        return {"ssl_context": context}
    return {"tls_context": context, "require_starttls": True}


def make_certificate(folder: Path) -> Certificate:
    """A certificate that only itself vouches for, written into `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(ReceivingServer.host))])
    draft = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    draft = draft.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    draft = draft.not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
    signed = draft.add_extension(names, critical=False).sign(key, hashes.SHA256())
    made = Certificate(folder / "mail.crt", folder / "mail.key")
    made.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made
