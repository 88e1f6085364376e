"""How reading a document grows with its length, and what opening Word and Excel costs beside python-docx and openpyxl.

Reading stands beside only splitting the same text into sentences by one pattern, the least that any reader must do;
2 MB of text is some 700,000 characters. Opening gives the same words, and merged cells and Word's own numbers besides.
Run: ``uv run --group dev python bench/reading.py``
"""

import io
import re
import time
from collections.abc import Callable
from typing import TypeVar

import docx
import openpyxl

from plans.reading.opening import open_source
from plans.reading.text import read_text

PARAGRAPH = (
    "1.培育高新技术企业。引导云溪精工有限公司、青禾药业有限公司等8家企业申报，确保完成认定5家，力争8家。"
    "每月10日前报送研发月报，3月10日前完成年报，上半年技术合同成交额1.5亿元，同比增长12%。\n"
)
Given = TypeVar("Given")
SIZES = (3_000, 30_000, 300_000, 700_000)
PARAGRAPHS = (30, 300, 3_000)
ROWS = (200, 2_000, 20_000)


def document(size: int) -> str:
    return "一、下步打算\n" + PARAGRAPH * (size // len(PARAGRAPH))


def split(text: str) -> object:
    return re.findall(r"[^。；\n]+[。；\n]?", text)


def word(size: int) -> bytes:
    made, kept = docx.Document(), io.BytesIO()
    for _ in range(size):
        made.add_paragraph(PARAGRAPH.strip())
    made.save(kept)
    return kept.getvalue()


def excel(size: int) -> bytes:
    made, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = made.worksheets[0]
    sheet.append(["序号", "工作任务", "年度目标", "责任股室", "责任人", "完成时限"])
    for number in range(size):
        sheet.append([number, "培育高新技术企业", "确保5家，力争8家", "创新股", "李明", "2026年9月底"])
    made.save(kept)
    return kept.getvalue()


def by_python_docx(data: bytes) -> object:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def by_openpyxl(data: bytes) -> object:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def seconds(work: Callable[[Given], object], given: Given) -> float:
    began = time.perf_counter()
    work(given)
    return time.perf_counter() - began


def main() -> None:
    """Print one row a size."""
    reading()
    opening("paragraphs in Word", PARAGRAPHS, word, lambda data: open_source("计划.docx", data), by_python_docx)
    opening("rows in Excel", ROWS, excel, lambda data: open_source("台账.xlsx", data), by_openpyxl)


def opening(
    what: str,
    sizes: tuple[int, ...],
    make: Callable[[int], bytes],
    ours: Callable[[bytes], object],
    theirs: Callable[[bytes], object],
) -> None:
    ours(make(3))
    print(f"\n| {what} | duban ms | library ms | ratio |\n|---|---|---|---|")
    for size in sizes:
        data = make(size)
        mine, other = (min(seconds(work, data) for _ in range(3)) for work in (ours, theirs))
        print(f"| {size} | {mine * 1e3:.0f} | {other * 1e3:.0f} | {mine / other:.2f} |")


def reading() -> None:
    read_text(document(300))
    print("| characters | read ms | ms a 1,000 characters | split ms | ratio |")
    print("|---|---|---|---|---|")
    for size in SIZES:
        text = document(size)
        ours, least = (min(seconds(work, text) for _ in range(3)) for work in (read_text, split))
        print(f"| {size} | {ours * 1e3:.1f} | {ours * 1e6 / size:.2f} | {least * 1e3:.2f} | {ours / least:.0f} |")


if __name__ == "__main__":
    main()
