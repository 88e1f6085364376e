"""接口令牌和推送: what other programs come in with, and the addresses that hear of changes. A key is shown once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import signed_in
from duban.web.carrying import carry_out, status_of
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, ManyChosen, Number, Typed, Visit, Words
from flows.first_run import people_to_choose
from flows.webhooks import end_webhook, new_webhook, webhook_rows
from plans.api_tokens import Scope, end_token, new_token, read_scopes, tokens
from plans.database import reading, writing
from plans.errors import Refused

pages = APIRouter(prefix="/office/{token}/settings/tokens")


@dataclass(frozen=True)
class Told:
    """What the page says of the form just sent; ``key`` is the secret that is shown this once, ``about`` what it is."""

    at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    message: str = ""
    fault: str = ""
    about: str = ""
    key: str = ""


@pages.get("")
def show_tokens(token: str, visit: Here, said: Words = "") -> Response:
    """Tokens and webhooks."""
    return _page(visit, token, 200, Told(message=SAID.get(said, "")))


@pages.post("")
def token_made(token: str, visit: Here, typed: Typed, scopes: ManyChosen) -> Response:
    """A new token; its key stands on the page that answers, and nowhere else."""
    signed_in(visit, token)

    def make(session: Session) -> Told:
        made, key = new_token(session, typed.get("name", ""), typed.get("person", ""), read_scopes(scopes), visit.now)
        return Told("tokens", about=f"令牌“{made.name}”的密钥", key=key)

    return _made(visit, token, make, Told("tokens", typed, scopes))


@pages.post("/webhooks")
def webhook_made(token: str, visit: Here, typed: Typed) -> Response:
    """A new address to tell of changes; its secret stands on the page that answers."""
    signed_in(visit, token)

    def make(session: Session) -> Told:
        made = new_webhook(session, typed.get("url", ""), visit.now)
        return Told("webhooks", about=f"推送到 {made.url} 的签名密钥", key=made.secret)

    return _made(visit, token, make, Told("webhooks", typed))


@pages.post("/{number}/end")
def token_ended(token: str, number: Number, visit: Here) -> Response:
    """停用."""
    return _ended(visit, token, "tokens", lambda session: end_token(session, number, visit.now))


@pages.post("/webhooks/{number}/end")
def webhook_ended(token: str, number: Number, visit: Here) -> Response:
    """停止推送."""
    return _ended(visit, token, "webhooks", lambda session: end_webhook(session, number))


def _made(visit: Visit, token: str, make: Callable[[Session], Told], again: Told) -> Response:
    try:
        with writing(visit.engine) as session:
            told = make(session)
    except Refused as refused:
        return _page(visit, token, status_of(refused), Told(again.at, again.typed, again.scopes, fault=str(refused)))
    return _page(visit, token, 200, told)


def _ended(visit: Visit, token: str, at: str, end: Callable[[Session], object]) -> Response:
    signed_in(visit, token)

    def deed() -> str:
        with writing(visit.engine) as session:
            end(session)
        return f"{visit.home('office', token)}/settings/tokens?said=token_ended"

    return carry_out(deed, lambda status, refused: _page(visit, token, status, Told(at, fault=str(refused))))


def _page(visit: Visit, token: str, status: int, told: Told) -> Response:
    visitor = signed_in(visit, token)
    with reading(visit.engine) as session:
        people, kept = people_to_choose(session), tokens(session)
    rows = [(one, person.name, "、".join(Scope(scope).label for scope in one.scopes)) for one, person in kept]
    facts = {
        "told": told,
        "message": told.message,
        "people": people,
        "chosen": told.typed.get("person") or visitor.name,
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "rows": rows,
        "webhooks": webhook_rows(visit.runtime),
    }
    return settings_page("settings_tokens.html.j2", visit, token, facts, status)
