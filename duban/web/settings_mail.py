"""邮件与群机器人: the mail server with a test mail that really goes out, and the group's robot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from duban.web.admission import signed_in
from duban.web.carrying import carry_out
from duban.web.settings_form import changes_in
from duban.web.settings_index import settings_page
from duban.web.setup_steps import first_frame
from duban.web.visit import SAID, Here, Typed, Visit, Words
from flows.settings_file import change_settings, mark_of_settings
from flows.trying import try_mail, try_robot
from flows.views.settings import setting_fields
from notifications.channels.message import Outcome, OutcomeKind
from plans.database import reading
from plans.errors import Refused
from plans.tables import Person

PROVIDERS = Path(__file__).with_name("mail_providers.yaml")
SERVER = ("mail_host", "mail_port", "mail_security", "mail_user", "mail_password", "mail_sender", "mail_sender_name")
MORE = ("mail_reply_to", "mail_ca_file", "mail_timeout", "mail_pause")
ROBOT = ("robot_url",)

pages = APIRouter(prefix="/office/{token}/settings")


class Provider(BaseModel):
    """A mail provider whose server is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    host: str
    port: int
    security: str
    hint: str


@cache
def providers() -> list[Provider]:
    """Those there are."""
    return TypeAdapter(list[Provider]).validate_python(YAML(typ="safe").load(PROVIDERS.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Told:
    """What the page says of the form just sent. ``at`` is the part it belongs to: mail or robot."""

    at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    refused: Refused | None = None
    outcome: Outcome | None = None


@pages.get("/mail")
@pages.get("/first/mail")
def show_mail(token: str, visit: Here, said: Words = "", provider: Words = "") -> Response:
    """The settings as they stand, or with a provider's server filled in."""
    chosen = next((one for one in providers() if one.name == provider), None)
    filled = (
        {"mail_host": chosen.host, "mail_port": str(chosen.port), "mail_security": chosen.security} if chosen else {}
    )
    return _page(visit, token, 200, Told("mail", filled, SAID.get(said, "")), chosen)


@pages.post("/mail")
@pages.post("/first/mail")
def mail_saved(token: str, visit: Here, typed: Typed) -> Response:
    """Keep the mail server; with the other button also send a test mail through it."""
    signed_in(visit, token)
    return _saved(visit, token, typed, "mail", (*SERVER, *MORE))


@pages.post("/mail/robot")
def robot_saved(token: str, visit: Here, typed: Typed) -> Response:
    """Keep the robot's address; with the other button also say something in the group."""
    signed_in(visit, token)
    return _saved(visit, token, typed, "robot", ROBOT)


def _saved(visit: Visit, token: str, typed: Mapping[str, str], at: str, names: tuple[str, ...]) -> Response:
    def save() -> str:
        change_settings(visit.runtime.settings, changes_in(typed, names), typed.get("seen", ""), names)
        return f"{first_frame(visit, 'mail')['base']}/mail?said=saved"

    def again(status: int, refused: Refused) -> Response:
        return _page(visit.anew(), token, status, Told(at, typed, refused=refused))

    kept = carry_out(save, again)
    if "try" not in typed or kept.status_code != 303:
        return kept
    return _tried(visit.anew(), token, typed, at)


def _tried(visit: Visit, token: str, typed: Mapping[str, str], at: str) -> Response:
    try:
        if at == "mail":
            outcome = try_mail(visit.runtime, typed.get("to", "").strip(), visit.now)
        else:
            outcome = try_robot(visit.runtime, visit.now)
    except Refused as refused:
        told = Refused(f"设置已保存，测试没有做：{refused}")
        return _page(visit, token, 422, Told(at, {"to": typed.get("to", "")}, refused=told))
    return _page(visit, token, 200, Told(at, {"to": typed.get("to", "")}, outcome=outcome))


def _page(visit: Visit, token: str, status: int, told: Told, chosen: Provider | None = None) -> Response:
    visitor, settings = signed_in(visit, token), visit.runtime.settings
    with reading(visit.engine) as session:
        mine = session.get_one(Person, visitor.person_id).email
    facts = first_frame(visit, "mail") | {
        "server": setting_fields(settings, SERVER, told.typed, told.refused),
        "more": setting_fields(settings, MORE, told.typed, told.refused),
        "robot": setting_fields(settings, ROBOT, told.typed, told.refused),
        "seen": {"mail": mark_of_settings(settings, (*SERVER, *MORE)), "robot": mark_of_settings(settings, ROBOT)},
        "to": told.typed.get("to", mine),
        "providers": providers(),
        "chosen": chosen,
        "told": told,
        "no_mail": "",
        "sent": told.outcome is not None and told.outcome.kind is OutcomeKind.SENT,
    }
    return settings_page("settings_mail.html.j2", visit, token, facts, status)
