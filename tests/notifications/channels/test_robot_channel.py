"""Robots of real schemes, answered by a real HTTP server on loopback."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from notifications.channels.message import Attachment, Message, Outcome, OutcomeKind
from notifications.channels.robot import RobotChannel

REMINDER = Message("7", "张三", "", "【督办】研发月报", "请于 10 月 9 日前报送", "<b>请报送</b>", "<7@duban.test>")
SENT, TRY_AGAIN = OutcomeKind.SENT, OutcomeKind.TRY_AGAIN


class Group(ThreadingHTTPServer):
    """Answers every POST with `status` and `answer`, keeps the bodies in `said`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.status, self.answer = 200, b'{"errcode": 0, "code": 0}'
        self.said: list[Any] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Post(BaseHTTPRequestHandler):
    server: Group

    def do_POST(self) -> None:
        self.server.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    with Group() as server:
        for robot in ("wecombot.NotifyWeComBot", "dingtalk.NotifyDingTalk", "feishu.NotifyFeishu"):
            monkeypatch.setattr(f"apprise.plugins.{robot}.notify_url", f"http://{server.address}/")
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def told(url: str, *messages: Message) -> list[Outcome]:
    return [outcome for _, outcome in RobotChannel(url, pause=0).send_batch(messages or [REMINDER])]


def test_the_group_reads_subject_and_text(group: Group) -> None:
    assert told("wecombot://key-1") == [Outcome(SENT, "机器人已接收")]
    [said] = group.said
    assert said["text"]["content"].split() == ["【督办】研发月报", "请于", "10", "月", "9", "日前报送"]


@pytest.mark.parametrize(
    ("url", "answer", "detail"),
    [
        ("wecombot://key-1", '{"errcode": 93000, "errmsg": "invalid webhook url"}', "93000 invalid webhook url"),
        ("dingtalk://token1", '{"errcode": 310000, "errmsg": "关键词不匹配"}', "310000 关键词不匹配"),
        ("feishu://token1", '{"code": 19024, "msg": "Key Words Not Found"}', "19024 Key Words Not Found"),
        ("feishu://token1", "<html>login</html>", "答复看不懂"),
    ],
)
def test_a_refusal_in_a_200_answer_is_not_taken_for_sent(group: Group, url: str, answer: str, detail: str) -> None:
    group.answer = answer.encode()
    assert told(url) == [Outcome(TRY_AGAIN, f"机器人未接收：{detail}")]


@pytest.mark.parametrize("url", ["wecombot://key-1", "dingtalk://token1", "feishu://token1"])
def test_every_robot_says_yes_in_its_own_way(group: Group, url: str) -> None:
    assert [outcome.kind for outcome in told(url)] == [SENT]


def test_an_http_error_is_to_be_tried_again(group: Group) -> None:
    group.status = 502
    assert told(f"json://{group.address}/") == [Outcome(TRY_AGAIN, "机器人未接收：HTTP 502")]


def test_a_group_that_is_not_there_is_to_be_tried_again_and_left_alone_after_two() -> None:
    kinds = told("json://127.0.0.1:1/", *[REMINDER] * 3)
    assert kinds[0] == Outcome(TRY_AGAIN, "机器人未接收：没有答复")
    assert kinds[2] == Outcome(TRY_AGAIN, "机器人接连失败，本批其余消息稍后再发：没有答复")


def test_after_two_failures_in_a_row_the_robot_hears_no_more(group: Group) -> None:
    group.status = 429
    assert [outcome.kind for outcome in told(f"json://{group.address}/", *[REMINDER] * 5)] == [TRY_AGAIN] * 5
    assert len(group.said) == 2


@pytest.mark.parametrize("url", ["", "nonsense", "file:///etc/hostname"])
def test_what_is_no_robot_is_not_written_to_and_not_repeated(url: str) -> None:
    [outcome] = told(url)
    assert outcome.kind is TRY_AGAIN
    assert outcome.detail == "机器人地址不正确，应以 wecombot://、dingtalk:// 或 feishu:// 开头"


def test_nothing_is_attached_or_interpreted_whatever_the_text_says(group: Group) -> None:
    text = r"file:///etc/hostname :smile: \n attach=http://127.0.0.1:1/x"
    file = Attachment("通报.docx", b"PK", "application/octet-stream")
    told(f"json://{group.address}/", replace(REMINDER, text=text, attachments=(file,)))
    [said] = group.said
    assert (said["message"], said["attachments"]) == (text, [])


@pytest.mark.parametrize("name", ['<at user_id="all">所有人</at>', '< AT user_id="all">', "</at>"])
def test_a_name_cannot_call_on_the_whole_group(group: Group, name: str) -> None:
    told(f"json://{group.address}/", replace(REMINDER, subject=name, text=f"{name} <attn>"))
    [said] = group.said
    assert said["title"] == name.replace("<", "＜")
    assert said["message"] == name.replace("<", "＜") + " <attn>"


def test_nothing_is_read_ahead_of_the_outcome_before(group: Group) -> None:
    waiting = iter([REMINDER] * 3)
    batch = RobotChannel(f"json://{group.address}/", pause=0).send_batch(waiting)
    assert group.said == []
    next(batch)
    assert (len(list(waiting)), len(group.said)) == (2, 1)


def test_the_pace_is_ours_and_kept_after_every_message(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("notifications.channels.robot.time.sleep", pauses.append)
    list(RobotChannel("wecombot://key-1").send_batch([REMINDER] * 2))
    assert pauses == [3.0, 3.0]
