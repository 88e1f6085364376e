"""统一登录: to the county's single sign-on and back; whoever has an account here is signed in."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeSerializer

from duban.web.admission import TurnedAway
from duban.web.signing_in import inside, let_in
from duban.web.visit import Here, Visit
from flows.sso import LASTS, Journey, SsoRefused, address_there, identity_of
from plans.accounts import account_known_as, sign_in, sign_out
from plans.database import writing
from plans.errors import Refused

JOURNEY = "duban-sso"
"""The cookie that a browser carries there and back."""
NOBODY = "您在统一登录那边登录好了，但督办里没有认出您的账号：请找管理员开账号，或请他确认账号名和那边的一样。"

pages = APIRouter(prefix="/login/sso")


@pages.get("")
def go_there(visit: Here, onward: Annotated[str, Query(alias="next", max_length=500)] = "") -> Response:
    """To the provider."""
    _require(visit)
    journey = Journey.begin(inside(visit, onward), visit.now)
    try:
        address = address_there(visit.runtime.settings, _back(visit), journey)
    except SsoRefused as refused:
        raise _turned_away(refused) from refused
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        JOURNEY,
        str(_signer(visit).dumps(asdict(journey))),
        max_age=int(LASTS.total_seconds()),
        path=f"{visit.root}/login/sso",
        httponly=True,
        samesite="lax",
        secure=visit.runtime.settings.base_url.startswith("https:"),
    )
    return answer


@pages.get("/back")
def came_back(visit: Here, request: Request) -> Response:
    """Back from the provider: signed in, or told why not."""
    _require(visit)
    journey = _journey(visit, request.cookies.get(JOURNEY, ""))
    try:
        found = identity_of(visit.runtime.settings, _back(visit), journey, request.query_params, visit.now)
    except SsoRefused as refused:
        raise _turned_away(refused) from refused
    by_login = found.login if visit.runtime.settings.sso_by_login else ""
    with writing(visit.engine) as session:
        account = account_known_as(session, found.subject, by_login)
        if account is None:
            raise TurnedAway(NOBODY, 403, "没有找到账号")
        # Whoever planted a key in this browser must not come in with it.
        sign_out(session, visit.key)
        key = sign_in(session, account, visit.now)
    answer = let_in(visit, key, inside(visit, journey.onward if journey else ""))
    answer.delete_cookie(JOURNEY, path=f"{visit.root}/login/sso")
    return answer


def _require(visit: Visit) -> None:
    settings = visit.runtime.settings
    if not settings.sso_issuer or not settings.sso_client_id:
        raise TurnedAway("没有设置统一登录：请用账号和密码登录。", 404, "没有统一登录")


def _turned_away(refused: Refused) -> TurnedAway:
    return TurnedAway(str(refused), 403, "没有登录")


def _back(visit: Visit) -> str:
    return f"{visit.runtime.settings.base_url}/login/sso/back"


def _signer(visit: Visit) -> URLSafeSerializer:
    return URLSafeSerializer(visit.runtime.links.secret, salt=JOURNEY)


def _journey(visit: Visit, carried: str) -> Journey | None:
    try:
        return Journey(**_signer(visit).loads(carried))
    except (BadData, TypeError):
        return None
