"""A Word document as PDF, by LibreOffice where it is installed."""

from plans.errors import Refused
from plans.libreoffice import converted_by, installed_office

SECONDS = 120
LARGEST = 100 * 1024 * 1024


class NoOffice(Refused):
    """这台机器没有装 LibreOffice，不能生成 PDF：请下载 Word 版，用办公软件另存为 PDF。"""


class NotConverted(Refused):
    """LibreOffice 没能把文档转成 PDF：请下载 Word 版，用办公软件另存为 PDF。"""


def as_pdf(document: bytes) -> bytes:
    """The .docx as PDF. Raises NoOffice, NotConverted."""
    office = installed_office()
    if office is None:
        raise NoOffice("这台机器没有装 LibreOffice，不能生成 PDF：请下载 Word 版，用办公软件另存为 PDF。")
    made = converted_by(office, document, "docx", "pdf", SECONDS, LARGEST)
    if made is None:
        raise NotConverted("LibreOffice 没能把文档转成 PDF：请下载 Word 版，用办公软件另存为 PDF。")
    return made
