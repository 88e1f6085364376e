"""Text files: which encoding they are in, and .csv as a table."""

import codecs
import csv
from collections.abc import Iterator
from io import StringIO

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import MOST_TEXT, TOO_LONG
from plans.reading.source import Block, Grid

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 20_000
"""Characters that are looked at to tell one Chinese encoding from the other."""
CLEARLY = 0.1
_COMMON = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}
"""An encoding, and the lead bytes of the characters that are in daily use."""
_DAMAGED = "的文字编码无法识别，请用记事本打开后另存为 UTF-8 编码的 .txt 再试。"
NO_TEXT = "不是文本文件，请另存为 .docx 或 .txt 文件后再试。"


def decoded(data: bytes) -> str:
    """The text of UTF-8, UTF-16 with its mark, GB18030 or Big5 bytes; raises Unreadable."""
    if not data.strip():
        raise Unreadable("是空文件，请检查后换一份有内容的文件。")
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    text = _decoded(data, marked or "utf-8")
    if text is None and marked is None:
        text = _chinese(data)
    if text is None:
        raise Unreadable(_DAMAGED)
    return text


def prose(text: str) -> str:
    """The text itself; raises Unreadable when it is blank, too long, or a program's or picture's bytes."""
    if not text.strip():
        raise Unreadable("里没有文字，请检查后换一份有内容的文件。")
    if any(ord(character) < 32 and character not in "\t\n\r\x0b\x0c\x1a" for character in text):
        raise Unreadable(NO_TEXT)
    if len(text) > MOST_TEXT:
        raise Unreadable(TOO_LONG)
    return text


def read_csv(text: str, _notes: list[str]) -> Iterator[Block]:
    """The lines of a .csv as one table; raises Unreadable."""
    try:
        yield Grid([row for row in csv.reader(StringIO(prose(text), newline="")) if any(row)], {})
    except csv.Error as error:
        raise Unreadable("的表格格式有误，请用办公软件打开后另存为 .xlsx 再试。") from error


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _chinese(data: bytes) -> str | None:
    """GB18030 takes nearly any Big5 text for rare characters: the one with clearly more common ones is right."""
    found = {encoding: text for encoding in _COMMON if (text := _decoded(data, encoding)) is not None}
    shares = {encoding: _common_share(text, *_COMMON[encoding]) for encoding, text in found.items()}
    if shares.get("big5", 0) > shares.get("gb18030", 0) + CLEARLY:
        return found["big5"]
    return found.get("gb18030", found.get("big5"))


def _common_share(text: str, encoding: str, first: int, last: int) -> float:
    leads = [character.encode(encoding, "ignore")[:1] for character in text[:SAMPLE] if character > "\u2fff"]
    return sum(first <= lead[0] <= last for lead in leads if lead) / len(leads) if leads else 0.0
