"""What a 通报 puts first, and how it groups the rest: pure, from the facts of the month as they were frozen."""

from collections.abc import Iterator, Mapping
from typing import Any

from notifications.documents.progress_rows import points_behind, wanted_items
from notifications.documents.wording import MOST_NAMES, ended
from notifications.writing import percent
from tasks.lights import Light

Facts = Mapping[str, Any]


def matters(facts: Facts) -> list[str]:
    """What needs a decision: requests that wait, goals far behind, tasks nobody answers for, what is to be checked."""
    waiting = [f"{one['about']}。{ended(one['told'])}" for one in facts.get("decisions") or []]
    checks = [f"需要核实。{ended(warning)}" for warning in facts.get("warnings") or []]
    return [*waiting, *_far_behind(facts), *_unanswered(facts), *checks]


def _far_behind(facts: Facts) -> Iterator[str]:
    found = ((item, target) for item in wanted_items(facts) for target in item["targets"])
    slow = [_slow(facts, item, target) for item, target in found if target["light"] == Light.RED]
    if slow:
        yield f"指标滞后。{'；'.join(slow)}。"


def _slow(facts: Facts, item: Facts, target: Facts) -> str:
    behind = points_behind(facts, target) or 0
    done = f"完成{percent(target['floor_share'])}，慢于序时进度{behind:.1f}个百分点"
    return f"{target['indicator']}{target['value']}{target['unit']}，{done}（{item['owner']}）"


def _unanswered(facts: Facts) -> Iterator[str]:
    told = [_silent(item) for item in wanted_items(facts) if item["silent"]]
    if told:
        yield f"逾期没有回音。{'；'.join(told)}。"


def _silent(item: Facts) -> str:
    silent = item["silent"]
    if item["enterprises"]:
        return f"{item['title']}{len(silent)}家企业"
    shown = "、".join(silent) if len(silent) <= MOST_NAMES else f"{len(silent)}项（{item['owner']}）"
    return f"{item['title']}：{shown}"


def by_programme(facts: Facts) -> list[tuple[str, list[Facts]]]:
    """The items with something to tell this month, by programme in the order of the plan; "" where none is known."""
    found: dict[str, list[Facts]] = {}
    for item in wanted_items(facts):
        if _has_news(item):
            found.setdefault(item.get("programme") or "", []).append(item)
    if "" in found and len(found) > 1:
        found["其他工作"] = found.get("其他工作", []) + found.pop("")
    return list(found.items())


def resting(facts: Facts) -> list[str]:
    """The titles of the items with nothing to tell this month."""
    return [item["title"] for item in wanted_items(facts) if not _has_news(item) and not _is_report(item)]


def _has_news(item: Facts) -> bool:
    if item["targets"]:
        return True
    told = (item["counts"]["due"], item.get("returned"), item.get("notes"))
    return any(told) and not item["enterprises"]


def _is_report(item: Facts) -> bool:
    return bool(item["enterprises"] and (item["counts"]["due"] or item.get("filings")))


def reports(facts: Facts) -> list[tuple[Facts, list[Facts]]]:
    """What enterprises file, each with its cut-offs of the month."""
    return [(item, list(item.get("filings") or [])) for item in wanted_items(facts) if _is_report(item)]


def arrived(facts: Facts) -> list[dict[str, str]]:
    """补报 and corrections to earlier months, as one list by day."""
    late = [{**row, "verb": "补报", "told": row["late"]} for row in facts.get("late_arrivals") or []]
    corrected = [{**row, "verb": "更正"} for row in facts.get("corrections") or []]
    return sorted([*late, *corrected], key=lambda row: row["day"])


def name_lists(facts: Facts) -> list[tuple[str, list[str]]]:
    """The lists of enterprises too long for a paragraph: what they are, and the names."""
    found = [
        (f"{item['title']}（{cut['label']}）{word}企业", names)
        for item, cuts in reports(facts)
        for cut in cuts
        for word, names in (("未报", cut["missing"]), ("免报", cut["exempt"]))
    ]
    found += [(f"{item['title']}未报企业", item["late"]) for item, cuts in reports(facts) if not cuts]
    return [(what, names) for what, names in found if len(names) > MOST_NAMES]
