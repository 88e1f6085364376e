"""Handing a document in on the command line; the rest is done on the page it names."""

import json
import re
from pathlib import Path

import pytest

from duban.cli import main

PLAN = """云溪县科技局2026年下半年工作打算
一、下半年工作打算
（一）培育高新技术企业。确保新增高新技术企业5家，力争8家。
"""


def duban(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr("sys.argv", ["duban", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out + err


def test_a_document_is_handed_in_once_and_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "打算.txt").write_text(PLAN, encoding="utf-8")

    first = duban(capsys, monkeypatch, "plan", "handin", "打算.txt")
    again = duban(capsys, monkeypatch, "plan", "handin", "打算.txt")
    (row,) = json.loads(duban(capsys, monkeypatch, "plan", "sheets", "--json")[1])

    assert first[0] == again[0] == 0
    assert re.search(r"草稿编号 1。请打开网页核对、启动：http\S+/office/\S+/drafts/1$", first[1].strip())
    assert first[1] == again[1]
    assert (row["name"], row["title"], row["state"], row["items"]) == (
        "打算.txt",
        "云溪县科技局2026年下半年工作打算",
        "起草中",
        1,
    )


def test_a_file_that_is_no_document_leaves_no_sheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "空.txt").write_text("", encoding="utf-8")

    code, told = duban(capsys, monkeypatch, "plan", "handin", "空.txt")

    assert (code, told.count("\n")) == (1, 1)
    assert "空.txt" in told
    assert duban(capsys, monkeypatch, "plan", "handin", "没有.txt")[0] == 1
