"""duban deputy …: who stands in for whom."""

from datetime import date
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from flows.deputizing import deputy_rows
from plans.database import writing
from plans.deputies import add_deputy, end_deputy
from plans.errors import Refused
from plans.zone import local_day

app = typer.Typer(help="代理：外出期间由谁代收提醒、代为办理。", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="外出的人")],
    to: Annotated[str, typer.Option("--to", help="由谁代理")],
    first: Annotated[str, typer.Option("--from", help="从哪天起，如 2026-10-09")],
    last: Annotated[str, typer.Option("--until", help="到哪天止，含当天")],
) -> None:
    """指定代理：这些天的提醒改发给代理人，代理人可以代为办理，留痕写明两个人。"""
    with writing(runtime().engine) as session:
        term = add_deputy(session, name, to, _day(first), _day(last))
    print(f"已指定，编号 {term.id}：{term.first_day} 至 {term.last_day} 由{to}代{name}。")


@app.command("list")
def list_deputies(json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """列出代理，后开始的在前。"""
    rows = deputy_rows(runtime(), local_day(now()))
    if json:
        print(as_json(rows))
        return
    cells = [(row["id"], row["person"], row["deputy"], row["from"], row["until"], row["state"]) for row in rows]
    table(("编号", "外出", "代理人", "从", "到", "状态"), cells, "还没有指定过代理。")


@app.command("end")
def end(number: Annotated[int, typer.Argument(help="代理编号，见 duban deputy list")]) -> None:
    """提前结束一个代理，今天起由本人办理；还没开始的就取消。"""
    with writing(runtime().engine) as session:
        end_deputy(session, number, local_day(now()))
    print("已结束，今天起由本人办理。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"“{text}”不是日期：请写成 2026-10-09。") from error
