"""局名与时间、灯与天数、统一登录: pages that are forms of settings; and 服务器, what only a restart changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, signed_in
from duban.web.carrying import carry_out
from duban.web.settings_form import changes_in
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Typed, Visit, Words
from flows.current import UNTIL_RESTART
from flows.settings import FILE_NAME, from_environment
from flows.settings_file import change_settings, mark_of_settings
from flows.views.settings import setting_fields
from plans.errors import Refused

pages = APIRouter(prefix="/office/{token}/settings")


@dataclass(frozen=True)
class ValuesPage:
    """A page with a form of these settings."""

    title: str
    lead: str
    names: tuple[str, ...]


PAGES = {
    "bureau": ValuesPage(
        "局名与时间",
        "改了时间，从下一次提醒起按新的时间。",
        ("bureau", "office_phone", "letter_mark", "remind_at", "digest_at", "public_url", "link_days"),
    ),
    "lights": ValuesPage(
        "灯与天数",
        "天数都是工作日。灯的含义见 docs/lights.md。",
        (
            "light_yellow",
            "light_red",
            "light_soon",
            "extension_wait",
            "urge_cooldown",
            "cut_off_days",
            "promise_days",
            "renewal_lead",
        ),
    ),
    "sso": ValuesPage(
        "统一登录",
        "有县里或单位的统一登录（OpenID Connect）才要设；平台上登记的回调地址写下面这个。",
        ("sso_issuer", "sso_client_id", "sso_client_secret", "sso_name", "sso_claim", "sso_by_login"),
    ),
}
SERVER = ("data", "host", "port", "language", "programmes", "ladders", "prefect", "prefect_port")


@dataclass(frozen=True)
class Told:
    """What the page says of the form just sent."""

    typed: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    refused: Refused | None = None


@pages.get("/values/{key}")
def show_values(token: str, key: str, visit: Here, said: Words = "") -> Response:
    """The settings as they stand."""
    return _page(visit, token, key, 200, Told(message=SAID.get(said, "")))


@pages.post("/values/{key}")
def values_saved(token: str, key: str, visit: Here, typed: Typed) -> Response:
    """Keep them; they are in force at once."""
    signed_in(visit, token)

    def save() -> str:
        names = _about(key).names
        change_settings(visit.runtime.settings, changes_in(typed, names), typed.get("seen", ""), names)
        return f"{visit.home('office', token)}/settings/values/{key}?said=saved"

    return carry_out(save, lambda status, refused: _page(visit, token, key, status, Told(typed, refused=refused)))


@pages.get("/server")
def show_server(token: str, visit: Here) -> Response:
    """What is set on the server itself, to look at."""
    settings = visit.runtime.settings
    facts = {
        "fields": setting_fields(settings, SERVER),
        "database_fixed": "database_url" in from_environment(),
        "restart": UNTIL_RESTART,
        "file": str(settings.file.resolve()),
        "database": visit.engine.url.render_as_string(hide_password=True),
    }
    return settings_page("settings_server.html.j2", visit, token, facts)


def _about(key: str) -> ValuesPage:
    if key not in PAGES:
        raise TurnedAway("没有这一页设置：请从“设置”里打开。", 404, "没有找到")
    return PAGES[key]


def _page(visit: Visit, token: str, key: str, status: int, told: Told) -> Response:
    signed_in(visit, token)
    about, settings = _about(key), visit.runtime.settings
    facts = {
        "key": key,
        "about": about,
        "fields": setting_fields(settings, about.names, told.typed, told.refused),
        "seen": mark_of_settings(settings, about.names),
        "message": told.message,
        "fault": str(told.refused or ""),
        "back_address": f"{settings.base_url}/login/sso/back" if key == "sso" else "",
        "file_name": FILE_NAME,
    }
    return settings_page("settings_values.html.j2", visit, token, facts, status)
