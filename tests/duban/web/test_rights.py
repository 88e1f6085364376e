"""Role × route: what each seat may open, for every route there is; what nobody listed, nobody who signed in opens."""

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from duban.web.app import create_app
from duban.web.rights import may_open, seats_of
from flows.runtime import Runtime
from plans.accounts import Seat
from support.routes import routes

ADMIN, OFFICE, LEADER, HEAD, STAFF = Seat
EVERYONE = set(Seat)

# Written out a second time: what the bureau means, beside rights.yaml, which is what the house does.
MEANT: dict[str, set[Seat]] = {
    "/desk/{token}": EVERYONE,
    "/office/{token}": EVERYONE,
    "/office/{token}/tasks/{number}/urge": EVERYONE - {STAFF},
    "/office/{token}/drafts": EVERYONE - {STAFF},
    "/office/{token}/drafts/{number}/start": EVERYONE - {STAFF},
    "/office/{token}/digests/{month}": EVERYONE,
    "/office/{token}/digests/{month}/approve": {ADMIN, OFFICE, LEADER},
    "/office/{token}/outbox": {ADMIN, OFFICE, LEADER},
    "/office/{token}/outbox/{number}/again": {ADMIN, OFFICE},
    "/office/{token}/outbox/{number}/stop": {ADMIN, OFFICE},
    "/office/{token}/calendar/{day}": EVERYONE,
    "/office/{token}/rehearsal/wording": EVERYONE - {STAFF},
    "/office/{token}/settings": {ADMIN, OFFICE},
    "/office/{token}/settings/people": {ADMIN, OFFICE},
    "/office/{token}/settings/people/{number}/account/{verb}": {ADMIN},
    "/office/{token}/settings/offices": {ADMIN, OFFICE},
    "/office/{token}/settings/deputies": {ADMIN, OFFICE},
    "/office/{token}/settings/ladders/{key}": {ADMIN},
    "/office/{token}/settings/wordings/{key}": {ADMIN},
    "/office/{token}/settings/forms": {ADMIN},
    "/office/{token}/settings/programmes": {ADMIN},
    "/office/{token}/settings/mail": {ADMIN},
}
PEOPLE = {
    ADMIN: ("李明", "admin"),
    OFFICE: ("李明", "office"),
    LEADER: ("林岚", ""),
    HEAD: ("陈平", ""),
    STAFF: ("李明", ""),
}


def closed(app: FastAPI) -> Iterator[tuple[str, str]]:
    """("GET", "/office/{token}/outbox") for every page that an account can open."""
    return (one for one in routes(app) if one[1].startswith(("/desk/{token}", "/office/{token}")))


def address(route: str) -> str:
    """The route with something in its places."""
    return re.sub(r"\{\w+\}", "1", route.replace("{token}", "me").replace("{month}", "2026-10"))


def test_the_walk_knows_pages_of_every_room(bureau: Runtime) -> None:
    found = set(closed(create_app(bureau)))
    assert {("GET", "/desk/{token}"), ("POST", "/office/{token}/settings/mail")} <= found
    assert len(found) > 100


def test_every_route_is_listed_for_somebody(bureau: Runtime) -> None:
    assert [path for _, path in closed(create_app(bureau)) if not seats_of(path)] == []


@pytest.mark.parametrize("route", MEANT)
def test_the_rights_are_what_the_bureau_means(route: str) -> None:
    assert seats_of(route) == MEANT[route]


def test_a_route_that_is_nowhere_listed_is_closed_to_all() -> None:
    assert [seat for seat in Seat if may_open(seat, "/secret/{token}")] == []


@pytest.mark.parametrize("seat", Seat)
def test_each_seat_opens_what_it_may_and_nothing_else(
    bureau: Runtime, seated: Callable[..., TestClient], seat: Seat
) -> None:
    name, duty = PEOPLE[seat]
    browser = seated(name, duty)
    for method, route in closed(create_app(bureau)):
        answer = browser.request(method, address(route))
        shut = "，打不开这一页" in answer.text and answer.status_code == 403
        assert shut is not may_open(seat, route), (method, route, answer.status_code)
        assert answer.status_code < 500, (method, route)


def test_nobody_who_is_not_signed_in_opens_anything(bureau: Runtime, client: TestClient) -> None:
    for method, route in closed(create_app(bureau)):
        answer = client.request(method, address(route))
        assert answer.status_code in (303, 401), (method, route)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/login")


def test_settings_are_closed_to_the_link_of_the_whole_bureau(bureau: Runtime, client: TestClient, office: str) -> None:
    for method, route in closed(create_app(bureau)):
        if "/settings" in route:
            path = address(route).removeprefix("/office/me")
            assert client.request(method, office + path).status_code == 403, (method, route)
