"""催办阶梯 kept by the bureau: one ladder at a time is changed in DATA/ladders.yaml, checked before it is kept."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, and_, func, update
from sqlmodel import Session, col, select

from flows.runtime import Runtime
from notifications.ladder import RETURNED, Ladder, Ladders, load_ladders
from notifications.ladder_files import with_entry
from notifications.stepping import STAFF
from plans.database import one_at_a_time, writing
from plans.errors import Refused
from plans.kept_files import FILES_LOCK, mark_of, replace_file, require_unchanged, text_of
from plans.tables import PlanItem
from tasks.states import PENDING
from tasks.tables import Task
from tasks.verbs import Act


class NoSuchLadder(Refused):
    """没有这个催办阶梯：请从列表里打开。"""


@dataclass(frozen=True)
class KeptLadder:
    """A ladder as it is in force. ``shipped`` is the one of this package, None for one of the bureau's own making."""

    key: str
    ladder: Ladder
    shipped: Ladder | None

    @property
    def changed(self) -> bool:
        return self.ladder != self.shipped

    @property
    def seen(self) -> str:
        return mark_of(self.ladder.model_dump_json())


def kept_ladders(runtime: Runtime) -> list[KeptLadder]:
    """Every ladder as its file has it now. Raises LadderFileError."""
    shipped = load_ladders()
    return [KeptLadder(key, ladder, shipped.get(key)) for key, ladder in _now(runtime).items()]


def kept_ladder(runtime: Runtime, key: str) -> KeptLadder:
    """The ladder of that key. Raises NoSuchLadder, LadderFileError."""
    found = next((one for one in kept_ladders(runtime) if one.key == key), None)
    if found is None:
        raise NoSuchLadder("没有这个催办阶梯：请从列表里打开。")
    return found


def keep_ladder(runtime: Runtime, key: str, ladder: Ladder, seen: str, act: Act) -> None:
    """Keep a ladder; every open task that is on it looks again where it stands. Raises Overtaken, Refused."""
    _rewrite(runtime, key, ladder, seen, act)


def reset_ladder(runtime: Runtime, key: str, seen: str, act: Act) -> None:
    """The shipped ladder again. Raises Overtaken, Refused."""
    if kept_ladder(runtime, key).shipped is None:
        raise Refused("这个阶梯不是自带的，没有可以恢复的样子。")
    _rewrite(runtime, key, None, seen, act)


def _rewrite(runtime: Runtime, key: str, ladder: Ladder | None, seen: str, act: Act) -> None:
    path = own_file(runtime)
    with writing(runtime.engine) as session:
        one_at_a_time(session, FILES_LOCK)
        before = kept_ladder(runtime, key)
        require_unchanged(seen, before.ladder.model_dump_json(), "这个阶梯")
        _look_again(session, key, act)
        replace_file(path, with_entry(text_of(path), key, ladder))


def own_file(runtime: Runtime) -> Path:
    """Where the bureau's ladders are kept. Raises Refused where a setting names another file."""
    if runtime.settings.ladders:
        raise Refused("催办阶梯由设置 DUBAN_LADDERS 指定的文件决定：请改那个文件，或去掉这个设置后在这里改。")
    return runtime.settings.ladders_file


def _now(runtime: Runtime) -> Ladders:
    path = runtime.settings.ladders or runtime.settings.ladders_file
    return load_ladders(path if path.exists() else None)


def open_tasks_on(session: Session, key: str) -> int:
    """How many open tasks a change of this ladder concerns."""
    return session.exec(select(func.count(col(Task.id))).where(_concerned(key))).one()


def _look_again(session: Session, key: str, act: Act) -> None:
    # A step that is new must not wait until the next one of old rings.
    session.execute(update(Task).where(_concerned(key)).values(next_step_at=act.at))


def _concerned(key: str) -> ColumnElement[bool]:
    pending = col(Task.state).in_(PENDING)
    if key == RETURNED:
        return and_(pending, col(Task.returned_on).is_not(None))
    # The staff's ladder stands in for one that is no longer in any file.
    strange = col(PlanItem.ladder).not_in(load_ladders().keys() - {STAFF})
    items = select(PlanItem.id).where(strange if key == STAFF else PlanItem.ladder == key)
    return and_(pending, col(Task.item_id).in_(items))
