"""Calling webhooks over HTTP: signed, briefly, all at once, and never anywhere but to the address itself.

Duban-Timestamp: 1790000000                 seconds since 1970, UTC
Duban-Signature: sha256=<hex>               HMAC-SHA256 by the webhook's secret over timestamp, a full stop, body
Duban-Webhook: 3                            the webhook's number
"""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from notifications.channels.mime import one_line
from notifications.webhooks import Answer, Call

if TYPE_CHECKING:
    import httpx

PATIENCE = 8.0
"""Seconds for one whole call, however slowly its parts drip in."""
GONE = 410
_LONGEST = 200


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of Duban-Signature."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def headers_of(call: Call, now: datetime) -> dict[str, str]:
    """What goes with a call."""
    timestamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "duban",
        "Duban-Webhook": str(call.webhook),
        "Duban-Timestamp": timestamp,
        "Duban-Signature": signature(call.secret, timestamp, call.body),
    }


def call_all(calls: Sequence[Call], now: datetime, patience: float = PATIENCE) -> list[Answer]:
    """Make the calls beside each other; an answer for each, in their order, after ``patience`` seconds at most."""
    # In a thread of its own, since whoever runs us may have an event loop in this one.
    with ThreadPoolExecutor(1, "webhooks") as aside:
        return aside.submit(asyncio.run, _call_all(calls, now, patience)).result()


async def _call_all(calls: Sequence[Call], now: datetime, patience: float) -> list[Answer]:
    import httpx  # only when there is something to say

    # The machine's own certificates, so that a bureau can add one of its intranet; no proxy that happens to be set.
    settings = {"verify": ssl.create_default_context(), "trust_env": False, "follow_redirects": False}
    async with httpx.AsyncClient(timeout=patience, **settings) as client:  # type: ignore[arg-type]
        return await asyncio.gather(*(_call(client, call, now, patience) for call in calls))


async def _call(client: "httpx.AsyncClient", call: Call, now: datetime, patience: float) -> Answer:
    import httpx

    try:
        # Only the status is read: a body without end is no affair of ours.
        async with asyncio.timeout(patience):
            sending = client.stream("POST", call.url, content=call.body, headers=headers_of(call, now))
            async with sending as response:
                return _answer(response.status_code)
    except (TimeoutError, httpx.TimeoutException):
        return Answer(False, reason=f"对方{patience:g}秒内没有答复")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return Answer(False, reason=f"没有连上对方：{one_line(str(error)) or type(error).__name__}"[:_LONGEST])


def _answer(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(True)
    if 300 <= status < 400:
        return Answer(False, reason=f"对方要转到别的地址（{status}），没有跟随：请把最终的地址设为推送地址")
    return Answer(False, gone=status == GONE, reason=f"对方答复 {status}")
