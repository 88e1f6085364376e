"""The API put together: its rooms, its faults, its description, around the same runtime as the pages."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute

from duban.web.api import (
    filing_routes,
    handbook,
    people,
    plan_routes,
    roster_routes,
    summary_routes,
    task_routes,
)
from duban.web.api.calling import Needed
from duban.web.api.faults import FAULTS, add_faults
from duban.web.visit import House, root_of
from plans.api_tokens import Scope

HOME = "/api/v1"
ABOUT = (
    "督办的接口。每次请求带上令牌：`Authorization: Bearer duban_…`。令牌以一个人的名义，能看、能办的和他本人一样，"
    "并限于令牌的权限。日期写成 2026-10-20，时刻带时区，数值写成文字。"
    '出错时答复 `{"detail": "一句话", "field": "字段"}`。'
)
ROOMS = (
    people.routes,
    task_routes.routes,
    filing_routes.routes,
    plan_routes.routes,
    roster_routes.routes,
    summary_routes.digests,
    summary_routes.deliveries,
)


def create_api(house: House) -> FastAPI:
    """The API of a house, to be mounted at HOME."""
    api = FastAPI(
        title="督办接口",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": f"{root_of(house.runtime)}{HOME}"}],
        root_path_in_servers=False,
        responses=FAULTS,
        separate_input_output_schemas=False,
    )
    api.state.house = house
    for room in (*ROOMS, handbook.routes):
        api.include_router(room)
    add_faults(api)
    return api


def verbs() -> Iterator[APIRoute]:
    """The routes other programs use."""
    return (route for room in ROOMS for route in room.routes if isinstance(route, APIRoute))


def needed_scope(route: APIRoute) -> Scope | None:
    """The scope a route asks for; None where any token will do. Raises LookupError for a route open to all."""
    needs = [one.call for one in route.dependant.dependencies if isinstance(one.call, Needed)]
    if not needs:
        raise LookupError(f"{route.path} asks for no token")
    return needs[0].scope


def _describe(route: APIRoute) -> None:
    scope = needed_scope(route)
    route.openapi_extra = {"x-scope": scope.value if scope else ""}
    route.response_description = "成功"
    route.description += f"\n\n权限：`{scope.value}` {scope.label}。" if scope else "\n\n权限：任何有效的令牌。"


for each in verbs():
    _describe(each)
