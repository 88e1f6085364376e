"""Group robots of 企业微信, 钉钉 and 飞书, through apprise."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, SimpleNamespace
from typing import Any

from notifications.channels.message import MayLeave, Message, Outcome, OutcomeKind, as_it_is
from notifications.channels.mime import one_line

_FAILED_IN_A_ROW = 2
_LONGEST = 200
# Where a robot says what went wrong; 0 is well.
_CODE_FIELDS = {"wecombot": "errcode", "dingtalk": "errcode", "feishu": "code", "lark": "code"}


class RobotChannel:
    """Text to one group; the address, the HTML and the attachments of a message are not used.

    `url` is apprise's: `wecombot://KEY`, `dingtalk://SECRET@TOKEN`, `feishu://TOKEN`. `pause`: seconds after
    each message; robots take 20 a minute. Never REFUSED: what a robot objects to is for the bureau to put
    right. Never UNKNOWN: apprise does not tell, and a second ping does little harm.
    """

    def __init__(self, url: str, name: str = "robot", pause: float = 3.0) -> None:
        self._url = url
        self.name = name
        self.pause = pause

    def send_batch(
        self, messages: Iterable[Message], may_leave: MayLeave = as_it_is
    ) -> Iterator[tuple[Message, Outcome]]:
        """See `Channel.send_batch`. After two failures in a row the rest is TRY_AGAIN at once."""
        robot = _Robot(self._url)
        for message in messages:
            leaving = message if robot.down else may_leave(message)
            if leaving is None:
                continue
            yield leaving, robot.tell(leaving)
            if not robot.down:
                time.sleep(self.pause)


class _Robot:
    """One apprise service, for one batch; `down` says why no more is tried."""

    def __init__(self, url: str) -> None:
        import apprise  # with its plugins more than a second, so only when there is something to send

        asset = apprise.AppriseAsset(async_mode=False, interpret_emojis=False, http_redirects=False)
        # Not `Apprise.add(url)`, which splits a text into several services.
        self._service: Any = apprise.Apprise.instantiate(url, asset=asset)
        self._notifier: Any = apprise.Apprise(asset=asset, location=apprise.ContentLocation.INACCESSIBLE)
        self._answers: list[Any] = []
        self._failed = 0
        self.down = ""
        if self._service is None:
            self.down = "机器人地址不正确，应以 wecombot://、dingtalk:// 或 feishu:// 开头"
            return
        self._service.request_rate_per_sec = 0  # the pace is ours
        self._answers = _overhear(self._service)
        self._notifier.add(self._service)

    def tell(self, message: Message) -> Outcome:
        if self.down:
            return Outcome(OutcomeKind.TRY_AGAIN, self.down)
        trouble = self._trouble_with(message)
        if not trouble:
            self._failed = 0
            return Outcome(OutcomeKind.SENT, "机器人已接收")
        self._failed += 1
        if self._failed >= _FAILED_IN_A_ROW:
            self.down = f"机器人接连失败，本批其余消息稍后再发：{trouble}"
        return Outcome(OutcomeKind.TRY_AGAIN, f"机器人未接收：{trouble}")

    def _trouble_with(self, message: Message) -> str:
        self._answers.clear()
        title, body = _calling_nobody(message.subject), _calling_nobody(message.text)
        taken = self._notifier.notify(title=title, body=body, body_format="text")
        objections = (_objection(answer, self._service.secure_protocol) for answer in self._answers)
        return next(filter(None, objections), "" if taken else "没有答复")


def _objection(answer: Any, scheme: str) -> str:
    """What the robot says against a message in its HTTP answer, or an empty text."""
    if not answer.ok:
        return f"HTTP {answer.status_code}"
    if scheme not in _CODE_FIELDS:
        return ""
    try:
        said = answer.json()
        code = said[_CODE_FIELDS[scheme]]
    except (ValueError, TypeError, LookupError):
        return "答复看不懂"
    return one_line(f"{code} {said.get('errmsg') or said.get('msg')}")[:_LONGEST] if code else ""


def _calling_nobody(text: str) -> str:
    """`text` without the marks by which 飞书 calls on the whole group: names in it are hostile input."""
    return re.sub(r"<(?=\s*/?\s*at\b)", "＜", text, flags=re.IGNORECASE)


def _overhear(service: Any) -> list[Any]:
    """The HTTP answers `service` gets from now on, newest last.

    The robots refuse with HTTP 200 and a code in the body, which apprise does not read: it reports such a
    message as sent. It offers no hook either, so this one service runs its own `send` with a `requests` that
    keeps the answers.
    """
    answers: list[Any] = []
    send: Any = type(service).send
    requests = send.__globals__.get("requests")
    if requests is not None:
        ears = {verb: _keeping(getattr(requests, verb), answers) for verb in ("post", "request")}
        world = send.__globals__ | {"requests": SimpleNamespace(**(vars(requests) | ears))}
        copy = FunctionType(send.__code__, world, send.__name__, send.__defaults__, send.__closure__)
        service.send = copy.__get__(service)
    return answers


def _keeping(call: Callable[..., Any], answers: list[Any]) -> Callable[..., Any]:
    def calling(*args: Any, **options: Any) -> Any:
        answers.append(call(*args, **options))
        return answers[-1]

    return calling
