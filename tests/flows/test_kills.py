"""Two clocks at once, and clocks that are killed: real processes, real SIGKILL, one real mail server.

The oracle knows nothing of the outbox: what had to be said comes from the ladders, what was said from the server.
"""

import gc
import multiprocessing
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from cast import GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime, mail_server
from flows.settings import Settings
from notifications.channels.mail import probe
from notifications.ladder import Audience, saying_days
from notifications.leaving import LEASE
from notifications.rehearsal import rehearse
from notifications.tables import Delivery, DeliveryState, Notice, NoticeState
from plans.database import make_engine, reading, writing
from plans.periods import Period
from plans.tables import Enterprise, PlanItem
from plans.zone import LOCAL, local_day
from support.failpoints import POINTS, Point
from support.smtp import Received, ReceivingServer
from tasks.states import State
from tasks.tables import Task, TaskChange

pytestmark = pytest.mark.server

FORK = multiprocessing.get_context("fork")
KILLS = 60
ITEMS = (MONTHLY_REPORT, PATROL, GAOQI, GAOQI.replace("高新技术企业", "科技型中小企业"))
BEGUN = "2026-07-01 08:00"
LI_MING, CHEN_PING, LIN_LAN = 4, "person:3", "person:2"


@dataclass
class Interrupted:
    """The attempts that were under way when their sender was killed: delivery id → attempts."""

    attempts: dict[int, set[int]] = field(default_factory=dict)

    def note(self, runtime: Runtime) -> None:
        with reading(runtime.engine) as session:
            _until_the_dead_are_gone(session)
            under_way = select(Delivery.id, Delivery.attempt).where(Delivery.state == DeliveryState.SENDING)
            for number, attempt in session.exec(under_way):
                self.attempts.setdefault(number or 0, set()).add(attempt)

    def times(self, delivery: Delivery) -> int:
        return len(self.attempts.get(delivery.id or 0, ()))


def _until_the_dead_are_gone(session: Session) -> None:
    # PostgreSQL may still be committing what a killed client asked for last.
    busy = "datname = current_database() AND pid <> pg_backend_pid()"
    busy += " AND backend_type = 'client backend' AND state <> 'idle'"
    for _ in range(6000):
        if session.get_bind().dialect.name != "postgresql":
            return
        if not session.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {busy}")):  # noqa: S608
            return
        # A transaction keeps the first picture it was given of who is busy.
        session.rollback()
        time.sleep(0.01)
    pytest.fail("the connection of a killed process is still at work")


# ---- processes ----


def _start(runtime: Runtime, work: Any, *given: object) -> BaseProcess:
    # A connection to SQLite that is carried through a fork spoils the database when the child lets go of it.
    runtime.engine.dispose()
    make_engine.cache_clear()
    gc.collect()
    assert [name for name in _open_files() if ".db" in name] == []
    process = FORK.Process(target=work, args=(runtime.settings, *given))
    process.start()
    return process


def _open_files() -> list[str]:
    return [str(link.resolve()) for link in Path("/proc/self/fd").iterdir()]


def _tick(runtime: Runtime, now: datetime) -> int:
    done = tick(runtime, now)
    if failed := [name for passed in done.values() for name in passed.failed]:
        raise SystemExit(f"failed: {failed}")
    return sum(batch.count for batch in done["deliver"].batches)


def _run_through(settings: Settings, begin_at: datetime, last: date, reached: Any) -> None:
    runtime, now = Runtime(settings), begin_at
    while local_day(now) <= last:
        reached.value = now.timestamp()
        _tick(runtime, now)
        now = _next_morning(now)


def _run_beside(settings: Settings, mornings: Sequence[datetime], together: Any, carried: Any, place: int) -> None:
    runtime = Runtime(settings)
    for now in mornings:
        together.wait(60)
        carried[place] += _tick(runtime, now)


def _run_into(settings: Settings, now: datetime, point: Point) -> None:
    point.set_trap()
    _tick(Runtime(settings), now)


def _next_morning(now: datetime) -> datetime:
    morning = now.astimezone(LOCAL).replace(hour=8, minute=31)
    return morning if morning > now else morning + timedelta(days=1)


def _mornings(first: str, last: str) -> Iterator[datetime]:
    now = at(f"{first} 08:31")
    while now <= at(f"{last} 08:31"):
        yield now
        now += timedelta(days=1)


# ---- the bureau ----


def _bureau(begin: Begin, with_mail: dict[str, object], enterprises: int) -> Runtime:
    """The cast with so many enterprises, all with an address; yagmail is imported here, once for all children."""
    runtime = begin(*ITEMS, on=BEGUN, **with_mail)
    with writing(runtime.engine) as session:
        session.get_one(Enterprise, 3).email = "sun@yuanshan.example"
        names = range(4, enterprises + 1)
        session.add_all(Enterprise(name=f"第{n}号有限公司", email=f"e{n}@yunxi.example") for n in names)
    server = mail_server(runtime.settings)
    assert server is not None
    assert probe(server) is None
    return runtime


# ---- the oracle ----


Said = tuple[int, str, str]


def _must_be_said(runtime: Runtime, last: date) -> list[Said]:
    """Every (task, step, recipient) from the ladders alone, to the cast's people by name."""
    with reading(runtime.engine) as session:
        ladders = {item.id: runtime.ladders[item.ladder] for item in session.exec(select(PlanItem))}
        tasks = session.exec(select(Task)).all()
    found = set()
    for task in tasks:
        for day, step, audience in saying_days(ladders[task.item_id], task, runtime.workdays):
            if local_day(at(BEGUN)) <= day <= last:
                found |= {(task.id or 0, step.key, recipient) for recipient in _people(task, audience)}
    return sorted(found)


def _people(task: Task, audience: Audience) -> list[str]:
    owner = f"person:{task.owner_id}"
    return {
        Audience.ASSIGNEE: [f"enterprise:{task.enterprise_id}" if task.enterprise_id else owner],
        Audience.OFFICER: [owner],
        Audience.HEAD: [CHEN_PING] if task.owner_id == LI_MING else [],
        Audience.LEADER: [LIN_LAN],
        Audience.GROUP: [],
    }[audience]


def _rehearsed(runtime: Runtime, last: date) -> set[tuple[str, str, str, str]]:
    with reading(runtime.engine) as session:
        rows = rehearse(session, local_day(at(BEGUN)), last, runtime.rules, runtime.pen)
    return {(row.recipient, row.step, row.title, row.period) for row in rows}


def _check_notices(runtime: Runtime, last: date) -> None:
    with reading(runtime.engine) as session:
        notices = session.exec(select(Notice)).all()
        lapsed = set(session.exec(select(Task.id).where(Task.state == State.LAPSED)))
        left = select(Delivery.id).where(col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.UNKNOWN)))
        gone_out = set(session.exec(left))
    kept = Counter((notice.task_id, notice.step, notice.recipient) for notice in notices)
    due = Counter(_must_be_said(runtime, last))
    assert (due - kept, kept - due) == (Counter(), Counter())
    by_state = {state: [notice for notice in notices if notice.state == state] for state in NoticeState}
    assert by_state[NoticeState.WAITING] == []
    assert [notice for notice in by_state[NoticeState.BUNDLED] if notice.delivery_id not in gone_out] == []
    assert {notice.task_id for notice in by_state[NoticeState.DROPPED]} <= lapsed


def _check_mails(runtime: Runtime, mails: Iterable[Received], interrupted: Interrupted) -> None:
    """Once each; twice or of unknown fate only where a sender was killed on the way, and then it is listed."""
    copies = Counter(str(mail.message["Message-ID"]) for mail in mails)
    with reading(runtime.engine) as session:
        deliveries = session.exec(select(Delivery)).all()
    assert set(copies) <= {delivery.message_id for delivery in deliveries}
    wrong = [
        (delivery.id, delivery.state, copies[delivery.message_id], interrupted.times(delivery))
        for delivery in deliveries
        if not _is_right(delivery, copies[delivery.message_id], interrupted.times(delivery))
    ]
    assert wrong == []


def _is_right(delivery: Delivery, copies: int, interrupted: int) -> bool:
    if delivery.state == DeliveryState.DROPPED:
        return copies == interrupted == 0
    if interrupted == 0:
        return delivery.state == DeliveryState.SENT and copies == 1 and not delivery.resent
    if interrupted == 1:
        return delivery.state == DeliveryState.SENT and copies in (1, 2) and delivery.resent
    return delivery.state == DeliveryState.UNKNOWN and copies <= 2


def _check_what_they_say(runtime: Runtime, mails: Iterable[Received]) -> None:
    """Every carried notice stands in the mail that carried it, under its title and period."""
    texts = {str(mail.message["Message-ID"]): _text(mail) for mail in mails}
    carried = select(Notice, Delivery, Task, PlanItem).where(
        Notice.delivery_id == Delivery.id, Notice.task_id == Task.id, Task.item_id == PlanItem.id
    )
    with reading(runtime.engine) as session:
        rows = session.exec(carried.where(Notice.state == NoticeState.BUNDLED, Delivery.state == DeliveryState.SENT))
        for _, delivery, task, item in rows:
            assert item.title in texts[delivery.message_id]
            assert Period.parse(task.period).label in texts[delivery.message_id]


def _text(mail: Received) -> str:
    body = mail.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _check_openings(runtime: Runtime) -> None:
    with reading(runtime.engine) as session:
        tasks = session.exec(select(Task.id)).all()
        opened = session.exec(select(TaskChange.task_id).where(TaskChange.verb == "open")).all()
    assert sorted(opened) == sorted(task or 0 for task in tasks)


def _check(runtime: Runtime, mailbox: ReceivingServer, last: date, interrupted: Interrupted) -> None:
    _check_openings(runtime)
    _check_notices(runtime, last)
    _check_mails(runtime, mailbox.messages, interrupted)
    _check_what_they_say(runtime, mailbox.messages)


# ---- the tests ----


def test_two_clocks_at_once_send_nothing_twice(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = _bureau(begin, with_mail, 60)
    rehearsed = _rehearsed(runtime, date(2026, 7, 28))
    together, carried = FORK.Barrier(2), FORK.RawArray("i", 2)

    mornings = list(_mornings("2026-07-01", "2026-07-28"))
    clocks = [_start(runtime, _run_beside, mornings, together, carried, place) for place in (0, 1)]
    for clock in clocks:
        clock.join(90)

    assert [clock.exitcode for clock in clocks] == [0, 0]
    assert min(carried) > 0
    said = Counter((mail.recipients, _day_of(mail)) for mail in mailbox.messages)
    assert [twice for twice in said.items() if twice[1] > 1] == []
    _check(runtime, mailbox, date(2026, 7, 28), Interrupted())
    assert _kept(runtime) == rehearsed


def _day_of(mail: Received) -> str:
    found = re.search(r"以上按 (\S+) \S+ 的情况生成", _text(mail))
    assert found is not None
    return found[1]


def _kept(runtime: Runtime) -> set[tuple[str, str, str, str]]:
    rows = select(Notice, Task, PlanItem).where(Notice.task_id == Task.id, Task.item_id == PlanItem.id)
    with reading(runtime.engine) as session:
        found = session.exec(rows).all()
    return {(n.recipient, n.step, item.title, Period.parse(task.period).label) for n, task, item in found}


def test_sixty_kills_lose_nothing_and_double_nothing_that_is_not_listed(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime, last = _bureau(begin, with_mail, 60), date(2026, 8, 7)
    rehearsed = _rehearsed(runtime, last)
    chance, interrupted, reached = random.Random(20260701), Interrupted(), FORK.RawValue("d")

    now = at("2026-07-01 08:31")
    for _ in range(KILLS):
        reached.value = 0
        clock = _start(runtime, _run_through, now, last, reached)
        _wait_for(lambda: bool(reached.value), clock)
        _wait_a_random_while(chance, mailbox, clock)
        clock.kill()
        clock.join()
        assert clock.exitcode == -signal.SIGKILL
        interrupted.note(runtime)
        now = datetime.fromtimestamp(reached.value, LOCAL) + LEASE + timedelta(minutes=1)
    clock = _start(runtime, _run_through, now, last, reached)
    clock.join(60)

    assert clock.exitcode == 0
    assert interrupted.attempts != {}
    _check(runtime, mailbox, last, interrupted)
    # Digests are not rehearsed; the notices are, without a kill in mind.
    assert _kept(runtime) == rehearsed


def _wait_a_random_while(chance: random.Random, mailbox: ReceivingServer, clock: BaseProcess) -> None:
    """Half the kills are to land among the steps, half among the letters."""
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0.001, 0.05))
    else:
        enough = len(mailbox.messages) + chance.randint(1, 5)
        _wait_for(lambda: len(mailbox.messages) >= enough, clock)
        time.sleep(chance.uniform(0, 0.004))


def _wait_for(come: Callable[[], bool], clock: BaseProcess) -> None:
    while not come() and clock.is_alive():
        time.sleep(0.0005)


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_killed_at_a_named_point_the_next_pass_goes_on_from_there(
    point: Point, begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime, interrupted, day = _bureau(begin, with_mail, 3), Interrupted(), date(2026, 7, 15)

    clock = _start(runtime, _run_into, at("2026-07-15 08:31"), point)
    clock.join(30)
    assert clock.exitcode == -signal.SIGKILL
    interrupted.note(runtime)
    assert len(interrupted.attempts) == point.unknown
    _tick(runtime, at("2026-07-15 09:02"))

    _check(runtime, mailbox, day, interrupted)
    copies = Counter(str(mail.message["Message-ID"]) for mail in mailbox.messages)
    # Three enterprises and their officer.
    assert sorted(copies.values()) == [1, 1, 1, point.copies]
