"""The month's 通报 as a workbook: a page a list, each with its header, shares with bars, lights in colour."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from notifications.digest import Facts
from notifications.documents.digest_rows import Entry, lists_of
from notifications.documents.sealing import sealed
from notifications.workbook import Page, Value, workbook_bytes
from plans.zone import local_text

SHARES = ("完成率", "报送率", "加权报送率", "按时率")
LIT = "灯"
ALWAYS = ("进展表",)
"""Lists that have a page even when there is nothing in them."""


def digest_xlsx(facts: Facts, made_at: datetime) -> bytes:
    """The 通报 as .xlsx: the same facts at the same instant are the same bytes. Text is never a formula."""
    lists = {name: entries for name, entries in lists_of(facts).items() if entries or name in ALWAYS}
    pages = [_page(name, entries) for name, entries in lists.items()]
    return sealed(workbook_bytes(_summary(facts, made_at), *pages), made_at)


def _summary(facts: Facts, made_at: datetime) -> Page:
    return Page("概要", ("项目", "内容"), [list(row) for row in _told(facts, made_at)], wrapped=True)


def _told(facts: Facts, made_at: datetime) -> Iterator[tuple[str, Value]]:
    totals: Mapping[str, Any] = facts["totals"]
    yield "通报", f"{facts['bureau']}{facts['label']}工作进展通报"
    yield "计划", facts["plan"]
    yield "截至", facts["as_of"]
    yield "序时进度", f"{facts['elapsed'] * 100:.1f}%"
    for word, key in TOTALS.items():
        yield word, totals[key]
    yield "生成时间", local_text(made_at)


TOTALS = {
    "本月到期": "due",
    "按时办结": "on_time",
    "逾期办结": "late",
    "逾期未办": "overdue",
    "没有回音": "silent",
    "日常未办": "lapsed",
}


def _page(name: str, entries: Sequence[Entry]) -> Page:
    heads = list(entries[0]) if entries else ["序号", "工作任务"]
    rows = ([entry[head] for head in heads] for entry in entries)
    shares = [head for head in heads if head in SHARES]
    return Page(name, heads, rows, wrapped=True, shares=shares, lit=LIT if LIT in heads else "")
