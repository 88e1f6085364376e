"""A .docx says what its page shows: numbers, tables, text boxes, changes."""

from io import BytesIO

import pytest
from docx import Document

from plans.reading.opening import open_source
from plans.reading.source import Source
from support.office_files import STRICT_W, docx, level, lists, numbered, p

PARTS = (
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
)


def read(body: str, numbering: str = "", styles: str = "") -> Source:
    return open_source("计划.docx", docx(body, numbering, styles))


def words(source: Source) -> list[list[str]]:
    return [[cell.words for cell in row] for row in source.tables[0].rows]


def test_automatic_numbers_stand_before_the_words_and_restart_under_a_new_part() -> None:
    body = "".join(
        [
            numbered("主要工作"),
            numbered("高企培育", 1),
            numbered("宣讲", 2),
            numbered("申报", 2),
            numbered("平台建设", 1),
            numbered("走访", 2),
            numbered("下步打算"),
            numbered("成果转化", 1),
        ]
    )

    text = read(body, lists(*PARTS)).text

    assert text == (
        "一、主要工作\n（一）高企培育\n1.宣讲\n2.申报\n（二）平台建设\n1.走访\n二、下步打算\n（一）成果转化"
    )


@pytest.mark.parametrize(
    ("style", "eleventh"),
    [
        ("decimal", "11"),
        ("chineseCounting", "十一"),
        ("chineseCountingThousand", "十一"),
        ("japaneseCounting", "十一"),
        ("ideographDigital", "一一"),
        ("decimalEnclosedCircle", "⑪"),
        ("decimalFullWidth", "１１"),
        ("lowerLetter", "k"),
        ("upperRoman", "XI"),
        ("ideographZodiac", "戌"),
        ("bullet", ""),
    ],
)
def test_a_number_is_written_in_the_format_of_its_list(style: str, eleventh: str) -> None:
    source = read(numbered("事项") * 11, lists(level(0, style, "%1")))

    assert source.text.split("\n")[-1] == f"{eleventh}事项"


def test_a_number_before_a_digit_is_kept_apart_from_it() -> None:
    assert read(numbered("2026年底前完成"), lists(level(0, "decimal", "%1."))).text == "1. 2026年底前完成"


def test_a_number_of_several_levels_names_them_all() -> None:
    numbering = lists(level(0, "chineseCounting", "%1"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))

    assert read(numbered("甲项") * 2 + numbered("乙项", 1), numbering).text == "一甲项\n二甲项\n2.1 乙项".replace(
        " ", ""
    )


def test_a_level_that_never_restarts_runs_on() -> None:
    numbering = lists(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'))
    body = numbered("甲项") + numbered("一事", 1) + numbered("乙项") + numbered("二事", 1)

    assert read(body, numbering).text.split("\n")[-1] == "2.二事"


def test_another_use_of_a_list_goes_on_and_one_with_an_override_starts_anew() -> None:
    uses = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    body = numbered("甲") + numbered("乙", number=2) + numbered("丙", number=3) + numbered("丁", number=3)

    assert read(body, lists(level(0, "decimal", "%1."), more=uses)).text == "1.甲\n2.乙\n1.丙\n2.丁"


def test_numbers_come_through_styles_and_what_they_are_based_on_and_zero_takes_them_away() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    )
    levels = (level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="b"/>'))
    plain = '<w:pStyle w:val="a"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("部分", '<w:pStyle w:val="a"/>') + p("分项", '<w:pStyle w:val="b"/>') + p("正文", plain)

    assert read(body, lists(*levels), styles).text == "一、部分\n（一）分项\n正文"


def test_merged_cells_hold_the_words_of_the_first_and_stand_in_the_text_once() -> None:
    document = Document()
    table = document.add_table(3, 3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{number}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "横"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "竖"
    file = BytesIO()
    document.save(file)

    source = open_source("任务表.docx", file.getvalue())

    assert words(source) == [["横", "横", "格2"], ["格3", "格4", "竖"], ["格6", "格7", "竖"]]
    assert source.text == "横\t\t格2\n格3\t格4\t竖\n格6\t格7\t"
    assert all(source.text[slice(*cell.span)] == cell.words for row in source.tables[0].rows for cell in row)


def test_a_table_in_a_cell_becomes_its_words_and_a_table_of_one_cell_is_a_frame() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p('内一')}</w:tc><w:tc>{p('内二')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{p('外')}{inner}</w:tc><w:tc>{p('右')}</w:tc></w:tr></w:tbl>"

    assert words(read(outer)) == [["外 内一 内二", "右"]]
    assert read(f"<w:tbl><w:tr><w:tc>{p('一段')}{p('二段')}</w:tc></w:tr></w:tbl>").text == "一段\n二段"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    choice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"

    assert read(f"<w:p><w:r>{choice}<w:t>正文</w:t></w:r></w:p>").text == "正文\n框内"


def test_of_tracked_changes_the_result_is_read() -> None:
    changed = (
        "<w:p><w:r><w:t>确保</w:t></w:r><w:del><w:r><w:delText>3</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>5</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:r><w:t>家</w:t></w:r></w:p>"
    )
    joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>" + p("后半")

    assert read(changed + joined).text == "确保5家\n前半后半"


def test_fields_show_their_result_links_their_words_and_hidden_text_nothing() -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText><w:t>码</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2026年</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:hyperlink><w:r><w:t>计划</w:t></w:r></w:hyperlink>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r><w:r><w:softHyphen/><w:t>要\u00ad点</w:t></w:r>"
        '<w:r><w:tab/><w:t>一</w:t><w:br/><w:t>二</w:t><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p>'
    )

    assert read(body).text == "2026年计划要点 一\n二☑"


def test_a_table_of_contents_is_left_out() -> None:
    line = '<w:p><w:hyperlink w:anchor="_Toc1"><w:r><w:t>一、主要工作 1</w:t></w:r></w:hyperlink></w:p>'

    assert read(line + p("一、主要工作")).text == "一、主要工作"


def test_the_strict_kind_of_file_is_read_alike() -> None:
    data = docx(numbered("主要工作"), lists(*PARTS), space=STRICT_W)

    assert open_source("计划.docx", data).text == "一、主要工作"
