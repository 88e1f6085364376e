"""督办: reporting, files, extensions and reviews on people's own pages. Looking changes nothing."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from sqlmodel import Session

from duban.web.acting import Deed, act_on
from duban.web.admission import TurnedAway, person_of, seen_task, ticket_of
from duban.web.carrying import said as told
from duban.web.desk_pages import decisions_page
from duban.web.task_forms import day_in, figures_in, note_in
from duban.web.visit import Here, Number, Typed, Uploaded, Visit
from flows.supervising import decide, may_supervise
from flows.tasking import readings_from_form, return_task
from plans.database import reading
from plans.deputies import voices
from plans.tables import Person
from tasks.evidence import attach, evidence_of
from tasks.extensions import ask_extension
from tasks.tables import Task
from tasks.verbs import Act, MoveRefused, close, report

NOT_YOURS_TO_DECIDE = "这件事由股室负责人或局领导决定，您可以查看。"
NO_SUCH_FILE = "没有这份材料：请从任务页面打开。"
NO_DAY = "请填写新的期限，如 2026-10-20。"

pages = APIRouter(prefix="/desk/{token}")


@pages.get("/decisions")
def decisions(token: str, visit: Here, said: str = "") -> Response:
    """What waits for this person's word."""
    return decisions_page(token, visit, told(said))


@pages.post("/tasks/{number}/report")
def reported(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """反馈."""

    def tell(session: Session, task: Task, act: Act) -> None:
        report(session, task, act, note_in(typed), readings_from_form(session, task, figures_in(typed)))

    return act_on(token, number, visit, typed, "done", "reported", tell)


@pages.post("/tasks/{number}/extend")
def asked(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """申请延期."""

    def ask(session: Session, task: Task, act: Act) -> None:
        ask_extension(session, task, day_in(typed, "to", NO_DAY), typed.get("reason", ""), act)

    return act_on(token, number, visit, typed, "extend", "asked", ask)


@pages.post("/tasks/{number}/attach")
def attached(token: str, number: Number, visit: Here, upload: Uploaded) -> Response:
    """附材料."""

    def keep(session: Session, task: Task, act: Act) -> None:
        attach(session, task, upload.name, upload.content, visit.runtime.settings.data / "evidence", act)

    return act_on(token, number, visit, {}, "attach", "attached", keep)


@pages.get("/tasks/{number}/files/{file}")
def download(token: str, number: Number, file: Number, visit: Here) -> Response:
    """A file as a download, never shown in place."""
    ticket = ticket_of(visit, token, "desk")
    with reading(visit.engine) as session:
        task = seen_task(session, person_of(session, ticket), number, visit.today)
        found = next((one for one in evidence_of(session, task.id or 0) if one.id == file), None)
    path = visit.runtime.settings.data / "evidence" / found.sha256[:2] / found.sha256 if found else None
    if found is None or path is None or not path.exists():
        raise TurnedAway(NO_SUCH_FILE, 404, "没有找到")
    disposition = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return FileResponse(path, media_type="application/octet-stream", headers={"Content-Disposition": disposition})


@pages.post("/tasks/{number}/close")
def closed(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """销号."""

    def confirm(session: Session, task: Task, act: Act) -> None:
        close(session, task, act, note_in(typed))

    return _as_supervisor(token, number, visit, typed, "closed", confirm)


@pages.post("/tasks/{number}/return")
def returned(token: str, number: Number, visit: Here, typed: Typed) -> Response:
    """退回."""

    def send_back(session: Session, task: Task, act: Act) -> None:
        return_task(session, visit.runtime, task, typed.get("reason", ""), act)

    return _as_supervisor(token, number, visit, typed, "returned", send_back)


@pages.post("/tasks/{number}/extensions/{request}/{word}")
def decided(token: str, number: Number, request: Number, word: str, visit: Here, typed: Typed) -> Response:
    """同意 or 不同意延期."""
    ticket_of(visit, token, "desk")
    if word not in ("grant", "refuse"):
        raise TurnedAway("没有这个办法：请从任务页面点按钮。", 404, "没有找到")

    def answer(session: Session, task: Task, act: Act) -> None:
        if decide(session, visit.runtime, request, word == "grant", typed.get("reason", ""), act).id != task.id:
            raise MoveRefused("这个申请不属于这项任务。")

    return _as_supervisor(token, number, visit, typed, "decided", answer)


def _as_supervisor(token: str, number: int, visit: Visit, typed: Mapping[str, str], said: str, deed: Deed) -> Response:
    return act_on(token, number, visit, typed, "decide", said, deed, _supervised)


def _supervised(session: Session, person: Person, number: int, today: date) -> tuple[Task, Person]:
    task = seen_task(session, person, number, today)
    owner = session.get_one(Person, task.owner_id)
    for one in voices(session, person, today):
        if may_supervise(one, owner):
            return task, one
    raise TurnedAway(NOT_YOURS_TO_DECIDE, 403, "不能代办")
