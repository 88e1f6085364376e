"""duban series, and the digest's month of a target: what it brought, 同比 with the plan before, what to check."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from cast import GAOQI, at
from conftest import Begin
from duban.cli import series_commands
from duban.cli.main import app
from flows.runtime import Runtime
from flows.series import target_series
from notifications.digest import as_html, as_markdown, month_facts
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Plan, PlanItem, Target
from support.readings import read_off
from support.rows import a_task
from support.strategies import an_item

CONTRACTS = """
  - title: 技术合同登记
    programme: jishu_hetong
    owner: 王芳
    targets:
      - {indicator: 成交额, floor: 1.5, unit: 亿元}
      - {indicator: 科普氛围, qualitative: true}
"""
NOW = at("2026-10-31 18:00")
TODAY = date(2026, 10, 31)
THIS_YEAR = [("2026-07-31", "0.1"), ("2026-08-31", "0.3"), ("2026-09-30", "0.2"), ("2026-10-31", "0.6")]
LAST_YEAR = [("2025-07-31", "500"), ("2025-08-31", "2000"), ("2025-10-31", "4000")]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def add_readings(session: Session, target: int, readings: Iterable[tuple[str, str]], calibre: str = "") -> None:
    for day, value in readings:
        one = read_off(target, day, value)
        one.calibre = calibre
        session.add(one)


def came_before(session: Session, period: str, readings: Iterable[tuple[str, str]], **given: Any) -> None:
    """The item was carried over from one of this plan, with the same indicator in 万元."""
    first = Period.parse(period).first
    started: dict[str, Any] = {"started_on": first, "started_at": at(f"{first} 08:00"), "started_by": "陈平"}
    session.add(Plan(id=90, title="上年", bureau="局", period=period, **started))
    session.flush()
    item = session.exec(select(PlanItem).where(PlanItem.plan_id == 1)).one()
    session.add(an_item(id=90, plan_id=90, owner_id=item.owner_id))
    session.flush()
    session.add(Target(id=90, item_id=90, **({"indicator": "成交额", "unit": "万元"} | given)))
    item.carried_from = 90
    session.add(item)
    session.flush()
    add_readings(session, 90, readings)


@pytest.fixture
def bureau(begin: Begin) -> Runtime:
    """Four months of a half-year with a fall in September, carried over from the half-year a year before."""
    runtime = begin(CONTRACTS)
    with writing(runtime.engine) as session:
        came_before(session, "2025H2", LAST_YEAR)
        add_readings(session, 1, THIS_YEAR)
    return runtime


def series(runtime: Runtime, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr(series_commands, "now", lambda: NOW)
    given = {"DUBAN_DATA": str(runtime.settings.data), "DUBAN_DATABASE_URL": runtime.settings.database_url}
    return CliRunner().invoke(app, ["series", *arguments], env=given | {"COLUMNS": "200"})


def told(runtime: Runtime, as_of: date = TODAY) -> list[tuple[str, ...]]:
    """Month, what it brought, 当月同比 and 同比."""
    found = target_series(runtime, 1, as_of).months
    return [(row["month"], row["value"] or "", row["month_yoy"], row["yoy"]) for row in found]


def test_each_month_has_its_reading_its_own_value_and_its_light(
    bureau: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(series(bureau, monkeypatch, "1", "--json").stdout)

    assert (found["indicator"], found["unit"], found["title"]) == ("成交额", "亿元", "技术合同登记")
    rows = [(row["label"], row["reading"], row["as_of"], row["span"]) for row in found["months"]]
    assert rows == [
        ("2026年7月", "0.1", "2026-07-31", "2026年7月"),
        ("2026年8月", "0.3", "2026-08-31", "2026年8月"),
        ("2026年9月", "0.2", "2026-09-30", ""),
        ("2026年10月", "0.6", "2026-10-31", "2026年9–10月"),
    ]
    assert [row["light"] for row in found["months"]] == ["黄", "黄", "黄", "黄"]
    assert found["problems"] == ["2026年9月累计0.2亿元，比上一次的0.3亿元还少：请核对。"]


def test_a_month_and_a_count_are_compared_with_the_same_of_the_year_before(bureau: Runtime) -> None:
    assert told(bureau) == [
        ("2026-07", "0.1", "增长100%", "增长100%"),
        ("2026-08", "0.2", "增长33.33%", "增长50%"),
        ("2026-09", "", "", ""),
        ("2026-10", "0.3", "增长50%", "增长50%"),
    ]
    assert told(bureau, date(2026, 8, 1)) == [("2026-07", "0.1", "增长100%", "增长100%"), ("2026-08", "", "", "")]


def test_a_person_reads_it_in_chinese(bureau: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = series(bureau, monkeypatch, "1").stdout.splitlines()

    assert lines[0] == "1. 技术合同登记：成交额（亿元），2026年下半年，截至 2026-10-31。"
    assert lines[1].split() == ["月份", "读数", "口径", "报送日期", "当月", "当月同比", "同比", "灯"]
    assert lines[5].split() == [
        "2026年10月",
        "0.6",
        "—",
        "2026-10-31",
        "0.3（2026年9–10月）",
        "增长50%",
        "增长50%",
        "黄",
    ]
    assert lines[6:] == ["2026年9月累计0.2亿元，比上一次的0.3亿元还少：请核对。"]


def test_the_status_tells_the_number_to_ask_for(bureau: Runtime) -> None:
    given = {"DUBAN_DATA": str(bureau.settings.data), "DUBAN_DATABASE_URL": bureau.settings.database_url}

    found = CliRunner().invoke(app, ["status", "--as-of", "2026-10-31"], env=given | {"COLUMNS": "200"})

    assert "成交额（编号1） 0.6亿元" in found.stdout


@ON_SQLITE
@pytest.mark.parametrize(
    ("number", "why"),
    [("9", "没有编号为 9 的指标：请用 duban status 查看编号。"), ("2", "“科普氛围”是定性指标，没有数值。")],
)
def test_a_target_without_a_series_is_refused(
    bureau: Runtime, monkeypatch: pytest.MonkeyPatch, number: str, why: str
) -> None:
    refused = series(bureau, monkeypatch, number)

    assert isinstance(refused.exception, Refused)
    assert str(refused.exception) == why


@ON_SQLITE
@pytest.mark.parametrize(
    ("period", "given", "yoy"),
    [
        ("2025H2", {}, ("增长100%", "增长100%")),
        ("2025H2", {"unit": "家"}, ("", "")),
        ("2025H2", {"indicator": "合同数"}, ("", "")),
        # A year's count begins in January: July's own figure is its first, over seven months.
        ("2025", {}, ("", "")),
        # Months that count for themselves are compared with months, never with counts.
        ("2025", {"cumulative": False}, ("增长100%", "")),
    ],
)
def test_only_like_is_compared_with_like(
    begin: Begin, period: str, given: dict[str, Any], yoy: tuple[str, str]
) -> None:
    runtime = begin(CONTRACTS)
    with writing(runtime.engine) as session:
        came_before(session, period, [("2025-07-31", "500")], **given)
        add_readings(session, 1, [("2026-07-31", "0.1")])

    assert told(runtime, date(2026, 7, 31)) == [("2026-07", "0.1", *yoy)]


@ON_SQLITE
def test_calibres_are_rows_of_their_own(begin: Begin) -> None:
    runtime = begin(CONTRACTS)
    with writing(runtime.engine) as session:
        add_readings(session, 1, [("2026-07-10", "0.5")], "预报")
        add_readings(session, 1, [("2026-07-31", "0.1")], "认定")

    rows = target_series(runtime, 1, date(2026, 7, 31)).months

    assert {(row["calibre"], row["reading"]) for row in rows} == {("预报", "0.5"), ("认定", "0.1")}


@ON_SQLITE
def test_rates_have_no_months_and_are_compared_by_points(begin: Begin) -> None:
    runtime = begin(CONTRACTS)
    with writing(runtime.engine) as session:
        came_before(session, "2025H2", [("2025-07-31", "1.9")], unit="%")
        session.get_one(Target, 1).unit = "%"
        add_readings(session, 1, [("2026-07-31", "2.1"), ("2026-08-31", "2.0")])

    assert told(runtime, date(2026, 8, 31)) == [("2026-07", "", "", "提高0.2个百分点"), ("2026-08", "", "", "")]


@ON_SQLITE
def test_what_is_not_cumulative_is_its_months_and_a_late_figure_belongs_to_its_month(begin: Begin) -> None:
    runtime = begin(CONTRACTS)
    with writing(runtime.engine) as session:
        session.get_one(Target, 1).cumulative = False
        owner = session.get_one(PlanItem, 1).owner_id
        task = a_task(period="2026-08", owner_id=owner, assignee="person:x")
        session.add(task)
        session.flush()
        late, redone = read_off(1, "2026-09-02", "0.9"), read_off(1, "2026-09-03", "0.3")
        late.task_id = redone.task_id = task.id
        session.add_all([late, redone])
        add_readings(session, 1, [("2026-07-10", "0.1"), ("2026-07-31", "0.1"), ("2026-09-30", "0.4")])

    assert [row[:2] for row in told(runtime, date(2026, 9, 30))] == [
        ("2026-07", "0.2"),
        ("2026-08", "0.3"),
        ("2026-09", "0.4"),
    ]


def test_the_digest_says_what_the_month_brought_and_how_it_compares(bureau: Runtime) -> None:
    with reading(bureau.engine) as session:
        months = {key: month_facts(session, Period.parse(key), NOW, bureau.gauge) for key in ("2026-08", "2026-09")}
        facts = month_facts(session, Period.parse("2026-10"), NOW, bureau.gauge)

    def target(one: dict[str, Any]) -> tuple[str, str]:
        first = one["items"][0]["targets"][0]
        return first["month_value"], first["yoy"]

    assert target(months["2026-08"]) == ("0.2亿元", "增长50%")
    assert target(months["2026-09"]) == ("", "")
    assert target(facts) == ("0.3亿元（2026年9–10月）", "增长50%")
    assert "| 0.6亿元 | 0.3亿元（2026年9–10月） | 增长50% |" in as_markdown(facts, NOW)
    assert "增长50%" in as_html(facts, NOW)


@ON_SQLITE
def test_a_digest_frozen_before_there_were_months_is_still_rendered(bureau: Runtime) -> None:
    with reading(bureau.engine) as session:
        facts = month_facts(session, Period.parse("2026-10"), NOW, bureau.gauge)
    for item in facts["items"]:
        for target in item["targets"]:
            del target["month_value"], target["yoy"]
    del facts["extended"]

    assert "| 0.6亿元 | — | — |" in as_markdown(facts, NOW)
    assert "延期" not in as_html(facts, NOW) + as_markdown(facts, NOW)


def test_a_target_without_readings_shows_its_months_all_the_same(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = begin(GAOQI)

    found = target_series(runtime, 1, date(2026, 8, 1))

    assert [(row["label"], row["reading"], row["light"]) for row in found.months] == [
        ("2026年7月", None, "—"),
        ("2026年8月", None, "—"),
    ]
    assert "2026年7月" in series(runtime, monkeypatch, "1").stdout
