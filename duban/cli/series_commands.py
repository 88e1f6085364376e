"""duban series: one target month by month."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from duban.cli.output import as_json, now, runtime, table
from flows.series import Series, target_series
from plans.zone import local_day

BASES = {"base": "yoy", "month_base": "month_yoy"}
"""Which document's name belongs to which 同比."""


def add_to(app: typer.Typer) -> None:
    """Hang the command on the root."""
    app.command()(series)


def series(
    number: Annotated[int, typer.Argument(metavar="指标编号", help="指标编号，见 duban status")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """一个指标逐月的读数、当月数、同比和灯，以及要核对的读数。"""
    found = target_series(runtime(), number, local_day(now()))
    if json:
        print(as_json(found))
    else:
        _tell(found)


def _tell(found: Series) -> None:
    unit = f"（{found.unit}）" if found.unit else ""
    print(f"{found.item}. {found.title}：{found.indicator}{unit}，{found.period}，截至 {found.as_of}。")
    heads = ("月份", "读数", "口径", "报送日期", "当月", "当月同比", "同比", "灯")
    table(heads, [_cells(row) for row in found.months], "计划还没有开始。")
    for document in dict.fromkeys(row[base] for row in found.months for base in BASES if row[base]):
        print(f"带 * 的同比，基数来自《{''.join(filter(str.isprintable, document))}》。")
    for problem in found.problems:
        print(problem)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    value = row["value"]
    if value and row["span"] != row["label"]:
        value = f"{value}（{row['span']}）"
    yoy, month_yoy = (f"{row[name]} *" if row[base] else row[name] for base, name in BASES.items())
    told = (row["reading"], row["calibre"], row["as_of"], value, month_yoy, yoy, row["light"])
    return row["label"], *(one or "—" for one in told)
