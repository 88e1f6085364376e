"""Mail: yagmail opens, encrypts and authenticates one connection for a batch. Nobody outside knows SMTP."""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Literal

from notifications.channels.ahead import Ahead
from notifications.channels.handover import hand_over
from notifications.channels.message import MayLeave, Message, Outcome, OutcomeKind, as_it_is
from notifications.channels.mime import Letter, Unsendable, is_address, write
from notifications.channels.reasons import BadSettings, why

Security = Literal["ssl", "starttls", "none"]

# Two letters in a row that cost us the connection: with 20 s each, a batch of 500 would hang for hours.
_LOST_IN_A_ROW = 2


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, and how.

    `user` empty: no login. `sender`: a bare address, by default `user`. `security`: `ssl` from the first byte
    (465), `starttls` (587), or `none`, refused unless `host` is this machine or on a private network.
    `timeout`: seconds for each step, the wait for the verdict on a letter included. `per_connection`: letters
    before a fresh connection. `pause`: seconds after each letter. `ca_file`: PEM, trusted instead of the
    system's authorities.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    sender_name: str = ""
    security: Security = "ssl"
    timeout: float = 20.0
    per_connection: int = 100
    pause: float = 0.0
    ca_file: str | None = None

    @property
    def from_address(self) -> str:
        return self.sender or self.user


class MailChannel:
    """Mail through one server. Each batch has its own connection, so batches may run in several threads."""

    def __init__(self, server: MailServer, name: str = "mail") -> None:
        self.server = server
        self.name = name

    def send_batch(
        self, messages: Iterable[Message], may_leave: MayLeave = as_it_is
    ) -> Iterator[tuple[Message, Outcome]]:
        """See `Channel.send_batch`. Once the server is out of reach, the rest is TRY_AGAIN at once."""
        ahead = Ahead(_Draft.of(message, self.server) for message in messages)
        with closing(_Line(self.server, may_leave)) as line:
            for draft in ahead:
                outcome = line.carry(draft, ahead.fetch)
                if outcome is None:
                    continue
                yield draft.message, outcome
                # After the last one too: the next batch may follow at once, and providers count across them.
                if self.server.pause and not line.down:
                    time.sleep(self.server.pause)


def probe(server: MailServer) -> str | None:
    """Log in and leave. None when that went well, else why not, as one Chinese sentence."""
    try:
        _hang_up(_log_in(server))
    except (OSError, ValueError) as error:
        return why(error)
    return None


@dataclass(frozen=True)
class _Draft:
    """A message and the letter it makes, or why it makes none."""

    message: Message
    letter: Letter | None
    trouble: str = ""

    @classmethod
    def of(cls, message: Message, server: MailServer) -> "_Draft":
        try:
            return cls(message, write(message, server.from_address, server.sender_name))
        except Unsendable as error:
            return cls(message, None, str(error))


class _Line:
    """The connection of one batch: opened for the first letter, then every `per_connection` or after a drop.

    `down` says why no more is tried in this batch.
    """

    def __init__(self, server: MailServer, may_leave: MayLeave) -> None:
        self.server = server
        self.may_leave = may_leave
        self.down = ""
        self._client: Any = None
        self._carried = 0
        self._lost = 0

    def carry(self, draft: _Draft, meanwhile: Callable[[], None]) -> Outcome | None:
        if draft.letter is None:
            return Outcome(OutcomeKind.REFUSED, draft.trouble)
        if not self.down:
            self._connect()
        if self.down:
            return Outcome(OutcomeKind.TRY_AGAIN, self.down)
        leaving = self.may_leave(draft.message)
        if leaving is None:
            return None
        return self._hand_over(draft if leaving == draft.message else _Draft.of(leaving, self.server), meanwhile)

    def _hand_over(self, draft: _Draft, meanwhile: Callable[[], None]) -> Outcome:
        if draft.letter is None:
            return Outcome(OutcomeKind.REFUSED, draft.trouble)
        outcome = hand_over(self._client.smtp, draft.letter, meanwhile)
        self._count_drops()
        return outcome

    def close(self) -> None:
        if self._client is not None:
            _hang_up(self._client)
        self._client, self._carried = None, 0

    def _connect(self) -> None:
        if self._is_open() and self._carried < self.server.per_connection:
            return
        self.close()
        try:
            self._client = _log_in(self.server)
        except (OSError, ValueError) as error:
            self.down = why(error)

    def _is_open(self) -> bool:
        return self._client is not None and self._client.smtp.sock is not None

    def _count_drops(self) -> None:
        self._carried += 1
        self._lost = 0 if self._is_open() else self._lost + 1
        if self._lost >= _LOST_IN_A_ROW:
            self.down = "与邮件服务器的连接接连中断，本批其余邮件稍后再发"


def _log_in(server: MailServer) -> Any:
    """A yagmail client, connected, encrypted, logged in and past EHLO; raises OSError or ValueError."""
    _check(server)
    client = _client(server)
    try:
        client.login()
        client.smtp.ehlo_or_helo_if_needed()
    except BaseException:
        _hang_up(client)
        raise
    return client


def _client(server: MailServer) -> Any:
    import yagmail  # 70 ms that a command which sends nothing need not pay

    return yagmail.Client(
        # As a mapping: a bare login name would get "@gmail.com" appended, and the password would go with it.
        user={server.user: server.user},
        password=server.password,
        host=server.host,
        port=server.port,
        smtp_skip_login=not server.user,
        soft_email_validation=False,
        timeout=server.timeout,
        # smtplib would ask the DNS for our own name, and fails on the Chinese computer names of Windows.
        local_hostname="[127.0.0.1]",
        **_encryption(server),
    )


def _encryption(server: MailServer) -> dict[str, Any]:
    if server.security == "none":
        return {"smtp_ssl": False, "smtp_starttls": False}
    verifying = ssl.create_default_context(cafile=server.ca_file)
    if server.security == "starttls":
        return {"smtp_ssl": False, "smtp_starttls": {"context": verifying}}
    return {"smtp_ssl": True, "context": verifying}


def _check(server: MailServer) -> None:
    if not is_address(server.from_address):
        raise BadSettings("发件地址不正确，请设置一个完整的邮箱地址")
    if server.security == "none" and not _is_near(server.host):
        raise BadSettings("不加密的连接只能用于本机或内网的邮件服务器，请改用 ssl 或 starttls")


def _is_near(host: str) -> bool:
    addresses = {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    return not any(ip_address(address).is_global for address in addresses)


def _hang_up(client: Any) -> None:
    with suppress(OSError, ValueError):
        client.close()
