"""A .doc through LibreOffice, where it is installed."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from plans.reading.errors import DocumentError
from plans.reading.formats.old_word import converted
from plans.reading.opening import open_source
from support.office_files import docx, level, lists, numbered, ole

OFFICE = shutil.which("soffice")
installed = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


def as_doc(data: bytes, folder: Path) -> bytes:
    (folder / "计划.docx").write_bytes(data)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = [
        str(OFFICE),
        home,
        "--headless",
        "--convert-to",
        "doc",
        "--outdir",
        str(folder),
        str(folder / "计划.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "计划.doc").read_bytes()


@pytest.mark.server
@installed
def test_a_doc_keeps_its_automatic_numbers(tmp_path: Path) -> None:
    body = numbered("主要工作") + numbered("高企培育", 1) + numbered("平台建设", 1)
    data = docx(body, lists(level(0, "chineseCountingThousand", "%1、"), level(1, "chineseCounting", "（%2）")))

    source = open_source("计划.doc", as_doc(data, tmp_path))

    assert source.text == "一、主要工作\n（一）高企培育\n（二）平台建设"


@pytest.mark.server
@installed
def test_a_doc_keeps_its_tables(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(2, 2, style="Table Grid")
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{number}"
    file = BytesIO()
    document.add_paragraph("完")
    document.save(file)

    source = open_source("计划.wps", as_doc(file.getvalue(), tmp_path))

    assert [[cell.words for cell in row] for row in source.tables[0].rows] == [["格0", "格1"], ["格2", "格3"]]


@pytest.mark.server
@installed
def test_nothing_of_a_conversion_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    assert converted(str(OFFICE), b"{\\rtf1 text}")

    assert [path for path in tmp_path.iterdir() if path.name.startswith("duban-")] == []


def test_without_libreoffice_a_person_is_told_how_to_save_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(DocumentError, match=r"“计划\.wps”是旧式文档，请用办公软件打开后另存为 \.docx 再试。"):
        open_source("计划.wps", ole({"WordDocument": b"words"}))
