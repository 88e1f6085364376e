"""A person corrects what a table's columns are taken for, and the bureau remembers it."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from support.commands import duban

ROWS = ([1, "企业培育", "李明", "9月底"], [2, "办好活动周", "王芳", "5月底"])
HEAD = ["序号", "重点抓什么", "谁来抓", "抓到何时"]
SAID = ["--column", "重点抓什么=工作任务", "--column", "谁来抓=owner", "--column", "抓到何时=完成时限"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["云溪县科技局2026年工作台账"],
        HEAD,
        [1, "企业培育", "李明", "9月底"],
        [2, "办好活动周", "王芳", "5月底"],
    ):
        sheet.append(row)
    book.save(tmp_path / "台账.xlsx")
    return tmp_path


def read(folder: Path, *arguments: str) -> dict[str, Any]:
    answer = duban(folder, "plan", "read", "台账.xlsx", "--json", *arguments)
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(answer.stdout))


def test_what_no_rule_knows_is_said_by_a_person_for_one_reading(folder: Path) -> None:
    assert read(folder)["plan_items"] == []
    assert [table["use"] for table in read(folder)["tables"]] == ["unread"]

    items = read(folder, *SAID)["plan_items"]

    assert [(item["title"], item["owner"], item["deadlines"]) for item in items] == [
        ("企业培育", "李明", ["9月底"]),
        ("办好活动周", "王芳", ["5月底"]),
    ]
    assert read(folder)["plan_items"] == []
    assert not (folder / "duban-data").exists()


def test_what_is_remembered_holds_for_every_table_with_this_header(folder: Path) -> None:
    read(folder, *SAID, "--remember")

    assert [item["title"] for item in read(folder)["plan_items"]] == ["企业培育", "办好活动周"]
    assert read(folder)["tables"][0]["remembered"] is True
    (kept,) = json.loads(duban(folder, "plan", "columns", "--json").stdout)
    assert kept["header"] == "序号|重点抓什么|谁来抓|抓到何时"
    assert kept["columns"] == ["number", "task", "owner", "deadline"]
    assert "重点抓什么=工作任务" in duban(folder, "plan", "columns").stdout

    assert "重点抓什么" in duban(folder, "plan", "columns", "--forget", str(kept["id"])).stdout
    assert read(folder)["plan_items"] == []


def test_the_table_shows_what_its_columns_were_taken_for(folder: Path) -> None:
    shown = "".join(duban(folder, "plan", "read", "台账.xlsx", *SAID, COLUMNS="200").stdout.split())

    assert "重点抓什么=工作任务，谁来抓=责任人，抓到何时=完成时限" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--column", "重点抓什么"], "“重点抓什么”读不懂：请写成 表头=列"),
        (["--column", "重点抓什么=事"], "“事”不是可以指定的列"),
        (["--column", "没有的列=task"], "文件里没有一个表格有“没有的列”这样的列"),
        (["--remember"], "--remember 要和 --column 一起用"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_sentence(folder: Path, arguments: list[str], sentence: str) -> None:
    answer = duban(folder, "plan", "read", "台账.xlsx", *arguments)

    assert answer.returncode == 1
    assert sentence in answer.stderr


def test_an_unknown_number_cannot_be_forgotten(folder: Path) -> None:
    read(folder, *SAID, "--remember")

    answer = duban(folder, "plan", "columns", "--forget", "99")

    assert (answer.returncode, answer.stderr.strip()) == (1, "没有编号是99的列：用 duban plan columns 看有哪些。")
