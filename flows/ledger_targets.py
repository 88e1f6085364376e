"""The changed rows of 指标台账: goals that are amended, and figures that are noted with their day and calibre."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import col, select

from flows.ledger import goals_shown
from flows.ledger_looking import GONE, MOVED, CellChange, Deed, Looking, RowChange, done, of_target, period_of, title_of
from flows.ledger_marks import as_text
from flows.ledger_reading import FileRow, read_day
from flows.tasking import read_figure
from plans.checking import goal_fault
from plans.columns import figure_text
from plans.errors import Refused
from plans.tables import PlanItem, Target
from plans.typed import read_goal
from plans.zone import local_text
from tasks.goals import change_target, refuse_goal_faults
from tasks.noting import CALIBRES, note_figure
from tasks.revision import Revision, require_running
from tasks.states import Verb
from tasks.tables import Progress, Task, TaskChange
from tasks.verbs import Reading

GOALS = {"floor": "确保", "stretch": "力争"}
FIGURE = ("value", "read_on", "calibre")
QUALITATIVE = "定性指标没有数，进展请写在“本次说明”里。"
BY_PERIOD = "这个指标按期分别报数，合计不能直接改：请在任务里报这一期的数。"
EMPTY = "当前进度不能清空：报错了的，请写上正确的数。"
NOT_A_DAY = "不是日期：请写成 2026-10-20。"
NOT_A_CALIBRE = f"口径只有 {'、'.join(CALIBRES)}，没有就空着。"


def look_at_target(looking: Looking, row: FileRow) -> RowChange | None:
    """What the changed cells of a target do; None where they do nothing, or cannot be done."""
    found = of_target(looking.session, row)
    if found is None:
        looking.refuse(row, next(iter(row.changed)), GONE)
        return None
    target, item, owner = found
    if not looking.admits(row, item, owner) or not looking.note_fits(row):
        return None
    before = len(looking.faults)
    one = _Target(looking, row, target, item)
    cells = [*one.goals(), *one.figure()]
    if len(looking.faults) > before or not cells:
        return None
    return RowChange(row, title_of(item, target.indicator), cells, done(one.deeds))


@dataclass
class _Target:
    looking: Looking
    row: FileRow
    target: Target
    item: PlanItem

    def __post_init__(self) -> None:
        self.deeds: list[Deed] = []

    def goals(self) -> Iterator[CellChange]:
        wanted: dict[str, Decimal | None] = {"floor": self.target.floor, "stretch": self.target.stretch}
        for name in GOALS:
            if name in self.row.changed and (cell := self._goal(name, wanted)):
                yield cell
        if fault := goal_fault(self.target.indicator, wanted["floor"], wanted["stretch"]):
            self.looking.refuse(self.row, "floor" if "floor" in self.row.changed else "stretch", fault)

    def _goal(self, name: str, wanted: dict[str, Decimal | None]) -> CellChange | None:
        text, now, label = self.row.changed[name], as_text(goals_shown(self.target)[name]), GOALS[name]
        if text == now:
            return None
        if now != self.row.mark.was.get(name, ""):
            told = self.looking.field_moved(self.item, f"{self.target.indicator}的{label}")
            self.looking.refuse(self.row, name, told)
            return None
        if self.target.qualitative:
            self.looking.refuse(self.row, name, QUALITATIVE)
            return None
        if not self.looking.trying(self.row, name, lambda: wanted.update({name: read_goal(label, text)})):
            return None
        self.deeds.append(self._amend(name, text))
        return CellChange(self.row.heads[name], now or "无", figure_text(wanted[name]), f"修改{label}，记入计划变更")

    def _amend(self, name: str, text: str) -> Deed:
        def amend(revision: Revision) -> None:
            item = revision.session.get_one(PlanItem, self.target.item_id)
            require_running(revision.session, item)
            change_target(revision, item, revision.session.get_one(Target, self.target.id), name, text)
            refuse_goal_faults(revision, item)

        return amend

    def figure(self) -> Iterator[CellChange]:
        note = self.looking.note_of(self.row)
        if any(name in self.row.changed for name in FIGURE):
            newest = self._newest()
            if self._is_so(newest):
                return
            reading = self._reading(newest)
            if reading is None:
                return
            self.looking.reported.add(self.item.id or 0)
            yield self._told(newest, reading)
        elif note and not self._was_said(note):
            reading = None
        else:
            return
        if note:
            yield CellChange(self.row.heads["note"], "", note, "和新进度一起记下" if reading else "记作一次反馈")
        self.deeds.append(self._note(reading, note))

    def _was_said(self, note: str) -> bool:
        """The same words are in the trail already: the file came back twice."""
        said = select(TaskChange.id).join(Task).where(Task.item_id == self.item.id, TaskChange.note == note)
        return self.looking.session.exec(said.where(TaskChange.verb == Verb.REPORT).limit(1)).first() is not None

    def _newest(self) -> Progress | None:
        mine = select(Progress).where(Progress.target_id == self.target.id)
        return self.looking.session.exec(mine.order_by(col(Progress.as_of).desc(), col(Progress.id).desc())).first()

    def _is_so(self, newest: Progress | None) -> bool:
        """Somebody has noted just that already."""
        if newest is None or newest.id == self.row.mark.seen:
            return False
        changed = self.row.changed
        same_value = "value" not in changed or self._typed(changed["value"]) == newest.value
        same_day = "read_on" not in changed or read_day(changed["read_on"]) == newest.as_of
        return same_value and same_day and changed.get("calibre", newest.calibre) == newest.calibre

    def _typed(self, text: str) -> Decimal | None:
        try:
            return read_figure(text, self.target)
        except Refused:
            return None

    def _reading(self, newest: Progress | None) -> Reading | None:
        if why := self._closed(newest):
            self.looking.refuse(self.row, next(name for name in FIGURE if name in self.row.changed), why)
            return None
        value, as_of, calibre = self._value(), self._day(newest), self.row.cells.get("calibre", "")
        if calibre and calibre not in CALIBRES:
            self.looking.refuse(self.row, "calibre", NOT_A_CALIBRE)
        elif value is not None and as_of is not None:
            return Reading(self.target.id or 0, value, calibre, as_of)
        return None

    def _closed(self, newest: Progress | None) -> str:
        if self.target.qualitative:
            return QUALITATIVE
        if not self.target.cumulative:
            return BY_PERIOD
        if newest is not None and newest.id != self.row.mark.seen:
            told = f"{newest.by}已于 {local_text(newest.at)} 报了 {figure_text(newest.value)}{self.target.unit}"
            return MOVED.format(told=told)
        return ""

    def _value(self) -> Decimal | None:
        text, found = self.row.cells.get("value", self.row.mark.was.get("value", "")), list[Decimal]()
        if not text:
            self.looking.refuse(self.row, "value", EMPTY)
        else:
            self.looking.trying(self.row, "value", lambda: found.append(read_figure(text, self.target)))
        return found[0] if found else None

    def _day(self, newest: Progress | None) -> date | None:
        text = self.row.changed.get("read_on", "")
        day = read_day(text) if text else self.looking.today
        earliest = newest.as_of if newest else period_of(self.looking.session, self.item).first
        if day is None:
            self.looking.refuse(self.row, "read_on", f"“{text}”{NOT_A_DAY}")
        elif day > self.looking.today:
            self.looking.refuse(self.row, "read_on", f"{day} 还没有到：进度要写到今天为止的。")
        elif day < earliest:
            what = "原来的进度" if newest else "计划开始"
            self.looking.refuse(self.row, "read_on", f"{day} 早于{what}（{earliest}）：请检查日期。")
        else:
            return day
        return None

    def _told(self, newest: Progress | None, reading: Reading) -> CellChange:
        unit = self.target.unit
        before = f"{figure_text(newest.value)}{unit}（{newest.as_of}）" if newest else "无"
        calibre = f"，{reading.calibre}" if reading.calibre else ""
        after = f"{figure_text(reading.value)}{unit}（{reading.as_of}{calibre}）"
        return CellChange(self.row.heads.get("value", "当前进度"), before, after, "记一次新的进度，原来的数保留")

    def _note(self, reading: Reading | None, note: str) -> Deed:
        def noted(revision: Revision) -> None:
            item = revision.session.get_one(PlanItem, self.target.item_id)
            note_figure(revision, item, revision.session.get_one(Target, self.target.id), reading, note)

        return noted
