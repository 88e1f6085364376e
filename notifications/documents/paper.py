"""Paper: a Word document of this house, written from the top down.

A text for it (``write``) is lines that each begin with a mark and a space:

    ## 一级标题      numbered 一、 in 黑体
    ### 二级标题     numbered （一） in 楷体
    #### 三级       a paragraph numbered 1. in 仿宋
    - 正文          a paragraph
    = 名字          a piece that the writer hands over by that name: a table, a picture, nothing

What follows a mark is text, whatever it looks like, so that no name can become a heading.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from notifications.documents.house_style import house_style
from notifications.documents.pages import number_pages, section_xml
from notifications.documents.sealing import sealed
from notifications.documents.styles import fonts_of, fonts_xml, styles_xml
from notifications.documents.wordml import Cell, Column, element, paragraph, run, seen, table
from plans.reading.formats.numerals import written

Piece = Callable[["Paper"], None]
LEVELS = {"##": 1, "###": 2, "####": 3}
TITLE_FITS = 19
"""Characters of the title's size on one line."""
DATE_FROM_RIGHT, BODY = 4, 320
"""The date ends four characters before the margin; a character of the body is 320 twentieths of a point wide."""


class Paper:
    """One document. Each part goes below what is there; ``finished`` gives the bytes."""

    def __init__(self, title: str, author: str) -> None:
        # python-docx is slow to import, and most commands write no document.
        from docx import Document

        self._document = Document()
        self._house, self._lying = house_style(), False
        self._counts = [0, 0, 0]
        _dress(self._document)
        self._footers = number_pages(self._document)
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = seen(title)[:255], seen(author)[:255], ""

    def title(self, *parts: str) -> None:
        """The title: one line where its parts fit on one, else a line a part."""
        whole = "".join(parts)
        for line in [whole] if _width_of(whole) <= TITLE_FITS else parts:
            self._add(paragraph("Title", run(line)))

    def subtitle(self, text: str) -> None:
        """A line below the title."""
        self._add(paragraph("Subtitle", run(text)))

    def write(self, text: str, pieces: Mapping[str, Piece]) -> None:
        """Everything a marked text says."""
        for line in filter(None, map(str.strip, text.splitlines())):
            mark, _, told = line.partition(" ")
            if mark in LEVELS:
                self.heading(LEVELS[mark], told)
            elif mark == "=":
                pieces[told](self)
            else:
                self.body(told)

    def heading(self, level: int, text: str) -> None:
        """A heading of level 1 to 3, numbered within the one above."""
        self._add(paragraph(f"Heading{level}", run(self._label(level) + text)))

    def point(self, title: str, text: str) -> None:
        """A paragraph numbered （一） that opens with its title in the font of such headings: （一）标题。正文."""
        looks = fonts_of(self._house.styles["Heading2"], self._house)
        self._add(paragraph("BodyText", run(f"{self._label(2)}{title}。", looks), run(text)))

    def _label(self, level: int) -> str:
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (3 - level)
        number = self._counts[level - 1]
        label = f"{number}." if level == 3 else written(number, "chineseCounting")
        return {1: f"{label}、", 2: f"（{label}）", 3: label}[level]

    def body(self, text: str) -> None:
        """A paragraph."""
        self._add(paragraph("BodyText", run(text)))

    def addressee(self, name: str) -> None:
        """Who a letter is for, at the left margin."""
        self._add(paragraph("Normal", run(f"{name}：")))

    def blank(self, keep: bool = False) -> None:
        """An empty line; ``keep`` holds it on the page of what follows."""
        self._add(paragraph("Normal", properties="<w:keepNext/>" if keep else ""))

    def caption(self, text: str) -> None:
        """What stands above a table or a picture."""
        self._add(paragraph("Caption", run(text)))

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        """A table as wide as the text."""
        self._add(table(columns, rows, self._house.text_width(self._lying)))

    def picture(self, png: bytes | None, words: str) -> None:
        """A picture as wide as the text of a page that stands, told in words for who cannot see it."""
        if png is None:
            return
        from docx.shared import Twips

        shown = self._document.add_paragraph(style="图")
        shape = shown.add_run().add_picture(BytesIO(png), width=Twips(self._house.text_width(lying=False)))
        shape._inline.docPr.set("descr", seen(words))

    def attachments(self, names: Sequence[str]) -> None:
        """附件：1.…, below the text and above the signature, each name under the one before."""
        if not names:
            return
        self.blank(keep=True)
        numbered = names if len(names) == 1 else [f"{number}.{name}" for number, name in enumerate(names, 1)]
        for place, name in enumerate(numbered):
            text = run(name if place else f"附件：{name}")
            hanging = '<w:ind w:leftChars="500" w:left="1600"' + (
                "/>" if place else ' w:hangingChars="300" w:hanging="960"/>'
            )
            self._add(paragraph("Attachments", text, properties=hanging))

    def signature(self, signer: str, day: date) -> None:
        """Who it is from, in the middle above the date, which ends four characters before the margin."""
        self.blank(keep=True)
        dated = f"{day.year}年{day.month}月{day.day}日"
        from_right = max(0.0, DATE_FROM_RIGHT + (_width_of(dated) - _width_of(signer)) / 2)
        self._add(paragraph("Signature", run(signer), properties=_from_right(from_right)))
        self._add(
            paragraph("Signature", run(dated), properties='<w:keepNext w:val="0"/>' + _from_right(DATE_FROM_RIGHT))
        )

    def attachment(self, number: int | None, title: str, lying: bool = False) -> None:
        """Begin an attachment on a page of its own, which may lie; ``number`` is None where there is but one."""
        self._break(lying)
        self._add(paragraph("AttachmentMark", run(f"附件{number or ''}")))
        self._add(paragraph("Title", run(title)))

    def behind(self, title: str, lying: bool = False) -> None:
        """Begin pages that are no part of what is sent, under a title of their own."""
        self._break(lying)
        self._add(paragraph("Title", run(title)))

    def finished(self, made_at: datetime) -> bytes:
        """The document as .docx; ``made_at`` is the only time in it."""
        self._replace_section()
        file = BytesIO()
        self._document.save(file)
        return sealed(file.getvalue(), made_at)

    def _add(self, xml: str) -> None:
        self._end.addprevious(element(xml))

    @property
    def _end(self) -> Any:
        return self._document.element.body.sectPr

    def _break(self, lying: bool) -> None:
        """End the section that runs; what follows is a new one."""
        ended = section_xml(self._house, self._lying, self._footers)
        self._add(paragraph("Break", properties=ended))
        self._lying = lying

    def _replace_section(self) -> None:
        self._end.getparent().replace(self._end, element(section_xml(self._house, self._lying, self._footers)))


def _dress(document: Any) -> None:
    """Take off what the library's own template brings, and put on the house style."""
    from docx.oxml import parse_xml

    house, body = house_style(), document.element.body
    for old in list(body)[:-1]:
        body.remove(old)
    package = document.part.package
    for key in [key for key, one in package.rels.items() if one.reltype.endswith("/thumbnail")]:
        package.rels.pop(key)
    for key in [key for key, one in document.part.rels.items() if one.reltype.endswith("/stylesWithEffects")]:
        document.part.rels.pop(key)
    styles = document.part._styles_part
    styles._element = parse_xml(styles_xml(house))
    for part in package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = fonts_xml(house).encode("utf-8")
    _set_up(document.settings.element)


def _set_up(settings: Any) -> None:
    """Chinese, and laid out as Word does now, not as it once did."""
    from docx.oxml.ns import qn

    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    for language in settings.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _width_of(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(1 if ord(char) > 255 else 0.5 for char in text)


def _from_right(characters: float) -> str:
    return f'<w:ind w:rightChars="{int(characters * 100)}" w:right="{int(characters * BODY)}"/>'
