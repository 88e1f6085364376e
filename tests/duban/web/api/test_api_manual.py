"""The manuals say what there is: docs/api.md, the page, and the machine's description, in Chinese."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from duban.web.api.application import HOME
from duban.web.api.handbook import verbs_of
from plans.api_tokens import Scope

ROOT = Path(__file__).parents[4]
MANUAL = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{HOME}/openapi.json").json()
    return found


def test_the_manual_lists_every_verb_and_none_that_is_not_there(described: dict[str, Any]) -> None:
    told = set(re.findall(r"`(GET|POST) /api/v1(/[^`]*)`", MANUAL))

    assert told == {(verb.method, verb.path) for _, verb in verbs_of(described)}


def test_the_manual_and_the_scopes_agree() -> None:
    told = dict(re.findall(r"^\| `([a-z]+)` (\S+) \|", MANUAL, re.MULTILINE))

    assert told == {scope.value: scope.label for scope in Scope}


def examples() -> Iterator[tuple[str, Any]]:
    """Each verb with the body that stands below it."""
    blocks = MANUAL.split("\n\n")
    for above, block in pairwise(blocks):
        if block.startswith("    {"):
            for path in re.findall("`POST /api/v1(/[^`]+)`", above):
                yield path, json.loads(block)


def test_every_example_in_the_manual_is_taken_as_it_stands(described: dict[str, Any]) -> None:
    asking = {
        path: told for path, methods in described["paths"].items() if "requestBody" in (told := methods.get("post", {}))
    }
    shown = {path: body for path, body in examples() if path in asking}

    assert len(asking) - len(shown) <= 2
    for path, body in shown.items():
        schema = asking[path]["requestBody"]["content"]["application/json"]["schema"]
        fields = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        assert set(fields.get("required", [])) <= set(body) <= set(fields["properties"]), path


def test_the_check_of_a_signature_in_the_manual_works() -> None:
    from notifications.channels.webhook import signature

    (code,) = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)
    there: dict[str, Any] = {}
    exec(code, there)  # noqa: S102 - our own manual
    body = b'{"webhook":1,"changes":[]}'
    headers = {"Duban-Timestamp": "1790000000", "Duban-Signature": signature("whsec_1", "1790000000", body)}

    assert there["is_from_duban"]("whsec_1", headers, body)
    assert not there["is_from_duban"]("whsec_1", headers, body + b" ")
    assert not there["is_from_duban"]("whsec_1", headers | {"Duban-Timestamp": "1790000001"}, body)


def test_everything_is_described_in_chinese(described: dict[str, Any]) -> None:
    without = [where for where, words in _descriptions(described) if not CHINESE.search(words)]

    assert without == []


def _descriptions(described: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            yield f"{method} {path}", told["summary"]
            yield f"{method} {path} …", told["description"]
            for parameter in told.get("parameters", []):
                yield f"{path} {parameter['name']}", parameter.get("description", "")
            for status, answer in told["responses"].items():
                yield f"{path} {status}", answer["description"]
    for name, schema in described["components"]["schemas"].items():
        if "properties" in schema:
            yield name, schema.get("description", "")
        for field, part in schema.get("properties", {}).items():
            yield f"{name}.{field}", part.get("description", "")


def test_the_page_lists_every_verb_with_its_example_and_needs_no_script(
    client: TestClient, described: dict[str, Any]
) -> None:
    page = client.get(f"{HOME}/docs")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for _, verb in verbs_of(described):
        assert f"<code>{HOME}{verb.path}</code>" in page.text
        assert verb.summary in page.text
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert "https://" not in page.text
