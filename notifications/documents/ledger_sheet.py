"""The 台账 as a workbook: a row a target, a row a task, what was changed, and which columns may be changed.

Each row of the first two carries a mark, out of sight, by which it is known when the file comes back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from notifications.documents.sealing import sealed
from notifications.workbook import Page, Value, workbook_bytes
from plans.reading.formats.marked import MARK
from plans.zone import local_text

ABOUT, TARGETS, TASKS, TRAIL = "说明", "指标台账", "任务台账", "变更留痕"
SHARES = ("floor_share", "stretch_share")
SELDOM = ("enterprise", "original_due_on", "returns")
"""Fields that have a column only where a row says something there."""
FROZEN = {TARGETS: 4, TASKS: 3, TRAIL: 1}
"""How many columns stay in sight: up to what names the row."""


class LedgerColumn(BaseModel):
    """A column; one with an ``effect`` may be changed and brought back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    head: str
    effect: str = ""


Row = Mapping[str, Value]


@dataclass(frozen=True)
class Ledger:
    """A plan as rows, values by field; ``mark`` is there in targets and tasks. ``made_at`` is when it was read."""

    bureau: str
    plan: str
    period: str
    made_at: datetime
    targets: Sequence[Row] = ()
    tasks: Sequence[Row] = ()
    trail: Sequence[Row] = field(default=())


@cache
def ledger_columns() -> Mapping[str, tuple[LedgerColumn, ...]]:
    """The columns of each sheet."""
    text = Path(__file__).with_name("ledger_columns.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, tuple[LedgerColumn, ...]]).validate_python(YAML(typ="safe").load(text))


def open_fields(sheet: str) -> list[str]:
    """The fields of a sheet that may be changed."""
    return [one.field for one in ledger_columns()[sheet] if one.effect]


def closed_fields(sheet: str) -> list[str]:
    """The fields by which people know a row, and which stay as they are."""
    return [name for name in _KNOWN_BY[sheet] if name not in open_fields(sheet)]


_KNOWN_BY = {
    TARGETS: ("programme", "title", "indicator", "unit", "office", "owner"),
    TASKS: ("programme", "title", "period", "purpose", "enterprise"),
}


def ledger_xlsx(ledger: Ledger) -> bytes:
    """The 台账 as .xlsx: the same rows are the same bytes. Text is never a formula."""
    sheets = ((TARGETS, ledger.targets), (TASKS, ledger.tasks), (TRAIL, ledger.trail))
    pages = [_page(name, rows) for name, rows in sheets]
    # What is worked on comes first; the explanation last, where nobody has to click it away.
    about = Page(ABOUT, ("项目", "内容"), list(_about(ledger)), wrapped=True)
    return sealed(workbook_bytes(*pages, about), ledger.made_at)


def _page(name: str, rows: Sequence[Row]) -> Page:
    columns, marked = [one for one in ledger_columns()[name] if _wanted(one.field, rows)], name != TRAIL
    fields = [one.field for one in columns] + ["mark"] * marked
    heads = {one.field: one.head for one in columns}
    return Page(
        name,
        [*heads.values(), *[MARK] * marked],
        [[row[field] for field in fields] for row in rows],
        frozen=FROZEN[name],
        wrapped=True,
        shares=[heads[one] for one in SHARES if one in heads],
        lit=heads.get("light", ""),
        open_heads=[one.head for one in columns if one.effect],
        hidden=int(marked),
    )


def _wanted(field: str, rows: Sequence[Row]) -> bool:
    return field not in SELDOM or any(row[field] for row in rows)


def _about(ledger: Ledger) -> Iterator[tuple[str, Value]]:
    yield "台账", f"{ledger.bureau} {ledger.plan}"
    yield "期间", ledger.period
    yield "截至", f"{local_text(ledger.made_at)}。以后的办理情况请重新写出一份"
    yield "可以改", "表头是黄色的列。改好后在“工作计划”的“台账”里上传，先看会改什么，再点应用"
    yield "不要改", "其他列、表头和隐藏的“督办标识”列；可以排序、筛选、调整列宽，可以删去不想改的行"
    yield "冲突", "写出以后别人办过的那一行不会覆盖，会说明是谁、什么时候办的"
    for sheet in (TARGETS, TASKS):
        for one in ledger_columns()[sheet]:
            if one.effect:
                yield f"{sheet}：{one.head}", one.effect
