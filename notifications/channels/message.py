"""What a channel carries and what it answers, the same for mail and for robots."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class OutcomeKind(StrEnum):
    """What is known after an attempt; it alone decides what the caller may do next.

    REFUSED will be refused again. TRY_AGAIN surely did not arrive. UNKNOWN was handed over whole and never
    answered: it may have arrived, so no channel sends it a second time by itself.
    """

    SENT = "sent"
    REFUSED = "refused"
    TRY_AGAIN = "try_again"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """`detail` is one short Chinese line for a clerk, with the server's own answer where there is one."""

    kind: OutcomeKind
    detail: str


@dataclass(frozen=True)
class Attachment:
    """A file of a message; `name` may be Chinese, `media_type` is like `application/pdf`."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Message:
    """One message to one person.

    `key` is the caller's id of the delivery and travels nowhere. `message_id` goes out as it is, angle
    brackets included; the same one again marks a second copy. `reply_to` is a bare address. `headers` replace
    ours of the same name (`Date`, say). `html` may be empty.
    """

    key: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str
    reply_to: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


MayLeave = Callable[[Message], Message | None]
"""Asked right before a message's first byte leaves: the message as it is to leave now, or None to leave it out."""


def as_it_is(message: Message) -> Message:
    """The `MayLeave` of a caller with nothing to check."""
    return message


class Channel(Protocol):
    """A way out, under the name it has in the settings."""

    name: str

    def send_batch(
        self, messages: Iterable[Message], may_leave: MayLeave = as_it_is
    ) -> Iterator[tuple[Message, Outcome]]:
        """Send lazily, one at a time, and answer each that left or failed; raises only what the caller's parts raise.

        Asking for the next outcome is what lets the next message leave, so the caller commits an outcome before
        that. One message may be read ahead while the receiver thinks, but `may_leave` is asked only when it is the
        message's turn and the way is open: the place for a last check and for marking a row as sending. It is not
        asked for a message that cannot leave at all. Close the iterator when leaving early: it holds the connection.
        """
        ...
