"""The changed rows of 任务台账: 改派, 延期, 办结 and 反馈, each by the verb that the pages use."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flows.ledger_looking import GONE, MOVED, CellChange, Deed, Looking, RowChange, done, title_of
from flows.ledger_reading import FileRow, read_day
from flows.ledger_targets import NOT_A_DAY
from flows.supervising import alarm_from
from flows.tasking import targets_of
from plans.agenda import Purpose
from plans.people import person_here
from plans.periods import Period
from plans.tables import Person, PlanItem
from tasks.extensions import ask_extension, grant_extension, open_extension
from tasks.moved import MOST, changes_since, told_of
from tasks.reassigning import reassign_task
from tasks.revision import Revision
from tasks.states import FINISHED, PENDING, State
from tasks.tables import Task
from tasks.verbs import complete, report

DONE = ("已办结", "办结", "完成", "已完成")
ONLY_DONE = "状态只能改成“已办结”：退回、销号、取消请在网页上办。"
NOT_BOTH = "办结的任务不用延期：请把到期改回来，或者不要改状态。"
WHY = "改到期要在“本次说明”里写明原因。"
FIGURE_OR_WHY = "这项任务要报数：请在指标台账里填当前进度，没有数就在“本次说明”里写明原因。"
FOR_ENTERPRISE = "这项任务由企业填报；企业用别的方式报过的，请在“本次说明”里写明。"


def look_at_task(looking: Looking, row: FileRow) -> RowChange | None:
    """What the changed cells of a task do; None where they do nothing, or cannot be done."""
    task = looking.session.get(Task, row.mark.id)
    if task is None:
        looking.refuse(row, next(iter(row.changed)), GONE)
        return None
    item, owner = looking.session.get_one(PlanItem, task.item_id), looking.session.get_one(Person, task.owner_id)
    one = _Task(looking, row, task, item, owner)
    if one.is_so() or not looking.admits(row, item, owner) or not looking.note_fits(row) or not one.waits():
        return None
    before = len(looking.faults)
    cells = [*one.owner_cell(), *one.due_cell(), *one.state_cell(), *one.note_cell()]
    if len(looking.faults) > before or not cells:
        return None
    more = f"{Period.parse(task.period).label}{Purpose(task.purpose).label}"
    return RowChange(row, title_of(item, more), cells, done(one.deeds))


@dataclass
class _Task:
    looking: Looking
    row: FileRow
    task: Task
    item: PlanItem
    owner: Person

    def __post_init__(self) -> None:
        self.deeds: list[Deed] = []
        self.note, self.said = self.looking.note_of(self.row), False

    @property
    def closes(self) -> bool:
        return self.row.changed.get("state") in DONE

    def is_so(self) -> bool:
        """What the cells say has come true meanwhile: the same file applied twice, or somebody was quicker."""
        wanted = self.row.changed
        so = {"owner"} & wanted.keys() if wanted.get("owner") == self.owner.name else set()
        if "due_on" in wanted and read_day(wanted["due_on"]) == self.task.due_on:
            so.add("due_on")
        if self.closes and self.task.state in FINISHED:
            so.add("state")
        return bool(so) and wanted.keys() <= so | {"note"}

    def waits(self) -> bool:
        """False, with the reason noted, where something happened since the file was written, or it is over."""
        changes = changes_since(self.looking.session, self.task, self.row.mark.seen)
        first = next(iter(self.row.changed))
        if changes:
            told = "；".join(told_of(change) for change in changes[-MOST:])
            self.looking.refuse(self.row, first, MOVED.format(told=told))
        elif self.task.state not in PENDING:
            self.looking.refuse(self.row, first, f"这项任务是“{State(self.task.state).label}”，不能再改。")
        return not changes and self.task.state in PENDING

    def owner_cell(self) -> Iterator[CellChange]:
        name = self.row.changed.get("owner")
        if name is None:
            return
        if self.looking.trying(self.row, "owner", lambda: person_here(self.looking.session, name)):
            self.deeds.append(lambda revision: _reassign(revision, self.task.id or 0, name))
            yield CellChange(self.row.heads["owner"], self.owner.name, name, "改派这一项任务")

    def due_cell(self) -> Iterator[CellChange]:
        text = self.row.changed.get("due_on")
        if text is None:
            return
        day = read_day(text)
        if why := self._no_extension(text, day):
            self.looking.refuse(self.row, "due_on", why)
        elif day is not None:
            grants = self.looking.hand.may_grant(self.looking.session, self.owner, self.looking.today)
            effect = "延期，您有权批复，随即同意" if grants else "申请延期，等领导批复，批复前到期不变"
            self.deeds.append(lambda revision: self._extend(revision, day, grants))
            self.said = True
            yield CellChange(self.row.heads["due_on"], self.task.due_on.isoformat(), day.isoformat(), effect)

    def _no_extension(self, text: str, day: date | None) -> str:
        if day is None:
            return f"“{text}”{NOT_A_DAY}"
        if self.closes:
            return NOT_BOTH
        if day <= self.task.due_on:
            return f"新的期限 {day} 要晚于现在的期限 {self.task.due_on}：到期只能延，不能提前。"
        if self.looking.today >= self.task.due_on:
            return f"延期要在到期日（{self.task.due_on}）之前申请，现在请报进展并写明原因。"
        if open_extension(self.looking.session, self.task):
            return "已经有一个延期申请在等批复。"
        return "" if self.note else WHY

    def _extend(self, revision: Revision, day: date, grants: bool) -> None:
        task = revision.session.get_one(Task, self.task.id)
        extension = ask_extension(revision.session, task, day, self.note, revision.act)
        if grants:
            runtime = self.looking.runtime
            grant_extension(revision.session, extension, revision.act, runtime.workdays, alarm_from(runtime))

    def state_cell(self) -> Iterator[CellChange]:
        text = self.row.changed.get("state")
        if text is None:
            return
        if not self.closes:
            self.looking.refuse(self.row, "state", ONLY_DONE)
        elif why := self._unfinished():
            self.looking.refuse(self.row, "state", why)
        else:
            self.deeds.append(lambda revision: _complete(revision, self.task.id or 0, self.note))
            self.said = True
            before = State(self.task.state).label
            yield CellChange(self.row.heads["state"], before, State.DONE.label, "办结，提醒随即停止")

    def _unfinished(self) -> str:
        if self.note:
            return ""
        if self.task.enterprise_id is not None:
            return FOR_ENTERPRISE
        asks = targets_of(self.looking.session, self.task) and self.item.id not in self.looking.reported
        return FIGURE_OR_WHY if asks else ""

    def note_cell(self) -> Iterator[CellChange]:
        if not self.note:
            return
        if not self.said:
            self.deeds.append(lambda revision: _report(revision, self.task.id or 0, self.note))
        yield CellChange(self.row.heads["note"], "", self.note, "一起记下" if self.said else "记作一次反馈")


def _reassign(revision: Revision, number: int, name: str) -> None:
    reassign_task(revision, revision.session.get_one(Task, number), person_here(revision.session, name))


def _complete(revision: Revision, number: int, note: str) -> None:
    complete(revision.session, revision.session.get_one(Task, number), revision.act, note)


def _report(revision: Revision, number: int, note: str) -> None:
    report(revision.session, revision.session.get_one(Task, number), revision.act, note)
