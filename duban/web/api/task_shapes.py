"""任务 as other programs read them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlmodel import Session

from duban.web.api.calling import Call
from duban.web.api.shapes import Moment
from flows.views.lines import TaskRow, select_tasks, task_badge
from flows.views.task import Answer as Answered
from flows.views.task import Filed, Happening, task_view
from plans.agenda import Purpose
from plans.periods import Period
from plans.tables import Target
from tasks.evidence import evidence_of
from tasks.extensions import open_extension
from tasks.states import State
from tasks.tables import Evidence, Extension, Task


class TaskShort(BaseModel):
    """一项任务"""

    id: int = Field(description="任务编号")
    item: int = Field(description="事项编号")
    title: str = Field(description="事项", examples=["培育高新技术企业"])
    purpose: Purpose = Field(description="任务的用处")
    purpose_label: str = Field(description="任务的用处，中文")
    period: str = Field(description="期间", examples=["2026-10"])
    period_label: str = Field(description="期间，中文", examples=["2026年10月"])
    due_on: date = Field(description="期限")
    inner_on: date = Field(description="内部期限：提醒从它算起")
    state: State = Field(description="状态")
    state_label: str = Field(description="状态，中文", examples=["待办"])
    light: str = Field(description="灯：red、yellow、blue、green、none", examples=["blue"])
    light_word: str = Field(description="灯的意思", examples=["临期"])
    owner: str = Field(description="责任人", examples=["李明"])
    enterprise: int | None = Field(description="填报企业的编号，本局自己的任务是 null")
    enterprise_name: str = Field(description="填报企业，没有就是空")
    done_on: date | None = Field(description="哪天办结")
    returns: int = Field(description="退回过几次")


class AskedTarget(BaseModel):
    """要报数的指标"""

    target: int = Field(description="指标编号，办结和反馈时写在 figures 里")
    indicator: str = Field(description="指标", examples=["高新技术企业认定"])
    unit: str = Field(description="单位", examples=["家"])


class AnswerShort(BaseModel):
    """一个栏目和它的内容"""

    label: str = Field(description="栏目")
    text: str = Field(description="内容，数值带单位")


class Change(BaseModel):
    """一条经过"""

    at: Moment = Field(description="何时")
    by: str = Field(description="谁，代理时写明代谁", examples=["王芳（代李明）"])
    what: str = Field(description="做了什么", examples=["办结"])
    via: str = Field(description="通过什么：网页、接口、命令行、邮件、电话、导入、自动", examples=["接口"])
    note: str = Field(description="说明")


class FiledVersion(BaseModel):
    """一次填报"""

    version: int = Field(description="第几次")
    at: Moment = Field(description="何时")
    by: str = Field(description="谁报的")
    zero: bool = Field(description="是不是零报")
    answers: list[AnswerShort] = Field(description="各栏目")


class FileShort(BaseModel):
    """一份材料"""

    id: int = Field(description="材料编号")
    name: str = Field(description="文件名")
    size: int = Field(description="字节数")
    by: str = Field(description="谁交的")
    at: Moment = Field(description="何时")


class ExtensionShort(BaseModel):
    """等待批复的延期申请"""

    id: int = Field(description="申请编号")
    due_on: date = Field(description="原来的期限")
    asked_due_on: date = Field(description="申请延到哪天")
    reason: str = Field(description="原因")
    asked_by: str = Field(description="申请人")
    asked_at: Moment = Field(description="何时申请")


class TaskWhole(TaskShort):
    """一项任务的全部"""

    text: str = Field(description="事项的内容")
    original_due_on: date | None = Field(description="延期以前的期限，没有延过就是 null")
    asked: list[AskedTarget] = Field(description="办结时要报数的指标")
    figures: list[AnswerShort] = Field(description="随这项任务报过的数")
    extension: ExtensionShort | None = Field(description="等待批复的延期申请")
    files: list[FileShort] = Field(description="附上的材料")
    filed: list[FiledVersion] = Field(description="企业的历次填报，新的在前")
    history: list[Change] = Field(description="经过，早的在前")


def task_short(call: Call, row: TaskRow) -> TaskShort:
    """A task in a list."""
    return TaskShort(**_short(call, row))


def _short(call: Call, row: TaskRow) -> dict[str, Any]:
    task, item, owner, enterprise = row
    badge = task_badge(task, call.today, call.gauge)
    kept = {name: getattr(task, name) for name in ("period", "due_on", "inner_on", "state", "done_on", "returns")}
    return kept | {
        "id": task.id,
        "item": item.id,
        "title": item.title,
        "purpose": task.purpose,
        "purpose_label": Purpose(task.purpose).label,
        "period_label": Period.parse(task.period).label,
        "state_label": State(task.state).label,
        "light": badge.key,
        "light_word": badge.word,
        "owner": owner.name,
        "enterprise": task.enterprise_id,
        "enterprise_name": enterprise.name if enterprise else "",
    }


def task_whole(session: Session, call: Call, task: Task) -> TaskWhole:
    """A task with everything that belongs to it."""
    row = session.exec(select_tasks().where(Task.id == task.id)).one()
    view = task_view(session, task, call.today, call.gauge, call.runtime.forms)
    return TaskWhole(
        **_short(call, row),
        text=view.text,
        original_due_on=task.original_due_on,
        asked=[_asked(target) for target in view.asked],
        figures=answers(view.figures),
        extension=_extension(open_extension(session, task)),
        files=[_file(one) for one in evidence_of(session, task.id or 0)],
        filed=[filed_version(one) for one in view.filed],
        history=[_change(one) for one in view.history],
    )


def _asked(target: Target) -> AskedTarget:
    return AskedTarget(target=target.id or 0, indicator=target.indicator, unit=target.unit)


def answers(given: Iterable[Answered]) -> list[AnswerShort]:
    """Answered questions as they leave."""
    return [AnswerShort(label=one.label, text=one.text) for one in given]


def _extension(found: Extension | None) -> ExtensionShort | None:
    return ExtensionShort.model_validate(found, from_attributes=True) if found else None


def _file(one: Evidence) -> FileShort:
    return FileShort.model_validate(one, from_attributes=True)


def filed_version(one: Filed) -> FiledVersion:
    """One version of what was filed."""
    return FiledVersion(version=one.version, at=one.at, by=one.by, zero=one.zero, answers=answers(one.answers))


def _change(one: Happening) -> Change:
    return Change(at=one.at, by=one.by, what=one.what, via=one.via, note=one.note)
