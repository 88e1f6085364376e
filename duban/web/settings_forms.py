"""设置·报表: the forms enterprises fill: looked at, uploaded, downloaded, removed. Looking changes nothing."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, signed_in
from duban.web.carrying import carry_out
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Typed, Upload, Uploaded, Visit, Words
from flows.form_files import KeptForm, form_text, keep_form, kept_forms, mark_of_forms, remove_form
from flows.views.form import form_view
from flows.yaml_uploads import FileRefused
from plans.database import reading
from plans.errors import Refused
from plans.reading.model import Problem
from tasks.form import ZERO, Before

NO_SUCH_FORM = "没有这张报表：请从列表里打开。"

pages = APIRouter(prefix="/office/{token}/settings/forms")


@pages.get("")
def show_forms(token: str, visit: Here, said: Words = "") -> Response:
    """Every form, and where a new one is handed in."""
    return _page(token, visit, 200, message=SAID.get(said, ""))


@pages.post("")
def uploaded(token: str, visit: Here, upload: Uploaded, typed: Typed) -> Response:
    """Keep a form file, or say line by line what is wrong with it."""
    signed_in(visit, token)

    def keep() -> str:
        form = keep_form(visit.runtime, upload.content, typed.get("seen", ""))
        return f"{_base(visit, token)}/{form.key}?said=form_saved"

    return carry_out(keep, lambda status, refused: _page(token, visit, status, refused, upload))


@pages.get("/{key}")
def show_form(token: str, key: str, visit: Here, said: Words = "") -> Response:
    """A form as an enterprise sees it; nothing can be handed in."""
    kept = _kept(visit, token, key)
    view = form_view(kept.form, Before(), {}, None) if kept.form else None
    facts = {"kept": kept, "view": view, "zero": ZERO, "seen": mark_of_forms(visit.runtime)}
    return settings_page("settings_form.html.j2", visit, token, {**facts, "message": SAID.get(said, "")})


@pages.get("/{key}/file")
def downloaded(token: str, key: str, visit: Here) -> Response:
    """The form's file."""
    kept = _kept(visit, token, key)
    return yaml_file(kept.key, form_text(visit.runtime, kept.key))


@pages.post("/{key}/remove")
def removed(token: str, key: str, visit: Here, typed: Typed) -> Response:
    """Take one of the bureau's own away."""
    _kept(visit, token, key)

    def remove() -> str:
        remove_form(visit.runtime, key, typed.get("seen", ""))
        return f"{_base(visit, token)}?said=form_removed"

    return carry_out(remove, lambda status, refused: _page(token, visit, status, refused))


def yaml_file(name: str, text: str) -> Response:
    """A YAML file to download."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.yaml"
    content = text.encode("utf-8", "surrogateescape")
    return Response(content, media_type="application/yaml", headers={"Content-Disposition": disposition})


def _page(
    token: str,
    visit: Visit,
    status: int,
    refused: Refused | None = None,
    upload: Upload | None = None,
    message: str = "",
) -> Response:
    signed_in(visit, token)
    with reading(visit.engine) as session:
        kept = kept_forms(session, visit.runtime)
    facts = {"forms": kept, "seen": mark_of_forms(visit.runtime), "name": upload.name if upload else ""}
    facts |= {"fault": str(refused or ""), "problems": problems_of(refused), "message": message}
    return settings_page("settings_forms.html.j2", visit, token, facts, status)


def problems_of(refused: Refused | None) -> Sequence[Problem]:
    """What is wrong with the file that was handed in, line by line."""
    return refused.problems if isinstance(refused, FileRefused) else ()


def _kept(visit: Visit, token: str, key: str) -> KeptForm:
    signed_in(visit, token)
    with reading(visit.engine) as session:
        found = next((one for one in kept_forms(session, visit.runtime) if one.key == key), None)
    if found is None:
        raise TurnedAway(NO_SUCH_FORM, 404, "没有找到")
    return found


def _base(visit: Visit, token: str) -> str:
    return visit.home("office", token) + "/settings/forms"
