"""Bringing a ledger back: looked at first, when nothing is written; then what was chosen, all of it or nothing.

Half a ledger applied is the worst for a clerk: nobody knows which half. So where anything is refused nothing is done,
unless the person said that the right rows may go on alone.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from flows.changing import revising
from flows.ledger_looking import Hand, Looking, RowChange
from flows.ledger_marks import Marks
from flows.ledger_reading import Fault, LedgerFile, read_ledger
from flows.ledger_targets import look_at_target
from flows.ledger_tasks import look_at_task
from flows.runtime import Runtime
from notifications.documents.ledger_sheet import TARGETS
from plans.accounts import Seat
from plans.database import one_at_a_time, reading
from plans.errors import Broken, Refused
from plans.tables import Person
from tasks.audit import LOCK
from tasks.revision import Revision
from tasks.verbs import Act

NONE_CHOSEN = "请先勾选要应用的变化。"
LEFT = "没有找到这份台账：上传后只保留七天，请重新上传。"
KEPT_FOR = timedelta(days=7)
MOST_TOLD = 20


class LedgerRefused(Refused):
    """台账里有2处不能办，一处也没有改：任务台账 第5行“到期”：……"""

    def __init__(self, told: Sequence[Fault]) -> None:
        more = f"\n……还有{len(told) - MOST_TOLD}处" if len(told) > MOST_TOLD else ""
        lines = "\n".join(str(fault) for fault in told[:MOST_TOLD])
        super().__init__(f"台账里有{len(told)}处不能办，一处也没有改：\n{lines}{more}")
        self.told = told


@dataclass(frozen=True)
class LedgerLook:
    """A ledger beside the plan: what would change, what cannot, what was passed over, how many rows stay."""

    changes: Sequence[RowChange]
    faults: Sequence[Fault]
    notices: Sequence[Fault]
    same: int


@dataclass(frozen=True)
class LedgerApplied:
    """How many rows and cells were changed, and what was left out."""

    rows: int
    cells: int
    left_out: Sequence[Fault]


def hand_of(person: Person, seat: Seat) -> Hand:
    """What somebody who signed in may bring back."""
    return Hand(person, everyone=seat in (Seat.ADMIN, Seat.OFFICE, Seat.LEADER))


def hand_named(session: Session, name: str) -> Hand:
    """The same on the command line, where whoever is at the machine may change all; 延期 is granted by who may."""
    return Hand(session.exec(select(Person).where(Person.name == name, Person.active)).first(), everyone=True)


def open_ledger(runtime: Runtime, name: str, content: bytes) -> LedgerFile:
    """A file as a ledger of this bureau. Raises Refused, DocumentError."""
    return read_ledger(name, content, Marks(runtime.links.secret))


def look_at_ledger(session: Session, runtime: Runtime, file: LedgerFile, hand: Hand, today: date) -> LedgerLook:
    """What a file would change. Nothing is written."""
    looking = Looking(session, runtime, hand, today)
    changed = [row for row in file.rows if row.changed]
    # Targets first: a task may be done with the figure that comes in the same file.
    targets = [look_at_target(looking, row) for row in changed if row.mark.sheet == TARGETS]
    tasks = [look_at_task(looking, row) for row in changed if row.mark.sheet != TARGETS]
    changes = [one for one in (*targets, *tasks) if one]
    faults = [one for one in file.faults if not one.notice] + looking.faults
    twice = {fault.key for fault in file.faults if fault.key}
    kept = [one for one in changes if one.key not in twice]
    faults.sort(key=lambda one: (one.sheet, one.row))
    return LedgerLook(kept, faults, [one for one in file.faults if one.notice], len(file.rows) - len(changed))


def ledger_look(runtime: Runtime, file: LedgerFile, hand: Hand, today: date) -> LedgerLook:
    """The same in a transaction of its own."""
    with reading(runtime.engine) as session:
        return look_at_ledger(session, runtime, file, hand, today)


def apply_ledger(
    runtime: Runtime,
    file: LedgerFile,
    hand: Hand,
    act: Act,
    chosen: Collection[str] | None = None,
    partial: bool = False,
) -> LedgerApplied:
    """Make the chosen rows true (all for None), in one transaction.

    Raises LedgerRefused naming every cell that cannot be done; of the chosen rows, or anywhere in the file where all
    are wanted. With ``partial`` the others go on.
    """
    with revising(runtime, act) as revision:
        # Whoever moves a task writes to the trail under this lock: what we look at is what we change.
        one_at_a_time(revision.session, LOCK)
        found = look_at_ledger(revision.session, runtime, file, hand, revision.today)
        picked = [one for one in found.changes if chosen is None or one.key in chosen]
        faults = [one for one in found.faults if chosen is None or one.key in chosen]
        if not picked and not faults:
            raise Refused(NONE_CHOSEN if found.changes else "和现在的情况一样，没有变化。")
        if not faults or partial:
            faults += _do(revision, picked)
        if faults and not partial:
            raise LedgerRefused(faults)
        undone = {fault.key for fault in faults}
        made = [one for one in picked if one.key not in undone]
        return LedgerApplied(len(made), sum(len(one.cells) for one in made), faults)


def _do(revision: Revision, picked: Sequence[RowChange]) -> list[Fault]:
    faults: list[Fault] = []
    for one in picked:
        try:
            with revision.session.begin_nested():
                one.deed(revision)
                revision.session.flush()
        except Refused as refused:
            faults.append(Fault(one.row.sheet, one.row.number, one.cells[0].column, str(refused), one.key))
    return faults


def look_rows(found: LedgerLook) -> dict[str, Any]:
    """A look as plain rows: changes [{key, sheet, row, title, cells}], faults and notices as they stand in the file."""
    return {
        "changes": [
            {"key": one.key, "sheet": one.row.sheet, "row": one.row.number, "title": one.title}
            | {"cells": [asdict(cell) for cell in one.cells]}
            for one in found.changes
        ],
        "faults": [asdict(one) for one in found.faults],
        "notices": [asdict(one) for one in found.notices],
        "same": found.same,
    }


def keep_ledger(runtime: Runtime, content: bytes, now: datetime) -> str:
    """Keep a file that was handed in, to be looked at and applied; its name. Older ones are let go."""
    folder, name = _folder(runtime), hashlib.sha256(content).hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.xlsx"):
            if old.stat().st_mtime < (now - KEPT_FOR).timestamp():
                old.unlink(missing_ok=True)
        half = folder / f"{name}.part"
        half.write_bytes(content)
        half.rename(folder / f"{name}.xlsx")
    except OSError as error:
        raise Broken("台账存不进数据文件夹：请检查磁盘空间和权限。") from error
    return name


def kept_ledger(runtime: Runtime, name: str) -> LedgerFile:
    """A file that was handed in. Raises Refused."""
    path = _folder(runtime) / f"{name}.xlsx"
    if len(name) != 64 or not name.isalnum() or not path.exists():
        raise Refused(LEFT)
    return open_ledger(runtime, "台账", path.read_bytes())


def _folder(runtime: Runtime) -> Path:
    return runtime.settings.data / "ledgers"
