"""设置·催办阶梯: a ladder as a form, its dates and words for an example before it is kept. Looking changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from duban.web.admission import TurnedAway, signed_in
from duban.web.carrying import status_of
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Typed, Visit, Words
from flows.ladder_file import KeptLadder, keep_ladder, kept_ladder, kept_ladders, open_tasks_on, own_file, reset_ladder
from notifications.examples import told_steps
from notifications.ladder import RETURNED, Ladder, LadderFileError
from notifications.ladder_files import AUDIENCES, MOST_STEPS, TONES, WAYS, TypedStep, read_ladder, rows_of, steps_in
from plans.database import reading
from plans.errors import Refused
from plans.kept_files import Overtaken
from plans.sheet.errors import FieldFaults
from tasks.verbs import Act

AHEAD = 10
"""The example is due this many workdays from now."""
NEW_STEP = TypedStep("after", "", ("assignee",))
WHENS = {"before": "到期前", "on": "到期当天", "after": "到期后"}

pages = APIRouter(prefix="/office/{token}/settings/ladders")


@pages.get("")
def show_ladders(token: str, visit: Here, said: Words = "") -> Response:
    """Every ladder, in a sentence."""
    signed_in(visit, token)
    try:
        ladders, fault = kept_ladders(visit.runtime), _locked(visit)
    except LadderFileError as broken:
        ladders, fault = [], str(broken)
    facts = {"ladders": ladders, "fault": fault, "message": SAID.get(said, "")}
    return settings_page("settings_ladders.html.j2", visit, token, facts)


@pages.get("/{key}")
def show_ladder(token: str, key: str, visit: Here, due: Words = "", said: Words = "") -> Response:
    """One ladder as a form, with its dates for an example."""
    kept = _kept(visit, token, key)
    typed = {"due": due, "name": kept.ladder.name, "seen": kept.seen}
    return _page(token, visit, kept, rows_of(kept.ladder), typed, message=SAID.get(said, ""))


@pages.post("/{key}")
def pressed(token: str, key: str, visit: Here, typed: Typed) -> Response:
    """The form's buttons: one step more or less, look at the dates, keep, or the shipped one again."""
    kept, deed = _kept(visit, token, key), typed.get("do", "save")
    rows = _rearranged(steps_in(typed), deed)
    if deed not in ("save", "reset"):
        return _page(token, visit, kept, rows, typed)
    try:
        _keep(visit, token, key, rows, typed, deed)
    except Refused as refused:
        return _again(token, visit, key, rows, typed, refused)
    address = f"{visit.home('office', token)}/settings/ladders/{key}?said=ladder_{deed}"
    return RedirectResponse(address, 303)


def _keep(visit: Visit, token: str, key: str, rows: Sequence[TypedStep], typed: Mapping[str, str], deed: str) -> None:
    act, seen = Act(signed_in(visit, token).name, "page", visit.now), typed.get("seen", "")
    if deed == "reset":
        reset_ladder(visit.runtime, key, seen, act)
    else:
        keep_ladder(visit.runtime, key, read_ladder(typed.get("name", ""), rows), seen, act)


def _rearranged(rows: list[TypedStep], deed: str) -> list[TypedStep]:
    """The rows after a button that only changes the form."""
    verb, _, nth = deed.partition("-")
    if verb == "add" and len(rows) < MOST_STEPS:
        return [*rows, NEW_STEP]
    if verb == "remove" and nth.isascii() and nth.isdecimal():
        return [row for at, row in enumerate(rows) if at != int(nth)]
    if verb == "look" and all(isinstance(row.offset, int) for row in rows):
        return sorted(rows, key=lambda row: row.offset)
    return rows


def _again(
    token: str, visit: Visit, key: str, rows: list[TypedStep], typed: Mapping[str, str], refused: Refused
) -> Response:
    kept, status = _kept(visit, token, key), status_of(refused)
    if isinstance(refused, Overtaken):
        # What is kept now stands beside what was typed; pressed once more, they have seen it.
        typed = {**typed, "seen": kept.seen}
    return _page(token, visit, kept, rows, typed, refused, status)


def _page(
    token: str,
    visit: Visit,
    kept: KeptLadder,
    rows: list[TypedStep],
    typed: Mapping[str, str],
    refused: Refused | None = None,
    status: int = 200,
    message: str = "",
) -> Response:
    ladder, faults = _read(typed, rows)
    due, due_fault = _due(visit, typed.get("due", ""))
    told = told_steps(kept.key, ladder, due, _pen(visit, ladder, kept.key)) if ladder else []
    days = [one.day for one in told] or [due]
    # What is typed is judged when it is looked at or kept, not while rows are only added.
    judged = typed.get("do", "save") in ("save", "look") or refused is not None
    with reading(visit.engine) as session:
        concerned = open_tasks_on(session, kept.key)
    facts: dict[str, Any] = {"kept": kept, "rows": rows, "typed": typed, "told": told, "due": due, "message": message}
    facts |= {"fault": str(refused or "") or _locked(visit), "faults": faults if judged else {}, "due_fault": due_fault}
    facts |= {"audiences": AUDIENCES, "ways": WAYS, "tones": TONES, "whens": _whens(kept), "most": MOST_STEPS}
    facts |= {"theirs": rows_of(kept.ladder) if isinstance(refused, Overtaken) else []}
    facts |= {"warnings": visit.runtime.workdays.warnings(min(days), max(days)), "concerned": concerned}
    return settings_page("settings_ladder.html.j2", visit, token, facts, status)


def _read(typed: Mapping[str, str], rows: Sequence[TypedStep]) -> tuple[Ladder | None, dict[str, str]]:
    try:
        return read_ladder(typed.get("name", ""), rows), {}
    except FieldFaults as faults:
        return None, dict(faults.faults)


def _pen(visit: Visit, ladder: Ladder, key: str) -> Any:
    pen = visit.runtime.pen
    return replace(pen, ladders={**pen.ladders, key: ladder})


def _due(visit: Visit, text: str) -> tuple[date, str]:
    soon = visit.runtime.workdays.shifted(visit.today, AHEAD)
    if not text.strip():
        return soon, ""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return soon, "请填写日期，如 2026-10-30。"
    far = abs(day.year - visit.today.year) > 3
    return (soon, "请选近三年内的日子。") if far else (day, "")


def _whens(kept: KeptLadder) -> dict[str, str]:
    return {"after": "退回后"} if kept.key == RETURNED else WHENS


def _locked(visit: Visit) -> str:
    try:
        own_file(visit.runtime)
    except Refused as refused:
        return str(refused)
    return ""


def _kept(visit: Visit, token: str, key: str) -> KeptLadder:
    signed_in(visit, token)
    try:
        return kept_ladder(visit.runtime, key)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused
    except LadderFileError as broken:
        raise TurnedAway(str(broken), 409, "读不懂这个文件") from broken
