"""Errands: work too long for one page. It goes on by itself; whoever began it may leave and come back to it.

The row is written before the work begins. The work is one transaction of its own, so an errand whose process ended
has changed nothing: it is shown as broken off and can be begun again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from flows.runtime import Runtime
from plans.account_tables import Errand
from plans.database import reading, writing
from plans.errors import Broken, Refused

logger = logging.getLogger(__name__)

TROUBLE = "系统出了问题，没有做完，也没有改动任何内容：请稍后再试；仍不行请告诉管理员查看日志。"
BROKEN_OFF = "程序中途停过，这件事没有做完，也没有改动任何内容：请重新来一次。"


@dataclass
class Progress:
    """How far a piece of work is; the work tells it, pages read it."""

    done: int = 0
    total: int = 0
    ended: Event = field(default_factory=Event)
    onward: str = ""
    error: Exception | None = None

    def tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total


Tell = Callable[[int, int], None]


def untold(done: int, total: int) -> None:
    """For work nobody waits for on a page."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: a sentence, and the address where its result is seen."""

    told: str
    onward: str


Work = Callable[[Tell], Outcome]


@dataclass(frozen=True)
class Stand:
    """An errand as a page shows it. ``state``: running, done, failed, broken."""

    title: str
    state: str
    done: int
    total: int
    told: str
    onward: str
    back: str

    @property
    def share(self) -> int:
        """How much is done, in hundredths; 0 while nobody knows."""
        return min(100, self.done * 100 // self.total) if self.total else 0


_running: dict[int, Progress] = {}
_gate = Lock()


def begin(runtime: Runtime, title: str, work: Work, person_id: int, back: str, now: datetime) -> tuple[int, Progress]:
    """Start the work in a thread of its own: its number, and how far it is. ``back``: where it can be begun again."""
    row = Errand(kind="page", title=title, person_id=person_id or None, state="running", made_at=now, moved_at=now)
    row.given = {"back": back}
    with writing(runtime.engine) as session:
        session.add(row)
    number, progress = row.id or 0, Progress()
    with _gate:
        _running[number] = progress
    Thread(target=_run, args=[runtime, number, work, progress], name=f"errand-{number}", daemon=True).start()
    return number, progress


def stand_of(runtime: Runtime, number: int, person_id: int) -> Stand | None:
    """Where an errand of this person's is; None for any other."""
    progress = _running.get(number)
    with reading(runtime.engine) as session:
        row = session.get(Errand, number)
    if row is None or row.person_id != (person_id or None):
        return None
    onward, back = str(row.result.get("onward", "")), str(row.given.get("back", ""))
    if row.state != "running":
        return Stand(row.title, row.state, row.done, row.total, row.told, onward, back)
    if progress is None:
        return Stand(row.title, "broken", 0, 0, BROKEN_OFF, "", back)
    return Stand(row.title, "running", progress.done, progress.total, "", "", back)


def _run(runtime: Runtime, number: int, work: Work, progress: Progress) -> None:
    try:
        outcome = work(progress.tell)
        progress.onward = outcome.onward
        _end(runtime, number, progress, "done", outcome.told)
    except Exception as error:
        known = isinstance(error, Refused | Broken)
        progress.error = error
        if not known:
            logger.exception("差事 %s 没做成。", number)
        _end(runtime, number, progress, "failed", str(error) if known else TROUBLE)
    finally:
        with _gate:
            _running.pop(number, None)
        progress.ended.set()


def _end(runtime: Runtime, number: int, progress: Progress, state: str, told: str) -> None:
    with writing(runtime.engine) as session:
        row = session.get_one(Errand, number)
        row.state, row.told, row.result = state, told, {"onward": progress.onward}
        row.done, row.total, row.moved_at = progress.done, progress.total, datetime.now(UTC)
        session.add(row)
