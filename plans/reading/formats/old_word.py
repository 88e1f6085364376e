"""A .doc, .wps or .rtf: made a .docx by LibreOffice where it is installed."""

from collections.abc import Iterator

from plans.libreoffice import converted_by, installed_office
from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import CONVERSION_SECONDS, LARGEST_FILE
from plans.reading.formats.word import read_word
from plans.reading.source import Block

ADVICE = "是旧式文档，请用办公软件打开后另存为 .docx 再试。"
FAILED = "无法自动转换（可能有密码或已损坏），请用办公软件打开后另存为 .docx 再试。"


def read_old_word(data: bytes, notes: list[str]) -> Iterator[Block]:
    """The blocks of an old document; raises Unreadable where LibreOffice is not installed or cannot read it."""
    office = installed_office()
    if office is None:
        raise Unreadable(ADVICE)
    return read_word(converted(office, data), notes)


def converted(office: str, data: bytes) -> bytes:
    """The same document as .docx, in at most CONVERSION_SECONDS; raises Unreadable."""
    result = converted_by(office, data, "doc", "docx", CONVERSION_SECONDS, LARGEST_FILE)
    if result is None:
        raise Unreadable(FAILED)
    return result
