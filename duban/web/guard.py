"""The guard in front of every page: security headers, HEAD as GET, no oversized forms, none from another site."""

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from duban.web.api.faults import answer
from duban.web.rendering import notice
from duban.web.visit import COOKIE
from flows.runtime import Runtime

LARGEST_BODY = 256 * 1024
LARGEST_UPLOAD = 21 * 1024 * 1024
HEADERS = {
    # Tokens are in the address: it must not travel to other sites nor stay in a shared computer's cache.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


UPLOAD_BOUND = "文件最大20 MB：请只留需要的部分后再上传。"
FORM_BOUND = "请把文字缩短后再提交，最多256 KB。"
ELSEWHERE = "这次提交不是从本系统的页面发出的，没有保存：请从“我的工作”重新打开，再提交一次。"
UPLOADS = (
    "/attach",
    "/drafts",
    "/filings/import",
    "/roster/import",
    "/ledger/import",
    "/workdays",
    "/forms",
    "/programmes",
)
"""How the addresses end that take a file."""


class TooLarge(Exception):
    """More was sent than any of our forms can hold."""


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = _with_headers(send)
        runtime: Runtime = scope["app"].state.house.runtime
        if scope["method"] == "POST" and _from_elsewhere(Headers(scope=scope), runtime.settings.base_url):
            await _refusal(scope, 403, "没有提交", ELSEWHERE)(scope, receive, guarded)
            return
        try:
            replayed = _replay(await _body(scope, receive)) if scope["method"] == "POST" else receive
        except TooLarge:
            told = UPLOAD_BOUND if _uploads(scope) else FORM_BOUND
            await _refusal(scope, 413, "提交的内容太大", told)(scope, receive, guarded)
            return
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        await self.app({**scope, "method": method}, replayed, guarded)


def _refusal(scope: Scope, status: int, title: str, sentence: str) -> Response:
    """A page that says so; to another program, JSON."""
    if str(scope["path"]).startswith("/api/"):
        return answer(status, sentence)
    return notice(scope["app"].state.house.runtime, status, title, sentence)


def _from_elsewhere(headers: Headers, base_url: str) -> bool:
    """True for a form that another site sent, and for one that does not say while somebody is signed in."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    sent_from = headers.get("origin") or headers.get("referer", "")
    if not sent_from:
        return COOKIE in SimpleCookie(headers.get("cookie", ""))
    # Behind a proxy the host may be another than the one people type.
    return urlsplit(sent_from).netloc not in (headers.get("host"), urlsplit(base_url).netloc)


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded


def _uploads(scope: Scope) -> bool:
    return str(scope["path"]).endswith(UPLOADS)


async def _body(scope: Scope, receive: Receive) -> bytes:
    largest = LARGEST_UPLOAD if _uploads(scope) else LARGEST_BODY
    if int(Headers(scope=scope).get("content-length", "0")) > largest:
        raise TooLarge
    body = bytearray()
    async for part in _parts(receive):
        body += part
        if len(body) > largest:
            raise TooLarge
    return bytes(body)


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
