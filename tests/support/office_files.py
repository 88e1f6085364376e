"""Files as offices make them, by hand: a .docx of given XML, an .xls, a .pdf, a locked container."""

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECTOR = 512


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def relations(**targets: str) -> str:
    """A part that says what another part refers to: kind to target."""
    links = "".join(
        f'<Relationship Id="r{number}" Type="{KINDS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>'


def docx(body: str, numbering: str = "", styles: str = "", space: str = W) -> bytes:
    """A .docx with this body; `numbering` and `styles` are the insides of their parts."""
    return zipped(
        {
            "[Content_Types].xml": _types(document="document.main", numbering="numbering", styles="styles"),
            "_rels/.rels": relations(officeDocument="word/document.xml"),
            "word/document.xml": _word("document", f"<w:body>{body}</w:body>", space),
            "word/_rels/document.xml.rels": relations(numbering="numbering.xml", styles="styles.xml"),
            "word/numbering.xml": _word("numbering", numbering, space),
            "word/styles.xml": _word("styles", styles, space),
        }
    )


def p(words: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def numbered(words: str, level: int = 0, number: int = 1) -> str:
    """A paragraph of an automatic list."""
    return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(index: int, style: str, pattern: str, more: str = "") -> str:
    """A level of an automatic list."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{pattern}"/>'
        "</w:lvl>"
    )


def lists(*levels: str, more: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    """A numbering part with one list of these levels."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{more}'


def pdf(pages: Sequence[Sequence[tuple[float, float, str]]]) -> bytes:
    """A .pdf of lines (left, height, words), 12 points high, on pages of 600 × 800; any Chinese character."""
    count = len(pages)
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType2/BaseFont/Song/DW 1000/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/Song/Flags 4/FontBBox[0 -200 1000 900]/Ascent 900"
        b"/Descent -200/CapHeight 700/ItalicAngle 0/StemV 80>>>>]>>",
        _stream(
            b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange "
            b"1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end"
        ),
    ]
    for number, lines in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {6 + 2 * number} 0 R>>".encode()
        )
        shown = (f"BT /F 12 Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET" for x, y, words in lines)
        objects.append(_stream("\n".join(shown).encode()))
    return _numbered(objects)


def ole(streams: dict[str, bytes]) -> bytes:
    """The old container (OLE) with these streams, each made at least 4,096 bytes long."""
    padded = {
        name: content.ljust(-(-max(len(content), 4096) // SECTOR) * SECTOR, b"\0") for name, content in streams.items()
    }
    fat, entries, body, start = [0xFFFFFFFD, 0xFFFFFFFE], [_entry("Root Entry", 5, 0xFFFFFFFE, 0, 1)], b"", 2
    for number, (name, content) in enumerate(padded.items(), 1):
        length = len(content) // SECTOR
        fat += [*range(start + 1, start + length), 0xFFFFFFFE]
        right = number + 1 if number < len(padded) else 0xFFFFFFFF
        entries.append(_entry(name, 2, start, len(content), 0xFFFFFFFF, right))
        body, start = body + content, start + length
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    table = struct.pack(f"<{len(fat)}I", *fat)
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    return header.ljust(SECTOR, b"\xff") + table.ljust(SECTOR, b"\xff") + directory + body


def xls(cells: Iterable[tuple[int, int, str | float]], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """An .xls of one sheet 任务表; a number is a day, merged areas are (first row, last row, first, last column)."""
    rows = b"".join(_cell(*cell) for cell in cells)
    areas = _record(0xE5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<4H", *area) for area in merged))
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + rows + areas + _record(0x0A, b"")
    formats = _record(0xE0, bytes(20)) + _record(0xE0, struct.pack("<HH", 0, 14) + bytes(16))
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + formats
    name = "任务表".encode("utf-16-le")
    length = len(start) + 4 + 8 + len(name) + 4
    listed = _record(0x85, struct.pack("<IBBBB", length, 0, 0, 3, 1) + name)
    return ole({"Workbook": start + listed + _record(0x0A, b"") + sheet})


def _types(**parts: str) -> str:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    named = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}.{said}+xml"/>' for name, said in parts.items()
    )
    links = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{links}"/>{named}</Types>'
    )


def _word(root: str, inside: str, space: str) -> str:
    return (
        f'<w:{root} xmlns:w="{space}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"{inside}</w:{root}>"
    )


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def _numbered(objects: Sequence[bytes]) -> bytes:
    file, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


def _entry(name: str, kind: int, start: int, size: int, inside: int, right: int = 0xFFFFFFFF) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, right, inside)
    return (
        written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1) + links + bytes(36)
        + struct.pack("<IQ", start, size)
    )  # fmt: skip


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _cell(row: int, column: int, value: str | float) -> bytes:
    if isinstance(value, str):
        words = value.encode("utf-16-le")
        return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + words)
    return _record(0x203, struct.pack("<HHHd", row, column, 1, value))
