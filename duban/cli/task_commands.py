"""duban task …: see tasks and move them. The same verbs as the pages."""

import getpass
from collections.abc import Callable
from typing import Annotated

import typer
from sqlmodel import Session

from duban.cli.output import as_json, now, runtime, table
from flows.runtime import Runtime
from flows.tasking import complete_with_figures, return_task, task_rows
from plans.database import writing
from tasks import verbs
from tasks.tables import Task
from tasks.verbs import Act

app = typer.Typer(help="任务：列出、签收、办结、退回、销号。", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="任务编号，见 duban task list")]
Note = Annotated[str, typer.Option("--note", help="说明")]
By = Annotated[str, typer.Option("--by", help="办理人，默认当前用户")]


@app.command("list")
def list_tasks(
    everything: Annotated[bool, typer.Option("--all", help="连同已办结的")] = False,
    person: Annotated[str, typer.Option("--person", help="只看某位责任人")] = "",
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """列出任务，先到期的在前。"""
    rows = task_rows(runtime(), now(), everything, person)
    if json:
        print(as_json(rows))
        return
    cells = [(r["id"], r["light"], r["due_on"], r["title"], r["period"], r["holder"], r["state"]) for r in rows]
    table(("编号", "灯", "到期", "事项", "期间", "承办", "状态"), cells, "没有待办的任务。")


@app.command("ack")
def acknowledge(task: Number, note: Note = "", by: By = "") -> None:
    """签收一项任务。"""
    _act(task, by, lambda session, found, act: verbs.acknowledge(session, found, act, note))
    print("已签收。")


@app.command("done")
def done(
    task: Number,
    figure: Annotated[list[str] | None, typer.Option("--figure", help="指标数值，如 3 或 高企认定=3，可写多次")] = None,
    note: Note = "",
    by: By = "",
) -> None:
    """办结一项任务，可带数值和说明；提醒随即停止。"""
    _act(task, by, lambda session, found, act: complete_with_figures(session, found, figure or (), note, act))
    print("已办结，不再提醒。")


@app.command("return")
def send_back(task: Number, reason: Annotated[str, typer.Option("--reason", help="退回原因")], by: By = "") -> None:
    """退回一项已办结的任务，重新开始提醒。"""
    opened = runtime()
    with writing(opened.engine) as session:
        return_task(session, opened, verbs.find_task(session, task), reason, who(by))
    print("已退回，将继续提醒。")


@app.command("close")
def close(task: Number, note: Note = "", by: By = "") -> None:
    """确认销号一项已办结的任务。"""
    _act(task, by, lambda session, found, act: verbs.close(session, found, act, note))
    print("已销号。")


@app.command("cancel")
def cancel(task: Number, reason: Annotated[str, typer.Option("--reason", help="取消原因")], by: By = "") -> None:
    """取消一项任务，不再提醒，也不计入统计。"""
    _act(task, by, lambda session, found, act: verbs.cancel(session, found, act, reason))
    print("已取消。")


def _act(number: int, by: str, move: Callable[[Session, Task, Act], None]) -> None:
    opened: Runtime = runtime()
    with writing(opened.engine) as session:
        move(session, verbs.find_task(session, number), who(by))


def who(by: str) -> Act:
    """The act of the person named, or of this machine's user."""
    return Act(by or getpass.getuser(), "cli", now())
