"""The demo's own mail server: real SMTP on loopback, every mail kept and readable afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived, at the demo's own time."""

    number: int
    at: datetime
    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def part(self, kind: str) -> str:
        """The text of its ``plain`` or ``html`` part."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


@dataclass
class Mailbox:
    """What the server took, and which of it nobody has looked at yet."""

    now: datetime
    letters: list[Letter] = field(default_factory=list)
    read: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=default)
        for to in envelope.rcpt_tos:
            self.letters.append(Letter(len(self.letters) + 1, self.now, to, message))
        return "250 OK"

    def unread(self) -> list[Letter]:
        """The letters since the last call."""
        new = self.letters[self.read :]
        self.read = len(self.letters)
        return new


class _Controller(Controller):
    """A controller on a free port: aiosmtpd asks its own port only after it was told which one it is."""

    def _trigger_server(self) -> None:
        self.port = cast(Any, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """Serve the mailbox on a free loopback port; gives the port."""
    controller = _Controller(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
