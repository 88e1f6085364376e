"""From a file on disk to what it says. Every refusal is a DocumentError whose sentence a person can act on."""

from pathlib import Path

from plans.reading.errors import DocumentError
from plans.reading.formats.bounds import LARGEST_FILE
from plans.reading.model import Reading
from plans.reading.opening import open_source
from plans.reading.source import Source
from plans.reading.text import read_source


def read_file(path: Path) -> Reading:
    """Read one file of at most 20 MB; raises DocumentError when it is not a document that can be read."""
    return read_source(source_of(path))


def source_of(path: Path) -> Source:
    """The words and tables of one file of at most 20 MB; raises DocumentError when it cannot be read."""
    return open_source(path.name, content_of(path))


def content_of(path: Path) -> bytes:
    """The bytes of a file of at most 20 MB; raises DocumentError."""
    try:
        if path.is_dir():
            raise DocumentError(f"“{path.name}”是文件夹，请指定其中的一份文件。")
        if not path.exists():
            raise DocumentError(f"找不到文件“{path}”，请检查文件名和所在位置。")
        if path.stat().st_size > LARGEST_FILE:
            raise DocumentError(f"“{path.name}”超过 20 MB，请只保留工作计划的正文后再试。")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"“{path.name}”无法打开，请确认有读取权限、没有被其他程序占用。") from error
