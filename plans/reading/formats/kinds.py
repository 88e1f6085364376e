"""What a file is, told by its content; its name's ending only decides between kinds of text."""

import re
from typing import Literal

from plans.reading.formats.package import Package

Kind = Literal[
    "word", "excel", "old_word", "old_excel", "web", "pdf", "text", "csv",
    "locked", "archive", "picture", "slides", "ofd", "mail_page", "office_xml", "other_office",
]  # fmt: skip

OPENINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"{\\rtf", "old_word"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
PARTS: tuple[tuple[str, Kind], ...] = (
    ("word/", "word"),
    ("xl/workbook.bin", "other_office"),
    ("xl/", "excel"),
    ("ppt/", "slides"),
    ("OFD.xml", "ofd"),
    ("mimetype", "other_office"),
)
STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", "locked"),
    ("WordDocument", "old_word"),
    ("Workbook", "old_excel"),
    ("Book", "old_excel"),
    ("PowerPoint Document", "slides"),
)
"""Streams of the old container (OLE): what it holds."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY_SIZE, _NAME_LENGTH = 128, 64
_WEB = re.compile(r"<(?:!doctype\s+html|html|head|body|table|div|meta)\b", re.IGNORECASE)
_WEB_ENDINGS = (".html", ".htm", ".xhtml", ".shtml")
_HEAD = 4_000


def kind_of_bytes(data: bytes) -> Kind | None:
    """The kind of a file that is no text; None when it may be one. Raises Unreadable for a broken zip."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        return _kind_of_zip(data)
    if data.startswith(OLE):
        return next((kind for name, kind in STREAMS if _has_stream(data, name)), "other_office")
    return next((kind for opening, kind in OPENINGS if data.startswith(opening)), None)


def kind_of_text(text: str, name: str) -> Kind:
    """The kind of a text: web page, .csv, or just text."""
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if "mso-application" in head or "schemas.microsoft.com/office/word/2003" in head:
        return "office_xml"
    if head.startswith("MIME-Version:") or "\nMIME-Version:" in head:
        return "mail_page"
    if _WEB.search(head) and (head.startswith("<") or name.lower().endswith(_WEB_ENDINGS)):
        return "web"
    return "csv" if name.lower().endswith(".csv") else "text"


def _kind_of_zip(data: bytes) -> Kind:
    names = Package(data).names
    return next((kind for start, kind in PARTS if any(name.startswith(start) for name in names)), "archive")


def _has_stream(data: bytes, name: str) -> bool:
    """Whether the container's directory lists the stream: entries are aligned, and give the length of their name."""
    written = (name + "\0").encode("utf-16-le")
    at = data.find(written)
    while at >= 0:
        if at % _ENTRY_SIZE == 0 and data[at + _NAME_LENGTH : at + _NAME_LENGTH + 1] == bytes([len(written)]):
            return True
        at = data.find(written, at + 2)
    return False
