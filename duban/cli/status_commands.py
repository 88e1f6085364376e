"""duban status: where the plan stands."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from duban.cli.output import as_json, now, runtime, table
from flows.status import By, Status, plan_status
from notifications.writing import percent
from plans.errors import Refused
from plans.zone import local_day


def add_to(app: typer.Typer) -> None:
    """Hang the command on the root."""
    app.command()(status)


def status(
    as_of: Annotated[str, typer.Option("--as-of", help="截至哪天，如 2026-10-09，默认今天")] = "",
    by: Annotated[By, typer.Option("--by", help="按事项（item）还是按业务线（programme）列出")] = By.ITEM,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """计划到了哪一步：任务完成率、指标完成率、灯和序时进度，按事项或按业务线汇总。"""
    found = plan_status(runtime(), _day(as_of), by)
    if json:
        print(as_json(found))
        return
    _tell_whole(found)
    if by is By.ITEM:
        _tell_items(found)
    else:
        _tell_programmes(found)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else local_day(now())
    except ValueError as error:
        raise Refused(f"“{text}”不是日期：请写成 2026-10-09。") from error


def _tell_whole(found: Status) -> None:
    whole = found.whole
    print(f"{found.plan}（{found.period}），截至 {found.as_of}，序时进度 {percent(found.elapsed)}。")
    print(f"{whole['items']}个事项：{_counts(whole['lights'])}。", end="")
    print(f"到期任务{whole['due']}项，办结{whole['done']}项，逾期{whole['overdue']}项，日常未办{whole['lapsed']}项。")
    print(f"任务完成率 {percent(whole['completion'])}，指标完成率 {percent(whole['share'])}。", end="")
    print(f"指标：{_counts(whole['results'])}。")


def _tell_items(found: Status) -> None:
    cells = [
        (r["number"], r["light"], r["title"], _done(r), percent(r["completion"]), percent(r["share"]), _told(r))
        for r in found.rows
    ]
    table(("序号", "灯", "事项", "办结/到期", "任务完成率", "指标完成率", "指标"), cells, "这份计划没有事项。")


def _tell_programmes(found: Status) -> None:
    cells = [
        (r["title"], r["items"], _counts(r["lights"]), _done(r), percent(r["completion"]), percent(r["share"]))
        for r in found.rows
    ]
    table(("业务线", "事项", "灯", "办结/到期", "任务完成率", "指标完成率"), cells, "这份计划没有事项。")


def _done(row: Mapping[str, Any]) -> str:
    return f"{row['done']}/{row['due']}"


def _counts(counts: Mapping[str, int]) -> str:
    return "、".join(f"{label}{number}" for label, number in counts.items()) or "无"


def _told(row: Mapping[str, Any]) -> str:
    if row["stage"]:
        return str(row["stage"])
    return "；".join(_target(target) for target in row["targets"])


def _target(target: Mapping[str, Any]) -> str:
    value = "待填" if target["value"] is None else f"{target['value']}{target['unit']}"
    yoy = f"同比{target['yoy']}" if target["yoy"] else ""
    told = [_named(target), value, yoy, target["told"]]
    return " ".join(part for part in told if part)


def _named(target: Mapping[str, Any]) -> str:
    return f"{target['indicator']}（编号{target['number']}）"
