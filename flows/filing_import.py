"""Importing returned tables: looked at, then applied; an accepted row is one filing, any other has its reason."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from flows.errands import Tell, untold
from flows.filing_rows import Returned, Row, read_returned
from flows.views.filing_states import IMPORT
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Enterprise, PlanItem
from tasks.chasing_tables import FilingDraft
from tasks.drafts import draft_of
from tasks.filings import before_of, file_answers, form_of, latest_filing
from tasks.form import Form, Forms, check
from tasks.states import State
from tasks.tables import Filing, Task
from tasks.verbs import Act, MoveRefused

NOT_OPEN = {
    State.CLOSED: "这一期已经核定，不再接收",
    State.LAPSED: "这一期已经结束，不再接收",
    State.CANCELLED: "这一期已经取消，不用填报",
}
AGAIN = "和已收到的一样"


class Verdict(StrEnum):
    """What becomes of a row."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCHANGED = "unchanged"
    EMPTY = "empty"

    @property
    def label(self) -> str:
        return {"accepted": "可以收", "refused": "不能收", "unchanged": "没有变化", "empty": "没有填写"}[self.value]


@dataclass(frozen=True)
class Judged:
    """A row with its verdict. ``reason`` says why it is refused, or what to know of an accepted one."""

    row: Row
    verdict: Verdict
    reason: str = ""
    enterprise: str = ""
    task_id: int = 0

    @property
    def name(self) -> str:
        return self.enterprise or self.row.name or self.row.code or "（没有写企业）"


@dataclass(frozen=True)
class Look:
    """What an import would do. ``seal`` changes when anything of it does."""

    rows: list[Judged]
    notes: list[str]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def seal(self) -> str:
        told = [(one.row.where, one.verdict.value, one.task_id, sorted(one.row.given.items())) for one in self.rows]
        return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True)
class Import:
    """Files for one month of one item, read once: as often as it is judged, it is judged anew."""

    item: PlanItem
    period: Period
    form: Form
    returned: Sequence[Returned]

    @classmethod
    def of(cls, item: PlanItem, month: str, files: Iterable[tuple[str, bytes]], forms: Forms) -> "Import":
        """Read the files (name, bytes). Raises Refused for an item without a form and for what is no month."""
        form = form_of(item, forms)
        return cls(item, Period.parse(month), form, [read_returned(name, data, form) for name, data in files])

    def look(self, session: Session) -> Look:
        """What would become of each row; changes nothing."""
        judge = _Judge(session, self.item, self.period, self.form)
        rows = [judge.judged(row) for file in self.returned for row in file.rows]
        return Look(rows, [note for file in self.returned for note in file.notes])

    def apply(self, session: Session, act: Act, seal: str = "", tell: Tell = untold) -> Look:
        """File every accepted row, all in this transaction. Raises MoveRefused where ``seal`` is of another look."""
        look = self.look(session)
        if seal and seal != look.seal:
            raise MoveRefused("刚才看过以后情况有变，没有导入：请再核对一遍。")
        # Always in the same order, so that two imports never wait for each other.
        accepted = sorted((one for one in look.rows if one.verdict is Verdict.ACCEPTED), key=lambda one: one.task_id)
        for nth, one in enumerate(accepted):
            tell(nth, len(accepted))
            task = session.get_one(Task, one.task_id)
            session.refresh(task, with_for_update=True)
            file_answers(session, task, self.form, one.row.given, Act(act.by, IMPORT, act.at, one.enterprise))
        return look


Index = dict[str, list[Enterprise]]


def _indexed(roster: Sequence[Enterprise]) -> tuple[Index, Index]:
    """The roster by credit code, and by full and short name."""
    by_code: Index = {}
    by_name: Index = {}
    for one in roster:
        if one.credit_code:
            by_code.setdefault(one.credit_code, []).append(one)
        for name in {_bare(one.name), _bare(one.short_name)} - {""}:
            by_name.setdefault(name, []).append(one)
    return by_code, by_name


class _Judge:
    """Judges the rows of one import: the roster is looked up once, and no enterprise is taken twice."""

    def __init__(self, session: Session, item: PlanItem, period: Period, form: Form) -> None:
        self.session, self.item, self.period, self.form = session, item, period, form
        self.by_code, self.by_name = _indexed(session.exec(select(Enterprise).order_by(col(Enterprise.id))).all())
        tasks = session.exec(select(Task).where(Task.item_id == item.id, Task.period == period.key))
        self.tasks = {task.enterprise_id: task for task in tasks}
        self.seen: dict[int, str] = {}

    def judged(self, row: Row) -> Judged:
        if row.is_empty:
            return Judged(row, Verdict.EMPTY)
        try:
            enterprise = self._enterprise(row)
            return self._answered(row, enterprise, self._task(row, enterprise))
        except Refused as refused:
            return Judged(row, Verdict.REFUSED, str(refused).rstrip("。"))

    def _enterprise(self, row: Row) -> Enterprise:
        code, name = "".join(row.code.split()).upper(), "".join(row.name.split())
        by_code = self.by_code.get(code, [])
        by_name = self.by_name.get(name, [])
        found = by_code or by_name
        if not found:
            raise Refused("名册里没有这家企业：请核对名称和统一社会信用代码")
        if by_code and by_name and by_code[0] not in by_name:
            raise Refused(f"信用代码是{by_code[0].name}的，名称是{by_name[0].name}的：请核对")
        if len(found) > 1:
            raise Refused(f"叫这个名称的有{len(found)}家：请写统一社会信用代码")
        return found[0]

    def _task(self, row: Row, enterprise: Enterprise) -> Task:
        if row.month and row.month != self.period.key:
            raise Refused(f"这一行是{Period.parse(row.month).label}的，现在导入的是{self.period.label}")
        if row.fault:
            raise Refused(row.fault)
        number = enterprise.id or 0
        if number in self.seen:
            raise Refused(f"和 {self.seen[number]} 是同一家企业")
        self.seen[number] = row.where
        task = self.tasks.get(number)
        if task is None:
            raise Refused(f"{self.period.label}不要求它填报")
        if told := NOT_OPEN.get(State(task.state)):
            raise Refused(told)
        return task

    def _answered(self, row: Row, enterprise: Enterprise, task: Task) -> Judged:
        checked = check(self.form, row.given, before_of(self.session, task, self.form))
        told = [*checked.faults.values(), *(f"{one.says}（写在“情况说明”一栏）" for one in checked.open)]
        about = enterprise.name, task.id or 0
        if told:
            return Judged(row, Verdict.REFUSED, "；".join(told), *about)
        before = latest_filing(self.session, task)
        if before and before.answers == checked.answers:
            returned = "，被退回后没有改过" if task.state == State.RETURNED else ""
            return Judged(row, Verdict.UNCHANGED, AGAIN + returned, *about)
        return Judged(row, Verdict.ACCEPTED, _remark(before, draft_of(self.session, task)), *about)


def _remark(before: Filing | None, draft: FilingDraft | None) -> str:
    told = [f"{before.by}已报过一次，导入后作为更正"] if before else []
    told += [f"{draft.by}存有草稿，导入后草稿不再保留"] if draft else []
    return "；".join(told)


def _bare(name: str) -> str:
    return "".join(name.split())
