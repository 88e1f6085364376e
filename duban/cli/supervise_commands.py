"""duban task …, the supervising half: report, extend and decide, attach, review, show."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from duban.cli.task_commands import By, Note, Number, who
from flows.supervising import (
    ask,
    decide,
    extension_rows,
    history_sentences,
    light_rows,
    report_with_figures,
    review_rows,
)
from flows.tasking import task_rows
from plans.database import reading, writing
from plans.errors import Refused
from tasks.evidence import attach as keep
from tasks.evidence import evidence_of
from tasks.verbs import find_task

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Request = Annotated[int, typer.Argument(help="延期申请编号，见 duban task extensions")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on ``duban task``."""
    for command in (show, report, attach, extend, extensions, grant, refuse, review):
        app.command()(command)


def show(task: Number, json: Json = False) -> None:
    """查看一项任务：现状、经过和材料。"""
    opened = runtime()
    rows = [row for row in task_rows(opened, now(), everything=True) if row["id"] == task]
    with reading(opened.engine) as session:
        found = find_task(session, task)
        history = history_sentences(session, found)
        files = [file.name for file in evidence_of(session, task)]
        lights = light_rows(session, opened, found, now())
    if json:
        print(as_json(rows[0] | {"history": history, "files": files, "lights": lights}))
        return
    row = rows[0]
    print(f"{row['title']}（{row['period']}，{row['purpose']}） {row['due_on']} 到期 {row['holder']} {row['state']}")
    if lights:
        print("各月的灯：" + "、".join(f"{month['month']} {month['light']}" for month in lights))
    print("\n".join([*history, *(f"材料：{name}" for name in files)]))


def report(
    task: Number,
    figure: Annotated[list[str] | None, typer.Option("--figure", help="指标数值，如 3 或 高企认定=3，可写多次")] = None,
    note: Note = "",
    by: By = "",
) -> None:
    """反馈进展，任务继续办理。"""
    with writing(runtime().engine) as session:
        report_with_figures(session, find_task(session, task), figure or (), note, who(by))
    print("已反馈。")


def attach(task: Number, file: Annotated[Path, typer.Argument(help="材料文件")], by: By = "") -> None:
    """附上佐证材料。"""
    opened = runtime()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Refused(f"{file} 打不开：请检查文件名。") from error
    with writing(opened.engine) as session:
        keep(session, find_task(session, task), file.name, content, opened.settings.data / "evidence", who(by))
    print(f"已附上 {file.name}。")


def extend(
    task: Number,
    to: Annotated[str, typer.Option("--to", help="新的期限，如 2026-10-20")],
    reason: Annotated[str, typer.Option("--reason", help="延期原因")],
    by: By = "",
) -> None:
    """申请延期；要在到期日之前申请，由股室负责人或局领导批复。"""
    try:
        due_on = date.fromisoformat(to)
    except ValueError as error:
        raise Refused(f"“{to}”不是日期：请写成 2026-10-20。") from error
    with writing(runtime().engine) as session:
        request = ask(session, task, due_on, reason, who(by))
    print(f"已申请延期，编号 {request.id}，等待批复。")


def extensions(json: Json = False) -> None:
    """列出等待批复的延期申请。"""
    rows = extension_rows(runtime())
    if json:
        print(as_json(rows))
        return
    cells = [(r["id"], r["task"], r["title"], r["due_on"], r["asked_due_on"], r["asked_by"], r["reason"]) for r in rows]
    table(("编号", "任务", "事项", "原期限", "申请延到", "申请人", "原因"), cells, "没有等待批复的延期申请。")


def grant(request: Request, note: Note = "", by: By = "") -> None:
    """同意一个延期申请。"""
    opened = runtime()
    with writing(opened.engine) as session:
        task = decide(session, opened, request, True, note, who(by))
    print(f"已同意，新的期限是 {task.due_on}。")


def refuse(
    request: Request, reason: Annotated[str, typer.Option("--reason", help="不同意的原因")], by: By = ""
) -> None:
    """不同意一个延期申请，期限不变。"""
    opened = runtime()
    with writing(opened.engine) as session:
        task = decide(session, opened, request, False, reason, who(by))
    print(f"已答复，期限仍是 {task.due_on}。")


def review(json: Json = False) -> None:
    """列出已办结、等待复核的任务；复核后用 close 销号或 return 退回。"""
    rows = review_rows(runtime(), now())
    if json:
        print(as_json(rows))
        return
    cells = [(row["id"], row["title"], row["period"], row["due_on"], row["holder"]) for row in rows]
    table(("编号", "事项", "期间", "到期", "承办"), cells, "没有等待复核的任务。")
