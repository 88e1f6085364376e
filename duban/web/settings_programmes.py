"""设置·业务线: the bureau's own file of programmes, downloaded, checked and kept. Looking changes nothing."""

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, signed_in
from duban.web.carrying import carry_out
from duban.web.settings_forms import problems_of, yaml_file
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Typed, Upload, Uploaded, Visit, Words
from flows.programme_file import (
    drop_programmes,
    keep_programmes,
    mark_of_programmes,
    own_programmes,
    programme_text,
    shipped_text,
)
from plans.cadence import Cadence, CadenceError
from plans.errors import Refused
from plans.programmes import ProgrammeFileError, load_programmes

pages = APIRouter(prefix="/office/{token}/settings/programmes")


@pages.get("")
def show_programmes(token: str, visit: Here, said: Words = "") -> Response:
    """Every programme, and where the bureau's file is handed in."""
    return _page(token, visit, 200, message=SAID.get(said, ""))


@pages.post("")
def uploaded(token: str, visit: Here, upload: Uploaded, typed: Typed) -> Response:
    """Keep the file, or say line by line what is wrong with it."""
    signed_in(visit, token)

    def keep() -> str:
        keep_programmes(visit.runtime, upload.content, typed.get("seen", ""))
        return f"{_base(visit, token)}?said=programmes_saved"

    return carry_out(keep, lambda status, refused: _page(token, visit, status, refused, upload))


@pages.post("/remove")
def removed(token: str, visit: Here, typed: Typed) -> Response:
    """The shipped programmes alone again."""
    signed_in(visit, token)

    def remove() -> str:
        drop_programmes(visit.runtime, typed.get("seen", ""))
        return f"{_base(visit, token)}?said=programmes_removed"

    return carry_out(remove, lambda status, refused: _page(token, visit, status, refused))


@pages.get("/file/{which}")
def downloaded(token: str, which: str, visit: Here) -> Response:
    """The bureau's own file, or the shipped one."""
    signed_in(visit, token)
    text = {"own": programme_text(visit.runtime), "shipped": shipped_text()}.get(which, "")
    if not text:
        raise TurnedAway("没有这个文件：请从页面上的链接下载。", 404, "没有找到")
    return yaml_file("programmes", text)


def _page(
    token: str,
    visit: Visit,
    status: int,
    refused: Refused | None = None,
    upload: Upload | None = None,
    message: str = "",
) -> Response:
    signed_in(visit, token)
    runtime, locked, broken = visit.runtime, "", ""
    try:
        own_programmes(runtime)
    except Refused as why:
        locked = str(why)
    try:
        path = runtime.settings.programmes_file
        programmes = load_programmes(path if path.exists() else None)
    except ProgrammeFileError as error:
        programmes, broken = load_programmes(), str(error)
    facts = {"programmes": programmes, "shipped": load_programmes(), "has_own": bool(programme_text(runtime))}
    facts |= {"seen": mark_of_programmes(runtime), "name": upload.name if upload else "", "locked": locked}
    facts |= {"rhythms": {key: _rhythm(one.cadence) for key, one in programmes.items()}}
    facts |= {"fault": str(refused or "") or broken, "problems": problems_of(refused), "message": message}
    return settings_page("settings_programmes.html.j2", visit, token, facts, status)


def _rhythm(cadence: str) -> str:
    try:
        return Cadence.parse(cadence).label if cadence else ""
    except CadenceError:
        return cadence


def _base(visit: Visit, token: str) -> str:
    return visit.home("office", token) + "/settings/programmes"
