"""Webhooks from the change to the other program: in order, at least once, and never before the mails."""

import json
import multiprocessing
import signal
import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from sqlmodel import Session, col, select

from cast import GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from flows.settings import Settings
from flows.webhooks import WebhookRefused, call_webhooks, end_webhook, new_webhook, webhook_rows
from flows.work import due_jobs
from notifications import webhooks
from notifications.webhooks import BACKOFF, LEASE, take_calls
from plans.account_tables import Webhook
from plans.database import make_engine, reading, writing
from support.failpoints import Point
from support.listening import Listener, answers, hangs
from support.smtp import ReceivingServer
from tasks.tables import Task, TaskChange
from tasks.verbs import Act, find_task, report

NOW = at("2026-07-15 09:00")
LATER = NOW + timedelta(minutes=5)


def listening(runtime: Runtime, url: str, now: datetime = NOW) -> Webhook:
    with writing(runtime.engine) as session:
        return new_webhook(session, url, now)


def some_happen(runtime: Runtime, count: int = 3, note: str = "推进中") -> list[int]:
    """So many changes of a task; their ids."""
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).order_by(col(Task.id))).first()
        assert task is not None
        for _ in range(count):
            report(session, find_task(session, task.id or 0), Act("李明", "page", NOW), note)
    return changes(runtime)[-count:]


def changes(runtime: Runtime) -> list[int]:
    with reading(runtime.engine) as session:
        return [number or 0 for number in session.exec(select(TaskChange.id).order_by(col(TaskChange.id)))]


def kept(runtime: Runtime, number: int = 1) -> Webhook:
    with reading(runtime.engine) as session:
        return session.get_one(Webhook, number)


@pytest.mark.server
def test_a_change_is_told_once_with_what_a_program_needs(begin: Begin) -> None:
    runtime = begin(GAOQI)
    with Listener() as listener:
        listening(runtime, listener.url)
        (number,) = some_happen(runtime, 1)
        assert [job.flow for job in due_jobs("deliver", runtime, NOW)] == ["deliver"]
        tick(runtime, NOW)
        tick(runtime, LATER)

    (heard,) = listener.heard
    (change,) = heard.told["changes"]
    told = {name: change[name] for name in ("id", "verb", "verb_label", "by", "via", "note", "title", "owner")}
    assert told == {
        "id": number,
        "verb": "report",
        "verb_label": "反馈",
        "by": "李明",
        "via": "page",
        "note": "推进中",
        "title": "培育高新技术企业",
        "owner": "李明",
    }
    assert change["at"] == "2026-07-15T09:00:00+08:00"
    assert (heard.told["webhook"], kept(runtime).last_change) == (1, number)


def test_a_new_webhook_hears_nothing_of_before(begin: Begin) -> None:
    runtime = begin(GAOQI)
    some_happen(runtime)
    listening(runtime, "http://127.0.0.1:1/")

    with writing(runtime.engine) as session:
        assert take_calls(session, NOW) == []


@pytest.mark.server
def test_many_changes_come_in_order_a_batch_at_a_time(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "BATCH", 4)
    runtime = begin(GAOQI)
    with Listener() as listener:
        listening(runtime, listener.url)
        happened = some_happen(runtime, 10)
        tick(runtime, NOW)

    heard = [call.changes for call in listener.heard]
    assert [len(batch) for batch in heard] == [4, 4, 2]
    assert [change for batch in heard for change in batch] == happened


@pytest.mark.server
def test_what_failed_waits_longer_each_time_and_loses_nothing(begin: Begin) -> None:
    runtime, now = begin(GAOQI), NOW
    with Listener(answers(500)) as listener:
        listening(runtime, listener.url)
        happened = some_happen(runtime)
        for failures, wait in enumerate([*BACKOFF, BACKOFF[-1]], start=1):
            assert call_webhooks(runtime, now) == 0
            assert call_webhooks(runtime, now + wait - timedelta(seconds=1)) == 0
            assert len(listener.heard) == failures
            assert (kept(runtime).failures, kept(runtime).reason) == (failures, "对方答复 500")
            now += wait
        listener.manner = answers(200)
        assert call_webhooks(runtime, now) == 3

    assert {tuple(call.changes) for call in listener.heard} == {tuple(happened)}
    assert (kept(runtime).failures, kept(runtime).reason) == (0, "")


@pytest.mark.server
def test_410_ends_it(begin: Begin) -> None:
    runtime = begin(GAOQI)
    with Listener(answers(410)) as listener:
        listening(runtime, listener.url)
        some_happen(runtime)
        tick(runtime, NOW)
        tick(runtime, NOW + timedelta(days=1))

    assert len(listener.heard) == 1
    assert not kept(runtime).active
    assert webhook_rows(runtime) == []
    assert webhook_rows(runtime, ended=True)[0]["reason"] == "对方答复 410，已停止推送"


@pytest.mark.server
def test_one_that_hangs_holds_up_neither_mail_nor_another(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.channels.webhook.call_all.__defaults__", (0.5,))
    runtime = begin(GAOQI, PATROL, **with_mail)
    seen_before: list[int] = []

    def note_mails(handler: BaseHTTPRequestHandler) -> None:
        seen_before.append(len(mailbox.messages))
        answers(200)(handler)

    with Listener(hangs(5)) as bad, Listener() as good:
        listening(runtime, bad.url)
        listening(runtime, good.url)
        good.manner = note_mails
        happened = some_happen(runtime)
        began = time.monotonic()
        tick(runtime, at("2026-07-28 08:31"))

    assert time.monotonic() - began < 4
    assert len(mailbox.messages) > 0
    assert seen_before == [len(mailbox.messages)]
    assert [call.changes[:3] for call in good.heard] == [happened]
    assert kept(runtime, 1).reason == "对方0.5秒内没有答复"


POINTS = {
    "taken, not sent": (Point("flows.webhooks", "call_all", after=False), 0),
    "sent, not written": (Point("flows.webhooks", "settle", after=False), 1),
    "written, not committed": (Point("flows.webhooks", "settle", after=True), 1),
}


def _killed_at(point: Point, settings: Settings) -> None:
    point.set_trap()
    call_webhooks(Runtime(settings), NOW)


@pytest.mark.server
@pytest.mark.parametrize(("point", "copies"), POINTS.values(), ids=POINTS)
def test_killed_on_the_way_the_next_pass_sends_it_again(begin: Begin, point: Point, copies: int) -> None:
    runtime = begin(GAOQI)
    with Listener() as listener:
        listening(runtime, listener.url)
        happened = some_happen(runtime)
        runtime.engine.dispose()
        make_engine.cache_clear()
        killed = multiprocessing.get_context("fork").Process(target=_killed_at, args=(point, runtime.settings))
        killed.start()
        killed.join(30)
        assert killed.exitcode == -signal.SIGKILL
        assert call_webhooks(runtime, NOW + LEASE - timedelta(seconds=1)) == 0
        more = some_happen(runtime, 2)
        assert call_webhooks(runtime, NOW + LEASE) == 5

    assert [call.changes for call in listener.heard] == [*[happened] * copies, happened + more]


def test_two_passes_at_once_take_a_webhook_once(begin: Begin) -> None:
    runtime = begin(GAOQI)
    listening(runtime, "http://127.0.0.1:1/")
    some_happen(runtime)

    with writing(runtime.engine) as session:
        (call,) = take_calls(session, NOW)
    with writing(runtime.engine) as session:
        assert take_calls(session, LATER - timedelta(minutes=4)) == []
    with writing(runtime.engine) as session:
        (again,) = take_calls(session, NOW + LEASE)
    with writing(runtime.engine) as session:
        webhooks.settle(session, call, webhooks.Answer(False, reason="太迟了"), NOW + LEASE)

    assert kept(runtime).reason == ""
    assert again.body == call.body


def test_a_webhook_that_was_ended_meanwhile_stays_so(begin: Begin) -> None:
    runtime = begin(GAOQI)
    listening(runtime, "http://127.0.0.1:1/")
    some_happen(runtime)
    with writing(runtime.engine) as session:
        (call,) = take_calls(session, NOW)
    with writing(runtime.engine) as session:
        end_webhook(session, 1)
    with writing(runtime.engine) as session:
        webhooks.settle(session, call, webhooks.Answer(True), NOW)

    assert (kept(runtime).active, kept(runtime).last_change < call.upto) == (False, True)


def test_names_of_the_world_are_only_data(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    listening(runtime, "http://127.0.0.1:1/")
    evil = '</script>"\u2028\n{{7*7}}=1+1' + "长" * 150
    some_happen(runtime, 1, evil)

    with writing(runtime.engine) as session:
        (call,) = take_calls(session, NOW)

    assert json.loads(call.body)["changes"][0]["note"] == evil


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "写完整"),
        ("ftp://oa.example/", "http:// 或 https:// 开头"),
        ("file:///etc/passwd", "http:// 或 https:// 开头"),
        ("http://", "http:// 或 https:// 开头"),
        ("http://a:b@oa.example/", "不要写账号和密码"),
        ("http://oa.example:abc/", "读不懂"),
        ("http://oa.example/\nX: y", "没有空格"),
        ("http://oa.example/" + "x" * 500, "500字以内"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, told: str) -> None:
    with pytest.raises(WebhookRefused, match=told):
        new_webhook(Session(), url, NOW)


def test_a_list_never_shows_a_secret(begin: Begin) -> None:
    runtime = begin(GAOQI)
    made = listening(runtime, "http://127.0.0.1:1/")
    some_happen(runtime, 2)

    (row,) = webhook_rows(runtime)

    assert (row["waiting"], row["state"]) == (2, "推送中")
    assert made.secret.startswith("whsec_")
    assert made.secret not in str(row)
