"""A .pdf with text: its lines by PDFium in a process of its own, joined to paragraphs again (pdf_lines.py)."""

from collections.abc import Iterator, Sequence
from typing import Any

from plans.reading.errors import Unreadable
from plans.reading.formats.child import in_child
from plans.reading.formats.pdf_lines import Line, paragraphs
from plans.reading.source import Block

SCANNED = "是扫描件，里面没有文字，请使用原来的 Word 文件，或先识别成文字再试。"
GARBLED = "里的文字没有可识别的编码，请使用原来的 Word 文件再试。"
FEWEST = 5
"""Characters a page has on the average, if it is no picture."""
_PRIVATE = range(0xE000, 0xF900)


def read_pdf(data: bytes, notes: list[str]) -> Iterator[Block]:
    """The paragraphs of a .pdf; adds to `notes` the pages that are pictures. Raises Unreadable."""
    return read_lines(in_child("pdf_pages.pages", data), notes)


def read_lines(found: Sequence[Sequence[Sequence[Any]]], notes: list[str]) -> Iterator[Block]:
    """The paragraphs of each page's lines, as `pdf_pages.pages` gives them; raises Unreadable."""
    pages = [[Line(*line) for line in page] for page in found]
    words = "".join(line.words for page in pages for line in page)
    if len(words) < FEWEST * len(pages):
        raise Unreadable(SCANNED)
    if sum(ord(character) in _PRIVATE or character in "\x00\ufffd\ufffe" for character in words) > len(words) / 3:
        raise Unreadable(GARBLED)
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    if empty:
        notes.append(f"第 {'、'.join(empty[:10])} 页没有文字（可能是图片），没有读取。")
    return paragraphs(pages)
