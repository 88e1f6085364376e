"""What is said of the API is what it does: schemathesis tries every address, good input and bad."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import update

from duban.web.app import create_app
from flows.runtime import Runtime
from flows.work import FLOWS, due_jobs, run_job
from plans.database import writing
from plans.tables import PlanItem
from tasks.tables import Task

EXAMPLES = 8
"""Tries an address, of good and of bad input each."""
ROWS = st.integers(1, 12)
"""Numbers behind which there is something; schemathesis by itself would only try what is not there."""


@pytest.mark.server
def test_schemathesis_finds_no_answer_that_is_broken_or_not_described(
    bureau: Runtime, now: datetime, caller: Callable[..., TestClient]
) -> None:
    for flow in FLOWS:
        for job in due_jobs(flow, bureau, now):
            run_job(job, bureau, now)
    with writing(bureau.engine) as session:
        # The director's own, so that one token may do everything.
        session.execute(update(Task).values(owner_id=1))
        session.execute(update(PlanItem).values(owner_id=1))
    described: Any = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(bureau, lambda: now))
    # With a good token always, or no other fault would ever be looked at; who is turned away has tests of its own.
    del described.raw_schema["components"]["securitySchemes"]
    for told in _verbs(described.raw_schema):
        del told["security"]
    token = {"Authorization": caller("周正").headers["authorization"]}
    tried = [_try(found.ok(), token) for found in described.get_all_operations()]

    assert len(tried) >= 35


def _verbs(raw: Any) -> Iterator[dict[str, Any]]:
    return (told for methods in raw["paths"].values() for told in methods.values())


def _try(operation: Any, token: dict[str, str]) -> str:
    numbers = [name for name in ("number", "request") if f"{{{name}}}" in operation.path]
    _attempt(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), token)
    if numbers:
        there = st.fixed_dictionaries(dict.fromkeys(numbers, ROWS))
        _attempt(there.flatmap(lambda known: operation.as_strategy(path_parameters=known)), token)
    with suppress(Unsatisfiable):  # where nothing is asked, nothing can be wrong
        _attempt(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), token)
    return str(operation.label)


def _attempt(cases: st.SearchStrategy[Any], token: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def attempt(case: Any) -> None:
        # What no schema can say, such as which names there are, is refused with a sentence.
        case.call_and_validate(headers=token, excluded_checks=[positive_data_acceptance])

    attempt()
