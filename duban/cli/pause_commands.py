"""duban pause …: enterprises that are not chased for a while."""

from datetime import date
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from duban.cli.task_commands import By, who
from flows.pausing import end_numbered, pause_named, pause_rows
from plans.database import writing
from plans.errors import Refused

app = typer.Typer(help="暂停催报：停产、住院等，这些天不催，也不上报。", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="企业全称或简称")],
    first: Annotated[str, typer.Option("--from", help="从哪天起，如 2026-10-09")],
    last: Annotated[str, typer.Option("--until", help="到哪天止，含当天")],
    reason: Annotated[str, typer.Option("--reason", help="为什么暂停")],
    by: By = "",
) -> None:
    """暂停催报一家企业：这些天不对它说，也不向领导说它；过后按当时该到的一级接着催。"""
    with writing(runtime().engine) as session:
        made = pause_named(session, name, _day(first), _day(last), reason, who(by))
    print(f"已暂停，编号 {made.id}：{made.first_day} 至 {made.last_day} 不催{name}。")


@app.command("list")
def list_pauses(
    everything: Annotated[bool, typer.Option("--all", help="连同已经过去的")] = False,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """列出暂停催报的企业。"""
    rows = pause_rows(runtime(), now(), everything)
    if json:
        print(as_json(rows))
        return
    cells = [(row["id"], row["enterprise"], row["from"], row["until"], row["reason"], row["by"]) for row in rows]
    table(("编号", "企业", "从", "到", "原因", "谁定的"), cells, "没有暂停催报的企业。")


@app.command("end")
def end(number: Annotated[int, typer.Argument(help="暂停编号，见 duban pause list")], by: By = "") -> None:
    """提前恢复催报，从明天起；还没开始的就取消。"""
    with writing(runtime().engine) as session:
        end_numbered(session, number, who(by))
    print("已恢复，从明天起照常催报。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"“{text}”不是日期：请写成 2026-10-09。") from error
