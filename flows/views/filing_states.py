"""Where one report of one enterprise stands (domain.md §8), told by the database in one expression."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_
from sqlalchemy import select as select_columns
from sqlmodel import col

from flows.views.lines import Badge
from plans.tables import Enterprise
from tasks.chasing_tables import Call, CutOff, FilingDraft
from tasks.form import ZERO
from tasks.states import FINISHED, PENDING, State
from tasks.tables import Filing, Task, TaskChange

PHONE, IMPORT = "phone", "import"
"""How a report came when the enterprise did not type it itself: the ``via`` of an Act and of a Filing."""


class Stand(StrEnum):
    """The state of one report as the officer sees it; ``AHEAD`` and ``NOTHING`` are cells without a task."""

    WANTED = "wanted"
    DRAFT = "draft"
    PROMISED = "promised"
    OVERDUE = "overdue"
    RETURNED = "returned"
    FILED = "filed"
    ZERO = "zero"
    LATE = "late"
    ACCEPTED = "accepted"
    EXEMPT = "exempt"
    AHEAD = "ahead"
    NOTHING = "nothing"

    @property
    def badge(self) -> Badge:
        return _BADGES[self]

    @property
    def word(self) -> str:
        return _SHOWN[self][1]

    @property
    def letter(self) -> str:
        """One character for it, where there is no room for the word."""
        return _SHOWN[self][2]


_SHOWN = {
    Stand.WANTED: ("blue", "未报", "未"),
    Stand.DRAFT: ("yellow", "填写中", "填"),
    Stand.PROMISED: ("yellow", "承诺", "诺"),
    Stand.OVERDUE: ("red", "逾期", "逾"),
    Stand.RETURNED: ("red", "退回", "退"),
    Stand.FILED: ("green", "已报", "报"),
    Stand.ZERO: ("zero", "零报", "零"),
    Stand.LATE: ("late", "补报", "补"),
    Stand.ACCEPTED: ("sure", "已审", "审"),
    Stand.EXEMPT: ("none", "免报", "免"),
    Stand.AHEAD: ("none", "未到期", "·"),
    Stand.NOTHING: ("blank", "—", "—"),
}
_BADGES = {stand: Badge(colour, word) for stand, (colour, word, _) in _SHOWN.items()}
OWING = (Stand.WANTED, Stand.DRAFT, Stand.PROMISED, Stand.OVERDUE, Stand.RETURNED)
UNREVIEWED = (Stand.FILED, Stand.ZERO, Stand.LATE)
SHOWN: dict[str, tuple[str, tuple[Stand, ...]]] = {
    "": ("全部", ()),
    "owing": ("还没有报的", OWING),
    "unreviewed": ("待核定的", UNREVIEWED),
    **{one.value: (one.word, (one,)) for one in Stand if one not in (Stand.AHEAD, Stand.NOTHING)},
}
"""What the matrix can be filtered by: the word for it and the states it means."""


@dataclass(frozen=True)
class Facts:
    """What one task's state is told from."""

    stand: Stand
    due_on: date
    done_on: date | None
    promised_on: date | None
    via: str

    def detail(self, today: date) -> str:
        """What the word alone does not say: 迟3天, 10月20日前, 失约."""
        return "，".join(part for part in (self._when(today), _BY.get(self.via, "")) if part)

    def _when(self, today: date) -> str:
        if self.done_on is not None:
            days = (self.done_on - self.due_on).days
            return f"迟{days}天" if days > 0 else ""
        if self.stand is Stand.PROMISED and self.promised_on:
            return f"{self.promised_on.month}月{self.promised_on.day}日前"
        days = (today - self.due_on).days
        if self.stand not in OWING or days <= 0:
            return ""
        return f"逾{days}天" + ("，失约" if self.promised_on and self.promised_on < today else "")


_BY = {PHONE: "代报", IMPORT: "导入"}


def filer_text(filing: Filing) -> str:
    """Who filed, and how where it was not the enterprise itself: 代报：王芳（电话）."""
    told = {PHONE: f"代报：{filing.by}（电话）", IMPORT: f"导入：{filing.by}（报回的表格）"}
    return told.get(filing.via, filing.by)


def standing(today: date) -> ColumnElement[str]:
    """The Stand of a task, for a query that has Task and Enterprise in it."""
    done, pending = col(Task.state) == State.DONE, col(Task.state).in_(PENDING)
    told = [
        (col(Task.state) == State.CANCELLED, Stand.NOTHING),
        (col(Task.state) == State.CLOSED, Stand.ACCEPTED),
        (and_(done, _after_cut_off()), Stand.LATE),
        (and_(done, newest(_zero()) == "1"), Stand.ZERO),
        (done, Stand.FILED),
        (exempt(), Stand.EXEMPT),
        (col(Task.state) == State.RETURNED, Stand.RETURNED),
        (and_(pending, promised() >= today), Stand.PROMISED),
        (and_(pending, exists().where(col(FilingDraft.task_id) == col(Task.id))), Stand.DRAFT),
        (or_(col(Task.state) == State.LAPSED, col(Task.due_on) < today), Stand.OVERDUE),
    ]
    return case(*((condition, literal(stand.value)) for condition, stand in told), else_=literal(Stand.WANTED.value))


def counted() -> ColumnElement[bool]:
    """The report is one of those that are due: not called off, and its enterprise not exempt."""
    return and_(col(Task.state) != State.CANCELLED, or_(not_(exempt()), col(Task.state).in_(FINISHED)))


def exempt() -> ColumnElement[bool]:
    """免报 in the task's period (plans.agenda.is_exempt, for a query)."""
    return and_(col(Enterprise.exempt_reason) != "", col(Enterprise.exempt_from) <= col(Task.period))


def promised() -> Any:
    """The day by which the enterprise said it will file: the newest call that names one."""
    calls = select_columns(col(Call.promised_on)).where(
        col(Call.task_id) == col(Task.id), col(Call.promised_on).is_not(None)
    )
    return calls.order_by(col(Call.at).desc(), col(Call.id).desc()).limit(1).correlate(Task).scalar_subquery()


def newest(column: Any) -> Any:
    """A column of the newest version of what was filed for the task."""
    filed = select_columns(column).where(col(Filing.task_id) == col(Task.id)).order_by(col(Filing.version).desc())
    return filed.limit(1).correlate(Task).scalar_subquery()


def _zero() -> Any:
    answers: Any = col(Filing.answers)
    return answers[ZERO].as_string()


def _after_cut_off() -> ColumnElement[bool]:
    """补报: nothing held at the cut-off, and it came since. What was in, sent back and came again is a correction."""
    same = and_(col(CutOff.item_id) == col(Task.item_id), col(CutOff.period) == col(Task.period))
    moves = select_columns(col(TaskChange.to_state)).where(col(TaskChange.task_id) == col(Task.id))
    moves = moves.where(col(TaskChange.from_state) != col(TaskChange.to_state), col(TaskChange.at) < col(CutOff.cut_at))
    then = moves.order_by(col(TaskChange.id).desc()).limit(1).correlate(Task, CutOff).scalar_subquery()
    missing = func.coalesce(then, literal(State.OPEN.value)).not_in(FINISHED)
    return exists().where(same, col(CutOff.cut_at) <= col(Task.done_at), missing).correlate(Task)
