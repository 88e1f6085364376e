"""A bureau other programs come to, and tokens of its people."""

from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from flows.runtime import Runtime
from plans.api_tokens import Scope, new_token
from plans.database import writing

Caller = Callable[..., TestClient]
EVERY = tuple(Scope)


@pytest.fixture
def caller(client: TestClient, bureau: Runtime, now: datetime) -> Caller:
    """caller("李明") or caller("李明", Scope.READ): a program with that person's token, of every scope or of these."""

    def come(name: str, *scopes: Scope) -> TestClient:
        with writing(bureau.engine) as session:
            _, key = new_token(session, "OA", name, scopes or EVERY, now)
        program = TestClient(client.app, f"{bureau.settings.base_url}/api/v1", raise_server_exceptions=False)
        program.headers["authorization"] = f"Bearer {key}"
        return program

    return come
