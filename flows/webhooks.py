"""Webhooks put together for the command line and the pages, and the pass that calls them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from notifications.channels.webhook import call_all
from notifications.webhooks import newest_change, settle, take_calls
from plans.account_tables import Webhook
from plans.database import reading, writing
from plans.errors import Refused
from plans.zone import local_text
from tasks.tables import TaskChange

LONGEST = 500
SECRET = "whsec_"  # noqa: S105 - how a secret begins


class WebhookRefused(Refused):
    """推送地址要以 http:// 或 https:// 开头。"""


def new_webhook(session: Session, url: str, now: datetime) -> Webhook:
    """An address that hears of every change from now on; its ``secret`` signs. Raises WebhookRefused."""
    made = Webhook(
        url=_checked(url.strip()),
        secret=SECRET + secrets.token_urlsafe(32),
        last_change=newest_change(session),
        next_try_at=now,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _checked(url: str) -> str:
    if not url or len(url) > LONGEST or not url.isprintable() or any(char.isspace() for char in url):
        raise WebhookRefused(f"推送地址要写完整，中间没有空格，{LONGEST}字以内，如 http://oa.example/duban。")
    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WebhookRefused("推送地址要以 http:// 或 https:// 开头，后面是主机名。")
    if parts.username or parts.password:
        raise WebhookRefused("推送地址里不要写账号和密码：对方用签名核对是不是我们发的。")
    return url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise WebhookRefused("推送地址读不懂：请检查主机名和端口。") from error
    return parts


def end_webhook(session: Session, number: int) -> Webhook:
    """Nothing is sent there any more. Raises WebhookRefused."""
    webhook = session.get(Webhook, number)
    if webhook is None:
        raise WebhookRefused(f"没有编号为 {number} 的推送地址：请用 duban webhook list 查看编号。")
    if not webhook.active:
        raise WebhookRefused(f"{webhook.url} 已经停止推送了。")
    webhook.active = False
    session.add(webhook)
    return webhook


def webhook_rows(runtime: Runtime, ended: bool = False) -> list[dict[str, Any]]:
    """The addresses, the newest first, with how many changes wait for each; never their secrets."""
    query = select(Webhook).order_by(col(Webhook.id).desc())
    with reading(runtime.engine) as session:
        found = session.exec(query if ended else query.where(col(Webhook.active))).all()
        return [_row(session, webhook) for webhook in found]


def _row(session: Session, webhook: Webhook) -> dict[str, Any]:
    newer = select(TaskChange.id).where(col(TaskChange.id) > webhook.last_change).order_by(col(TaskChange.id))
    waiting: Sequence[Any] = session.exec(newer.limit(1_000)).all() if webhook.active else []
    return {
        "id": webhook.id,
        "url": webhook.url,
        "state": _state(webhook),
        "waiting": len(waiting),
        "failures": webhook.failures,
        "reason": webhook.reason,
        "next_try_at": local_text(webhook.next_try_at) if webhook.active and webhook.failures else "",
        "made_at": local_text(webhook.made_at),
    }


def _state(webhook: Webhook) -> str:
    if not webhook.active:
        return "已停止"
    return "推送不出去" if webhook.failures else "推送中"


def call_webhooks(runtime: Runtime, now: datetime) -> int:
    """One batch to each webhook whose time it is; how many changes were taken."""
    with writing(runtime.engine) as session:
        calls = take_calls(session, now)
    taken = 0
    for call, answer in zip(calls, call_all(calls, now) if calls else [], strict=True):
        with writing(runtime.engine) as session:
            settle(session, call, answer, now)
        taken += call.count if answer.taken else 0
    return taken
