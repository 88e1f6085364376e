"""The rows of the table of progress, from 序号 and 工作任务 to 存在问题, 下步措施 and 灯, for Word and Excel alike.

Problems and next steps are only what is on record: figures beside their goals and the time, tasks that are late, what
was returned and why, what people wrote, and the days that come. Facts frozen long ago may lack some of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from notifications.writing import percent
from plans.columns import figure_text
from plans.periods import Period, Span
from tasks.lights import Light

Facts = Mapping[str, Any]
MOST_NAMES = 3
"""Names a cell of the table tells; more are counted."""
AT_HAND = 0.1
"""Less than a tenth of a point beside the time is nothing to tell."""


@dataclass(frozen=True)
class Row:
    """One target of an item, or an item without targets (``share`` is then what was done of what was due).

    ``first`` is True on the first row of an item, whose ``problems`` and ``steps`` are told there once.
    """

    number: int
    title: str
    goal: str
    progress: str
    share: float | None
    office: str
    owner: str
    light: str
    light_label: str
    programme: str
    first: bool = True
    problems: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def progress_rows(facts: Facts) -> Iterator[Row]:
    """One row a target, in the order of the plan."""
    for item in wanted_items(facts):
        targets = [one for one in item["targets"] if not one["qualitative"]]
        for place, target in enumerate(targets):
            yield _target_row(facts, item, target, first=place == 0, alone=len(targets) == 1)
        if not targets:
            yield _task_row(facts, item)


def wanted_items(facts: Facts) -> list[Facts]:
    """The items that were not cancelled."""
    return [item for item in facts["items"] if not item.get("cancelled")]


def goal_head(facts: Facts) -> str:
    """年度目标, or 半年目标 of a plan of half a year; 年度目标 too where old facts do not say."""
    words = {Span.HALF: "半年", Span.QUARTER: "季度", Span.MONTH: "本月"}
    return f"{words.get(Period.parse(facts.get('period') or facts['month'][:4]).span, '年度')}目标"


def _target_row(facts: Facts, item: Facts, target: Facts, first: bool, alone: bool) -> Row:
    about = "" if alone else target["indicator"]
    share = target["floor_share"]
    return Row(
        **_common(item),
        goal=goal_told(target),
        progress=_value_told(facts, target),
        share=share,
        light=target["light"],
        light_label=target["light_label"],
        first=first,
        problems=[*_behind(facts, target, about), *(_problems(item) if first else [])],
        steps=[*_left(target, about), *(_next_days(item) if first else [])],
    )


def _task_row(facts: Facts, item: Facts) -> Row:
    counts = item["counts"]
    light, label = _task_light(counts)
    cuts = item.get("filings") or []
    share = cuts[-1]["rate"] if cuts else counts["done"] / counts["due"] if counts["due"] else None
    return Row(
        **_common(item),
        goal=_qualitative(item),
        progress=_count_told(item, cuts),
        share=share,
        light=light,
        light_label=label,
        problems=_problems(item),
        steps=_next_days(item),
    )


def _common(item: Facts) -> dict[str, Any]:
    kept = {key: item.get(key) or "" for key in ("title", "owner", "office", "programme")}
    return {"number": item["number"], **kept}


def _qualitative(item: Facts) -> str:
    return "；".join(one["indicator"] for one in item["targets"] if one["qualitative"]) or "—"


def goal_told(target: Facts) -> str:
    """高新技术企业认定：确保5家，力争8家; 待填 where the document hides the number."""
    floor, stretch = target["floor"], target["stretch"]
    if "待填" in (floor, stretch):
        return f"{target['indicator']}：待填"
    goals = ((word, goal) for word, goal in (("确保", floor), ("力争", stretch)) if goal)
    told = "，".join(f"{word}{goal}{target['unit']}" for word, goal in goals)
    return f"{target['indicator']}：{told}" if told else target["indicator"]


def _value_told(facts: Facts, target: Facts) -> str:
    if not target["value"]:
        return "待填"
    told = f"{target['value']}{target['unit']}"
    month = target.get("month_value") or ""
    stale = stale_since(facts, target)
    return told + (f"（当月{month}）" if month else "") + (f"（{stale}数）" if stale else "")


def stale_since(facts: Facts, target: Facts) -> str:
    """The day of a figure that is older than the month: 9月3日; empty for one of the month."""
    read_on = target.get("read_on") or ""
    if not read_on or read_on >= f"{facts['month']}-01":
        return ""
    return day_told(read_on, facts)


def day_told(day: str, facts: Facts) -> str:
    """2026-10-09 as 10月9日, with its year where it is not the digest's."""
    told = date.fromisoformat(day)
    year = "" if facts["month"].startswith(str(told.year)) else f"{told.year}年"
    return f"{year}{told.month}月{told.day}日"


def _count_told(item: Facts, cuts: Iterable[Facts]) -> str:
    for cut in reversed(list(cuts)):
        return f"{cut['label']}：应报{cut['due']}家，已报{cut['filed']}家"
    counts = item["counts"]
    return f"本月到期{counts['due']}项，办结{counts['done']}项" if counts["due"] else "本月没有到期任务"


def _task_light(counts: Facts) -> tuple[str, str]:
    if counts["overdue"]:
        return Light.RED.value, "逾期"
    if counts["lapsed"]:
        return Light.RED.value, "未办"
    return (Light.GREEN.value, Light.GREEN.label) if counts["due"] else (Light.NONE.value, "—")


def _behind(facts: Facts, target: Facts, about: str) -> Iterator[str]:
    behind = points_behind(facts, target)
    if target["light"] in (Light.RED, Light.YELLOW) and behind is not None:
        yield f"{about}慢于序时进度{_points(behind)}"
    elif not target["value"] or target["masked"]:
        yield f"{about}{'目标待填' if target['masked'] else '还没有报过数'}"


def points_behind(facts: Facts, target: Facts) -> float | None:
    """How many points a target is behind the time; negative when it is ahead, None where nobody knows."""
    return None if target["floor_share"] is None else (facts["elapsed"] - target["floor_share"]) * 100


def pace_told(facts: Facts, target: Facts) -> str:
    """慢于序时进度12.3个百分点, 快于…, 与序时进度持平; empty where it is not known or the goal is reached."""
    behind = points_behind(facts, target)
    if behind is None or target["floor_share"] >= 1:
        return ""
    if abs(behind) < AT_HAND:
        return "与序时进度持平"
    return f"{'慢' if behind > 0 else '快'}于序时进度{_points(abs(behind))}"


def _points(points: float) -> str:
    return f"{points:.1f}个百分点"


def _problems(item: Facts) -> list[str]:
    told = [f"退回：{one['name']}，{one['told']}" for one in item.get("returned") or []]
    told += dict.fromkeys(_said(one) for one in item.get("notes") or [] if not one["finished"])
    return [*_late(item), *told[:MOST_NAMES]]


def _late(item: Facts) -> Iterator[str]:
    late, silent, unit = item["late"], item["silent"], "家" if item["enterprises"] else "项"
    if late and len(late) <= MOST_NAMES:
        yield f"逾期未办：{'、'.join(late)}"
    elif late:
        yield f"逾期未{'报' if item['enterprises'] else '办'}{len(late)}{unit}"
    if late and silent:
        yield "没有回音" if len(silent) == len(late) else f"其中{len(silent)}{unit}没有回音"
    if item["counts"]["lapsed"]:
        yield f"日常工作未办{item['counts']['lapsed']}次"


def _said(note: Facts) -> str:
    return f"{note['by']}：{note['told']}"


def _left(target: Facts, about: str) -> Iterator[str]:
    """What is still to do for 确保 and 力争."""
    if not target["value"] or target["masked"]:
        return
    goals = (("确保", target["floor"]), ("力争", target["stretch"]))
    left = [(word, Decimal(goal) - Decimal(target["value"])) for word, goal in goals if goal]
    told = [f"{word}还差{figure_text(rest)}{target['unit']}" for word, rest in left if rest > 0]
    if told:
        yield f"{about}距{'，距'.join(told)}"


def _next_days(item: Facts) -> list[str]:
    by_purpose: dict[str, list[date]] = {}
    for one in item.get("due_next") or []:
        by_purpose.setdefault(one["purpose"], []).append(date.fromisoformat(one["due_on"]))
    return [f"{_days(days)}{purpose}" for purpose, days in by_purpose.items()]


def _days(days: list[date]) -> str:
    """11月4日、11日、18日: the month once."""
    return f"{days[0].month}月" + "、".join(f"{day.day}日" for day in days)


def share_told(row: Row) -> str:
    """The share as people read it, — where it is not known."""
    return percent(row.share)
