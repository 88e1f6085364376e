"""From a file's bytes to a Source: the one door for every format. Nothing is executed, nothing is fetched."""

from collections.abc import Callable, Iterator
from importlib import import_module

from plans.reading.errors import DocumentError, Unreadable
from plans.reading.flattened import source_of_text
from plans.reading.formats.bounds import LARGEST_FILE, MOST_TEXT, lay_out_bounded
from plans.reading.formats.kinds import Kind, kind_of_bytes, kind_of_text
from plans.reading.formats.plain import decoded, prose
from plans.reading.source import Block, Source

READERS: dict[Kind, str] = {
    "word": "word.read_word",
    "excel": "excel.read_excel",
    "old_word": "old_word.read_old_word",
    "old_excel": "old_excel.read_old_excel",
    "pdf": "pdf.read_pdf",
    "web": "web.read_web",
    "csv": "plain.read_csv",
}
REFUSED: dict[Kind, str] = {
    "locked": "有密码，请在办公软件中打开、去掉密码并保存后再试。",
    "archive": "是压缩包，请解压后选择其中的工作计划。",
    "picture": "是图片，没有可以读取的文字，请使用原来的 Word 文件，或先识别成文字再试。",
    "slides": "是演示文稿，请把其中的工作计划另存为 .docx 后再试。",
    "ofd": "是 OFD 版式文件，请用办公软件或阅读器另存为 .docx 后再试。",
    "mail_page": "是单个文件的网页，请用浏览器打开后另存为 .html，或复制正文另存为 .docx 后再试。",
    "office_xml": "是旧式的 XML 文件，请用办公软件打开后另存为 .docx 或 .xlsx 再试。",
    "other_office": "不是能直接读取的格式，请用办公软件打开后另存为 .docx 或 .xlsx 再试。",
}


def open_source(name: str, data: bytes, most_text: int = MOST_TEXT) -> Source:
    """A document of any format, at most 20 MB and `most_text` characters.

    `name` is shown to the person and helps to tell .csv from text.

    Raises DocumentError, whose sentence names the file and says what to do.
    """
    try:
        return _opened(name, data, most_text)
    except Unreadable as error:
        raise DocumentError(f"“{name}”{error}") from error


def _opened(name: str, data: bytes, most_text: int) -> Source:
    if len(data) > LARGEST_FILE:
        raise Unreadable("超过 20 MB，请只保留工作计划的正文后再试。")
    kind = kind_of_bytes(data)
    if kind is not None:
        return _document(kind, data, most_text)
    text = decoded(data)
    kind = kind_of_text(text, name)
    if kind == "text":
        return source_of_text(prose(text))
    return _document(kind, text, most_text)


def _document(kind: Kind, content: bytes | str, most_text: int) -> Source:
    if kind in REFUSED:
        raise Unreadable(REFUSED[kind])
    notes: list[str] = []
    source = lay_out_bounded(_reader(kind)(content, notes), notes, most_text)
    if not source.text.strip():
        raise Unreadable("里没有文字，请检查后换一份有内容的文件。")
    return source


def _reader(kind: Kind) -> Callable[[bytes | str, list[str]], Iterator[Block]]:
    """The reader of a kind, imported only now: most commands read no document."""
    module, _, function = READERS[kind].partition(".")
    reader: Callable[[bytes | str, list[str]], Iterator[Block]] = getattr(
        import_module(f"plans.reading.formats.{module}"), function
    )
    return reader
