"""The parts of an Office file: a zip, unpacked part by part in memory, and XML that is only ever data."""

import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import FREE_RATIO, LARGEST_UNPACKED, MOST_ENTRIES, MOST_MARKUP, MOST_PIECES, STEEPEST

if TYPE_CHECKING:
    from lxml.etree import _Element

BROKEN = "已损坏或没有下载完整，请重新取得文件，或用办公软件打开后另存一份再试。"
TOO_LARGE = "展开后过大，请只保留工作计划的正文，另存一份再试。"
INNER = frozenset({"v", "f", "is", "t", "r", "rPh"})
"""What stands inside a cell or a string, and is needed until its end."""
_ENTRY = b"PK\x01\x02"
_CHUNK = 1024 * 1024


class Package:
    """The parts by name. Nothing is written to disk, so a part's name can be anything."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable when it is no zip or has more than MOST_ENTRIES parts."""
        if data.count(_ENTRY) > MOST_ENTRIES:
            raise Unreadable(TOO_LARGE)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise Unreadable(BROKEN) from error
        self.names = frozenset(self._zip.namelist())
        self._left = LARGEST_UNPACKED

    def part(self, name: str) -> bytes:
        """A part's bytes, empty when there is none; raises Unreadable when it is broken, encrypted or too large."""
        if name not in self.names:
            return b""
        try:
            return self._unpacked(self._zip.getinfo(name))
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
            raise Unreadable(BROKEN) from error

    def tree(self, name: str) -> "_Element | None":
        """A part as XML, None when there is none; raises Unreadable when it is broken or too large."""
        data = self.part(name)
        return parse_xml(data) if data else None

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the package: id to (kind, part name). What lies outside is left out."""
        tree = self.tree(join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels"))
        found = {}
        for link in () if tree is None else tree:
            if link.get("TargetMode") != "External":
                target = normpath(join("/", dirname(name), link.get("Target", ""))).lstrip("/")
                found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target)
        return found

    def main_part(self) -> str:
        """The name of the document itself; raises Unreadable when the package names none."""
        for kind, target in self.related("").values():
            if kind == "officeDocument":
                return target
        raise Unreadable(BROKEN)

    def _unpacked(self, entry: zipfile.ZipInfo) -> bytes:
        pieces: list[bytes] = []
        size = 0
        with self._zip.open(entry) as file:
            while piece := file.read(_CHUNK):
                size += len(piece)
                self._left -= len(piece)
                if self._left < 0 or (size > FREE_RATIO and size > STEEPEST * entry.compress_size):
                    raise Unreadable(TOO_LARGE)
                pieces.append(piece)
        return b"".join(pieces)


def parse_xml(data: bytes) -> "_Element":
    """A tree of plain elements; raises Unreadable when it is no XML, declares a DTD, or is over MOST_MARKUP."""
    from lxml import etree

    refuse_dtd(data)
    if data.count(b"<") + data.count(b"=") > MOST_MARKUP:
        raise Unreadable(TOO_LARGE)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(BROKEN) from error


def streamed(data: bytes, kinds: frozenset[str]) -> "Iterator[_Element]":
    """The elements of these kinds, each forgotten once it was seen, so that no tree is held. Raises Unreadable."""
    from lxml import etree

    refuse_dtd(data)
    if data.count(b"<") > MOST_MARKUP or data.count(b"=") > 2 * MOST_MARKUP:
        raise Unreadable(TOO_LARGE)
    events = etree.iterparse(BytesIO(data), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    seen = 0
    try:
        for _, element in events if data else ():
            kind = local(element.tag)
            seen += kind in kinds
            if seen > MOST_PIECES:
                raise Unreadable(TOO_LARGE)
            if kind in kinds:
                yield element
            if kind not in INNER:
                _forget(element)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(BROKEN) from error


def _forget(element: "_Element") -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def refuse_dtd(data: bytes) -> None:
    """Office never writes one: only somebody who wants entities expanded does. Raises Unreadable."""
    if b"<!DOCTYPE" in data.replace(b"\0", b"") if b"\0" in data[:4] else b"<!DOCTYPE" in data:
        raise Unreadable(BROKEN)


@lru_cache(maxsize=1_000)
def local(tag: object) -> str:
    """An element's name without its namespace, which differs between the two kinds of Office XML."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: "_Element | None", name: str) -> str | None:
    """An attribute by its name without namespace."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if local(key) == name), None)


def child(element: "_Element | None", *path: str) -> "_Element | None":
    """The first child of a child … by names without namespace."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner.tag) == name), None)
    return element


def whole(value: str | None, default: int = 0) -> int:
    """A whole number an Office file gives, or the default when it is none or absurd."""
    try:
        number = int(value or "")
    except ValueError:
        return default
    return number if abs(number) < 10_000_000 else default
