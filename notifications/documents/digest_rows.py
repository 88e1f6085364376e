"""The lists of a 通报 as rows with named values, for a workbook and for the bureau's own template alike.

Values keep their kind: counts are whole numbers, shares floats from 0 to 1, days dates; what nobody knows is None.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from notifications.documents.digest_matters import arrived, matters, reports
from notifications.documents.progress_rows import goal_head, progress_rows

Facts = Mapping[str, Any]
Entry = dict[str, Any]
NO_LIGHT = "—"


def lists_of(facts: Facts) -> dict[str, list[Entry]]:
    """Every list by its name; 进展表 has one entry a target."""
    return {
        "决定事项": [{"序号": number, "事项": told} for number, told in enumerate(matters(facts), 1)],
        "进展表": list(_progress(facts)),
        "企业报送": list(_cuts(facts)),
        "未报企业": list(_missing(facts)),
        "补报更正": [_arrived(row) for row in arrived(facts)],
        "计划变更": [_changed(row) for row in facts.get("changes") or []],
        "延期": [_extended(row) for row in facts.get("extended") or []],
        "下月安排": [_next(row) for row in facts["next_month"]],
    }


def _progress(facts: Facts) -> Iterator[Entry]:
    goal = goal_head(facts)
    for row in progress_rows(facts):
        yield {
            "序号": row.number,
            "业务线": row.programme,
            "工作任务": row.title,
            goal: row.goal,
            "当前进度": row.progress,
            "完成率": row.share,
            "责任股室": row.office,
            "责任人": row.owner,
            "存在问题": "；".join(row.problems),
            "下步措施": "；".join(row.steps),
            "灯": row.light_label,
        }


def _cuts(facts: Facts) -> Iterator[Entry]:
    for item, cuts in reports(facts):
        for cut in cuts:
            yield {
                "报表": item["title"],
                "报告期": cut["label"],
                "截止日": date.fromisoformat(cut["cut_on"]),
                "应报": cut["due"],
                "按时": cut["on_time"],
                "迟报": cut["late"],
                "未报": len(cut["missing"]),
                "报送率": cut["rate"],
                "加权报送率": cut["weight_rate"],
                "按时率": cut["on_time_rate"],
            }


def _missing(facts: Facts) -> Iterator[Entry]:
    for item, cuts in reports(facts):
        lists = [(cut["label"], cut["missing"]) for cut in cuts] or [(facts["label"], item["late"])]
        for label, names in lists:
            yield from ({"报表": item["title"], "报告期": label, "企业": name} for name in names)


def _arrived(row: Mapping[str, str]) -> Entry:
    named = {"日期": date.fromisoformat(row["day"]), "企业": row["name"], "报表": row["item"], "报告期": row["label"]}
    return {**named, "类别": row["verb"], "情况": row["told"]}


def _changed(row: Facts) -> Entry:
    return {"序号": row["number"], "工作任务": row["title"], "情况": row["told"]}


def _extended(row: Facts) -> Entry:
    return {
        "工作任务": row["title"],
        "报告期": row["period"],
        "责任人": row["holder"],
        "原期限": date.fromisoformat(row["original_due_on"]),
        "新期限": date.fromisoformat(row["due_on"]),
        "理由": row["reason"],
    }


def _next(row: Facts) -> Entry:
    count = f"（{row['count']}家）" if row["count"] > 1 else ""
    named = {"到期日": date.fromisoformat(row["due_on"]), "工作任务": row["title"] + count}
    return {**named, "类别": row["purpose"], "责任人": row["owner"]}
