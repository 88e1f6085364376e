"""What people do with tasks, put together from the verbs: the same for the command line and the pages."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from plans.agenda import Purpose
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Enterprise, Person, PlanItem, Target
from plans.units import UnitMismatch
from plans.zone import local_day
from tasks.goals import running_targets
from tasks.lights import task_light
from tasks.states import PENDING, State
from tasks.tables import Task
from tasks.units import NotANumber, TooFine, TooLarge, figure_in, parse_amount
from tasks.verbs import Act, MoveRefused, Reading, acknowledge, complete, item_of, send_back

FIGURE = "figure-"
"""How the field of a target's figure is called; its number follows."""


class FiguresRefused(Refused):
    """“高新技术企业认定”请填数字（单位：家）。 ``faults`` says it of each figure."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("；".join(faults.values()))
        self.faults = faults


def targets_of(session: Session, task: Task) -> list[Target]:
    """The measured targets that a progress or closing task asks a figure for."""
    if not asks_figures(task):
        return []
    return [target for target in running_targets(session, task.item_id) if not target.qualitative]


def asks_figures(task: Task) -> bool:
    """True for what is done with a figure for each measured target of its item."""
    return task.purpose in (Purpose.PROGRESS, Purpose.CLOSING)


def acknowledge_own(session: Session, task: Task, act: Act, note: str) -> None:
    """签收 by the task's owner; an officer's would hide that an enterprise has not reacted. Raises MoveRefused."""
    if task.enterprise_id is not None:
        raise MoveRefused("这项任务由企业填报，不用您签收；企业报来后自动办结。")
    acknowledge(session, task, act, note)


def complete_with_figures(session: Session, task: Task, figures: Iterable[str], note: str, act: Act) -> None:
    """Mark done with figures written as ``3`` (the only target) or ``指标=3``. Raises Refused naming the fault."""
    _say_why_for_enterprise(task, note)
    complete(session, task, act, note, readings_of(session, task, figures))


def readings_of(session: Session, task: Task, figures: Iterable[str]) -> tuple[Reading, ...]:
    """Figures as typed, each for its target. Raises Refused naming the fault."""
    targets = targets_of(session, task)
    return tuple(_reading(figure, targets) for figure in figures)


def complete_from_form(session: Session, task: Task, typed: Mapping[int, str], note: str, act: Act) -> None:
    """Mark done with figures typed beside each target (target id → text); empty ones are left out."""
    _say_why_for_enterprise(task, note)
    readings = readings_from_form(session, task, typed)
    if targets_of(session, task) and not readings and not note.strip():
        raise Refused("请填写数值，没有数值请在说明里写明原因。", "note")
    complete(session, task, act, note.strip(), readings)


def readings_from_form(session: Session, task: Task, typed: Mapping[int, str]) -> tuple[Reading, ...]:
    """Figures typed beside the targets they belong to (target id → text). Raises Refused naming the fault."""
    targets = {target.id or 0: target for target in targets_of(session, task)}
    given = [(targets[key], text.strip()) for key, text in typed.items() if key in targets and text.strip()]
    read = [(target, _figure_or_fault(text, target)) for target, text in given]
    if faults := {f"{FIGURE}{target.id}": fault for target, fault in read if isinstance(fault, str)}:
        raise FiguresRefused(faults)
    return tuple(Reading(target.id or 0, figure) for target, figure in read if isinstance(figure, Decimal))


def _figure_or_fault(text: str, target: Target) -> Decimal | str:
    try:
        return read_figure(text, target)
    except Refused as refused:
        return str(refused)


def _say_why_for_enterprise(task: Task, note: str) -> None:
    if task.enterprise_id is not None and not note.strip():
        raise Refused("这项任务由企业填报；企业已用别的方式报送的，请在说明里写明后再办结。", "note")


def _reading(figure: str, targets: list[Target]) -> Reading:
    name, _, number = figure.rpartition("=")
    named = [target for target in targets if not name or target.indicator == name]
    if len(named) != 1:
        known = "、".join(target.indicator for target in targets) or "无"
        raise Refused(f"数值“{figure}”不知道属于哪个指标：请写成 指标=数值，这项任务的指标有：{known}。")
    return Reading(named[0].id or 0, read_figure(number, named[0]))


def read_figure(text: str, target: Target) -> Decimal:
    """A typed number for a target, in its unit: 3200万元 is 0.32 of 亿元. Raises Refused for what is not one."""
    unit = target.unit or "无"
    try:
        return figure_in(parse_amount(text), target.unit)
    except NotANumber as error:
        raise Refused(f"“{target.indicator}”请填数字（单位：{unit}）。") from error
    except TooLarge as error:
        raise Refused(f"“{target.indicator}”的数字太大了，请检查单位（{unit}）。") from error
    except (UnitMismatch, TooFine) as error:
        raise Refused(f"“{target.indicator}”的数值{error}") from error


def return_task(session: Session, runtime: Runtime, task: Task, reason: str, act: Act) -> None:
    """Send a done task back; a short ladder begins on the next workday."""
    if task.state != State.DONE:
        raise MoveRefused(f"只有已办结的任务可以退回，这项任务是“{State(task.state).label}”。")
    send_back(session, task, act, reason, None)
    task.next_step_at = runtime.rules.first_alarm(item_of(session, task), task, local_day(act.at))
    session.add(task)


def task_rows(runtime: Runtime, now: datetime, everything: bool = False, person: str = "") -> list[dict[str, Any]]:
    """Tasks as plain rows, first due first; only those still to be done unless everything is asked for."""
    query = (
        select(Task, PlanItem, Person, Enterprise)
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .join(Person, col(Person.id) == col(Task.owner_id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id), isouter=True)
        .order_by(col(Task.due_on), col(Task.id))
    )
    if not everything:
        query = query.where(col(Task.state).in_(PENDING))
    if person:
        query = query.where(Person.name == person)
    with reading(runtime.engine) as session:
        found = session.exec(query).all()
    today = local_day(now)
    return [task_row(runtime, today, *row) for row in found]


def task_row(
    runtime: Runtime, today: date, task: Task, item: PlanItem, owner: Person, enterprise: Enterprise | None
) -> dict[str, Any]:
    """One task as people see it in a list."""
    light = task_light(State(task.state), task.due_on, today, runtime.gauge)
    return {
        "id": task.id,
        "title": item.title,
        "purpose": Purpose(task.purpose).label,
        "period": Period.parse(task.period).label,
        "due_on": task.due_on.isoformat(),
        "holder": enterprise.name if enterprise else owner.name,
        "owner": owner.name,
        "state": State(task.state).label,
        "light": light.colour,
        "light_key": light.value,
    }
