"""duban plan bases, and what plan read tells of a document's done part: its figures and its enterprises."""

from collections.abc import Sequence
from typing import Annotated

import typer

from duban.cli.output import as_json, runtime, table
from plans.sheet.model import Sheet, SheetEnterprise, SheetFigure
from plans.sheet.stretches import stretch_told

FEW = 20
USES = {"": "", "reading": "首次进展", "base": "同比基数"}


def add_to(app: typer.Typer) -> None:
    """Hang the command on ``duban plan``."""
    app.command()(bases)


def bases(json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """列出各份文件留下的同比基数：指标、数、时段、口径和出处。"""
    from flows.bases import base_lines

    rows = base_lines(runtime())
    if json:
        print(as_json(rows))
        return
    heads = {"id": "编号", "indicator": "指标", "value": "数", "unit": "单位", "label": "时段", "calibre": "口径"}
    heads |= {"source": "出自"}
    table(tuple(heads.values()), [tuple(row[key] for key in heads) for row in rows], "还没有基数。")


def tell_done_part(sheet: Sheet) -> None:
    """Print the first of the done figures and of the enterprises, each with how many there are."""
    _tell(
        f"上期完成数（{len(sheet.figures)}）", ("指标", "数", "截至", "口径", "可作"), list(map(_figure, sheet.figures))
    )
    _tell(f"企业（{len(sheet.enterprises)}）", ("名称", "也写作", "请留意"), list(map(_firm, sheet.enterprises)))


def _tell(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    print(f"\n{title}")
    table(heads, rows[:FEW], "")
    if len(rows) > FEW:
        print(f"另有{len(rows) - FEW}个没有列出，网页上可以看全。")


def _figure(one: SheetFigure) -> tuple[str, ...]:
    # The reader's libraries are slow to import and only a reading needs them.
    from flows.views.sheet import figure_words

    as_of = stretch_told(one.as_of) if one.as_of else "待填"
    return one.figure.indicator, figure_words(one.figure), as_of, one.calibre, USES[one.use]


def _firm(one: SheetEnterprise) -> tuple[str, ...]:
    return one.enterprise.name, "、".join(one.aliases), one.note
