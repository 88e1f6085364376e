"""duban plan …: from a document to a started plan."""

import getpass
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table, tell_problems, write_new
from duban.cli.plan_bases import tell_done_part
from duban.cli.plan_columns import Column, Remember, read_document, tell_tables
from flows.planning import plan_rows, start_from_text
from flows.settings import read_settings
from plans.draft import DraftRefused
from plans.drafting import draft_yaml
from plans.errors import Refused
from plans.programmes import Programmes, load_programmes
from plans.reading.model import Reading, StatedTarget
from plans.reading.source import Source
from plans.sheet.model import Sheet

app = typer.Typer(help="计划：读入文件、启动、查看。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("read")
def read(
    file: Annotated[Path, typer.Argument(help="工作计划或总结文件")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="草稿写到哪个文件，如 draft.yaml")] = None,
    column: Column = None,
    remember: Remember = False,
    json: Json = False,
) -> None:
    """读一份文件，列出事项、指标和需要人来回答的问题；不写数据库，--remember 只记住各列的含义。"""
    source, reading = read_document(file, column or (), remember)
    if json:
        print(as_json(reading.as_json()))
    else:
        _tell_reading(reading, source, file.name)
    if output:
        sheet, programmes = _proposals(reading, source, file.name)
        _write_draft(output, draft_yaml(sheet, programmes))


def _tell_reading(reading: Reading, source: Source, name: str) -> None:
    sheet, programmes = _proposals(reading, source, name)
    rows = [
        (item.line, item.title, programmes[item.programme].name, item.kind.label, _targets_text(item.targets))
        for item in reading.plan_items
    ]
    table(("行", "事项", "业务线", "类别", "指标"), rows, "没有读到计划事项。")
    tell_done_part(sheet)
    tell_tables(reading.tables)
    tell_problems(reading.problems, name)


def _targets_text(targets: Iterable[StatedTarget]) -> str:
    return "；".join(_target_text(target) for target in targets)


def _target_text(target: StatedTarget) -> str:
    parts, about = [target.indicator], "约" if target.approximate else ""
    parts += [f"确保{about}{target.floor:g}{target.unit or ''}"] if target.floor is not None else []
    parts += [f"力争{about}{target.stretch:g}{target.unit or ''}"] if target.stretch is not None else []
    parts += ["待填"] if target.masked else []
    return " ".join(parts)


def _proposals(reading: Reading, source: Source, name: str) -> tuple[Sheet, Programmes]:
    """The same proposals the pages make of the document, and the bureau's programmes."""
    from plans.sheet.proposing import sheet_of

    programmes = load_programmes(read_settings().programmes)
    return sheet_of(reading, name, programmes, source), programmes


def _write_draft(path: Path, text: str) -> None:
    write_new(path, text)
    print(f"草稿已写到 {path}：填好“待填”后运行 duban plan start {path}")


@app.command("start")
def start(file: Annotated[Path, typer.Argument(help="填好的草稿")]) -> None:
    """检查草稿；没有错误就启动计划、开出任务，有错误就逐行指出，什么都不写。"""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} 打不开或不是 UTF-8 文本：请检查文件名。") from error
    try:
        started = start_from_text(read_settings(), text, file.name, getpass.getuser(), now())
    except DraftRefused as refused:
        tell_problems(refused.problems, file.name)
        raise
    tell_problems(started.warnings, file.name)
    print(f"计划已启动：{started.items}个事项，开出近期任务{started.tasks}项。下一步：duban up")


@app.command("show")
def show(json: Json = False) -> None:
    """查看计划的各个事项。"""
    rows = plan_rows(runtime())
    if json:
        print(as_json(rows))
        return
    heads = {"id": "编号", "plan": "计划", "title": "事项", "programme": "业务线", "kind": "类别"}
    heads |= {"cadence": "频次", "owner": "责任人", "state": "状态"}
    table(tuple(heads.values()), [tuple(row[key] for key in heads) for row in rows], "还没有计划。")
