"""How long the pages take that people live in, in a bureau that has grown for three years, beside a bare FastAPI page
that renders a static template of the same size, in the same run.

1,000 items with 36 months of readings, 10,000 enterprises with 36 months of one monthly report, SQLite. Each page is
asked for through the whole application (TestClient, no socket) so many times, first with something written before each
(nothing can come from memory), then again and again as it stands; the rate is of the latter.
Run: ``uv run --group dev python bench/pages.py [TIMES]``
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from jinja2 import Environment
from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from duban.up import spare_what_stays
from duban.web.app import create_app
from duban.web.visit import COOKIE
from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from plans.accounts import open_account, sign_in
from plans.agenda import Purpose
from plans.database import writing
from plans.periods import Period, Span, add_months
from plans.programmes import load_programmes
from plans.tables import Office, Person, Plan, PlanItem, Target
from plans.words import Assignees, Kind, Role
from plans.zone import LOCAL
from tasks.states import State
from tasks.tables import Progress, Task

ITEMS, ENTERPRISES, MONTHS, PEOPLE, OFFICES = 1_000, 10_000, 36, 30, 6
TIMES = 40
NOW = datetime(2027, 12, 14, 10, tzinfo=LOCAL)
YEARS = (2025, 2026, 2027)
REPORTS = {2025: 1, 2026: 2, 2027: 3}
"""The item of each year's monthly report."""
PAGES = {
    "Today": (9, "/desk/me"),
    "Plan": (PEOPLE, "/office/me/plan"),
    "Item": (PEOPLE, "/office/me/plan/20"),
    "Overview": (PEOPLE, "/office/me"),
    "Matrix": (PEOPLE, "/office/me/matrix"),
}
"""Who opens which page: the ninth person is staff, the last one the director."""
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :size) "
FIRMS = """INSERT INTO enterprise (id, name, short_name, contact, email, phone, weight, first_month, last_month,
  exempt_reason, exempt_from, link_version)
SELECT n, '第' || n || '号有限公司', '', '赵会计', '', '139', n * 7919 % 100000 * 10000, '', '', '', '', 1
  FROM numbers"""
TASKS = """INSERT INTO task (item_id, period, assignee, purpose, owner_id, enterprise_id, due_on, inner_on, state,
  opened_at, returns, done_at, done_on, stepped_on, attempt)
SELECT :item, :month, 'enterprise:' || n, 'filing', 4, n, :due, :due,
  CASE WHEN n * 31 % 100 < :share THEN 'done' ELSE 'open' END, :opened, 0,
  CASE WHEN n * 31 % 100 < :share THEN :due END, CASE WHEN n * 31 % 100 < :share THEN :due END, :due, 0 FROM numbers"""
FILINGS = """INSERT INTO filing (task_id, form, version, answers, "by", via, at)
SELECT id, 'rd_monthly', 1, CASE WHEN id % 9 = 0 THEN '{"zero": "1"}' ELSE '{"cost_month": "85.5"}' END, '赵会计',
  'page', due_on FROM task WHERE state = 'done' AND purpose = 'filing'"""
MOVES = """INSERT INTO task_change (task_id, verb, from_state, to_state, "by", via, at, note, on_behalf_of,
  previous_hash, hash)
SELECT id, :verb, :before, :after, '赵会计', :via, :column, '', '', '', '' FROM task"""

Row = dict[str, Any]


def grown(folder: Path) -> Runtime:
    """The bureau as it is after three years, looked at on NOW."""
    settings = read_settings(data=folder, secret="s" * 32)
    runtime = open_runtime(settings, create=True)
    with writing(runtime.engine) as session:
        _people_and_plans(session)
        _put(session, Target, (a_target(number) for number in goals()))
        dice = Random(7)
        _put(session, Progress, (row for number in goals() for row in readings(number, dice)))
        _put(session, Task, (row for number in goals() for row in progress_tasks(number, dice)))
        _file_reports(session)
        _note_moves(session)
    return runtime


def goals() -> range:
    """The items with a target, all of the newest plan."""
    return range(10, 9 + ITEMS)


def _people_and_plans(session: Session) -> None:
    _put(session, Office, ({"id": n, "name": f"第{n}股"} for n in range(1, OFFICES + 1)))
    _put(session, Person, (a_person(n) for n in range(1, PEOPLE + 1)))
    began: Row = {"started_at": NOW, "started_by": "陈平", "title": "工作计划", "bureau": "云溪县科技局"}
    plans = ({"id": nth, "period": str(year), "started_on": date(year, 1, 1), **began} for nth, year in _numbered())
    _put(session, Plan, plans)
    _put(session, PlanItem, (a_report(nth, REPORTS[year]) for nth, year in _numbered()))
    _put(session, PlanItem, (a_goal(number) for number in goals()))


def _numbered() -> Iterator[tuple[int, int]]:
    return iter(enumerate(YEARS, start=1))


def a_person(number: int) -> Row:
    head = number <= OFFICES
    role = Role.DIRECTOR if number == PEOPLE else Role.OFFICE_HEAD if head else Role.STAFF
    return {"id": number, "name": f"人员{number}", "office_id": number % OFFICES + 1, "role": role.value}


def a_report(plan: int, number: int) -> Row:
    made = {"id": number, "plan_id": plan, "number": 1, "title": "研发月报", "programme": "rd_monthly", "owner_id": 4}
    return made | {"kind": Kind.FILING.value, "assignees": Assignees.ENTERPRISES.value, "form": "rd_monthly"} | COMMON


COMMON: Row = {"skip_months": [], "weight": Decimal(1), "cadence": "monthly:10", "in_arrears": True}


def a_goal(number: int) -> Row:
    lines = sorted(load_programmes())
    made = {"id": number, "plan_id": len(YEARS), "number": number, "title": f"第{number}项工作", "skip_months": []}
    return made | {
        "programme": lines[number % len(lines)],
        "owner_id": number % (PEOPLE - 1) + 1,
        "weight": Decimal(1),
        "text": "加强与各方协作，按季度推进，年底前完成。",
    }


def a_target(number: int) -> Row:
    return {"id": number, "item_id": number, "indicator": f"指标{number}", "unit": "家"} | {
        "floor": Decimal(24),
        "stretch": Decimal(36),
    }


def readings(number: int, dice: Random) -> Iterator[Row]:
    total = Decimal(0)
    for month in _months():
        total = dice.randint(0, 5) + (total if month.first.month > 1 else Decimal(0))
        if month.last < NOW.date():
            yield {"target_id": number, "as_of": month.last, "value": total, "by": "李明", "at": NOW}


def _months() -> list[Period]:
    return [Period.containing(Span.MONTH, add_months(date(YEARS[0], 1, 1), nth)) for nth in range(MONTHS)]


def progress_tasks(number: int, dice: Random) -> Iterator[Row]:
    for month in Period.parse(str(YEARS[-1])).split(Span.MONTH):
        done = month.last < NOW.date() and dice.random() < 0.97
        person = number % (PEOPLE - 1) + 1
        yield {
            "item_id": number,
            "period": month.key,
            "assignee": f"person:{person}",
            "purpose": Purpose.PROGRESS.value,
            "owner_id": person,
            "due_on": month.last,
            "inner_on": month.last,
            "state": State.DONE.value if done else State.OPEN.value,
            "done_on": month.last if done else None,
            "done_at": NOW.replace(year=month.last.year, month=month.last.month, day=month.last.day) if done else None,
            "opened_at": NOW.replace(year=month.first.year, month=month.first.month, day=1),
            "stepped_on": month.first,
        }


def _file_reports(session: Session) -> None:
    size = {"size": ENTERPRISES}
    session.execute(text(_numbers(FIRMS)), size)
    for month in _months():
        item, first = REPORTS[month.first.year], add_months(month.first, 1)
        if first > NOW.date():
            continue
        due, share = (
            first.replace(day=10).isoformat(),
            50 if first.month == NOW.month and first.year == NOW.year else 97,
        )
        told = {"item": item, "month": month.key, "due": due, "share": share, "opened": first.isoformat()}
        session.execute(text(_numbers(TASKS)), size | told)
    session.execute(text(FILINGS))


def _note_moves(session: Session) -> None:
    opened = MOVES.replace(":column", "opened_at")
    session.execute(text(opened), {"verb": "open", "before": "", "after": "open", "via": "clock"})
    done = MOVES.replace(":column", "done_at") + " WHERE done_at IS NOT NULL"
    session.execute(text(done), {"verb": "complete", "before": "open", "after": "done", "via": "page"})


def _numbers(insert_: str) -> str:
    head, _, rest = insert_.partition("SELECT")
    return f"{head}{NUMBERS}SELECT{rest}"


def _put(session: Session, table: type[SQLModel], rows: Iterator[Row]) -> None:
    session.execute(insert(table), list(rows))
    session.flush()


def signed_in(runtime: Runtime, app: FastAPI, person: int) -> TestClient:
    """A browser in which that person is signed in."""
    with writing(runtime.engine) as session:
        account = open_account(session, session.get_one(Person, person), f"u{person}", "", "", NOW)
        key = sign_in(session, account, NOW)
    browser = TestClient(app, runtime.settings.base_url, follow_redirects=False)
    browser.cookies.set(COOKIE, key)
    return browser


def bare(page: str) -> TestClient:
    """A FastAPI application with one page: a template that says what the given page says, and asks nobody."""
    template = Environment(autoescape=True).from_string("{% raw %}" + page + "{% endraw %}")
    app = FastAPI()
    app.add_api_route("/", lambda: HTMLResponse(template.render()))
    return TestClient(app)


def seconds(ask: Callable[[], object], times: int) -> list[float]:
    """How long each of so many requests took, the shortest first."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return sorted(took)


def measured(runtime: Runtime, browser: TestClient, address: str, times: int) -> str:
    """Size, milliseconds after a write and again, requests a second beside the bare page: the cells of a row."""
    first = browser.get(address)
    assert first.status_code == 200, (address, first.status_code)
    other = bare(first.text)
    anew = [seconds(lambda: browser.get(address), 1)[0] for _ in range(times) if written(runtime)]
    turns = [(seconds(lambda: browser.get(address), 1)[0], seconds(lambda: other.get("/"), 1)[0]) for _ in range(times)]
    again, theirs = (sorted(took) for took in zip(*turns, strict=True))
    rate, bare_rate = (len(one) / sum(one) for one in (again, theirs))
    cells = (f"{len(first.content) / 1000:.1f}", *two(sorted(anew)), *two(again), f"{rate:.0f}", f"{bare_rate:.0f}")
    return " | ".join((*cells, f"{rate / bare_rate:.2f}"))


def written(runtime: Runtime) -> bool:
    """Something is written that changes no page, as any click and any tick of the clock does."""
    with runtime.engine.execution_options(duban_writes=True).begin() as connection:
        return connection.execute(text("UPDATE plan SET source = source || '.' WHERE id = 1")).rowcount == 1


def two(took: list[float]) -> tuple[str, str]:
    """Median and p95 in milliseconds."""
    return f"{took[len(took) // 2] * 1000:.0f}", f"{took[int(len(took) * 0.95)] * 1000:.0f}"


def main() -> None:
    """Print one row a page."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    with tempfile.TemporaryDirectory() as folder:
        runtime = grown(Path(folder))
        app = create_app(runtime, lambda: NOW)
        spare_what_stays()
        browsers = {person: signed_in(runtime, app, person) for person in {one for one, _ in PAGES.values()}}
        print("| page | kB | after a write ms | p95 ms | again ms | p95 ms | /s | bare page /s | ÷ |")
        print("|---|---|---|---|---|---|---|---|---|")
        for name, (person, address) in PAGES.items():
            print(f"| {name} | {measured(runtime, browsers[person], address, times)} |")
        runtime.engine.dispose()


if __name__ == "__main__":
    main()
