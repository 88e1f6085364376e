"""duban status as a person types it: the whole, the rows, any day, and what is refused."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from cast import GAOQI, PATROL, at
from conftest import Begin
from duban.cli.main import app
from flows.running import tick
from flows.runtime import Runtime
from flows.settings import SettingsProblem, read_settings
from flows.status import By, plan_status
from flows.tasking import complete_with_figures
from flows.views.plan import Wanted, plan_page
from notifications.digest import as_html, as_markdown, month_facts
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Target
from plans.zone import local_day
from tasks.tables import Progress, Task
from tasks.verbs import Act

CONTRACTS = """
  - title: 技术合同登记
    programme: jishu_hetong
    owner: 王芳
    targets:
      - {indicator: 成交额, floor: 1.5, unit: 亿元}
"""
SPEECH = """
  - title: 开展科普宣传
    programme: kepu
    kind: goal
    owner: 王芳
    targets:
      - {indicator: 科普氛围, qualitative: true}
"""


def status(runtime: Runtime, *arguments: str) -> Result:
    given = {"DUBAN_DATA": str(runtime.settings.data), "DUBAN_DATABASE_URL": runtime.settings.database_url}
    return CliRunner().invoke(app, ["status", *arguments], env=given)


def told(runtime: Runtime, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(status(runtime, *arguments, "--json").stdout)
    return found


def report(runtime: Runtime, day: str, figures: dict[str, str]) -> None:
    with writing(runtime.engine) as session:
        targets = {target.indicator: target.id or 0 for target in session.exec(select(Target))}
        for name, value in figures.items():
            kept: dict[str, Any] = {"as_of": date.fromisoformat(day), "value": Decimal(value), "at": at(f"{day} 10:00")}
            session.add(Progress(target_id=targets[name], by="李明", **kept))


@pytest.fixture
def bureau(begin: Begin) -> Runtime:
    """The half-year at 30 September: one task a goal is done, one is not; the year's half is half over."""
    runtime = begin(GAOQI, CONTRACTS, SPEECH, PATROL)
    for day in ("2026-07-31", "2026-08-31", "2026-09-30"):
        tick(runtime, at(f"{day} 08:00"))
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).where(Task.period == "2026-07", Task.item_id == 1)).one()
        complete_with_figures(session, task, ["1"], "", Act("李明", "page", at("2026-07-31 10:00")))
    report(runtime, "2026-08-31", {"成交额": "0.1"})
    report(runtime, "2026-09-30", {"高新技术企业认定": "5", "成交额": "0.2"})
    return runtime


def test_it_shows_the_plan_by_item_with_lights_results_and_time(bureau: Runtime) -> None:
    found = told(bureau, "--as-of", "2026-09-30")

    assert (found["plan"], found["elapsed"]) == ("云溪县科技局2026H2工作计划", 0.5)
    firms, contracts, speech, patrol = found["rows"]
    assert (firms["title"], firms["due"], firms["done"], firms["share"]) == ("培育高新技术企业", 3, 1, 1.0)
    (target,) = firms["targets"]
    assert (target["value"], target["result"], target["light"]) == ("5", "达到确保", "绿")
    assert contracts["targets"][0]["months"] == {"2026-07": "—", "2026-08": "黄", "2026-09": "红"}
    assert (speech["stage"], speech["share"], speech["light"]) == ("进行中", None, "红")
    assert (patrol["stage"], patrol["lapsed"] > 0) == ("进行中", True)
    assert found["whole"]["results"] == {"未达确保": 1, "达到确保": 1}


def test_it_can_be_asked_about_a_day_that_is_over(bureau: Runtime) -> None:
    found = told(bureau, "--as-of", "2026-07-31")

    assert [row["targets"][0]["value"] for row in found["rows"][:2]] == ["1", None]
    assert found["whole"]["results"] == {"未达确保": 1, "待填": 1}


def test_it_sums_up_by_programme(bureau: Runtime) -> None:
    found = told(bureau, "--as-of", "2026-09-30", "--by", "programme")

    rows = {row["title"]: row for row in found["rows"]}
    assert rows["高新技术企业"]["completion"] == pytest.approx(1 / 3)
    assert rows["高新技术企业"]["lights"] == {"滞后": 1}
    assert sum(row["items"] for row in rows.values()) == found["whole"]["items"] == 4


def test_a_person_reads_it_in_chinese(bureau: Runtime) -> None:
    by_item, by_programme = status(bureau, "--as-of", "2026-09-30"), status(bureau, "--by", "programme")

    assert "（2026年下半年），截至 2026-09-30，序时进度 50%。" in by_item.stdout
    assert "4个事项：" in by_item.stdout
    assert "指标：未达确保1、达到确保1。" in by_item.stdout
    assert "高新技术企业" in by_programme.stdout


def test_the_thresholds_are_the_bureaus_own(bureau: Runtime) -> None:
    given = {"DUBAN_DATA": str(bureau.settings.data), "DUBAN_DATABASE_URL": bureau.settings.database_url}
    kinder = {"DUBAN_LIGHT_YELLOW": "20", "DUBAN_LIGHT_RED": "60"}

    found = CliRunner().invoke(app, ["status", "--as-of", "2026-09-30", "--json"], env=given | kinder)

    assert json.loads(found.stdout)["rows"][1]["targets"][0]["light"] == "黄"


@pytest.mark.parametrize(
    ("day", "why"), [("soon", "“soon”不是日期"), ("2026-06-30", "2026-06-30 这天还没有计划：最早的从 2026-07-01 开始")]
)
def test_a_day_that_is_none_or_before_the_plan_is_refused(bureau: Runtime, day: str, why: str) -> None:
    refused = status(bureau, "--as-of", day)

    assert isinstance(refused.exception, Refused)
    assert str(refused.exception).startswith(why)


def test_by_what_it_does_not_know_is_wrong_usage(bureau: Runtime) -> None:
    assert status(bureau, "--by", "person").exit_code == 2


def test_page_digest_and_command_say_the_same_of_each_target(bureau: Runtime) -> None:
    strict = Runtime(bureau.settings.model_copy(update={"light_yellow": 40, "light_red": 50}))
    now, period = at("2026-09-30 18:00"), Period.parse("2026-09")

    with reading(strict.engine) as session:
        page = plan_page(session, strict, local_day(now), Wanted())
        digest = month_facts(session, period, now, strict.gauge)
    command = plan_status(strict, local_day(now), By.ITEM)

    assert page is not None
    on_page = [line.badge.word for section in page.sections for row in section.rows for line in row.targets]
    in_digest = [target for item in digest["items"] for target in item["targets"]]
    in_command = [target for row in command.rows for target in row["targets"]]
    assert on_page == ["正常 · 达到确保", "正常", "定性"]
    assert [(one["light"], one["result"]) for one in in_digest] == [("green", "达到确保"), ("green", ""), ("none", "")]
    assert [(one["light"], one["told"]) for one in in_command] == [("绿", "达到确保"), ("绿", ""), ("—", "")]
    assert "达到确保" in as_html(digest, now)
    assert "正常，达到确保" in as_markdown(digest, now)


def test_a_red_threshold_below_the_yellow_one_is_named() -> None:
    with pytest.raises(SettingsProblem, match="DUBAN_LIGHT_RED"):
        read_settings(light_yellow=30, light_red=20)
