"""The house style is GB/T 9704-2012, as the file says it and not only as the code means it."""

from typing import Any
from zipfile import ZipFile

import pytest

from cast import at
from notifications.documents.house_style import house_style
from notifications.documents.paper import Paper
from notifications.documents.wordml import Cell, Column
from support.word_xml import NS, every, one, opened, styled, text, tree, value

MADE_AT = at("2026-11-02 09:00")
MM = 1440 / 25.4


def written(paper: Paper) -> ZipFile:
    return opened(paper.finished(MADE_AT))


def style(file: ZipFile, key: str) -> Any:
    return one(tree(file, "word/styles.xml"), f"//w:style[@w:styleId='{key}']")


@pytest.fixture(scope="module")
def document() -> ZipFile:
    paper = Paper("通报", "云溪县科技局")
    paper.title("云溪县科技局", "2026年10月工作进展通报")
    paper.write("## 完成情况\n### 高新技术企业\n#### 认定\n- 认定4家。\n### 科技型中小企业\n## 下步打算", {})
    paper.table([Column("序号", 1), Column("事项", 3)], [[Cell(["1"]), Cell(["认定"])]])
    paper.attachments(["进展表", "名单"])
    paper.signature("云溪县科技局", MADE_AT.date())
    paper.attachment(1, "进展表", lying=True)
    return written(paper)


def test_a_page_is_a4_with_the_margins_of_the_standard(document: ZipFile) -> None:
    section = every(tree(document), "//w:sectPr")[0]
    size, margins = one(section, "w:pgSz"), one(section, "w:pgMar")

    assert (value(size, "w"), value(size, "h")) == ("11906", "16838")
    lengths = {side: round(int(value(margins, side)) / MM, 1) for side in ("top", "bottom", "left", "right")}
    assert lengths == {"top": 37.0, "bottom": 35.0, "left": 28.0, "right": 26.0}


def test_a_page_that_lies_is_the_same_sheet_turned(document: ZipFile) -> None:
    section = every(tree(document), "//w:sectPr")[-1]
    size, margins = one(section, "w:pgSz"), one(section, "w:pgMar")

    assert (value(size, "w"), value(size, "h"), value(size, "orient")) == ("16838", "11906", "landscape")
    lengths = {side: round(int(value(margins, side)) / MM) for side in ("top", "bottom", "left", "right")}
    assert lengths == {"top": 28, "bottom": 26, "left": 35, "right": 37}


def test_a_page_holds_22_lines_of_28_characters(document: ZipFile) -> None:
    grid = one(every(tree(document), "//w:sectPr")[0], "w:docGrid")
    body = style(document, "BodyText")
    spacing, apart = one(body, "w:pPr/w:spacing"), one(body, "w:rPr/w:spacing")
    character = 16 + int(value(apart, "val")) / 20

    assert value(grid, "type") == "lines"
    assert value(grid, "linePitch") == value(spacing, "line")
    assert value(spacing, "lineRule") == "exact"
    assert int(225 * MM / int(value(spacing, "line"))) == 22
    assert int(156 * MM / 20 / character) == 28


@pytest.mark.parametrize(
    ("key", "font", "half_points"),
    [
        ("Title", "方正小标宋简体", "44"),
        ("BodyText", "仿宋_GB2312", "32"),
        ("Heading1", "黑体", "32"),
        ("Heading2", "楷体_GB2312", "32"),
        ("Heading3", "仿宋_GB2312", "32"),
        ("AttachmentMark", "黑体", "32"),
        ("Footer", "宋体", "28"),
    ],
)
def test_each_style_names_its_font_and_size(document: ZipFile, key: str, font: str, half_points: str) -> None:
    found = style(document, key)

    assert value(one(found, "w:rPr/w:rFonts"), "eastAsia") == font
    assert value(one(found, "w:rPr/w:sz"), "val") == half_points


def test_each_font_names_those_that_stand_in_for_it(document: ZipFile) -> None:
    table = tree(document, "word/fontTable.xml")

    others = value(one(table, "//w:font[@w:name='仿宋_GB2312']/w:altName"), "val")

    assert others.split(",")[0] == "仿宋"
    for names in house_style().fonts.values():
        assert every(table, f"//w:font[@w:name='{names[0]}']")


def test_headings_are_numbered_by_level_and_begin_again_below_the_next(document: ZipFile) -> None:
    lines = every(tree(document), "//w:body/w:p")
    told = {text(line): value(one(line, "w:pPr/w:pStyle"), "val") for line in lines}

    assert {text: key for text, key in told.items() if key.startswith("Heading")} == {
        "一、完成情况": "Heading1",
        "（一）高新技术企业": "Heading2",
        "1.认定": "Heading3",
        "（二）科技型中小企业": "Heading2",
        "二、下步打算": "Heading1",
    }


def test_pages_are_numbered_right_on_odd_and_left_on_even(document: ZipFile) -> None:
    assert tree(document, "word/settings.xml").find("w:evenAndOddHeaders", NS) is not None
    references = every(tree(document), "//w:sectPr[1]/w:footerReference")
    files = {link.get("Id"): link.get("Target") for link in tree(document, "word/_rels/document.xml.rels")}
    sides = {}
    for reference in references:
        key = reference.xpath("@r:id", namespaces={"r": reference.nsmap["r"]})[0]
        footer = tree(document, f"word/{files[key]}")
        sides[value(reference, "type")] = value(one(footer, "//w:jc"), "val")
        assert text(footer) == "— 1 —"

    assert sides == {"default": "right", "even": "left"}


def test_every_section_carries_the_page_numbers(document: ZipFile) -> None:
    for section in every(tree(document), "//w:sectPr"):
        assert len(section.findall("w:footerReference", NS)) == 2


def test_a_table_repeats_its_head_and_splits_no_row(document: ZipFile) -> None:
    head, row = every(tree(document), "//w:tbl/w:tr")

    assert head.find("w:trPr/w:tblHeader", NS) is not None
    assert row.find("w:trPr/w:tblHeader", NS) is None
    assert all(line.find("w:trPr/w:cantSplit", NS) is not None for line in (head, row))
    assert every(tree(document), "//w:tblLayout[@w:type='fixed']")


def test_the_date_ends_four_characters_before_the_margin_below_the_name(document: ZipFile) -> None:
    name, day = every(tree(document), "//w:p[w:pPr/w:pStyle/@w:val='Signature']")

    assert text(day) == "2026年11月2日"
    assert value(one(day, "w:pPr/w:ind"), "rightChars") == "400"
    assert text(name) == "云溪县科技局"


def test_attachments_are_listed_below_the_text(document: ZipFile) -> None:
    assert styled(document, "Attachments") == ["附件：1.进展表", "2.名单"]


def test_a_long_title_is_broken_between_its_parts() -> None:
    paper = Paper("通报", "局")
    paper.title("云溪县科学技术和工业信息化局", "2026年10月工作进展通报")

    assert styled(written(paper), "Title") == ["云溪县科学技术和工业信息化局", "2026年10月工作进展通报"]


def test_nothing_tells_of_another_time_than_the_one_it_was_made_at(document: ZipFile) -> None:
    core = document.read("docProps/core.xml").decode()

    assert {entry.date_time for entry in document.infolist()} == {(2026, 11, 2, 9, 0, 0)}
    assert core.count("2026-11-02T01:00:00Z") == 2
    assert "python-docx" not in core
