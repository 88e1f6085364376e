"""duban plan columns, and what the columns of a task table are taken for when a document is read."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from flows.runtime import Runtime
from flows.settings import read_settings
from plans.columns_memory import Remembered
from plans.database import DatabaseProblem
from plans.errors import Refused
from plans.reading.knowledge import Knowledge
from plans.reading.model import Reading, TableReading
from plans.reading.source import Source
from plans.zone import local_day

Column = Annotated[
    list[str] | None, typer.Option("--column", help="表格的一列是什么：表头=列，可写多次，如 重点事项=工作任务")
]
Remember = Annotated[bool, typer.Option("--remember", help="记住 --column 说的列，以后同样表头的表格都照此读")]
USES = {"tasks": "任务表", "figures": "完成情况表", "unread": "没有读", "ignored": "不用读"}


def add_to(app: typer.Typer) -> None:
    """Hang the command on ``duban plan``."""
    app.command()(columns)


def columns(
    forget: Annotated[int | None, typer.Option("--forget", help="忘掉这个编号的列")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """列出记住的表头和各列的含义；--forget 忘掉一个。"""
    # The reader's libraries are slow to import and only these commands need them.
    from flows.table_columns import drop_columns, kept_columns

    opened = runtime()
    if forget is not None:
        print(f"已忘掉：{drop_columns(opened, forget)}")
        return
    kept = kept_columns(opened)
    if json:
        print(as_json(kept))
        return
    table(("编号", "表头和列", "记住的日期"), [_row(one) for one in kept], "还没有记住任何表头。")


def read_document(path: Path, said: Sequence[str], remember: bool) -> tuple[Source, Reading]:
    """A document, read with what the bureau knows and what ``--column`` says; ``--remember`` keeps that."""
    from flows.table_columns import corrected_columns, keep_columns
    from plans.reading.files import source_of
    from plans.reading.text import read_source

    if remember and not said:
        raise Refused("--remember 要和 --column 一起用：请写明要记住的列，如 --column 重点事项=工作任务。")
    here = Runtime(read_settings())
    knowledge = _knowledge(here)
    source = source_of(path)
    found = read_source(source, knowledge)
    if not said:
        return source, found
    corrected = corrected_columns(found, said)
    if remember:
        keep_columns(here, corrected, now())
    return source, read_source(source, replace(knowledge, columns={**knowledge.columns, **corrected}))


def tell_tables(tables: Sequence[TableReading]) -> None:
    """Print what each table was taken for, so that a person can correct it."""
    rows = [
        (one.name or str(number), USES[one.use], one.header_row, _pairs(one.header, one.columns), one.items)
        for number, one in enumerate(tables, start=1)
    ]
    if rows:
        table(("表格", "读作", "表头行", "表头=列", "事项"), rows, "")
    if any(one.use == "unread" for one in tables):
        print("没有读的表格，可以加 --column 表头=列 指定各列再读，如 --column 重点事项=工作任务；不用读的不必管。")


def _knowledge(here: Runtime) -> Knowledge:
    """A database that cannot be read must not keep a person from reading a document."""
    from flows.table_columns import knowledge_of

    try:
        return knowledge_of(here)
    except DatabaseProblem as problem:
        print(f"记住的列没有用上。{problem}", file=sys.stderr)
        return Knowledge(here.programmes)


def _row(one: Remembered) -> tuple[object, ...]:
    return one.id, _pairs(one.header.split("|"), one.columns), local_day(one.set_at)


def _pairs(header: Sequence[str], fields: Sequence[str]) -> str:
    from plans.reading.tables.columns import field_labels

    labels = field_labels()
    heads = [*header, *[""] * (len(fields) - len(header))]
    pairs = zip(heads, fields, strict=False)
    return "，".join(f"{head or '（空）'}={labels.get(field, '不用')}" for head, field in pairs if head or field)
