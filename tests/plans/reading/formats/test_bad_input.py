"""What is not a plan, or was made to hurt, is refused with a sentence or read inside the bounds, in seconds."""

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from time import perf_counter

import pytest

from plans.reading.errors import DocumentError, Unreadable
from plans.reading.formats import bounds, child
from plans.reading.opening import open_source
from support.office_files import W, docx, ole, p, pdf, relations, xls, zipped

SECONDS = 20
"""Far above what any of these takes (under 3 on an idle machine): a test of "does not hang", not of speed."""
MEGABYTE = 1024 * 1024
ENDINGS = ("docx", "xlsx", "xls", "et", "doc", "wps", "pdf", "html", "csv", "txt", "md", "rtf", "ofd", "")


@pytest.fixture(autouse=True)
def _in_bounded_time() -> Iterator[None]:
    start = perf_counter()
    yield
    assert perf_counter() - start < SECONDS


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(DocumentError) as refused:
        open_source(name, data)
    sentence = str(refused.value)
    assert sentence.startswith(f"“{name}”")
    assert sentence.endswith("。")
    return sentence


def document(xml: str | bytes) -> bytes:
    return zipped({"_rels/.rels": relations(officeDocument="word/document.xml"), "word/document.xml": xml})


def test_a_zip_bomb_is_refused_while_it_is_unpacked() -> None:
    assert "展开后过大" in refusal("计划.docx", document(b" " * (60 * MEGABYTE)))


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    data = document(f"<w:document xmlns:w='{W}'><w:body>{p('一') * 1000}</w:body></w:document>")
    with zipfile.ZipFile(BytesIO(data)) as package:
        declared = package.getinfo("word/document.xml").file_size
    lying = data.replace(declared.to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert "已损坏" in refusal("计划.docx", lying)


def test_more_parts_or_more_tags_than_any_plan_has_are_refused() -> None:
    assert "展开后过大" in refusal("计划.docx", zipped({f"word/{number}": "" for number in range(2_001)}))
    assert "展开后过大" in refusal("计划.docx", docx("<w:p/>" * bounds.MOST_MARKUP))


def test_names_that_climb_out_of_the_package_are_only_names() -> None:
    parts = {
        "_rels/.rels": relations(officeDocument="../../word/document.xml"),
        "../../word/document.xml": "x",
        "word/document.xml": f"<w:document xmlns:w='{W}'><w:body>{p('正文')}</w:body></w:document>",
    }

    assert open_source("计划.docx", zipped(parts)).text == "正文"


def test_entities_are_never_expanded() -> None:
    levels = "".join(f"<!ENTITY a{number} '{''.join([f'&a{number - 1};'] * 10)}'>" for number in range(1, 12))
    dtd = f'<!DOCTYPE a [<!ENTITY a0 "哈">{levels}<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    body = f"<w:document xmlns:w='{W}'><w:body>{p('&a11;&f;')}</w:body></w:document>"

    assert "已损坏" in refusal("计划.docx", document(dtd + body))
    assert "已损坏" in refusal("计划.docx", document((dtd + body).encode("utf-16")))


def test_of_ten_thousand_tables_200_are_read_and_the_rest_is_told() -> None:
    row = f"<w:tr><w:tc>{p('格')}</w:tc><w:tc/></w:tr>"

    source = open_source("表.docx", docx(f"<w:tbl>{row}</w:tbl>" * 10_000))

    assert len(source.tables) == bounds.MOST_TABLES
    assert source.notes == ("文档里的表格超过 200 个，后面的表格没有读取。",)


def test_cells_that_say_they_are_endlessly_wide_stay_inside_the_bounds() -> None:
    cell = f"<w:tc><w:tcPr><w:gridSpan w:val='999999'/></w:tcPr>{p('格')}</w:tc>"
    page = "<table>" + "<tr><td colspan=1000 rowspan=60000>一<td>二" * 1_000

    wide = open_source("表.docx", docx("<w:tbl>" + f"<w:tr>{cell}{cell}</w:tr>" * 1_000 + "</w:tbl>"))
    web = open_source("表.html", page.encode())

    for source in (wide, web):
        assert sum(len(row) for table in source.tables for row in table.rows) <= bounds.MOST_CELLS
        assert source.notes


def test_nesting_without_end_is_refused_and_a_little_is_read() -> None:
    assert "已损坏" in refusal("计划.docx", docx("<w:sdt>" * 10_000))
    assert "过于复杂" in refusal("计划.html", ("<div>" * 10_000 + "确保完成。" + "</div>" * 10_000).encode())
    assert open_source("计划.html", ("<div>" * 1_000 + "确保完成。").encode()).text == "确保完成。"
    assert open_source("计划.docx", docx("<w:sdt>" * 200 + p("深") + "</w:sdt>" * 200)).text == "深"


def test_a_tag_with_a_hundred_thousand_attributes_is_read_at_once() -> None:
    page = f"<html><a {' '.join(f'x{number}' for number in range(100_000))}>确保完成。</a>"

    assert open_source("计划.html", page.encode()).text == "确保完成。"


def test_scripts_leave_nothing() -> None:
    page = "<html><script>steal()</script><p onclick='x()'>确保完成。</p><iframe src='http://127.0.0.1:9/'>框</iframe>"

    assert open_source("计划.html", page.encode()).text == "确保完成。"


def test_20_megabytes_in_one_line_are_refused_and_one_byte_more_too() -> None:
    assert "100 万字" in refusal("计划.txt", ("围绕" * (10 * MEGABYTE // 3)).encode())
    assert "20 MB" in refusal("计划.txt", b"a" * (bounds.LARGEST_FILE + 1))


def test_a_locked_document_says_so() -> None:
    locked = ole({"EncryptionInfo": b"", "EncryptedPackage": b"secret"})

    assert "有密码" in refusal("计划.docx", locked)
    assert "有密码" in refusal("台账.xlsx", locked)


@pytest.mark.parametrize("ending", ENDINGS)
def test_random_bytes_under_any_name_are_refused(ending: str) -> None:
    noise = bytes((number * 7919 + number // 251) % 256 for number in range(5_000))

    refusal(f"乱.{ending}", noise)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("计划.docx", docx(p("正文") * 50)),
        ("任务.xls", xls([(0, 0, "任务")])),
        ("计划.pdf", pdf([[(48, 700, "云溪县科技局2026年工作计划")]])),
    ],
    ids=["docx", "xls", "pdf"],
)
def test_a_cut_file_is_refused_or_what_is_left_is_read(name: str, data: bytes) -> None:
    for share in (0.05, 0.5, 0.9):
        with suppress(DocumentError):
            assert open_source(name, data[: int(len(data) * share)]).text


def test_a_wrong_ending_does_not_matter_when_the_content_can_be_read() -> None:
    assert open_source("计划.jpg", docx(p("正文"))).text == "正文"
    assert open_source("计划.docx", "正文".encode("gb18030")).text == "正文"
    assert open_source("计划.doc", "<html><p>正文。".encode()).text == "正文。"


def test_a_reader_that_hangs_is_ended() -> None:
    with pytest.raises(Unreadable, match="没有读完"):
        child.in_child("pdf_pages.pages", pdf([[(48, 700, "一")]]), seconds=0.001)


def test_a_reader_that_dies_is_told_as_a_damaged_file() -> None:
    far = xls([(0, 0, "一"), (65_535, 16_000, "二")])

    assert "已损坏或过于复杂" in refusal("任务.xls", far)


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    assert "超过 500 页" in refusal("计划.pdf", pdf([[(48, 700, "一")]] * 501))
