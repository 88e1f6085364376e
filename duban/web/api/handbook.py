"""手册: a plain page that lists every verb with an example, made from the description of the API. No script."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from duban.web.rendering import page
from duban.web.visit import House, Visit

routes = APIRouter(include_in_schema=False)

Described = Mapping[str, Any]


@dataclass(frozen=True)
class Verb:
    """One verb as the page shows it; ``example`` is a body, empty where there is none."""

    method: str
    path: str
    summary: str
    about: str
    asked: list[tuple[str, str]]
    example: str


@routes.get("/docs")
def handbook(request: Request) -> Response:
    """Every verb, in groups."""
    house: House = request.app.state.house
    described = request.app.openapi()
    groups: dict[str, list[Verb]] = {}
    for group, verb in verbs_of(described):
        groups.setdefault(group, []).append(verb)
    visit = Visit(house.runtime, house.clock())
    facts = {"home": described["servers"][0]["url"], "groups": groups, "address": house.runtime.settings.base_url}
    return page("api_handbook.html.j2", visit, facts)


def verbs_of(described: Described) -> Iterator[tuple[str, Verb]]:
    """Each verb of a description behind the group it belongs to."""
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            yield told["tags"][0], _verb(method.upper(), path, told, described)


def _verb(method: str, path: str, told: Described, described: Described) -> Verb:
    asked = [(one["name"], one.get("description", "")) for one in told.get("parameters", []) if one["in"] == "query"]
    about = told["description"].replace("`", "").replace("\n\n", "\n")
    return Verb(method, path, told["summary"], about, asked, _example(told, described))


def _example(told: Described, described: Described) -> str:
    if "requestBody" not in told:
        return ""
    schema = told["requestBody"]["content"]["application/json"]["schema"]
    return json.dumps(_sample(schema, described), ensure_ascii=False)


def _sample(schema: Described, described: Described) -> Any:
    """Something that fits a schema: its own example, or one made of its parts."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "examples" in schema:
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    if "properties" in schema:
        return {name: _sample(part, described) for name, part in schema["properties"].items()}
    if "items" in schema:
        return [_sample(schema["items"], described)]
    return {"integer": 0, "boolean": False}.get(schema.get("type", ""), "")
