"""What an enterprise sees of its own report: the receipt 回执, a draft beside somebody else's, and why it came back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from flows.views.form import typed_again
from flows.views.task import Filed, filed_versions
from tasks.cutoff import CutOffDays, is_cut_off
from tasks.drafts import Moved
from tasks.form import ZERO, Form, Forms
from tasks.form_answers import LONGEST_TEXT
from tasks.tables import Task


@dataclass(frozen=True)
class Receipt:
    """One version of what was filed, with a number to name it by; ``kind`` is 填报, 更正, 补报 or 补报更正."""

    number: str
    kind: str
    filed: Filed


@dataclass(frozen=True)
class Beside:
    """One answer as two people typed it."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.theirs != self.mine


@dataclass(frozen=True)
class Both:
    """What somebody else kept meanwhile beside what was just typed."""

    said: str
    theirs_by: str
    rows: list[Beside]


def receipts_of(session: Session, task: Task, forms: Forms, days: CutOffDays) -> list[Receipt]:
    """A receipt for each version that was filed, newest first."""
    filed = filed_versions(session, task, forms)
    late = bool(filed) and is_cut_off(session, task, days, filed[-1].at)
    return [Receipt(_number(task, one.version), _kind(one.version, late), one) for one in filed]


def _number(task: Task, version: int) -> str:
    return f"{task.period.replace('-', '')}-{task.id:05d}-{version}"


def _kind(version: int, late: bool) -> str:
    return ("补报" if late else "填报") if version == 1 else "更正"


def both_of(moved: Moved, form: Form, mine: Mapping[str, str]) -> Both:
    """The two beside each other, in the order of the form."""
    return Both(str(moved), moved.by, list(_beside(form, typed_again(moved.theirs), mine)))


def _beside(form: Form, theirs: Mapping[str, str], mine: Mapping[str, str]) -> Iterator[Beside]:
    if theirs.get(ZERO) or mine.get(ZERO):
        yield Beside("零报", "是" if theirs.get(ZERO) else "否", "是" if mine.get(ZERO) else "否")
    for field in form.fields:
        yield Beside(field.label, _told(theirs.get(field.key), field.unit), _told(mine.get(field.key), field.unit))


def _told(value: str | None, unit: str) -> str:
    words = " ".join((value or "").split())[:LONGEST_TEXT]
    return f"{words} {unit}".strip() if words else "—"
