"""The commands that write summaries: digest and report."""

from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime
from plans.errors import Refused


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the root."""
    app.command()(digest)
    app.command()(report)


def digest(
    month: Annotated[str, typer.Argument(help="月份，如 2026-10")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="写到 .docx、.xlsx、.pdf、.html 或 .md 文件")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """一个月的进展通报；已定稿的用定稿，没有的按现在的情况做草稿。"""
    from flows.summaries import month_digest

    summary = month_digest(runtime(), month, now())
    if json:
        print(as_json(summary.facts))
    elif output is None:
        print(summary.markdown)
    else:
        _write(output, summary.written(output.suffix))
        print(f"{'定稿' if summary.frozen else '草稿'}已写到 {output}。")


def report(
    period: Annotated[str, typer.Argument(help="期间，如 2026H1、2026Q1 或 2026")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写到 .docx、.pdf、.html 或 .md 文件")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """一个季度、半年或全年的工作总结草稿：只写登记过的数字和说明，每个数字都附出处，没有的写待填。"""
    from flows.reporting import period_report

    drafted = period_report(runtime(), period, now())
    if json:
        print(as_json(drafted.facts))
    elif output is None:
        print(drafted.markdown)
    else:
        _write(output, drafted.written(output.suffix))
        print(f"草稿已写到 {output}。{_left(len(drafted.facts['missing']))}")


def _left(missing: int) -> str:
    return f"还有{missing}处要补，列在文末。" if missing else ""


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(f"{path} 写不进去：请检查文件夹是否存在、是否有权限。") from error
