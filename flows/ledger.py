"""台账: a plan as rows of targets and tasks, with what was changed, read at one instant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import case
from sqlmodel import Session, col, select

from flows.ledger_marks import Marks
from flows.ledger_trail import trail_rows
from flows.runtime import Runtime
from flows.views.items import NO_OFFICE
from flows.views.office import current_plan
from flows.views.plan import name_of
from notifications.documents.ledger_sheet import TARGETS, TASKS, Ledger, Row
from notifications.workbook import Value
from plans.agenda import Purpose
from plans.database import reading
from plans.draft import TO_FILL
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Enterprise, Office, Person, Plan, PlanItem, Target
from plans.zone import local_day
from tasks.lights import Light, task_light
from tasks.states import FINISHED, PENDING, State, Verb
from tasks.tables import Progress, Task, TaskChange
from tasks.targets import TargetStatus, target_statuses

NO_PLAN = "还没有计划：请先启动一份计划。"
MOST_ROWS = 100_000
TOO_MANY = "任务超过10万项，一份台账装不下：请不要带上企业填报，矩阵用 duban filing export 导出。"
TASK_WORDS = {Light.RED: "逾期", Light.BLUE: "临期", Light.GREEN: "正常"}


def ledger_bytes(runtime: Runtime, now: datetime, period: str = "", enterprises: bool = False) -> bytes:
    """The ledger as an .xlsx. Raises Refused."""
    # openpyxl is slow to import, and only a workbook needs it.
    from notifications.documents.ledger_sheet import ledger_xlsx

    with reading(runtime.engine) as session:
        return ledger_xlsx(ledger_of(session, runtime, plan_of(session, period, now), now, enterprises))


def plan_of(session: Session, period: str, now: datetime) -> Plan:
    """The plan of a period such as 2026H2, or the one that runs today. Raises Refused."""
    if not period:
        plan = current_plan(session, local_day(now))
    else:
        plan = session.exec(select(Plan).where(Plan.period == Period.parse(period).key)).first()
    if plan is None:
        raise Refused(f"没有 {period} 的计划：请用 duban plan show 查看。" if period else NO_PLAN)
    return plan


def ledger_of(session: Session, runtime: Runtime, plan: Plan, now: datetime, enterprises: bool = False) -> Ledger:
    """The plan as it stands; with ``enterprises`` a row for each of their reports too. Raises Refused for too many."""
    desk = _Desk(session, runtime, plan, local_day(now), Marks(runtime.links.secret))
    tasks, trail = desk.task_rows(enterprises), trail_rows(session, plan, enterprises)
    return Ledger(plan.bureau, plan.title, Period.parse(plan.period).label, now, desk.target_rows(), tasks, trail)


@dataclass(frozen=True)
class _Desk:
    """What rows are made with, looked up once."""

    session: Session
    runtime: Runtime
    plan: Plan
    today: date
    marks: Marks
    offices: dict[int | None, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.offices.update({one.id: one.name for one in self.session.exec(select(Office))})

    def target_rows(self) -> list[Row]:
        items = select(PlanItem, Person).join(Person).where(PlanItem.plan_id == self.plan.id)
        period, newest = Period.parse(self.plan.period), newest_readings(self.session, self.plan)
        thresholds = self.runtime.gauge.thresholds
        found = target_statuses(self.session, self.plan.id or 0, period, self.today, thresholds)
        return [
            self._target_row(item, owner, status, newest.get(status.target.id or 0))
            for item, owner in self.session.exec(items.order_by(col(PlanItem.number)))
            for status in found.get(item.id or 0, ())
        ]

    def _target_row(self, item: PlanItem, owner: Person, status: TargetStatus, newest: Progress | None) -> Row:
        target = status.target
        row = self._about(item, owner) | {
            "number": item.number,
            "indicator": target.indicator,
            "unit": target.unit,
            **goals_shown(target),
            "value": status.value,
            "read_on": status.read_on,
            "calibre": newest.calibre if newest else "",
            "note": "",
            "floor_share": status.floor_share,
            "stretch_share": status.stretch_share,
            "light": "定性" if target.qualitative else status.light.label,
            "owner": owner.name,
        }
        seen = (newest.id or 0) if newest else 0
        return row | {"mark": self.marks.mark(TARGETS, target.id or 0, seen, row)}

    def task_rows(self, enterprises: bool) -> list[Row]:
        seen, notes = _last_changes(self.session, self.plan, enterprises)
        found = self.session.exec(tasks_of(self.plan, enterprises).limit(MOST_ROWS + 1)).all()
        if len(found) > MOST_ROWS:
            raise Refused(TOO_MANY)
        return [self._task_row(row, seen.get(row[0].id or 0, 0), notes.get(row[0].id or 0, "")) for row in found]

    def _task_row(self, found: tuple[Task, PlanItem, Person, Enterprise | None], seen: int, note: str) -> Row:
        task, item, owner, enterprise = found
        row = self._about(item, owner) | {
            "number": task.id,
            "period": Period.parse(task.period).label,
            "purpose": Purpose(task.purpose).label,
            "enterprise": enterprise.name if enterprise else "",
            "owner": owner.name,
            "due_on": task.due_on,
            "original_due_on": task.original_due_on,
            "state": State(task.state).label,
            "note": "",
            "light": self._light(task),
            "done_on": task.done_on,
            "returns": task.returns or None,
            "last_note": note,
        }
        return row | {"mark": self.marks.mark(TASKS, task.id or 0, seen, row)}

    def _about(self, item: PlanItem, owner: Person) -> dict[str, Value]:
        office = self.offices.get(owner.office_id, NO_OFFICE)
        return {"programme": name_of(item.programme, self.runtime.programmes), "title": item.title, "office": office}

    def _light(self, task: Task) -> str:
        state = State(task.state)
        if state in FINISHED:
            return "逾期办结" if task.done_on and task.done_on > task.due_on else "正常"
        if state not in PENDING:
            return "未办" if state is State.LAPSED else ""
        return TASK_WORDS[task_light(state, task.due_on, self.today, self.runtime.gauge)]


def goals_shown(target: Target) -> dict[str, Value]:
    """确保 and 力争 as cells: a number, 待填 where it is asked for, nothing where there is none."""
    unknown = target.masked and not target.qualitative and target.floor is None and target.stretch is None
    return {"floor": TO_FILL if unknown else target.floor, "stretch": target.stretch}


def newest_readings(session: Session, plan: Plan) -> dict[int, Progress]:
    """Each target's newest reading by its day, the later entry of a day."""
    mine = select(Progress).join(Target).join(PlanItem).where(PlanItem.plan_id == plan.id)
    return {one.target_id: one for one in session.exec(mine.order_by(col(Progress.as_of), col(Progress.id)))}


def tasks_of(plan: Plan, enterprises: bool) -> Any:
    """The plan's tasks with item, owner and enterprise, as the plan comes to them; of the bureau's own or all."""
    query = (
        select(Task, PlanItem, Person, Enterprise)
        .join(PlanItem, col(PlanItem.id) == col(Task.item_id))
        .join(Person, col(Person.id) == col(Task.owner_id))
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id), isouter=True)
        .where(PlanItem.plan_id == plan.id, Task.state != State.CANCELLED)
    )
    if not enterprises:
        query = query.where(col(Task.enterprise_id).is_(None))
    return query.order_by(col(PlanItem.number), col(Task.due_on), col(Task.id))


def _last_changes(session: Session, plan: Plan, enterprises: bool) -> tuple[dict[int, int], dict[int, str]]:
    """Of each task its newest change, and what was said last."""
    # What was said when it was handed out is its due date, which has a column of its own.
    said = case((col(TaskChange.verb) == Verb.OPEN, ""), else_=col(TaskChange.note))
    query = select(TaskChange.task_id, TaskChange.id, said)
    query = query.join(Task, col(Task.id) == col(TaskChange.task_id)).join(PlanItem)
    query = query.where(PlanItem.plan_id == plan.id)
    if not enterprises:
        query = query.where(col(Task.enterprise_id).is_(None))
    seen: dict[int, int] = {}
    notes: dict[int, str] = {}
    for task_id, change_id, note in session.exec(query.order_by(col(TaskChange.id))):
        seen[task_id] = change_id or 0
        notes[task_id] = note or notes.get(task_id, "")
    return seen, notes


def ledger_rows(ledger: Ledger) -> dict[str, Any]:
    """The ledger as plain rows, without marks."""
    return {
        "bureau": ledger.bureau,
        "plan": ledger.plan,
        "period": ledger.period,
        "as_of": ledger.made_at,
        "targets": list(_bare_rows(ledger.targets)),
        "tasks": list(_bare_rows(ledger.tasks)),
    }


def _bare_rows(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {name: value for name, value in row.items() if name not in ("mark", "note")}
