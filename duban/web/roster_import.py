"""名册导入: a file comes in, its differences are looked at, and what was chosen is applied. Looking changes nothing."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.carrying import carry_out
from duban.web.errands import carry_out_long
from duban.web.rendering import page
from duban.web.roster import around, keeper_act, list_again
from duban.web.visit import Here, Number, Typed, Uploaded, Visit
from flows.errands import Outcome, Tell
from flows.roster_import import Look, RosterMoved, apply_handed_in, hand_in_roster, handed_in, look
from plans.database import reading
from plans.errors import Refused
from plans.roster.comparing import Added, Changed
from plans.roster.reading import told_unread
from plans.zone import local_text

PICK, REST = "pick-", "rest-"
FIRST = 100
"""How many of each kind have a box of their own; the others share one."""
CHOOSE_FILE = "请先选择一份名册文件。"

pages = APIRouter(prefix="/desk/{token}/roster/import")


@pages.post("")
def taken_in(token: str, visit: Here, upload: Uploaded) -> Response:
    """A roster file comes in; nothing is changed yet."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        act = keeper_act(session, visit, ticket)

    def take() -> str:
        if not upload.name:
            raise Refused(CHOOSE_FILE)
        number = hand_in_roster(visit.runtime, upload.name, upload.content, act.by, visit.now)
        return f"{visit.home('desk', token)}/roster/import/{number}"

    return carry_out(take, lambda status, refused: list_again(token, visit, status, refused))


@pages.get("/{number}")
def show_differences(token: str, number: Number, visit: Here) -> Response:
    """The file beside the roster."""
    return _differences_page(token, number, visit, 200, {})


@pages.post("/{number}")
def applied(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """导入所选."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        act = keeper_act(session, visit, ticket)

    def apply(tell: Tell) -> Outcome:
        with reading(visit.engine) as session:
            chosen = _chosen(look(session, handed_in(session, number)[1]), typed)
        made = apply_handed_in(visit.runtime, number, chosen, typed.get("seen", ""), act)
        told = f"新列入{made.added}家，修改{made.changed}家。"
        return Outcome(told, f"{visit.home('desk', token)}/roster?said=roster_imported")

    back = f"{visit.home('desk', token)}/roster/import/{number}"
    again = partial(_again, token, number, visit, typed)
    return carry_out_long(visit, token, "导入企业名册", apply, back, again)


def _again(token: str, number: int, visit: Visit, typed: Mapping[str, str], status: int, refused: Refused) -> Response:
    # What was ticked is about a list that is no longer true.
    kept = {} if isinstance(refused, RosterMoved) else typed
    return _differences_page(token, number, visit, status, kept, str(refused))


def _chosen(found: Look, typed: Mapping[str, str]) -> set[str]:
    """The keys that were ticked, with those of the rest where its box was."""
    chosen = {name.removeprefix(PICK) for name in typed if name.startswith(PICK)}
    usual = found.changes.usual()
    if f"{REST}added" in typed:
        chosen |= {one.key for one in found.changes.added[FIRST:]}
    if f"{REST}changed" in typed:
        chosen |= {change.key for one in found.changes.changed[FIRST:] for change in one.changes} & usual
    return chosen


def _differences_page(
    token: str, number: int, visit: Visit, status: int, typed: Mapping[str, str], fault: str = ""
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        facts = around(session, visit, token, ticket)
        try:
            row, read = handed_in(session, number)
        except Refused as refused:
            raise TurnedAway(str(refused), 404, "没有找到") from refused
        found = look(session, read)
    changes = found.changes
    facts |= {"row": row, "found": found, "fault": fault, "pick": PICK, "rest": REST}
    facts |= {"ticked": _ticked(found, typed), "typed": typed}
    facts |= {"added": _cut(changes.added), "changed": _cut(changes.changed), "absent": changes.absent[:FIRST]}
    facts |= {"problems": found.problems[:FIRST], "told": told_unread(found.problems), "first": FIRST}
    facts |= {"applied_at": local_text(row.applied_at) if row.applied_at else ""}
    facts |= {"can_apply": facts["keeper"] and not row.applied_at and _has_any(found)}
    return page("roster_import.html.j2", visit, facts, status)


def _cut(rows: Sequence[Added] | Sequence[Changed]) -> dict[str, Any]:
    return {"shown": rows[:FIRST], "more": max(0, len(rows) - FIRST), "count": len(rows)}


def _has_any(found: Look) -> bool:
    return bool(found.changes.added or found.changes.changed or found.reading.shared)


def _ticked(found: Look, typed: Mapping[str, str]) -> set[str]:
    return {name.removeprefix(PICK) for name in typed if name.startswith(PICK)} if typed else found.changes.usual()
