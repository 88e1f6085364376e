"""A year's rehearsal, day by day, against a reading of the rules that knows nothing but the calendar.

The model here walks every day, asks of each rule whether a date falls on it, and counts workdays one by one. It shares
no code with the agenda, the cadences, the due policies or the ladder.
"""

import calendar
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlmodel import SQLModel, col, select

from cast import PEOPLE, at
from flows.planning import start_from_text
from flows.running import tick
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings, read_settings
from notifications.ladder import OWN
from notifications.rehearsal import Rehearsed, rehearse
from notifications.tables import Notice, NoticeState
from plans.database import reading
from plans.tables import PlanItem
from plans.zone import local_day
from support.strategies import DAY, days_between, is_day_of_step, works
from tasks.tables import Task

ANY_DAY_LADDER = """
holiday:
  name: 值班
  steps:
    - {offset: -1, audience: [head]}
    - {offset: 0, audience: [assignee], any_day: true}
    - {offset: 2, audience: [leader, director], any_day: true}
"""
LADDERS: dict[str, Any] = YAML(typ="safe").load(OWN.read_text(encoding="utf-8") + ANY_DAY_LADDER)

ENTERPRISES = """
enterprises:
  - {name: 精工, contact: 赵会计, mail: zhao@jinggong.example}
  - {name: 青禾, contact: 钱会计, mail: qian@qinghe.example, first_month: 2026-04}
  - {name: 远山, contact: 孙会计, last_month: 2026-08}
  - {name: 停产厂, contact: 吴会计, exempt_reason: 停产}
"""
ROSTER = {"赵会计": ("", ""), "钱会计": ("2026-04", ""), "孙会计": ("", "2026-08")}

BOSS_OF = {"李明": "陈平", "陈平": "陈平"}
"""Who heads the office of an owner; 王芳's has no head, so that 林岚 hears instead."""


@dataclass(frozen=True)
class Rule:
    """One item as the draft states it."""

    title: str
    kind: str
    cadence: str
    policy: str = "previous"
    ladder: str = "staff"
    in_arrears: bool = False
    skip_january: bool = False
    enterprises: bool = False
    owner: str = "李明"

    @property
    def yaml(self) -> str:
        lines = [f"title: {self.title}", f"programme: {'rd_monthly' if self.enterprises else 'other'}"]
        lines += [f"kind: {self.kind}", f'cadence: "{self.cadence}"', f"due_policy: {self.policy}"]
        lines += [f"ladder: {self.ladder}", f"in_arrears: {str(self.in_arrears).lower()}", f"owner: {self.owner}"]
        lines += [f"skip_months: {[1] if self.skip_january else []}"]
        return "\n  - " + "\n    ".join(lines)


RULES = (
    Rule("目标", "goal", ""),
    Rule("一次目标", "goal", "once:2026-05-05"),
    Rule("季度目标", "goal", "quarterly:31", owner="陈平"),
    Rule("年报关网", "filing", "annual:03-10", "hard", "filing"),
    Rule("十月关网", "filing", "once:2026-10-10", "hard", "filing"),
    Rule("节中关网", "filing", "once:2026-10-05", "hard", "filing"),
    Rule("春节关网", "filing", "once:2026-02-20", "hard", "filing", owner="陈平"),
    Rule("企业月报", "filing", "monthly:10", "hard", "enterprise", True, True, True),
    Rule("企业季报", "filing", "quarterly:20", "next", "enterprise", True, False, True),
    Rule("月末报", "filing", "monthly:31", "next", "filing", owner="王芳"),
    Rule("半年报", "filing", "half-yearly:10", "previous", "filing", True),
    Rule("月调度", "review", "monthly:5", "next"),
    Rule("季调度", "review", "quarterly", "previous"),
    Rule("年验收", "review", "annual", "hard"),
    Rule("周五整治", "duty", "weekly:fri-pm", "skip", "duty", owner="王芳"),
    Rule("周五走访", "duty", "weekly:fri", "next", "duty", owner="王芳"),
    Rule("周日备勤", "duty", "weekly:sun", "previous", "duty"),
    Rule("每天巡查", "duty", "daily", "skip", "duty", owner="王芳"),
    Rule("每天值守", "duty", "daily:every", "hard", "holiday"),
    Rule("周日值守", "review", "weekly:sun", "hard", "holiday"),
    Rule("月党日", "duty", "monthly", "previous", "staff"),
    Rule("不定期", "duty", "irregular"),
    Rule("同名事项", "review", "monthly:15", "previous"),
    Rule("同名事项", "review", "monthly:15", "previous"),
)

Plan = tuple[date, date]
H1_2026 = date(2026, 1, 1), date(2026, 6, 30)
H2_2026 = date(2026, 7, 1), date(2026, 12, 31)
H1_2027 = date(2027, 1, 1), date(2027, 6, 30)

FEW = tuple(rule for rule in RULES if rule.title in ("目标", "企业月报", "十月关网", "月末报", "周五整治", "周日值守"))

Line = tuple[date, str, str, str, date]
"""(day, who hears it, step, title, due date)"""


def nth(day: date, number: int) -> bool:
    """Is it that day of its month, or the last of a shorter one?"""
    return day.day == min(number, calendar.monthrange(day.year, day.month)[1])


def falls_on(rule: Rule, day: date) -> bool:
    """Does the rule's cadence name this very day?"""
    rhythm, _, detail = rule.cadence.partition(":")
    if rhythm in ("once", "annual"):
        return str(day) == detail if rhythm == "once" else day.strftime("%m-%d") == (detail or "12-31")
    if rhythm in ("daily", "irregular"):
        return rhythm == "daily"
    if rhythm == "weekly":
        return day.strftime("%a").lower() == detail[:3]
    length = {"monthly": 1, "quarterly": 3, "half-yearly": 6}[rhythm]
    months = range(1, 13, length) if rule.in_arrears and detail else range(length, 13, length)
    return day.month in months and nth(day, int(detail or 31))


def month_before(day: date) -> str:
    """What a monthly or quarterly date in arrears is about; the last month of it decides who belongs."""
    return (day.replace(day=1) - DAY).strftime("%Y-%m")


def workday_near(day: date, step: int) -> date:
    while not works(day):
        day += DAY * step
    return day


def due_and_inner(rule: Rule, day: date) -> tuple[date, date] | None:
    if rule.policy == "skip":
        return (day, day) if works(day) else None
    if rule.policy == "hard":
        return day, workday_near(day, -1)
    moved = workday_near(day, 1 if rule.policy == "next" else -1)
    return moved, moved


def lapses(rule: Rule, stated: date, due_on: date) -> date:
    """The last day on which the task can still be done; far away for all but duties with a rhythm."""
    if rule.kind != "duty":
        return date.max
    ends = {"daily": stated, "weekly": stated + DAY * (6 - stated.weekday())}
    month_end = stated.replace(day=calendar.monthrange(stated.year, stated.month)[1])
    return max(due_on, ends.get(rule.cadence.partition(":")[0], month_end))


def stated_dates(rule: Rule, plan: Plan) -> Iterator[date]:
    """A goal without a rhythm of its own is asked for at the end of each month."""
    monthly = rule.kind == "goal" and not rule.cadence
    yield from (day for day in days_between(*plan) if (nth(day, 31) if monthly else falls_on(rule, day)))


def holders(rule: Rule, stated: date) -> list[str]:
    if not rule.enterprises:
        return [rule.owner]
    month = month_before(stated)
    return [who for who, (first, last) in ROSTER.items() if first <= month and (not last or month <= last)]


def hearers(rule: Rule, holder: str, audience: str) -> list[str]:
    head = [BOSS_OF.get(rule.owner, "林岚")]
    named = {"assignee": [holder], "officer": [rule.owner], "head": head}
    return (named | {"leader": ["林岚"], "director": ["周正"], "group": ["工作群"]})[audience]


def notices_of(rule: Rule, stated: date, first: date, last: date) -> Iterator[Line]:
    settled = due_and_inner(rule, stated)
    if settled is None or (rule.skip_january and month_before(stated).endswith("-01")):
        return
    due_on, inner_on = settled
    for day in days_between(max(first, stated - DAY * 45), min(last, stated + DAY * 45, lapses(rule, stated, due_on))):
        for step in LADDERS[rule.ladder]["steps"]:
            offset = step["offset"]
            if is_day_of_step(day, offset, step.get("any_day", False), due_on, inner_on):
                name = f"{offset:+d}" if offset else "0"
                for holder in holders(rule, stated):
                    heard = {who for audience in step["audience"] for who in hearers(rule, holder, audience)}
                    yield from ((day, who, name, rule.title, due_on) for who in heard)


def expected(plans: list[Plan], first: date, last: date) -> Counter[Line]:
    return Counter(
        line
        for plan in plans
        for rule in rules_of(plan)
        for stated in stated_dates(rule, plan)
        for line in notices_of(rule, stated, first, last)
    )


def rules_of(plan: Plan, rules: tuple[Rule, ...] = RULES) -> list[Rule]:
    """A single date outside the plan would be refused."""
    return [rule for rule in rules if not rule.cadence.startswith("once") or any(stated_dates(rule, plan))]


def bureau(settings: Settings, plans: list[Plan], on: str, rules: tuple[Rule, ...] = RULES) -> Runtime:
    """A bureau that started these plans at once."""
    for plan in plans:
        half = f"{plan[0].year}H{1 if plan[0].month == 1 else 2}"
        head = f"bureau: 云溪县科技局\ntitle: {half}工作计划\nperiod: {half}\n"
        items = "".join(rule.yaml for rule in rules_of(plan, rules))
        text = head + PEOPLE + ENTERPRISES + "items:" + items + "\n"
        start_from_text(settings, text, "draft.yaml", "陈平", at(on))
    return open_runtime(settings)


def rehearsed(runtime: Runtime, first: date, last: date) -> list[Rehearsed]:
    with reading(runtime.engine) as session:
        return rehearse(session, first, last, runtime.rules, runtime.pen)


def lines(rows: list[Rehearsed]) -> Counter[Line]:
    return Counter((row.day, row.name, row.step, row.title, row.due_on) for row in rows)


def settings_in(folder: Path, **given: object) -> Settings:
    ladders = folder / "ladders.yaml"
    ladders.write_text(ANY_DAY_LADDER, encoding="utf-8")
    return read_settings(data=folder / "data", secret="s" * 32, ladders=ladders, **given)


def test_a_year_of_both_halves_is_rehearsed_as_the_rules_say_day_by_day(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, robot_url="json://127.0.0.1:9")
    runtime = bureau(settings, [H1_2026, H2_2026], on="2026-01-01 08:00")

    rows = rehearsed(runtime, date(2026, 1, 1), date(2026, 12, 31))

    assert lines(rows) == expected([H1_2026, H2_2026], date(2026, 1, 1), date(2026, 12, 31))
    assert {row.title for row in rows} == {rule.title for rule in RULES} - {"不定期"}


def test_on_days_off_only_the_steps_for_any_day_are_rehearsed(tmp_path: Path) -> None:
    rules = tuple(rule for rule in RULES if rule.title in ("目标", "月末报", "每天巡查", "每天值守"))
    runtime = bureau(settings_in(tmp_path), [H2_2026], on="2026-07-01 08:00", rules=rules)

    rows = [row for row in rehearsed(runtime, *H2_2026) if not works(row.day)]

    days_off = [day for day in days_between(*H2_2026) if not works(day)]
    assert [(row.day, row.title, row.step) for row in rows] == [(day, "每天值守", "0") for day in days_off]


def test_a_half_year_without_a_table_is_rehearsed_from_monday_to_friday(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, robot_url="json://127.0.0.1:9")
    runtime = bureau(settings, [H1_2027], on="2026-12-20 08:00")

    rows = rehearsed(runtime, date(2026, 12, 20), date(2027, 7, 31))

    assert lines(rows) == expected([H1_2027], date(2026, 12, 20), date(2027, 7, 31))
    assert {row.day.weekday() for row in rows if row.title == "目标"} == {0, 1, 2, 3, 4}


def test_a_part_of_the_half_year_is_its_rehearsal_of_those_days(tmp_path: Path) -> None:
    runtime = bureau(settings_in(tmp_path), [H2_2026], on="2026-07-01 08:00", rules=FEW)
    first, last = date(2026, 9, 20), date(2026, 10, 20)

    rows = rehearsed(runtime, first, last)

    assert rows == [row for row in rehearsed(runtime, *H2_2026) if first <= row.day <= last] != []


def test_ticking_every_morning_makes_exactly_the_rehearsed_notices(tmp_path: Path) -> None:
    runtime = bureau(settings_in(tmp_path), [H2_2026], on="2026-09-14 08:00", rules=FEW)
    days = days_between(date(2026, 9, 14), date(2026, 11, 13))
    foretold = rehearsed(runtime, days[0], days[-1])

    for day in days:
        tick(runtime, at(f"{day} 08:31"))

    made, skipped = notices(runtime)
    assert Counter(made) == Counter((row.day, row.recipient, row.step, row.title, row.due_on) for row in foretold)
    assert (len(made) > 50, skipped) == (True, 0)
    runtime.engine.dispose()


def notices(runtime: Runtime) -> tuple[list[Line], int]:
    """What the ticks said, as (day, recipient key, step, title, due date), and how many steps they skipped."""
    query = select(Notice, Task, PlanItem).join(Task, col(Notice.task_id) == col(Task.id)).join(PlanItem)
    with reading(runtime.engine) as session:
        found = session.exec(query).all()
    said = [row for row in found if row[0].state != NoticeState.SKIPPED]
    rows = [(local_day(one.made_at), one.recipient, one.step, item.title, task.due_on) for one, task, item in said]
    return rows, len(found) - len(said)


def test_rehearsing_writes_nothing(tmp_path: Path) -> None:
    runtime = bureau(settings_in(tmp_path), [H2_2026], on="2026-07-01 08:00", rules=FEW)
    before = everything(runtime)

    rehearsed(runtime, date(2026, 7, 1), date(2026, 12, 31))

    assert everything(runtime) == before


def everything(runtime: Runtime) -> dict[str, list[Any]]:
    with reading(runtime.engine) as session:
        return {name: list(session.execute(table.select())) for name, table in SQLModel.metadata.tables.items()}
