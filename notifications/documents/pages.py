"""Pages: paper, margins, the grid of lines, and page numbers — 1 — right on odd pages, left on even."""

from typing import Any

from notifications.documents.house_style import MM, HouseStyle, Margins
from notifications.documents.wordml import element, paragraph, run

NUMBER_INDENT = 280
"""One character of 4号, in twentieths of a point."""


def section_xml(house: HouseStyle, lying: bool, footers: str) -> str:
    """The properties of a section that stands or lies; ``footers`` are its references to the page numbers."""
    margins = house.lying if lying else house.upright
    width, height = int(house.paper.width * MM + 0.5), int(house.paper.height * MM + 0.5)
    size = f'w:w="{height}" w:h="{width}" w:orient="landscape"' if lying else f'w:w="{width}" w:h="{height}"'
    return (
        f'<w:sectPr>{footers}<w:type w:val="nextPage"/><w:pgSz {size}/>{_margins(margins)}'
        f'<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="{house.line_pitch}"/></w:sectPr>'
    )


def _margins(margins: Margins) -> str:
    sides = {"top": margins.top, "right": margins.right, "bottom": margins.bottom, "left": margins.left}
    written = " ".join(f'w:{side}="{int(length * MM + 0.5)}"' for side, length in sides.items())
    return f'<w:pgMar {written} w:header="851" w:footer="{int(margins.footer * MM)}" w:gutter="0"/>'


def number_pages(document: Any) -> str:
    """Write the page numbers of a python-docx document once; the references a section needs to carry them."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        written = footer._element
        for old in list(written):
            written.remove(old)
        written.append(element(_number(side)))
    return "".join(_reference(one) for one in section._sectPr if one.tag.endswith("}footerReference"))


def _number(side: str) -> str:
    field = "".join(
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>{text}'
        for kind, text in (
            ("begin", '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'),
            ("separate", run("1")),
            ("end", ""),
        )
    )
    placed = f'<w:ind w:{side}Chars="100" w:{side}="{NUMBER_INDENT}"/><w:jc w:val="{side}"/>'
    return paragraph("Footer", run("— "), field, run(" —"), properties=placed)


def _reference(footer: Any) -> str:
    names = {name.rpartition("}")[2]: value for name, value in footer.attrib.items()}
    return f'<w:footerReference w:type="{names["type"]}" r:id="{names["id"]}"/>'
