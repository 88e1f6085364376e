"""Facts of a month as a digest freezes them, made by hand: 云溪县科技局 in October 2026."""

from typing import Any

Facts = dict[str, Any]


def counts(**changes: int) -> dict[str, int]:
    nothing = {"due": 0, "done": 0, "on_time": 0, "late": 0, "overdue": 0, "silent": 0, "lapsed": 0}
    return nothing | changes


def target(**changes: Any) -> Facts:
    """高新技术企业认定: 4 of 5, stretch 8, ahead of the time."""
    return {
        "indicator": "高新技术企业认定",
        "unit": "家",
        "floor": "5",
        "stretch": "8",
        "value": "4",
        "read_on": "2026-10-28",
        "month_value": "1家",
        "yoy": "增长4.7%",
        "qualitative": False,
        "masked": False,
        "floor_share": 0.8,
        "stretch_share": 0.5,
        "light": "green",
        "light_label": "正常",
        "result": "",
    } | changes


def item(number: int = 1, **changes: Any) -> Facts:
    return {
        "number": number,
        "title": "培育高新技术企业",
        "kind": "目标",
        "owner": "李明",
        "enterprises": False,
        "counts": counts(due=1, done=1, on_time=1),
        "zero": 0,
        "filings": [],
        "targets": [],
        "late": [],
        "silent": [],
        "programme": "高新技术企业",
        "office": "创新股",
        "cancelled": False,
        "notes": [],
        "returned": [],
        "due_next": [],
    } | changes


def cut(**changes: Any) -> Facts:
    """September's report at its cut-off: 2 of 3 are in."""
    return {
        "period": "2026-09",
        "label": "2026年9月",
        "due_on": "2026-10-10",
        "cut_on": "2026-10-16",
        "due": 3,
        "filed": 2,
        "on_time": 1,
        "late": 1,
        "zero": 0,
        "missing": ["远山竹业有限公司"],
        "exempt": [],
        "rate": 2 / 3,
        "weight_rate": 0.986,
        "on_time_rate": 1 / 3,
        "totals": [],
    } | changes


def report(*cuts: Facts, **changes: Any) -> Facts:
    """研发月报, which every enterprise files."""
    told = {"title": "研发月报", "enterprises": True, "programme": "研发月报", "filings": list(cuts)}
    return item(2, **told | {"counts": counts(due=3, done=2, on_time=1, late=1, overdue=1)} | changes)


def month(*items: Facts, **changes: Any) -> Facts:
    return {
        "bureau": "云溪县科技局",
        "plan": "云溪县科技局2026年下半年工作计划",
        "period": "2026H2",
        "month": "2026-10",
        "label": "2026年10月",
        "as_of": "2026-10-31",
        "elapsed": 0.668,
        "totals": counts(due=4, done=3, on_time=2, late=1, overdue=1, silent=1),
        "items": list(items),
        "next_label": "2026年11月",
        "next_month": [],
        "decisions": [],
        "changes": [],
        "extended": [],
        "warnings": [],
        "late_arrivals": [],
        "corrections": [],
    } | changes


NEW = ("programme", "office", "cancelled", "notes", "returned", "due_next")


def as_frozen_long_ago(facts: Facts) -> Facts:
    """The same month without what digests did not tell at first."""
    items = [{key: value for key, value in one.items() if key not in NEW} for one in facts["items"]]
    kept = {key: value for key, value in facts.items() if key not in ("decisions", "period", "changes", "extended")}
    return kept | {"items": items}
