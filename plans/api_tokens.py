"""Tokens 令牌: what another program comes in with, in the name of a person. Only the hash of its key is kept.

``now`` is an instant (UTC). A key is 43 random characters behind ``duban_``: random enough to need no slow hash.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from plans.account_tables import ApiToken
from plans.accounts import key_hash
from plans.errors import Refused
from plans.people import person_here
from plans.tables import Person
from plans.typed import one_line

BEGINNING = "duban_"
LONGEST_NAME = 60
NOTED_EVERY = timedelta(hours=1)
"""How often the use of a token is written down: a program that asks every minute must not write every minute."""


class TokenRefused(Refused):
    """没有编号为 3 的令牌：请用 duban token list 查看编号。"""


class Scope(StrEnum):
    """What a token may be used for, within the rights of its person."""

    READ = "read"
    TASKS = "tasks"
    FILINGS = "filings"
    PLAN = "plan"
    ROSTER = "roster"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Scope.READ: "查看",
    Scope.TASKS: "办理任务",
    Scope.FILINGS: "办理填报",
    Scope.PLAN: "调整计划",
    Scope.ROSTER: "维护名册",
}


def read_scopes(written: Iterable[str]) -> list[Scope]:
    """Scopes as typed, by key or Chinese name, in their own order. Raises TokenRefused for none or an unknown one."""
    by_word = {word: scope for scope in Scope for word in (scope.value, scope.label)}
    words = [one.strip() for one in written]
    known = "、".join(f"{scope.value} {scope.label}" for scope in Scope)
    if unknown := next((word for word in words if word not in by_word), ""):
        raise TokenRefused(f"没有“{unknown}”这个权限：可以写 {known}。")
    if not words:
        raise TokenRefused(f"请写明令牌的权限：{known}。")
    wanted = {by_word[word] for word in words}
    return [scope for scope in Scope if scope in wanted]


def new_token(session: Session, name: str, person: str, scopes: Sequence[Scope], now: datetime) -> tuple[ApiToken, str]:
    """A token of that person for the program of that name, and its key, which is known now and never again. Raises
    TokenRefused, Refused."""
    shown = one_line(name)
    if not 0 < len(shown) <= LONGEST_NAME:
        raise TokenRefused(f"请写明令牌给哪个程序用，{LONGEST_NAME}字以内，如 OA。")
    key = BEGINNING + secrets.token_urlsafe(32)
    token = ApiToken(
        name=shown,
        key_hash=key_hash(key),
        person_id=person_here(session, person).id or 0,
        scopes=[scope.value for scope in scopes],
        made_at=now,
    )
    session.add(token)
    session.flush()
    return token, key


def token_of(session: Session, key: str) -> tuple[ApiToken, Person] | None:
    """The token of a key and its person, while both are good."""
    query = select(ApiToken, Person).join(Person, col(Person.id) == col(ApiToken.person_id))
    found = session.exec(query.where(ApiToken.key_hash == key_hash(key), col(ApiToken.ended_at).is_(None))).first()
    return found if found and found[1].active else None


def tokens(session: Session, ended: bool = False) -> Sequence[tuple[ApiToken, Person]]:
    """The tokens with their people, the newest first; ``ended``: with those that are over."""
    query = select(ApiToken, Person).join(Person, col(Person.id) == col(ApiToken.person_id))
    query = query if ended else query.where(col(ApiToken.ended_at).is_(None))
    return session.exec(query.order_by(col(ApiToken.id).desc())).all()


def end_token(session: Session, number: int, now: datetime) -> ApiToken:
    """From now on the token opens nothing. Raises TokenRefused."""
    token = session.get(ApiToken, number)
    if token is None:
        raise TokenRefused(f"没有编号为 {number} 的令牌：请用 duban token list 查看编号。")
    if token.ended_at is not None:
        raise TokenRefused(f"令牌“{token.name}”已经停用了。")
    token.ended_at = now
    session.add(token)
    return token


def end_tokens_of(session: Session, person: Person, now: datetime) -> None:
    """End all tokens of somebody who leaves: coming back, they get new ones."""
    query = select(ApiToken).where(ApiToken.person_id == person.id, col(ApiToken.ended_at).is_(None))
    for token in session.exec(query):
        token.ended_at = now
        session.add(token)


def wants_noting(token: ApiToken, now: datetime) -> bool:
    """True when the use of a token was not written down for an hour."""
    return token.used_at is None or now - token.used_at >= NOTED_EVERY


def note_use(session: Session, number: int, now: datetime) -> None:
    """Write down that a token was used."""
    token = session.get_one(ApiToken, number)
    if wants_noting(token, now):
        token.used_at = now
        session.add(token)
