"""A small real OpenID provider on a loopback port: asks nobody, signs for one person, and can be made to lie."""

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "duban", "client-secret"


@dataclass
class Provider:
    """``person`` are the claims of who is signed in there; ``lies`` replace claims of the token (None takes one away).

    ``signed_by_another``: with a key that is not published. ``denies``: comes back without a code. ``asked`` are the
    authorization requests.
    """

    address: str
    now: datetime
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-4711", "preferred_username": "liming"})
    lies: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    signed_by_another: bool = False
    unsigned: bool = False
    denies: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def about(self, request: Request) -> Response:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        told = {name: f"{self.address}/{path}" for name, path in names.items()}
        return JSONResponse({"issuer": self.issuer or self.address, **told})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        if self.denies:
            return RedirectResponse(f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}")
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        proof = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        known = request.headers.get("authorization") == "Basic " + _base64(f"{CLIENT}:{SECRET}".encode())
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if asked is None or not known or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked["nonce"])})

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def _signed(self, nonce: str) -> str:
        began = int(self.now.timestamp())
        claims = {"iss": self.address, "aud": CLIENT, "iat": began, "exp": began + 300, "nonce": nonce}
        told = {name: value for name, value in (claims | self.person | self.lies).items() if value is not None}
        if self.unsigned:
            head, body = (_url(repr(part).replace("'", '"').encode()) for part in ({"alg": "none"}, told))
            return f"{head}.{body}."
        key = RSAKey.generate_key(2048, {"kid": "one"}) if self.signed_by_another else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, told, key)


@contextmanager
def provider(now: datetime) -> Iterator[Provider]:
    """The provider, answering."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    made = Provider(f"http://127.0.0.1:{door.getsockname()[1]}", now)
    routes = [
        Route("/.well-known/openid-configuration", made.about),
        Route("/authorize", made.authorize),
        Route("/token", made.token, methods=["POST"]),
        Route("/jwks", made.keys),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    yield made
    server.should_exit = True
    serving.join(10)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
