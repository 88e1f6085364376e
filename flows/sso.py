"""Single sign-on by OpenID Connect: the code flow with PKCE, state and nonce. Nobody is believed who is not signed for.

What a browser carries between going there and coming back is ``Journey``; the caller keeps it where only that browser
can give it back.
"""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from flows.settings import Settings
from plans.errors import Refused

PATIENCE = 10.0
"""Seconds for each word with the provider."""
LASTS = timedelta(minutes=10)
"""How long somebody may take over there."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
"""With a key of the provider's only: no shared secret, and never none."""


class SsoRefused(Refused):
    """统一登录没有成功：……"""


@dataclass(frozen=True)
class Journey:
    """What has to come back, and where the person wanted to go. ``until`` is in seconds since 1970."""

    state: str
    nonce: str
    verifier: str
    onward: str
    until: int

    @classmethod
    def begin(cls, onward: str, now: datetime) -> "Journey":
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, onward, int((now + LASTS).timestamp()))


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is: its lasting name for them, and what they call themselves."""

    subject: str
    login: str


def address_there(settings: Settings, back: str, journey: Journey) -> str:
    """Where the browser is sent; it comes back to ``back``. Raises SsoRefused."""
    with _client(settings, back) as client:
        there = str(_provider(settings)["authorization_endpoint"])
        address, _ = client.create_authorization_url(
            there, state=journey.state, nonce=journey.nonce, code_verifier=journey.verifier
        )
    return str(address)


def identity_of(
    settings: Settings, back: str, journey: Journey | None, told: Mapping[str, str], now: datetime
) -> Identity:
    """Who came back with these words in the address. Raises SsoRefused."""
    if journey is None or int(now.timestamp()) > journey.until:
        raise SsoRefused("统一登录用的时间太长，或不是从本系统的登录页过去的：请回到登录页再点一次。")
    if not compare_digest(told.get("state", "").encode(), journey.state.encode()):
        raise SsoRefused("统一登录的回信对不上：请回到登录页再点一次。")
    if not told.get("code"):
        raise SsoRefused("统一登录平台没有同意登录：请在那边登录后再试，仍不行请找管理员。")
    provider = _provider(settings)
    try:
        with _client(settings, back) as client:
            token = client.fetch_token(
                str(provider["token_endpoint"]), code=told["code"], code_verifier=journey.verifier
            )
        keys = httpx.get(str(provider["jwks_uri"]), timeout=PATIENCE).raise_for_status().json()
    except Exception as error:  # whatever a foreign server makes of it, the person is told the same
        raise SsoRefused(
            "统一登录平台没有确认这次登录：请回到登录页再点一次，仍不行请找管理员核对应用编号和密钥。"
        ) from error
    return _identity(settings, _claims(settings, token, keys, journey.nonce, now))


def _claims(settings: Settings, token: Mapping[str, Any], keys: Any, nonce: str, now: datetime) -> Mapping[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.sso_issuer},
        aud={"essential": True, "value": settings.sso_client_id},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        signed = jwt.decode(str(token["id_token"]), KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        rules.validate(signed.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SsoRefused(
            "统一登录平台的回信核对不过（签名、时间或去向不对），没有登录：请再试一次，仍不行请找管理员。"
        ) from error
    return signed.claims


def _identity(settings: Settings, claims: Mapping[str, Any]) -> Identity:
    login = claims.get(settings.sso_claim)
    # An address that nobody checked may be anybody's.
    sure = settings.sso_claim != "email" or claims.get("email_verified") is True
    return Identity(f"{settings.sso_issuer}#{claims['sub']}", login if isinstance(login, str) and sure else "")


def _client(settings: Settings, back: str) -> Any:
    # Half a second that other pages need not pay.
    from authlib.integrations.httpx_client import OAuth2Client

    secret = settings.sso_client_secret
    return OAuth2Client(
        settings.sso_client_id,
        secret or None,
        scope="openid profile email",
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        timeout=PATIENCE,
    )


def _provider(settings: Settings) -> Mapping[str, Any]:
    """What the provider says of itself."""
    issuer = settings.sso_issuer
    if not _is_safe(issuer):
        raise SsoRefused("统一登录地址要以 https:// 开头，只有内网的可以用 http://：请管理员在“设置”里改正。")
    try:
        found = httpx.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=PATIENCE)
        told: Mapping[str, Any] = found.raise_for_status().json()
        known = told["issuer"] == issuer
        whole = all(told[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise SsoRefused("连不上统一登录平台，或它的说明读不懂：请稍后再试，或用账号密码登录。") from error
    if not known or not whole:
        raise SsoRefused("统一登录地址和平台自己说的不一样：请管理员核对“设置”里的统一登录地址，一个字都不能差。")
    return told


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme != "http":
        return parts.scheme == "https"
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(parts.hostname, None)}
    except OSError:
        return False
    return not any(ip_address(one).is_global for one in found)
