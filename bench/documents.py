"""How long a month of 10,000 enterprises takes to become facts, Word and Excel, beside the libraries alone.

The other side is python-docx and openpyxl as their manuals say: a table of as many names, cell by cell, and as many
rows of a write-only sheet, without styles, wrapping, bars or lights.
Below it: a 台账 of as many tasks written from the database, and brought back unchanged and looked at.
Run: ``uv run --group dev python bench/documents.py``
"""

import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import Workbook
from sqlalchemy import text

from flows.ledger import ledger_bytes
from flows.ledger_import import hand_named, ledger_look, open_ledger
from flows.runtime import Runtime
from flows.settings import read_settings
from matrix import MONTHS, fill
from notifications.digest import Facts, month_facts
from notifications.documents.digest_sheet import digest_xlsx
from notifications.documents.digest_word import digest_docx
from plans.database import ensure_current, make_engine, reading, writing
from plans.periods import Period
from plans.workdays import Workdays
from tasks.lights import Gauge, Thresholds

SIZES = (1_000, 10_000)
MONTH = Period.parse("2027-01")
NOW = datetime(2027, 1, 31, 4, tzinfo=UTC)
CHANGES = """INSERT INTO task_change (task_id, verb, from_state, to_state, "by", via, at, note, on_behalf_of,
  previous_hash, hash)
SELECT id, 'report', 'open', 'open', '李明', 'page', due_on, '按计划推进', '', '', '' FROM task"""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def facts_of(size: int) -> tuple[float, Facts]:
    """A month in which half of so many enterprises have filed, after 35 others."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'duban.db'}")
        ensure_current(engine)
        fill(engine, size)
        with reading(engine) as session:
            return timed(lambda: month_facts(session, MONTH, NOW, Gauge(Workdays(), Thresholds())))


def all_missing(facts: Facts, size: int) -> Facts:
    """The same month with nobody's report in."""
    item = facts["items"][0] | {"late": [f"第{number}号有限公司" for number in range(size)]}
    return facts | {"items": [item]}


def many_items(facts: Facts, size: int) -> Facts:
    """The same month with so many items, each with a target."""
    target: Facts = {"indicator": "高新技术企业认定", "unit": "家", "floor": "5", "stretch": "8", "value": "4"}
    target |= {"read_on": "2027-01-20", "month_value": "1家", "yoy": "增长4.7%", "qualitative": False, "masked": False}
    told = {"floor_share": 0.8, "stretch_share": 0.5, "light": "green", "light_label": "正常", "result": ""}
    item = facts["items"][0] | {"enterprises": False, "filings": [], "late": [], "silent": []}
    items = [item | {"number": n, "title": f"=第{n}项工作", "targets": [target | told]} for n in range(size)]
    return facts | {"items": items}


def by_python_docx(size: int) -> bytes:
    document = Document()
    table = document.add_table(size // 2, 4)
    cells = table._cells
    for number, cell in enumerate(cells):
        cell.text = f"第{number}号有限公司"
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def by_openpyxl(size: int) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(size):
        sheet.append([number, "高新技术企业", "第一项工作", "确保5家", "4家", 0.8, "创新股", "李明", "", "", "正常"])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def ledger_of(size: int) -> tuple[float, float, float]:
    """How long a ledger of so many tasks takes to be written, and to be read and compared, and its megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = Runtime(read_settings(data=Path(folder), secret="s" * 32))
        ensure_current(runtime.engine)
        fill(runtime.engine, size // len(MONTHS) + 1)
        with writing(runtime.engine) as session:
            session.execute(text(CHANGES))
            hand = hand_named(session, "李明")
        wrote, content = timed(lambda: ledger_bytes(runtime, NOW, enterprises=True))
        looked, found = timed(
            lambda: ledger_look(runtime, open_ledger(runtime, "台账.xlsx", content), hand, NOW.date())
        )
        if found.changes or found.faults or found.same < size:
            raise SystemExit("写出的台账原样导入，却有变化。")
    return wrote, looked, len(content) / 1e6


def main() -> None:
    """Print one row a size."""
    print("| size | facts s | Word, all missing s | python-docx alone s | Excel rows s | openpyxl alone s | MB |")
    print("|---|---|---|---|---|---|---|")
    for size in SIZES:
        reading_took, facts = facts_of(size)
        word, _ = timed(lambda: digest_docx(all_missing(facts, size), NOW))  # noqa: B023
        excel, _ = timed(lambda: digest_xlsx(many_items(facts, size), NOW))  # noqa: B023
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        docx, _ = timed(lambda: by_python_docx(size))  # noqa: B023
        openpyxl, _ = timed(lambda: by_openpyxl(size))  # noqa: B023
        told = (reading_took, word, docx, excel, openpyxl)
        print(f"| {size} | " + " | ".join(f"{one:.2f}" for one in told) + f" | {memory:.0f} |")
    print("\n| tasks | ledger written s | brought back s | file MB | MB |\n|---|---|---|---|---|")
    for size in SIZES:
        wrote, looked, file = ledger_of(size)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {size} | {wrote:.2f} | {looked:.2f} | {file:.1f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
