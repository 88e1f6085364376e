"""What a channel carries and what it answers, the same for mail and for robots."""

from collections.abc import Iterable, Iterator
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


class Channel(Protocol):
    """A way out, under the name it has in the settings."""

    name: str

    def send_batch(self, messages: Iterable[Message]) -> Iterator[tuple[Message, Outcome]]:
        """Send lazily, one at a time, and answer each with its outcome; raises only what `messages` raises.

        Asking for the next outcome is what pulls the next message, and nothing is read ahead of that. So the
        caller commits an outcome before the next message leaves, and the iterable itself is the place for a
        last check and for marking a row as sending. Close the iterator when leaving early: it holds the
        connection.
        """
        ...
