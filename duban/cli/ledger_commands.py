"""duban ledger …: the 台账 as a workbook, and what was changed in it brought back."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from duban.cli.output import as_json, escape, now, runtime, table, write_new_bytes
from duban.cli.task_commands import By, who
from plans.errors import Refused

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
app = typer.Typer(help="台账：写成 Excel，改好再导入。", invoke_without_command=True)


@app.callback()
def ledger(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写到这个 .xlsx 文件")] = None,
    period: Annotated[str, typer.Option("--period", help="哪一期的计划，如 2026H2；默认现在执行的")] = "",
    enterprises: Annotated[bool, typer.Option("--enterprises", help="连同每家企业的填报任务")] = False,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """台账：一行一个指标，一行一项任务，还有变更留痕。"""
    if context.invoked_subcommand is not None:
        return
    from flows.ledger import ledger_bytes

    if output is not None:
        _require_xlsx(output)
        write_new_bytes(output, ledger_bytes(runtime(), now(), period, enterprises))
        print(f"台账已写到 {output}。")
        return
    rows = _rows(period, enterprises)
    if json:
        print(as_json(rows))
        return
    cells = [(r["number"], r["title"], r["indicator"], r["value"], r["floor"], r["light"]) for r in rows["targets"]]
    table(("序号", "事项", "指标", "当前进度", "确保", "灯"), cells, "计划里没有指标。")
    print(f"任务{len(rows['tasks'])}项。要 Excel 请加 -o 台账.xlsx。")


def _rows(period: str, enterprises: bool) -> dict[str, Any]:
    from flows.ledger import ledger_of, ledger_rows, plan_of
    from plans.database import reading

    opened, at = runtime(), now()
    with reading(opened.engine) as session:
        return ledger_rows(ledger_of(session, opened, plan_of(session, period, at), at, enterprises))


def _require_xlsx(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise Refused(f"台账只写成 Excel：请把 {path.name} 的后缀改成 .xlsx。")


@app.command("import")
def bring_back(
    file: Annotated[Path, typer.Argument(help="改好的台账 .xlsx")],
    apply: Annotated[bool, typer.Option("--apply", help="真的改；不写只列出会改什么")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="有不能办的行时，其余的照办；不写就一处也不改")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """导入改过的台账：先列出每一处会怎样，写了 --apply 才改；写出以后别人办过的行不覆盖。"""
    from flows.ledger_import import apply_ledger, hand_named, ledger_look, open_ledger
    from plans.database import reading
    from plans.zone import local_day
    from tasks.verbs import Act

    opened, act = runtime(), Act(who(by).by, "import", now())
    read = open_ledger(opened, file.name, _content(file))
    with reading(opened.engine) as session:
        hand = hand_named(session, act.by)
    if not apply:
        _tell(ledger_look(opened, read, hand, local_day(act.at)), file, json)
        return
    done = apply_ledger(opened, read, hand, act, partial=partial)
    if json:
        print(as_json({"rows": done.rows, "cells": done.cells, "left_out": [asdict(one) for one in done.left_out]}))
        return
    for fault in done.left_out:
        print(f"没有办：{escape(str(fault))}")
    print(f"已改{done.rows}行、{done.cells}处。")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"{file} 打不开：请检查文件名。") from error


def _tell(found: Any, file: Path, json: bool) -> None:
    from flows.ledger_import import look_rows

    rows = look_rows(found)
    if json:
        print(as_json(rows))
        return
    for row in rows["changes"]:
        print(escape(f"{row['sheet']} 第{row['row']}行 {row['title']}"))
        for cell in row["cells"]:
            moved = f"{cell['before'] or '（空）'} → {cell['after']}"
            print(escape(f"    {cell['column']}：{moved}（{cell['effect']}）"))
    for fault in found.notices:
        print(f"请留意：{escape(str(fault))}")
    for fault in found.faults:
        print(f"不能办：{escape(str(fault))}")
    if not rows["changes"]:
        print("没有能应用的变化。" if found.faults else "和现在的情况一样，没有变化。")
    else:
        rest = "；有不能办的，要加 --partial 才办其余的" if found.faults else ""
        print(f"什么都还没有改。要应用：duban ledger import {file} --apply{rest}。")
