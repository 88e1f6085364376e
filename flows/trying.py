"""Trying a channel: one real message through it, and what came of that in a sentence."""

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from flows.runtime import Runtime
from notifications.channels.message import Channel, Message, Outcome, OutcomeKind
from plans.checking import is_address
from plans.errors import Refused
from plans.zone import local_text


def try_mail(runtime: Runtime, to: str, now: datetime) -> Outcome:
    """Send a test mail to that address now; the server's own answer is in the outcome. Raises Refused."""
    if not is_address(to):
        raise Refused("请写一个收测试邮件的邮箱，如 liming@example.gov.cn。")
    channel = runtime.channels.get("mail")
    if channel is None:
        raise Refused("还没有发信服务器：请先填上面的发信服务器。")
    outcome = _sent(channel, _message(runtime, to, now))
    if outcome.kind is OutcomeKind.SENT:
        return Outcome(outcome.kind, f"{outcome.detail}。请到 {to} 查收；几分钟没收到，请看垃圾邮件箱。")
    return Outcome(outcome.kind, f"没有发出去：{outcome.detail}。")


def try_robot(runtime: Runtime, now: datetime) -> Outcome:
    """Say something in the group now. Raises Refused."""
    from notifications.channels.robot import RobotChannel

    if not runtime.settings.robot_url:
        raise Refused("还没有群机器人地址：请先填上面的地址。")
    outcome = _sent(RobotChannel(runtime.settings.robot_url, pause=0), _message(runtime, "", now))
    if outcome.kind is OutcomeKind.SENT:
        return Outcome(outcome.kind, f"{outcome.detail}，请到群里看看。")
    return Outcome(outcome.kind, f"没有发出去：{outcome.detail}。")


def _message(runtime: Runtime, to: str, now: datetime) -> Message:
    host = urlsplit(runtime.settings.base_url).hostname or "localhost"
    bureau = runtime.settings.bureau or "本局"
    text = f"这是{bureau}督办发出的一条测试消息，{local_text(now)}。收到它，说明设置好了。"
    return Message("try", "", to, "督办测试", text, "", f"<try-{uuid.uuid4().hex}@{host}>")


def _sent(channel: Channel, message: Message) -> Outcome:
    for _, outcome in channel.send_batch([message]):
        return outcome
    return Outcome(OutcomeKind.TRY_AGAIN, "没有得到答复")
