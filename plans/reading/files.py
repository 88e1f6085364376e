"""From a file on disk to text. Every refusal is a DocumentError whose sentence a person can act on."""

import codecs
from pathlib import Path

from plans.reading.errors import DocumentError
from plans.reading.model import Reading
from plans.reading.text import read_text

LARGEST = 20 * 1024 * 1024
TEXT_ENDINGS = frozenset({".txt", ".md", ".text", ".markdown", ""})
OFFICE_ENDINGS = frozenset({".doc", ".docx", ".wps", ".xls", ".xlsx", ".et", ".pdf", ".ofd", ".rtf"})
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_file(path: Path) -> Reading:
    """Read one text file of at most 20 MB; raises DocumentError when it is not a text that can be read."""
    return read_text(decode(_content(path), path.name))


def decode(data: bytes, name: str) -> str:
    """The text of UTF-8, UTF-16 with its mark, or GB18030 bytes; raises DocumentError, naming the file `name`."""
    if not data.strip():
        raise DocumentError(f"“{name}”是空文件，请检查后换一份有内容的文件。")
    encodings = [encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)]
    for encoding in encodings or ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _prose(text, name)
    raise DocumentError(f"“{name}”的文字编码无法识别，请用记事本打开后另存为 UTF-8 编码的 .txt 再试。")


def _content(path: Path) -> bytes:
    try:
        _check_name(path)
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"“{path.name}”超过 20 MB，请只保留工作计划的正文后再试。")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"“{path.name}”无法打开，请确认有读取权限、没有被其他程序占用。") from error


def _check_name(path: Path) -> None:
    if path.is_dir():
        raise DocumentError(f"“{path.name}”是文件夹，请指定其中的一份文件。")
    if not path.exists():
        raise DocumentError(f"找不到文件“{path}”，请检查文件名和所在位置。")
    if path.suffix.lower() in OFFICE_ENDINGS:
        raise DocumentError(f"暂时不能直接读取“{path.name}”，请在办公软件中另存为 .txt 文件后再试。")
    if path.suffix.lower() not in TEXT_ENDINGS:
        raise DocumentError(f"“{path.name}”不是可以读取的文档，请另存为 .txt 文件后再试。")


def _prose(text: str, name: str) -> str:
    """Bytes of a program or a picture often decode as GB18030: control characters give them away."""
    if not text.strip():
        raise DocumentError(f"“{name}”里没有文字，请检查后换一份有内容的文件。")
    if any(ord(character) < 32 and character not in "\t\n\r\x0b\x0c\x1a" for character in text):
        raise DocumentError(f"“{name}”不是文本文件，请另存为 .txt 文件后再试。")
    return text
