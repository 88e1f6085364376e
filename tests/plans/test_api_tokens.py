"""Tokens: the key is known once, only its hash is kept, and they end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from cast import at
from plans.account_tables import ApiToken
from plans.api_tokens import (
    Scope,
    TokenRefused,
    end_token,
    end_tokens_of,
    new_token,
    note_use,
    read_scopes,
    token_of,
    tokens,
    wants_noting,
)
from plans.errors import Refused
from plans.tables import Person
from support.rows import empty_memory

NOW = at("2026-10-12 10:00")


@pytest.fixture
def session() -> Iterator[Session]:
    with empty_memory() as opened:
        opened.add_all([Person(id=4, name="李明"), Person(id=5, name="王芳", active=False)])
        opened.flush()
        yield opened


def a_token(session: Session, name: str = "OA") -> tuple[ApiToken, str]:
    return new_token(session, name, "李明", [Scope.READ], NOW)


def test_the_key_opens_it_and_is_kept_nowhere(session: Session) -> None:
    token, key = a_token(session)
    found = token_of(session, key)

    assert key.startswith("duban_")
    assert len(key) == 49
    assert found is not None
    assert (found[0].id, found[1].name) == (token.id, "李明")
    assert key not in str(token.model_dump())
    assert key.removeprefix("duban_") not in str(token.model_dump())


def test_another_key_opens_nothing(session: Session) -> None:
    token, key = a_token(session)

    assert [token_of(session, wrong) for wrong in ("", key[:-1], key.upper(), token.key_hash)] == [None] * 4


def test_an_ended_token_opens_nothing_and_is_not_ended_twice(session: Session) -> None:
    token, key = a_token(session)
    end_token(session, token.id or 0, NOW)

    assert token_of(session, key) is None
    assert tokens(session) == []
    assert [one.id for one, _ in tokens(session, ended=True)] == [token.id]
    with pytest.raises(TokenRefused, match="已经停用"):
        end_token(session, token.id or 0, NOW)


def test_who_leaves_takes_their_tokens_along(session: Session) -> None:
    person = session.get_one(Person, 4)
    _, key = a_token(session)
    person.active = False
    assert token_of(session, key) is None

    end_tokens_of(session, person, NOW)
    person.active = True
    assert token_of(session, key) is None


def test_its_use_is_written_down_once_an_hour(session: Session) -> None:
    token, _ = a_token(session)
    note_use(session, token.id or 0, NOW)
    note_use(session, token.id or 0, NOW + timedelta(minutes=59))

    assert token.used_at == NOW
    assert wants_noting(token, NOW + timedelta(minutes=60))


@pytest.mark.parametrize(
    ("name", "person", "told"),
    [("", "李明", "哪个程序"), (" \n", "李明", "哪个程序"), ("长" * 61, "李明", "60字"), ("OA", "王芳", "离岗")],
)
def test_a_token_needs_a_name_and_somebody_who_is_here(session: Session, name: str, person: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        new_token(session, name, person, [Scope.READ], NOW)


def test_scopes_are_typed_by_key_or_name(session: Session) -> None:
    assert read_scopes(["维护名册", "read", "read"]) == [Scope.READ, Scope.ROSTER]
    for wrong, told in ((["root"], "没有“root”"), ([], "写明令牌的权限")):
        with pytest.raises(TokenRefused, match=told):
            read_scopes(wrong)
