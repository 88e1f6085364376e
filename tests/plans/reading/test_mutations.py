"""20,000 damaged files of every kind: each is read or refused with a sentence, none hangs, none raises anything else.

What runs in a process of its own is read here by one such process that lives on, so that 20,000 take minutes.
"""

import random
import re
import resource
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from time import perf_counter
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from plans.reading.errors import DocumentError, Unreadable
from plans.reading.formats import old_excel, pdf_pages
from plans.reading.formats.bounds import MEMORY, lay_out_bounded
from plans.reading.formats.old_excel import read_worksheets
from plans.reading.formats.pdf import read_lines
from plans.reading.opening import open_source
from plans.reading.source import Block, Source
from plans.reading.text import read_source
from support.office_files import docx, level, lists, numbered, p, pdf, xls, zipped

LONGEST = 10.0
"""Seconds one input may take; a whole one takes about 5 ms."""
TEXT = (
    "云溪县科技局2026年工作计划\n一、下一步工作打算\n（一）高企培育。确保新增高新技术企业5家，力争8家，6月底前完成申报。\n"
    "1.平台建设。每月10日前报送，由创新股李明负责；2.成果转化。技术合同成交额增长8.5%。\n二、存在问题\n研发投入不足。\n"
)
HOSTILE = ("-1", "0", "999999999", "", "NaN", "一", "A1:XFD1048576", "1e308", "../x", "&amp;", "\u202e", "%9%9", "true")
PIECES = (
    "一、",
    "（二）",
    "①",
    "５％",
    "20_年",
    "|",
    "\t",
    "\u2028",
    "𠀀",
    "確保",
    "<td>",
    "</p>",
    "&#x1F600;",
    "]]>",
    "\ufffd",
)
WORDS = (
    "一、",
    "（二）",
    "①",
    "5%",
    "20_年",
    "\t",
    "\u2028",
    "𠀀",
    "確保",
    "\ufffd",
    "2026年9月底前",
    "确保5家，",
    "每季度",
    "。",
    "_x0000_",
)
EMPTY = re.compile(rb"<[\w:]+[^<>]*/>")
Mutation = Callable[[random.Random, bytes], bytes]


def flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(chance: random.Random, data: bytes) -> bytes:
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:]


def repeated(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    block = data[start : start + chance.randint(1, 300)]
    return data[:start] + block * chance.randint(2, 40) + data[start:]


def spliced(chance: random.Random, data: bytes) -> bytes:
    start, other = chance.randrange(len(data)), chance.randrange(len(data))
    return data[:start] + data[other : other + chance.randint(1, 500)] + data[start:]


def spoken(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    pieces = [*chance.choices(PIECES, k=3), chr(chance.randrange(0x20, 0xD800)), chr(chance.randrange(0xE000, 0x1FFFF))]
    return data[:start] + "".join(chance.sample(pieces, 3)).encode() + data[start:]


def revalued(chance: random.Random, data: bytes) -> bytes:
    """Another value for one of the attributes."""
    quotes = [index for index, byte in enumerate(data) if byte == ord('"')]
    if len(quotes) < 2:
        return spoken(chance, data)
    first = chance.randrange(len(quotes) - 1)
    return data[: quotes[first] + 1] + chance.choice(HOSTILE).encode() + data[quotes[first + 1] :]


def reworded(chance: random.Random, data: bytes) -> bytes:
    """Other words after one of the tags."""
    ends = [index for index, byte in enumerate(data) if byte == ord(">")] or [len(data) - 1]
    start = chance.choice(ends) + 1
    return data[:start] + chance.choice(WORDS).encode() * chance.randint(1, 20) + data[start:]


def doubled(chance: random.Random, data: bytes) -> bytes:
    """One of the empty elements again and again, or gone."""
    found = [*EMPTY.finditer(data)]
    if not found:
        return reworded(chance, data)
    element = chance.choice(found)
    return data[: element.start()] + element.group() * chance.choice((0, 2, 50)) + data[element.end() :]


def retyped(chance: random.Random, data: bytes) -> bytes:
    """Characters, not bytes, cut, moved, repeated and replaced: a text stays a text."""
    text = data.decode("utf-8", "replace")
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    end = min(end, start + chance.randint(1, 60))
    odd = chr(chance.choice((chance.randrange(0x20, 0xD800), chance.randrange(0xE000, 0x1FFFF))))
    piece = chance.choice(("", text[start:end] * chance.randint(2, 20), odd, *chance.choices(WORDS, k=2)))
    return (text[:start] + piece + text[end:]).encode()


BYTES: tuple[Mutation, ...] = (flipped, cut, repeated, spliced, spoken)
TYPED: tuple[Mutation, ...] = (retyped,) * 6 + (flipped, spoken, repeated)
MARKUP: tuple[Mutation, ...] = (revalued, reworded, doubled) * 4 + (flipped, cut, spoken)


def mutated(chance: random.Random, data: bytes, ways: tuple[Mutation, ...] = BYTES) -> bytes:
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(ways)(chance, data) if data else data
    return data


def repacked(chance: random.Random, data: bytes) -> bytes:
    """A zip with one or two of its parts mutated: the damage reaches the XML, not only the zip."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    for name in chance.choices([*parts], k=chance.randint(1, 2)):
        content = parts[name]
        parts[name] = mutated(chance, content if isinstance(content, bytes) else content.encode(), MARKUP)
    return zipped(parts)


def a_docx() -> bytes:
    numbering = lists(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2.", '<w:lvlRestart w:val="1"/>'))
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>' + p("高企培育") + "</w:tc>"
    rows = f"<w:tr>{cell}<w:tc>{p('5家')}</w:tc></w:tr>" * 3
    field = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:del><w:r><w:t>删</w:t></w:r></w:del></w:p>'
    body = numbered("下一步工作打算") + numbered("高企培育。确保新增5家。", 1) + f"<w:tbl>{rows}</w:tbl>" + field
    return docx(body, numbering, '<w:style w:styleId="a"><w:basedOn w:val="a"/></w:style>')


def an_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["任务表"], ["序号", "任务", "时限"], [1, "高企培育", 46295], [2, "=1+1", 0.085]):
        sheet.append(row)
    sheet["C3"].number_format, sheet["C4"].number_format = "yyyy-m-d", "0.0%"
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[4].hidden = True
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def a_page() -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    table = (
        "<table><tr><th colspan=2>任务</th></tr><tr><td rowspan=2>甲</td><td>5家</td></tr><tr><td>乙</td></tr></table>"
    )
    return f'<html><head><meta charset="utf-8"></head><body><div id="a">{lines}{table}</div></body></html>'.encode()


def check(read: Callable[[], Source]) -> bool:
    """Whether a damaged file could still be read; it must be read or refused, in time, with every place right."""
    start = perf_counter()
    try:
        source = read()
        read_source(source)
    except (DocumentError, Unreadable):
        return False
    finally:
        assert perf_counter() - start < LONGEST
    for cell in (cell for table in source.tables for row in table.rows for cell in row):
        assert source.text[slice(*cell.span)] == cell.words
    return True


def damaged(seed: str, count: int, data: bytes, ways: tuple[Mutation, ...] = BYTES) -> Iterator[bytes]:
    chance = random.Random(seed)
    return (mutated(chance, data, ways) for _ in range(count))


@pytest.mark.mutations
@pytest.mark.parametrize(
    ("name", "count", "data"),
    [
        ("计划.txt", 5_000, TEXT.encode()),
        ("老计划.txt", 1_000, TEXT.encode("gb18030")),
        ("任务.csv", 1_000, '序号,任务,目标\n1,高企培育,"确保5家"\n'.encode()),
        ("计划.html", 3_000, a_page()),
        ("计划.docx", 500, a_docx()),
        ("任务.xlsx", 500, an_xlsx()),
    ],
)
def test_a_damaged_file_is_read_or_refused(name: str, count: int, data: bytes) -> None:
    ways = {"计划.txt": TYPED, "任务.csv": TYPED, "计划.html": (*MARKUP, *TYPED)}.get(name, BYTES)
    read = sum(check(partial(open_source, name, content)) for content in damaged(name, count, data, ways))

    assert read > 0


@pytest.mark.mutations
@pytest.mark.parametrize(("name", "data"), [("计划.docx", a_docx()), ("任务.xlsx", an_xlsx())])
def test_a_package_with_damaged_parts_is_read_or_refused(name: str, data: bytes) -> None:
    chance = random.Random(name)

    read = sum(check(lambda: open_source(name, repacked(chance, data))) for _ in range(3_500))

    assert 1_000 < read < 3_500


def laid_out(lay_out: Callable[[Any, list[str]], Iterable[Block]], found: object) -> Source:
    return lay_out_bounded(lay_out(found, []))


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def in_worker(reader: Callable[[bytes], Any], data: bytes) -> Any:
    """In the worker: a panic of the library is no exception that could be sent back."""
    try:
        return reader(data)
    except Unreadable:
        return None
    except BaseException as died:  # noqa: BLE001 (what ends the child in earnest)
        return None if not isinstance(died, KeyboardInterrupt) else died


@pytest.mark.mutations
@pytest.mark.parametrize(
    ("reader", "lay_out", "data"),
    [
        (
            pdf_pages.pages,
            read_lines,
            pdf([[(48, 700 - 20 * row, line) for row, line in enumerate(TEXT.splitlines())]] * 2),
        ),
        (old_excel.worksheets, read_worksheets, xls([(0, 0, "任务"), (1, 0, "高企"), (1, 1, 46295.0)], [(0, 0, 0, 1)])),
    ],
    ids=["pdf", "xls"],
)
def test_a_damaged_file_of_a_library_in_c_is_read_or_refused(
    reader: Callable[[bytes], Any], lay_out: Callable[[Any, list[str]], Iterable[Block]], data: bytes
) -> None:
    read, pool = 0, ProcessPoolExecutor(1, get_context("spawn"), limited)
    for content in damaged(reader.__name__, 1_000, data):
        try:
            found = pool.submit(in_worker, reader, content).result(timeout=30)
        except BrokenProcessPool:
            found, pool = None, ProcessPoolExecutor(1, get_context("spawn"), limited)
        if found is not None:
            read += check(partial(laid_out, lay_out, found))
    pool.shutdown()

    assert read > 0
