"""Signing in and out, and one's own password. Attempts are slowed; a browser gets a new key with every sign-in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from duban.web.admission import NotSignedIn
from duban.web.carrying import carry_out
from duban.web.rendering import page
from duban.web.visit import COOKIE, SAID, Here, Typed, Visit
from plans.account_tables import Account
from plans.accounts import (
    WRONG,
    SignInRefused,
    change_own_password,
    check_password,
    note_failure,
    sign_in,
    sign_out,
    wait_before,
)
from plans.database import reading, writing
from plans.errors import Refused

pages = APIRouter()


@pages.get("/login")
def show_sign_in(
    visit: Here, onward: Annotated[str, Query(alias="next", max_length=500)] = "", said: str = ""
) -> Response:
    """Name and password."""
    return _sign_in_page(visit, 200, {"next": onward}, message=SAID.get(said, ""))


@pages.post("/login")
def signed_in(visit: Here, typed: Typed) -> Response:
    """Sign in, and on to the page that was wanted."""
    try:
        key = _try(visit, typed.get("login", ""), typed.get("password", ""))
    except SignInRefused as refused:
        return _sign_in_page(visit, 403, typed, fault=str(refused))
    return let_in(visit, key, inside(visit, typed.get("next", "")))


def let_in(visit: Visit, key: str, onward: str) -> Response:
    """On to that page, with the key of the sign-in in this browser."""
    answer = RedirectResponse(onward, 303)
    answer.set_cookie(
        COOKIE,
        key,
        path=f"{visit.root}/",
        httponly=True,
        samesite="lax",
        secure=visit.runtime.settings.base_url.startswith("https:"),
    )
    return answer


@pages.post("/logout")
def signed_out(visit: Here) -> Response:
    """退出: this browser's key is worth nothing any more."""
    with writing(visit.engine) as session:
        sign_out(session, visit.key)
    answer = RedirectResponse(f"{visit.root}/login?said=signed_out", 303)
    answer.delete_cookie(COOKIE, path=f"{visit.root}/")
    return answer


@pages.get("/account")
def show_account(visit: Here) -> Response:
    """One's own account."""
    return _account_page(visit, 200)


@pages.post("/account")
def password_changed(visit: Here, typed: Typed) -> Response:
    """A new password of one's own; all browsers sign in anew."""

    def change() -> str:
        if typed.get("new") != typed.get("again"):
            raise Refused("两次输入的新密码不一样：请再输一遍。")
        with writing(visit.engine) as session:
            account = session.get_one(Account, visit.visitor.account_id if visit.visitor else 0)
            change_own_password(session, account, typed.get("old", ""), typed.get("new", ""))
        return f"{visit.root}/login?said=password_changed"

    if visit.visitor is None:
        raise NotSignedIn(visit.path)
    return carry_out(change, lambda status, refused: _account_page(visit, status, str(refused)))


def _try(visit: Visit, login: str, password: str) -> str:
    with writing(visit.engine) as session:
        pause = wait_before(session, login, visit.source, visit.now)
        account = None if pause else check_password(session, login, password)
        if account is not None:
            # Whoever planted a key in this browser must not come in with it.
            sign_out(session, visit.key)
            return sign_in(session, account, visit.now)
        if not pause:
            note_failure(session, login, visit.source, visit.now)
    raise SignInRefused(f"试得太多了：请等{_told(pause)}再试。" if pause else WRONG)


def _told(pause: timedelta) -> str:
    seconds = int(pause.total_seconds()) + 1
    return f"{seconds}秒" if seconds < 120 else f"{-(-seconds // 60)}分钟"


def inside(visit: Visit, onward: str) -> str:
    """The page that was wanted if it is one of ours, else the person's own."""
    # A browser takes //host and /\host for another site.
    ours = onward.startswith(f"{visit.root}/") and onward[1:2] not in ("/", "\\") and "\\" not in onward
    return onward if ours else f"{visit.root}/"


def _sign_in_page(visit: Visit, status: int, typed: Mapping[str, str], message: str = "", fault: str = "") -> Response:
    settings = visit.runtime.settings
    sso = settings.sso_name if settings.sso_issuer and settings.sso_client_id else ""
    facts = {"typed": typed, "message": message, "fault": fault, "sso": sso, "bureau": settings.bureau}
    return page("sign_in.html.j2", visit, facts, status)


def _account_page(visit: Visit, status: int, fault: str = "") -> Response:
    if visit.visitor is None:
        raise NotSignedIn(visit.path)
    with reading(visit.engine) as session:
        account = session.get_one(Account, visit.visitor.account_id)
    return page("account.html.j2", visit, {"account": account, "fault": fault}, status)
