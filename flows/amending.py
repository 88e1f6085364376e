"""Amending a running plan 修订, put together for the command line and the pages: what differs, and what was picked."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from flows.changing import revising
from flows.runtime import Runtime
from flows.sheets import SheetMoved
from plans.amending import (
    Amendment,
    AmendmentsMoved,
    Change,
    amendments,
    as_the_document_says,
    fingerprint,
    pick,
)
from plans.checking import is_address, period_of
from plans.database import reading
from plans.differences import LABELS, NOTHING, Difference, goals_text, shown, stated
from plans.draft import Draft, DraftItem, DraftPerson, DraftTarget
from plans.errors import Refused
from plans.sheet.model import Sheet
from plans.starting import keep_person
from plans.tables import Person, Plan, PlanItem, PlanSheet, SheetState, Target
from plans.zone import local_text
from tasks.amending import Applied, amend, running_of
from tasks.revision import Revision
from tasks.states import PENDING
from tasks.tables import ItemChange, Task
from tasks.verbs import Act

SHEET_MOVED = "别人刚改过这份草稿，没有改动计划：请刷新页面后再选。"
NEW = ("programme", "kind", "cadence", "owner")
NONE_CHOSEN = "请先勾选要应用的变化。"


@dataclass(frozen=True)
class AmendmentView:
    """A running plan beside a document. ``seen`` is what the list is known by when something of it is applied.

    Each row: key, change, label, id and number (of what runs), title, owner, facts [(label, text)], quote, and
    differences [{key, label, before, after, quote, silent, touched}]; ``touched`` is who changed the field while the
    plan ran, whose change it would undo. ``same``: how many items stay as they are. ``ownerless``: how many new items
    name nobody.
    """

    plan_id: int
    plan: str
    period: str
    seen: str
    same: int
    ownerless: int
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class SheetAmendments:
    """The same of a sheet somebody works on."""

    number: int
    version: int
    name: str
    view: AmendmentView


def runs(session: Session, period: str) -> bool:
    """True when a plan of that period runs, so that a document of it amends instead of starts."""
    return _running_plan(session, period) is not None


def amendment_rows(runtime: Runtime, draft: Draft) -> AmendmentView:
    """What a draft changes in the running plan of its period. Raises Refused when none runs."""
    with reading(runtime.engine) as session:
        return _view(runtime, session, draft)


def sheet_amendments(runtime: Runtime, number: int) -> SheetAmendments:
    """What an open sheet changes in the running plan of its period. Raises Refused."""
    with reading(runtime.engine) as session:
        sheet = _open_sheet(session, number)
        return SheetAmendments(number, sheet.version, sheet.name, _view(runtime, session, _draft_of(runtime, sheet)))


def apply_amendments(
    runtime: Runtime,
    draft: Draft,
    chosen: Collection[str],
    act: Act,
    *,
    seen: str = "",
    reason: str = "",
    owner: str = "",
) -> Applied:
    """Change the running plan as chosen, all of it or nothing.

    ``seen`` is the view's mark: where the plan or the draft moved since, AmendmentsMoved is raised. ``reason`` is why
    items and targets are dropped, ``owner`` who has new items that name nobody. Raises Refused naming the item.
    """
    with revising(runtime, act) as revision:
        return _apply(runtime, revision, draft, chosen, seen, reason, owner or draft.owner)[1]


def amend_sheet(
    runtime: Runtime,
    number: int,
    version: int,
    chosen: Collection[str],
    by: str,
    now: datetime,
    *,
    seen: str = "",
    reason: str = "",
    owner: str = "",
) -> Applied:
    """The same with an open sheet, which is then done with. Raises SheetMoved too."""
    with revising(runtime, Act(by, "page", now)) as revision:
        sheet = _open_sheet(revision.session, number, version)
        draft = _draft_of(runtime, sheet)
        plan, applied = _apply(runtime, revision, draft, chosen, seen, reason, owner or draft.owner)
        sheet.state, sheet.plan_id = SheetState.APPLIED.value, plan.id
        sheet.version, sheet.changed_at = sheet.version + 1, now
        revision.session.add(sheet)
    return applied


def _apply(
    runtime: Runtime, revision: Revision, draft: Draft, chosen: Collection[str], seen: str, reason: str, owner: str
) -> tuple[Plan, Applied]:
    if not chosen:
        raise Refused(NONE_CHOSEN)
    plan = require_running_plan(revision.session, draft.period)
    revision.session.refresh(plan, with_for_update=True)
    found = amendments(running_of(revision.session, plan, hold=True), draft, runtime.programmes)
    if seen and seen != fingerprint(found):
        raise AmendmentsMoved
    picked = pick(found, chosen)
    _enlist(revision.session, draft.people, {*_holders(picked), owner})
    return plan, amend(revision, plan, picked, owner, reason)


def _holders(picked: Iterable[Amendment]) -> Iterator[str]:
    for one in picked:
        yield from (it.value for it in one.differences if it.field == "owner")
        if one.change is Change.ADDED and one.drafted is not None:
            yield one.drafted.owner


def _enlist(session: Session, people: Iterable[DraftPerson], wanted: Collection[str]) -> None:
    # Whoever is there already stays as they are: the document's address list may be older than ours.
    known = set(session.exec(select(Person.name)))
    for person in people:
        if person.name in wanted and person.name not in known:
            if not is_address(person.mail):
                raise Refused(f"{person.name}还不在人员名单里，请在草稿里补上邮箱地址。")
            keep_person(session, person)
    session.flush()


def require_running_plan(session: Session, period: str) -> Plan:
    """The plan of that period, which runs. Raises Refused."""
    parsed = period_of(period)
    if parsed is None:
        raise Refused("没有写明计划期间：请写成 2026H2、2026Q4、2026-10 或 2026。")
    plan = session.exec(select(Plan).where(Plan.period == parsed.key)).first()
    if plan is None:
        raise Refused(f"{parsed.label}没有在执行的计划，没有什么可以修订：请先启动计划。")
    if plan.closed_at is not None:
        raise Refused(f"{parsed.label}的计划已于 {local_text(plan.closed_at)} 结束，不能再改。")
    return plan


def _running_plan(session: Session, period: str) -> Plan | None:
    try:
        return require_running_plan(session, period)
    except Refused:
        return None


def _open_sheet(session: Session, number: int, version: int = 0) -> PlanSheet:
    sheet = session.exec(select(PlanSheet).where(PlanSheet.id == number).with_for_update()).first()
    if sheet is None:
        raise Refused("没有这份草稿：请从列表里打开。")
    if sheet.state != SheetState.OPEN:
        raise SheetMoved("这份草稿已经办完，没有再改动计划：请看计划。")
    if version and sheet.version != version:
        raise SheetMoved(SHEET_MOVED)
    return sheet


def _draft_of(runtime: Runtime, sheet: PlanSheet) -> Draft:
    return as_the_document_says(Sheet.model_validate(sheet.sheet).draft(), runtime.programmes)


def _view(runtime: Runtime, session: Session, draft: Draft) -> AmendmentView:
    plan = require_running_plan(session, draft.period)
    found = amendments(running_of(session, plan), draft, runtime.programmes)
    parsed = period_of(plan.period)
    rows = _Rows(runtime, draft.owner, _pending(session, plan), _touched(session, plan))
    added = [one.drafted for one in found if one.change is Change.ADDED and one.drafted]
    return AmendmentView(
        plan_id=plan.id or 0,
        plan=plan.title,
        period=parsed.label if parsed else plan.period,
        seen=fingerprint(found),
        same=sum(one.change is Change.SAME for one in found),
        ownerless=sum(not (item.owner or draft.owner) for item in added),
        rows=[rows.row(one) for one in found if one.change is not Change.SAME],
    )


def _pending(session: Session, plan: Plan) -> dict[int, int]:
    counted = select(Task.item_id, func.count()).join(PlanItem).where(PlanItem.plan_id == plan.id)
    return dict(session.exec(counted.where(col(Task.state).in_(PENDING)).group_by(col(Task.item_id))).all())


def _touched(session: Session, plan: Plan) -> dict[tuple[int | None, str], str]:
    changed = select(ItemChange).join(PlanItem).where(PlanItem.plan_id == plan.id).order_by(col(ItemChange.id))
    return {(one.item_id, one.field): f"{one.by} {local_text(one.at)} 改过" for one in session.exec(changed)}


@dataclass(frozen=True)
class _Rows:
    """Amendments as plain rows. ``owner`` has what names nobody; ``pending`` counts each item's open tasks;
    ``touched`` says of (item, label of a field) who changed it last."""

    runtime: Runtime
    owner: str
    pending: dict[int, int]
    touched: dict[tuple[int | None, str], str]

    def row(self, one: Amendment) -> dict[str, Any]:
        item = one.running.item if one.running else None
        return {
            "key": one.key,
            "change": one.change.value,
            "label": one.change.label,
            "id": item.id if item else None,
            "number": item.number if item else None,
            "title": one.title,
            "owner": one.running.owner if one.running else (one.drafted.owner if one.drafted else "") or self.owner,
            "facts": self._facts(one),
            "quote": one.drafted.text if one.drafted else "",
            "differences": [
                _difference_row(it) | {"touched": self.touched.get((item.id if item else None, it.label), "")}
                for it in one.differences
            ],
        }

    def _facts(self, one: Amendment) -> list[tuple[str, str]]:
        if one.change is Change.ADDED and one.drafted is not None:
            return self._new(one.drafted)
        if one.change is Change.DROPPED and one.running is not None:
            count = self.pending.get(one.running.item.id or 0, 0)
            return [("责任人", one.running.owner), *_goals(one.running.targets), ("待办任务", f"{count}项")]
        return []

    def _new(self, drafted: DraftItem) -> list[tuple[str, str]]:
        programmes = self.runtime.programmes
        programme = programmes.get(drafted.programme)
        proposed = {"kind": programme.kind.value, "cadence": programme.cadence} if programme else {}
        said = proposed | {"owner": self.owner, "programme": drafted.programme} | stated(drafted)
        told = [(LABELS[field], shown(field, said.get(field, ""), programmes)) for field in NEW]
        return [*((label, text) for label, text in told if text != NOTHING), *_goals(drafted.targets)]


def _goals(targets: Sequence[Target | DraftTarget]) -> list[tuple[str, str]]:
    return [("指标", f"{one.indicator} {goals_text(one)}") for one in targets]


def _difference_row(one: Difference) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("key", "label", "before", "after", "quote", "silent")}
