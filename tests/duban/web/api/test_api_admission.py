"""Who gets in: a good token, within its scopes, within the rights of its person."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from fastapi.testclient import TestClient

from duban.web.api.application import HOME, needed_scope, verbs
from flows.changing import revising
from flows.people import leave
from flows.runtime import Runtime
from plans.account_tables import ApiToken
from plans.api_tokens import Scope, end_token
from plans.database import reading, writing
from plans.deputies import add_deputy
from plans.zone import local_day
from tasks.tables import Task
from tasks.verbs import Act

Caller = Callable[..., TestClient]
OPEN_TO_ALL = {"/openapi.json", "/docs"}


def routes() -> Iterator[tuple[str, str, Scope | None]]:
    """Every verb with the scope it asks for; raises for one that asks for no token."""
    for route in verbs():
        for method in route.methods or ():
            yield method, route.path, needed_scope(route)


def test_these_are_all_there_are(client: TestClient) -> None:
    paths = client.get(f"{HOME}/openapi.json").json()["paths"]

    assert {(method, path) for method, path, _ in routes()} == {
        (method.upper(), path) for path, methods in paths.items() for method in methods
    }
    assert len(list(routes())) >= 35


def test_every_address_asks_for_a_token_but_the_two_that_describe_them(client: TestClient) -> None:
    for method, path, _ in routes():
        answer = client.request(method, HOME + filled(path), json={})
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "Authorization: Bearer" in answer.json()["detail"]
    for path in OPEN_TO_ALL:
        assert client.get(HOME + path).status_code == 200


def filled(path: str) -> str:
    return path.replace("{number}", "1").replace("{request}", "1").replace("{month}", "2026-10")


def test_looking_needs_read_and_doing_the_scope_of_what_is_done() -> None:
    wanted = {"tasks": Scope.TASKS, "filings": Scope.FILINGS, "plan": Scope.PLAN, "enterprises": Scope.ROSTER}
    for method, path, scope in routes():
        resource = path.split("/")[1]
        assert scope == (None if resource == "me" else Scope.READ if method == "GET" else wanted[resource]), path


@pytest.mark.parametrize("scope", Scope)
def test_a_token_opens_what_its_scope_says_and_nothing_else(caller: Caller, scope: Scope) -> None:
    program = caller("周正", scope)
    for method, path, needed in routes():
        answer = program.request(method, filled(path).removeprefix("/"), json={"nonsense": 1})
        turned_away = answer.status_code == 403 and "的权限" in answer.json()["detail"]
        assert turned_away == (needed not in (None, scope)), path


ROLES = {
    # who: own task done, confirmed, urged; filing accepted; plan changed; roster kept; outbox read
    "李明": (200, 403, 403, 409, 403, 200, 403),
    "王芳": (403, 403, 403, 403, 403, 403, 403),
    "陈平": (403, 409, 200, 409, 200, 200, 403),
    "林岚": (403, 409, 200, 409, 200, 200, 200),
    "周正": (403, 409, 200, 409, 200, 200, 200),
}


@pytest.mark.parametrize("name", ROLES)
def test_a_token_may_do_what_its_person_may(caller: Caller, task_of: Callable[..., Task], name: str) -> None:
    program, own, report = caller(name), task_of("培育高新技术企业").id, task_of("研发月报", "云溪精工有限公司").id
    asked = [
        ("POST", f"tasks/{own}/close", {}),
        ("POST", f"tasks/{own}/urge", {}),
        ("POST", f"filings/{report}/accept", {}),
        ("POST", "plan/items/1/edit", {"changes": {"标题": "培育"}}),
        ("POST", "enterprises/1/edit", {"short_name": "精工"}),
        ("GET", "deliveries", None),
        ("POST", f"tasks/{own}/done", {"note": "没有新的"}),
    ]
    answers = [program.request(method, path, json=body).status_code for method, path, body in asked]

    assert (answers[-1], *answers[:-1]) == ROLES[name]


def test_a_wrong_an_ended_and_an_absent_persons_token_say_the_same(
    bureau: Runtime, now: datetime, caller: Caller, client: TestClient
) -> None:
    ended, absent = caller("李明"), caller("王芳")
    with writing(bureau.engine) as session:
        end_token(session, 1, now)
    with revising(bureau, Act("陈平", "cli", now)) as revision:
        leave(revision, "王芳")
    wrong = {"authorization": "Bearer duban_" + "x" * 43}
    told = [ended.get("me"), absent.get("me"), client.get(f"{HOME}/me", headers=wrong)]

    assert [answer.status_code for answer in told] == [401] * 3
    assert len({answer.text for answer in told}) == 1


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic bGk6MQ==", "duban_x", "Bearer " + "长".encode().decode("latin-1")]
)
def test_a_header_that_is_no_token_is_turned_away(client: TestClient, header: str) -> None:
    answer = client.get(f"{HOME}/me", headers={"authorization": header.encode("latin-1")})

    assert answer.status_code == 401
    assert answer.json()["detail"].endswith("。")


def test_who_is_signed_in_with_a_browser_is_nobody_here(seated: Callable[..., TestClient]) -> None:
    assert seated("周正", "admin").get(f"{HOME}/tasks").status_code == 401


def test_a_deputy_acts_for_the_absent_and_both_are_named(
    bureau: Runtime, now: datetime, caller: Caller, task_of: Callable[..., Task]
) -> None:
    number = task_of("培育高新技术企业").id
    program = caller("王芳")
    assert program.post(f"tasks/{number}/acknowledge", json={}).status_code == 403
    with writing(bureau.engine) as session:
        add_deputy(session, "李明", "王芳", local_day(now), date(2026, 10, 30))

    assert program.get("me").json()["stands_in_for"] == ["李明"]
    done = program.post(f"tasks/{number}/acknowledge", json={}).json()
    assert (done["history"][-1]["by"], done["history"][-1]["via"]) == ("王芳（代李明）", "接口")


def test_its_use_is_written_down_once_an_hour(bureau: Runtime, now: datetime, caller: Caller) -> None:
    program = caller("李明")
    for _ in range(3):
        program.get("tasks")

    with reading(bureau.engine) as session:
        assert session.get_one(ApiToken, 1).used_at == now
