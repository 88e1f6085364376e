"""What a column means is told by the words over it; a new wording is one word in columns.yaml."""

import pytest

from plans.reading.knowledge import Knowledge
from plans.reading.tables.columns import (
    UnknownField,
    field_labels,
    field_of,
    field_said,
    header_key,
    load_columns,
)
from plans.reading.text import read_source
from support.grids import read, source

FIELDS = [(group, name) for group in ("tasks", "figures") for name in load_columns()[group]]


@pytest.mark.parametrize(("group", "name"), FIELDS, ids=lambda part: part)
def test_every_field_is_told_by_its_example_and_by_each_of_its_words(group: str, name: str) -> None:
    column = load_columns()[group][name]

    assert {words: field_of(words, group) for words in (column.example, *column.words)} == dict.fromkeys(
        (column.example, *column.words), name
    )


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("责 任 单 位", "lead"),
        ("主要责任单位（股室）", "lead"),
        ("2026年度目标", "target"),
        ("任务完成时限", "deadline"),
        ("年度目标完成情况", "progress"),
        ("責任單位", "lead"),
        ("本季度要做的事", ""),
        ("组织企业申报高新技术企业，确保新增5家，力争8家，并做好后续服务工作", ""),
    ],
)
def test_a_header_counts_by_the_word_it_ends_in(header: str, field: str) -> None:
    assert field_of(header, "tasks") == field


def test_a_header_is_known_again_whatever_its_blanks_and_brackets() -> None:
    assert header_key(["序 号", "重点工作（2026年）", "完成时限：", ""]) == header_key(["序号", "重点工作", "完成时限"])


@pytest.mark.parametrize(("unit", "field"), [("万元", "unit"), ("家", "unit"), ("高新股", "lead"), ("科技局", "lead")])
def test_a_column_named_unit_counts_or_answers_as_its_cells_say(unit: str, field: str) -> None:
    (table,) = read(f"序号|工作任务|目标值|单位\n1|企业培育|5|{unit}\n2|平台建设|1|{unit}").tables

    assert table.columns == ("number", "task", "target", field)


def test_without_a_column_of_tasks_the_first_of_targets_names_them() -> None:
    reading = read("指标名称|单位|目标值|责任股室\n高新技术企业数|家|5|高新股")

    assert reading.tables[0].columns == ("task", "unit", "target", "lead")
    assert reading.plan_items[0].title == "高新技术企业数"
    assert reading.plan_items[0].targets[0].floor == 5


def test_what_the_bureau_remembers_counts_before_the_words() -> None:
    paper = source("序号|重点事项|完成情况|责任人\n1|企业培育|李明|王芳")
    known = {"序号|重点事项|完成情况|责任人": ("number", "task", "owner", "")}

    reading = read_source(paper, Knowledge(columns=known))

    assert (reading.tables[0].columns, reading.tables[0].remembered) == (("number", "task", "owner", ""), True)
    assert reading.plan_items[0].owner == "李明"


def test_a_table_none_of_whose_columns_says_anything_is_left_alone() -> None:
    reading = read_source(
        source("一、下步打算", "1.抓培育。", "品名|规格\n打印纸|A4"), Knowledge(columns={"品名|规格": ("", "")})
    )

    assert (reading.tables[0].use, reading.problems) == ("ignored", ())


def test_a_field_is_said_by_its_name_or_by_what_people_call_it() -> None:
    assert (field_said("task"), field_said("工作任务"), field_said(" ")) == ("task", "task", "")
    assert all(field_said(label) in field_labels() for label in field_labels().values())


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownField, match="“责任”不是可以指定的列：请写序号、类别、工作任务、"):
        field_said("责任")
