"""企业填报: the pages behind an enterprise's link or, within its own address, an agency's. No login, one form."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import TurnedAway
from duban.web.carrying import carry_out
from duban.web.doorway import Door, Doorway, Inside
from duban.web.handing_over import handover_pages
from duban.web.promising import promise_pages
from duban.web.rendering import page
from duban.web.visit import SAID, Typed
from flows.views.filings import facts_of
from flows.views.form import FormView, answered, form_view, typed_again
from flows.views.lines import task_line_of
from flows.views.receipts import Both, both_of, receipts_of
from notifications.letters import why_returned
from plans.database import reading, writing
from plans.errors import Refused
from tasks.cutoff import is_cut_off
from tasks.drafts import Moved, Seen, draft_of, refuse_moved, save_draft, seen_now
from tasks.filings import FilingRefused, before_of, file_answers, form_of, latest_filing
from tasks.form import REASON, ZERO, Form, check
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import MoveRefused

# What was confirmed is not changed behind the bureau's back.
CLOSED_TO = {
    State.CLOSED: "贵单位的填报已经核定。如需更正，请与联系人联系。",
    State.LAPSED: "这一期的填报已经结束，不再接收。如有疑问，请与联系人联系。",
    State.CANCELLED: "这一期不需要贵单位填报，谢谢配合。",
}
SEEN_FILING, SEEN_DRAFT = "seen:filing", "seen:draft"
"""The names under which a form tells which versions it began from; no field of a form can be called so."""

form_pages = APIRouter()


@form_pages.get("")
def show_form(door: Door, said: str = "") -> Response:
    """The form, with the draft or what was filed before."""
    return _form_page(door, 200, said=said)


@form_pages.post("")
def file_form(door: Door, typed: Typed) -> Response:
    """Take the answers, or show every fault and every question beside its field."""

    def file() -> str:
        with writing(door.visit.engine) as session:
            inside, form = _held(door, session)
            if not _filed_already(session, inside.task, form, typed):
                refuse_moved(session, inside.task, _seen(typed))
                file_answers(session, inside.task, form, typed, door.act(inside, typed))
        return f"{door.home}/receipt?said=filed"

    return carry_out(file, partial(_again, door, typed))


@form_pages.post("/draft")
def keep_draft(door: Door, typed: Typed) -> Response:
    """Keep what was typed, right or wrong, for the next time the link is opened."""

    def keep() -> str:
        with writing(door.visit.engine) as session:
            inside, form = _held(door, session)
            seen = _seen(typed)
            refuse_moved(session, inside.task, seen)
            save_draft(
                session, inside.task, _of_form(form, typed), inside.filer(typed), door.visit.now, seen.draft or None
            )
        return f"{door.home}?said=drafted"

    return carry_out(keep, partial(_again, door, typed))


@form_pages.get("/receipt")
def show_receipt(door: Door, said: str = "", version: int = 0) -> Response:
    """What was received, to print and keep: the newest version, or the one that is named."""
    with reading(door.visit.engine) as session:
        inside = door.enter(session)
        runtime = door.visit.runtime
        receipts = receipts_of(session, inside.task, runtime.forms, runtime.cut_off_days)
        shown = next((one for one in receipts if version in (0, one.filed.version)), None)
        if shown is None:
            raise TurnedAway("这一期还没有提交过，或者没有这一次填报：请回到填报页。", 404, "还没有回执")
        facts = _around(door, session, inside) | {"receipt": shown, "receipts": receipts}
        facts["name"] = _name(inside, runtime.forms.known)
    return page("receipt.html.j2", door.visit, facts | {"message": SAID["filed"] if said == "filed" else ""})


def _name(inside: Inside, known: Mapping[str, Form]) -> str:
    form = known.get(inside.item.form)
    return form.name if form else inside.item.title


def _held(door: Doorway, session: Session) -> tuple[Inside, Form]:
    inside = door.enter(session)
    # Two people at once must not both write the same version.
    session.refresh(inside.task, with_for_update=True)
    if told := CLOSED_TO.get(State(inside.task.state)):
        raise MoveRefused(told)
    return inside, form_of(inside.item, door.visit.runtime.forms)


def _filed_already(session: Session, task: Task, form: Form, typed: Mapping[str, str]) -> bool:
    """The button was pressed twice: the very same has just come in."""
    latest = latest_filing(session, task)
    if latest is None or latest.version != _seen(typed).filing + 1 or task.state != State.DONE:
        return False
    return latest.answers == check(form, typed, before_of(session, task, form)).answers


def _seen(typed: Mapping[str, str]) -> Seen:
    return Seen(*(_version(typed.get(name, "")) for name in (SEEN_FILING, SEEN_DRAFT)))


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _of_form(form: Form, typed: Mapping[str, str]) -> dict[str, str]:
    names = [ZERO, *(field.key for field in form.fields), *(REASON + question.key for question in form.soft)]
    return {name: typed[name] for name in names if name in typed}


def _again(door: Doorway, typed: Mapping[str, str], status: int, refused: Refused) -> Response:
    return _form_page(door, status, typed, refused)


def _form_page(
    door: Doorway,
    status: int,
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    said: str = "",
) -> Response:
    runtime = door.visit.runtime
    with reading(door.visit.engine) as session:
        inside = door.enter(session)
        form, draft = form_of(inside.item, runtime.forms), draft_of(session, inside.task)
        given = typed if typed is not None else draft.answers if draft else _kept(session, inside.task)
        facts = _around(door, session, inside) | {
            "view": _view(session, inside.task, form, given, isinstance(refused, FilingRefused)),
            "receipts": receipts_of(session, inside.task, runtime.forms, runtime.cut_off_days),
            "draft": draft,
            "seen": _began_from(session, inside.task, typed, refused),
        }
    happened = {"drafted": draft is not None, "promised": facts["stand"].promised_on is not None}
    told = {"fault": _fault(refused), "both": _both(form, given, refused), "typed": given}
    message = SAID[said] if happened.get(said) else ""
    return page("filing.html.j2", door.visit, {**facts, **told, "message": message}, status)


def _began_from(session: Session, task: Task, typed: Mapping[str, str] | None, refused: Refused | None) -> Seen:
    """The versions this page shows. What came in since somebody began to type they have not seen yet."""
    if isinstance(refused, Moved):
        return refused.seen
    return seen_now(session, task) if typed is None else _seen(typed)


def _around(door: Doorway, session: Session, inside: Inside) -> dict[str, Any]:
    """What stands on every page about one report."""
    task, visit = inside.task, door.visit
    return {
        "door": door,
        "inside": inside,
        "line": task_line_of(session, task, visit.today, visit.gauge),
        "stand": facts_of(session, task, visit.today),
        "today": visit.today,
        "returned": why_returned(session, task),
        "late": is_cut_off(session, task, visit.runtime.cut_off_days, visit.now),
        "closed": CLOSED_TO.get(State(task.state), ""),
        "zero": ZERO,
    }


def _fault(refused: Refused | None) -> str:
    """What is said on top of the page; what belongs beside a field or beside another's figures is said there."""
    return "" if refused is None or isinstance(refused, FilingRefused | Moved) else str(refused)


def _both(form: Form, typed: Mapping[str, str], refused: Refused | None) -> Both | None:
    return both_of(refused, form, typed) if isinstance(refused, Moved) else None


def _view(session: Session, task: Task, form: Form, given: Mapping[str, str], refused: bool) -> FormView:
    before = before_of(session, task, form)
    checked = check(form, given, before) if given else None
    return form_view(form, before, given, checked if refused or checked is None else answered(checked))


def _kept(session: Session, task: Task) -> Mapping[str, str]:
    filing = latest_filing(session, task)
    return typed_again(filing.answers) if filing else {}


pages = APIRouter()
for room in (form_pages, promise_pages, handover_pages):
    pages.include_router(room, prefix="/filing/{token}")
