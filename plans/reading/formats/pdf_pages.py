"""The lines of a .pdf and where they stand, by PDFium. Runs in a process of its own (child.py)."""

from typing import Any

import pypdfium2
from pypdfium2 import raw

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import MOST_PAGES, MOST_TEXT, TOO_LONG
from plans.reading.formats.child import DAMAGED

LOCKED = "有密码，请去掉密码，或用原来的 Word 文件再试。"
TOO_MANY_PAGES = f"超过 {MOST_PAGES} 页，请只保留工作计划的几页再试。"


def pages(data: bytes) -> list[list[list[Any]]]:
    """For each page its lines, each [words, left, right, top], in shares of the page's size. Raises Unreadable."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(LOCKED if "assword" in str(error) else DAMAGED) from error
    if len(document) > MOST_PAGES:
        raise Unreadable(TOO_MANY_PAGES)
    left, found = MOST_TEXT, []
    for index in range(len(document)):
        found.append(_page(document, index))
        left -= sum(len(line[0]) for line in found[-1])
        if left < 0:
            raise Unreadable(TOO_LONG)
    return found


def _page(document: Any, index: int) -> list[list[Any]]:
    try:
        page = document[index]
        return _lines(page.get_textpage(), *page.get_size())
    except pypdfium2.PdfiumError:
        return []


def _lines(text: Any, width: float, height: float) -> list[list[Any]]:
    count = min(text.count_chars(), MOST_TEXT)
    units = [raw.FPDFText_GetUnicode(text, index) for index in range(count)]
    ends = [index for index, unit in enumerate(units) if unit in {10, 13}]
    found = []
    for start, end in zip([0, *(end + 1 for end in ends)], [*ends, count], strict=True):
        inked = [index for index in range(start, end) if units[index] > 32]
        if inked:
            first, last = text.get_charbox(inked[0]), text.get_charbox(inked[-1])
            words = _words(units[start:end])
            found.append([words, first[0] / width, last[2] / width, 1 - first[3] / height])
    return found


def _words(units: list[int]) -> str:
    """UTF-16 units as text; a soft hyphen at a line's end comes as U+0002."""
    data = b"".join((unit & 0xFFFF).to_bytes(2, "little") for unit in units if unit != 2)
    return data.decode("utf-16-le", "replace").strip()
