"""计划: who leads people looks at the running plan and changes it. Looking changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from duban.web.admission import TurnedAway, act_of, leads, person_of, ticket_of
from duban.web.carrying import carry_out
from duban.web.rendering import page
from duban.web.visit import SAID, Here, Number, Typed, Visit
from flows.changing import history_rows, revising
from flows.planning import plan_rows
from flows.supervising import LEADERS
from notifications.audience import same_office
from notifications.links import Ticket
from plans.columns import figure_text
from plans.database import reading
from plans.deputies import voices
from plans.draft import TO_FILL
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem, Target
from plans.words import DuePolicy, Role
from tasks.changing import cancel_item, edit_item, split_item
from tasks.fields import LONGEST
from tasks.goals import running_targets
from tasks.revision import Revision
from tasks.verbs import Act

NOT_A_LEADER = "计划由股室负责人和局领导查看、调整：有事请和他们商量。"
NOT_YOURS_TO_CHANGE = "这个事项由责任股室的负责人或局领导调整，您可以查看。"
NO_SUCH_ITEM = "没有这个编号的事项：请从计划里打开。"
CHECKS = {"needs_sign": "须签收", "needs_review": "须复核", "needs_evidence": "须佐证"}
WAS = "was-"
GOALS = ("floor", "stretch")

pages = APIRouter(prefix="/desk/{token}/plan")

Deed = Callable[[Revision, PlanItem], str]
"""A change; it gives back where to go on below the plan."""


@pages.get("")
def show_items(token: str, visit: Here, said: str = "") -> Response:
    """The items of every plan that runs."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        _leaders(session, visit, ticket)
        running = session.exec(select(Plan.period).where(col(Plan.closed_at).is_(None)))
        periods = {Period.parse(period).label for period in running}
    rows = [row for row in plan_rows(visit.runtime) if row["plan"] in periods]
    facts = {"rows": rows, "periods": list(dict.fromkeys(row["plan"] for row in rows))}
    return page("plan_items.html.j2", visit, _around(visit, token) | facts | {"message": SAID.get(said, "")})


@pages.get("/{number}")
def show_item(token: str, number: Number, visit: Here, said: str = "") -> Response:
    """One item with its targets, its history and, for whom it concerns, its forms."""
    return _item_page(token, number, visit, 200, message=SAID.get(said, ""))


@pages.post("/{number}/edit")
def edited(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """修改: only what the person really changed."""

    def edit(revision: Revision, item: PlanItem) -> str:
        targets = _targets(revision.session, item)
        count = edit_item(revision, item, changes_in(typed, _shown(revision.session, item, targets), targets))
        return f"/{number}?said={'changed' if count else 'unchanged'}"

    return _change(token, number, visit, typed, edit)


@pages.post("/{number}/split")
def split(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """拆分 into two."""

    def divide(revision: Revision, item: PlanItem) -> str:
        split_item(revision, item, [typed.get("first", ""), typed.get("second", "")])
        return "?said=split"

    return _change(token, number, visit, typed, divide)


@pages.post("/{number}/cancel")
def cancelled(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """取消, with the reason."""

    def call_off(revision: Revision, item: PlanItem) -> str:
        cancel_item(revision, item, typed.get("reason", ""))
        return f"/{number}?said=cancelled"

    return _change(token, number, visit, typed, call_off)


def _change(token: str, number: int, visit: Visit, typed: Mapping[str, str], deed: Deed) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        act, _ = _admitted(session, visit, ticket, number)

    def change() -> str:
        with revising(visit.runtime, act) as revision:
            # Asked again: the item may have been given away since.
            _, item = _admitted(revision.session, visit, ticket, number)
            return f"{visit.home('desk', token)}/plan{deed(revision, item)}"

    return carry_out(
        change, lambda status, refused: _item_page(token, number, visit, status, typed, fault=str(refused))
    )


def _leaders(session: Session, visit: Visit, ticket: Ticket) -> tuple[Person, list[Person]]:
    person = person_of(session, ticket)
    leaders = [one for one in voices(session, person, visit.today) if leads(one)]
    if not leaders:
        raise TurnedAway(NOT_A_LEADER)
    return person, leaders


def _found(session: Session, number: int) -> PlanItem:
    item = session.get(PlanItem, number)
    if item is None:
        raise TurnedAway(NO_SUCH_ITEM, 404, "没有找到")
    return item


def _admitted(session: Session, visit: Visit, ticket: Ticket, number: int) -> tuple[Act, PlanItem]:
    person, leaders = _leaders(session, visit, ticket)
    item = _found(session, number)
    owner = session.get_one(Person, item.owner_id)
    for one in leaders:
        if may_change(one, owner):
            return act_of(visit, person, one), item
    raise TurnedAway(NOT_YOURS_TO_CHANGE, 403, "不能调整")


def may_change(person: Person, owner: Person) -> bool:
    """Who changes an item: the director and deputies, and the head of its owner's office."""
    return person.role in LEADERS or (person.role == Role.OFFICE_HEAD and same_office(person, owner))


def _targets(session: Session, item: PlanItem) -> Sequence[Target]:
    return running_targets(session, item.id or 0)


def _shown(session: Session, item: PlanItem, targets: Sequence[Target]) -> dict[str, str]:
    shown = {
        "title": "".join(item.title.splitlines()),
        "owner": session.get_one(Person, item.owner_id).name,
        "cadence": item.cadence,
        "due_policy": item.due_policy,
        "weight": figure_text(item.weight),
    }
    shown |= {name: "是" if getattr(item, name) else "" for name in CHECKS}
    return shown | {f"{goal}-{one.id}": _goal(getattr(one, goal)) for one in _measured(targets) for goal in GOALS}


def _goal(value: Any) -> str:
    return "" if value is None else figure_text(value)


def _measured(targets: Sequence[Target]) -> list[Target]:
    return [target for target in targets if not target.qualitative]


def filled(typed: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """What the form holds: what was typed over what is. A box that is not ticked is not sent at all."""
    return {name: typed.get(name, "" if WAS + name in typed else now) for name, now in shown.items()}


def began(typed: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """What the form held when it was opened: what others have changed since is not changed back."""
    return {name: typed.get(WAS + name, now) for name, now in shown.items()}


def changes_in(typed: Mapping[str, str], shown: Mapping[str, str], targets: Sequence[Target]) -> dict[str, str]:
    """The fields the person changed, as text for the flow that changes them."""
    keys = {f"{goal}-{one.id}": f"{one.indicator}.{goal}" for one in targets for goal in GOALS}
    before = began(typed, shown)
    changed = {
        name: text for name, text in filled(typed, shown).items() if _bare(name, text) != _bare(name, before[name])
    }
    return {keys.get(name, name): (text or "否") if name in CHECKS else text for name, text in changed.items()}


def _bare(name: str, text: str) -> str:
    text = text.strip()
    return "" if text == TO_FILL and name.startswith(GOALS) else text


def _around(visit: Visit, token: str) -> dict[str, Any]:
    return {"home": visit.home("desk", token), "here": "plan", "leader": True}


def _item_page(
    token: str,
    number: int,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    message: str = "",
    fault: str = "",
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        _, leaders = _leaders(session, visit, ticket)
        facts = _item_facts(session, _found(session, number), leaders, typed or {})
    row = next(row for row in plan_rows(visit.runtime) if row["id"] == number)
    told = [change["told"] for change in history_rows(visit.runtime, number)]
    said = {"row": row, "told": told, "typed": typed or {}, "message": message, "fault": fault}
    return page("plan_item.html.j2", visit, _around(visit, token) | facts | said, status)


def _item_facts(
    session: Session, item: PlanItem, leaders: Sequence[Person], typed: Mapping[str, str]
) -> dict[str, Any]:
    owner, targets = session.get_one(Person, item.owner_id), _targets(session, item)
    shown = _shown(session, item, targets)
    over = item.cancelled_at is not None or session.get_one(Plan, item.plan_id).closed_at is not None
    people = session.exec(select(Person.name).where(col(Person.active)).order_by(col(Person.id))).all()
    return {
        "item": item,
        "targets": targets,
        "measured": _measured(targets),
        "values": filled(typed, shown),
        "was": began(typed, shown),
        "people": people if owner.active else [*people, owner.name],
        "policies": list(DuePolicy),
        "checks": CHECKS,
        "longest": LONGEST["title"],
        "concerned": any(may_change(one, owner) for one in leaders),
        "over": over,
    }
