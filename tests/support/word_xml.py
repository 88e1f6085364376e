"""A Word document as what it is: a zip of XML, looked at with lxml and not with the library that wrote it."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NS = {"w": W}


def opened(document: bytes) -> ZipFile:
    return ZipFile(BytesIO(document))


def tree(file: ZipFile, part: str = "word/document.xml") -> Any:
    """The root of a part."""
    return etree.fromstring(file.read(part))


def every(root: Any, path: str) -> list[Any]:
    found: list[Any] = root.xpath(path, namespaces=NS)
    return found


def one(root: Any, path: str) -> Any:
    (found,) = every(root, path)
    return found


def value(element: Any, name: str) -> str:
    return element.get(f"{{{W}}}{name}") or ""


def text(element: Any) -> str:
    return "".join(every(element, ".//w:t/text()"))


def styled(file: ZipFile, style: str) -> list[str]:
    """The texts of the paragraphs of a style."""
    return [text(found) for found in every(tree(file), f"//w:p[w:pPr/w:pStyle/@w:val='{style}']")]


def paragraphs(document: bytes) -> list[str]:
    """The texts of the body, tables left out."""
    return [text(found) for found in every(tree(opened(document)), "/w:document/w:body/w:p")]


def rows(document: bytes, table: int = 0) -> list[list[str]]:
    """The cells of a table."""
    found = every(tree(opened(document)), "//w:tbl")[table]
    return [[text(cell) for cell in every(row, "w:tc")] for row in every(found, "w:tr")]
