"""Which files are read, and what a person is told about the others."""

from pathlib import Path

import pytest

from plans.reading.errors import DocumentError
from plans.reading.files import read_file, source_of
from support.office_files import docx, p

PLAN = "云溪县科技局2024年工作计划\n一、下一步工作打算\n1.高企培育。确保新增高新技术企业5家。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_document_reads_the_same_in_every_encoding_a_bureau_uses(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "计划.txt"
    path.write_bytes(PLAN.encode(encoding))

    assert read_file(path).plan_items[0].title == "高企培育"


def test_a_word_document_reads_as_its_text_does(tmp_path: Path) -> None:
    path = tmp_path / "计划.docx"
    path.write_bytes(docx("".join(p(line) for line in PLAN.splitlines())))

    assert source_of(path).text == PLAN.strip()
    assert read_file(path).plan_items[0].title == "高企培育"


def test_markdown_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "计划.md"
    path.write_text(PLAN.replace("一、", "## 一、"), encoding="utf-8")

    assert [section.heading for section in read_file(path).sections] == ["一、下一步工作打算"]


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("空.txt", b"", "空文件"),
        ("空行.txt", b" \n\n", "空文件"),
        ("程序.txt", b"MZ\x00\x01\x02", "不是文本文件"),
        ("乱码.txt", b"\xff\xff\xff\xff", "编码无法识别"),
        ("总结.docx", b"PK\x03\x04", "另存一份"),
        ("台账.xlsx", b"PK\x03\x04", "另存一份"),
        ("总结.pdf", b"%PDF-1.7", "另存为 .docx"),
        ("照片.jpg", b"\xff\xd8\xff", "是图片"),
        ("材料.rar", b"Rar!\x1a\x07", "请解压"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, advice: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(DocumentError) as refused:
        read_file(path)

    assert name in str(refused.value)
    assert advice in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"找不到文件.*没有\.txt"):
        read_file(tmp_path / "没有.txt")


def test_a_folder_is_not_a_document(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="文件夹"):
        read_file(tmp_path)


def test_a_file_over_20_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "巨大.txt"
    with path.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)

    with pytest.raises(DocumentError, match="超过 20 MB"):
        read_file(path)
