"""duban person …: who is here, who left, who came back."""

from typing import Annotated

import typer

from duban.cli.output import as_json, runtime, table
from duban.cli.task_commands import By, who
from flows.changing import revising
from flows.people import come_back, person_rows
from flows.people import leave as let_go

app = typer.Typer(help="人员：列出、离岗、回岗。", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="姓名")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("list")
def list_people(json: Json = False) -> None:
    """列出人员和各自在办的事项、任务数。"""
    rows = person_rows(runtime())
    if json:
        print(as_json(rows))
        return
    cells = [(r["name"], r["role"], r["office"], r["mail"], r["state"], r["items"], r["tasks"]) for r in rows]
    table(("姓名", "职务", "股室", "邮箱", "状态", "事项", "待办"), cells, "还没有人员。")


@app.command("leave")
def leave(name: Name, by: By = "", json: Json = False) -> None:
    """登记离岗：不再收提醒；列出必须改派的事项和任务。"""
    with revising(runtime(), who(by)) as revision:
        rows = let_go(revision, name)
    if json:
        print(as_json(rows))
        return
    print(f"{name}已离岗，不再收到提醒。")
    if rows:
        table(("", "编号", "事项", "到期"), [tuple(row.values()) for row in rows], "")
        print(f"请改派：duban plan reassign --from {name} --to 姓名")


@app.command("back")
def back(name: Name, by: By = "") -> None:
    """登记回岗：重新收提醒。"""
    with revising(runtime(), who(by)) as revision:
        come_back(revision, name)
    print(f"{name}已回岗。")
