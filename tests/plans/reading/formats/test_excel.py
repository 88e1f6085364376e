"""A worksheet says what its cells show."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from plans.reading.formats.excel_values import shown
from plans.reading.opening import open_source
from plans.reading.source import Source
from support.office_files import xls


def read(fill: Callable[[Workbook, Worksheet], object]) -> Source:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "任务表"
    fill(book, sheet)
    file = BytesIO()
    book.save(file)
    return open_source("任务.xlsx", file.getvalue())


def words(source: Source) -> list[list[str]]:
    return [[cell.words for cell in row] for row in source.tables[0].rows]


def test_merged_cells_are_filled_and_stand_in_the_text_once() -> None:
    def fill(_book: Workbook, sheet: Worksheet) -> None:
        for row in (["2026年任务分解表"], ["序号", "任务", "时限"], [1, "高企培育", date(2026, 9, 30)], [2]):
            sheet.append(row)
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("B3:B4")

    source = read(fill)

    assert source.tables[0].name == "任务表"
    assert source.text == "2026年任务分解表\t\t\n序号\t任务\t时限\n1\t高企培育\t2026年9月30日\n2\t\t"
    assert words(source)[0] == ["2026年任务分解表"] * 3
    assert words(source)[3] == ["2", "高企培育", ""]
    assert all(source.text[slice(*cell.span)] == cell.words for row in source.tables[0].rows for cell in row)


@pytest.mark.parametrize(
    ("value", "form", "seen"),
    [
        ("46295", "yyyy-m-d", "2026年9月30日"),
        ("46295", 'yyyy"年"m"月"', "2026年9月"),
        ("46295", 'm"月"d"日"', "9月30日"),
        ("46295", "[$-804]yyyy/m/d;@", "2026年9月30日"),
        ("46295.604166666664", "yyyy/m/d h:mm", "2026年9月30日 14:30"),
        ("0.604166666664", "h:mm", "14:30"),
        ("0.085", "0.0%", "8.5%"),
        ("0.08", "0%", "8%"),
        ("12.0", "General", "12"),
        ("0.30000000000000004", "", "0.3"),
        ("1234567.891", "#,##0.00", "1234567.89"),
        ("5", '0"家"', "5家"),
        ("-3.5", "0.0_ ", "-3.5"),
        ("1E+300", "0", "1E+300"),
        ("-1", "yyyy-m-d", "-1"),
    ],
)
def test_a_number_is_written_as_its_format_shows_it(value: str, form: str, seen: str) -> None:
    assert shown(value, form) == seen


def test_hidden_sheets_rows_and_columns_are_left_out_and_sheets_and_rows_told() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        for row in (["任务", "内部", "责任人"], ["甲", "暗", "李明"], ["乙", "暗", "王芳"]):
            sheet.append(row)
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        book.create_sheet("底稿").sheet_state = "hidden"

    source = read(fill)

    assert words(source) == [["任务", "责任人"], ["乙", "王芳"]]
    assert [note[:6] for note in source.notes] == ["工作表“任务", "隐藏的工作表"]


def test_nothing_is_computed_and_a_formula_without_result_is_told() -> None:
    def fill(_book: Workbook, sheet: Worksheet) -> None:
        sheet.append(["合计", "=1+1", '=HYPERLINK("http://127.0.0.1:9/")', "='[外部.xlsx]表'!A1"])

    source = read(fill)

    assert source.text == "合计"
    assert source.notes == ("工作表“任务表”里有 3 个公式没有保存结果，请用办公软件打开、保存后再试。",)


def test_a_far_away_cell_and_a_merged_area_of_the_whole_sheet_cost_nothing() -> None:
    def fill(_book: Workbook, sheet: Worksheet) -> None:
        sheet["A1"] = "任务"
        sheet["XFD1048576"] = "远"
        sheet.merged_cells.add("A1:XFD1048576")

    assert words(read(fill)) == [["任务", "任务"], ["任务", "任务"], ["任务", "任务"]]


def test_an_old_workbook_is_read_with_merged_cells_and_dates() -> None:
    data = xls([(0, 0, "任务表"), (1, 0, "序号"), (1, 1, "完成时限"), (2, 1, 46295.0)], [(0, 0, 0, 1)])

    source = open_source("任务.et", data)

    assert words(source) == [["任务表", "任务表"], ["序号", "完成时限"], ["", "2026年9月30日"]]
