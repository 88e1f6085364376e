"""duban plan …, the changing half: edit, split, cancel, reassign, history, finish."""

from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, runtime, table, write_new
from duban.cli.task_commands import By, who
from flows.changing import finish as finish_plan
from flows.changing import hand_over, history_rows, read_changes, revising, unfinished_rows
from plans.database import reading
from plans.errors import Refused
from tasks.changing import cancel_item, edit_item, split_item
from tasks.finishing import find_plan
from tasks.revision import find_item

Number = Annotated[int, typer.Argument(help="事项编号，见 duban plan show")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on ``duban plan``."""
    for command in (edit, split, cancel, reassign, history, finish):
        app.command()(command)


def edit(
    item: Number,
    changes: Annotated[list[str], typer.Option("--set", help="字段=值，可写多次，如 频次=monthly:15")],
    by: By = "",
) -> None:
    """改一个事项；待办任务随之调整，已办结的不变。"""
    with revising(runtime(), who(by)) as revision:
        count = edit_item(revision, find_item(revision.session, item), read_changes(changes))
    print(f"已改{count}处。" if count else "和原来一样，没有改动。")


def split(
    item: Number,
    titles: Annotated[list[str], typer.Option("--into", help="新事项的标题，写两次或更多")],
    by: By = "",
) -> None:
    """把一个事项拆成几个；指标和待办任务归第一个。"""
    with revising(runtime(), who(by)) as revision:
        parts = split_item(revision, find_item(revision.session, item), titles)
    told = "、".join(f"{part.title}（编号 {part.id}）" for part in parts)
    print(f"已拆分为{told}。")


def cancel(item: Number, reason: Annotated[str, typer.Option("--reason", help="取消原因")], by: By = "") -> None:
    """取消一个事项和它的待办任务。"""
    with revising(runtime(), who(by)) as revision:
        count = cancel_item(revision, find_item(revision.session, item), reason)
    print(f"已取消，待办任务{count}项一并取消。")


def reassign(
    to: Annotated[str, typer.Option("--to", help="改派给谁")],
    item: Annotated[int | None, typer.Argument(help="事项编号，见 duban plan show")] = None,
    task: Annotated[int | None, typer.Option("--task", help="只改派一项任务，见 duban task list")] = None,
    giver: Annotated[str, typer.Option("--from", help="改派某人的全部事项和待办任务")] = "",
    by: By = "",
) -> None:
    """改派一个事项、一项任务，或某人的全部。"""
    with revising(runtime(), who(by)) as revision:
        told = hand_over(revision, item, task, giver, to)
    print(told)


def history(item: Number, json: Json = False) -> None:
    """一个事项的变更经过。"""
    rows = history_rows(runtime(), item)
    if json:
        print(as_json(rows))
    else:
        print("\n".join(row["told"] for row in rows) or "没有变更过。")


def finish(
    period: Annotated[str, typer.Argument(help="计划期间，如 2026H2")],
    carry: Annotated[str, typer.Option("--carry", help="结转下期的事项编号，如 2,5")] = "",
    to: Annotated[Path | None, typer.Option("--to", help="结转草稿写到哪个文件，如 draft.yaml")] = None,
    reason: Annotated[str, typer.Option("--reason", help="其余未完成事项不再办的原因")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """结束一份计划：列出没有完成的，把选定的结转到下期的草稿。"""
    opened, act, numbers = runtime(), who(by), _numbers(carry)
    if bool(numbers) != bool(to):
        raise Refused("--carry 和 --to 要一起写：结转哪些事项，草稿写到哪个文件。")
    with reading(opened.engine) as session:
        rows = unfinished_rows(session, find_plan(session, period), act)
    if json:
        print(as_json(rows))
    else:
        cells = [(r["id"], r["title"], r["owner"], r["open_tasks"], "；".join(r["targets"])) for r in rows]
        table(("编号", "事项", "责任人", "待办", "指标"), cells, "全部完成。")
    count = finish_plan(opened, period, numbers, reason, act, lambda text: _keep(to, text))
    if not json:
        print(f"计划已结束，结转{count}个事项到 {to}。" if count else "计划已结束。")


def _numbers(carry: str) -> list[int]:
    try:
        return [int(number) for number in carry.replace("，", ",").replace("、", ",").split(",") if number.strip()]
    except ValueError as error:
        raise Refused(f"“{carry}”不是编号：请写成 2,5。") from error


def _keep(path: Path | None, text: str) -> None:
    assert path is not None  # noqa: S101 - asked for above
    write_new(path, text)
