"""Real Word and Excel files with a task table, from their bytes to items."""

from datetime import date
from io import BytesIO

import docx
import openpyxl

from plans.reading.opening import open_source
from plans.reading.text import read_source

TITLE = "云溪县科技局2026年重点工作任务分解表"
HEAD = ["序号", "工作任务", "年度目标", "责任股室", "责任人", "完成时限"]


def test_a_worksheet_with_merged_cells_dates_and_numbers() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "业务工作"
    sheet.append([TITLE])
    sheet.merge_cells("A1:F1")
    sheet.append(HEAD)
    sheet.append(["一、企业培育"])
    sheet.merge_cells("A3:F3")
    sheet.append([1, "高新技术企业认定", "确保5家，力争8家", "创新股", "李明", date(2026, 9, 30)])
    sheet.append([None, None, "科技型中小企业入库60家", None, None, None])
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("B4:B5")
    sheet.append([2, "每月汇总研发月报", None, "综合股", "王芳", "每月10日前"])
    sheet.append(["合计", None, None, None, None, None])
    saved = BytesIO()
    book.save(saved)

    reading = read_source(open_source("任务.xlsx", saved.getvalue()))

    assert (reading.title, reading.plan_period) == (TITLE, "2026")
    assert [(item.title, item.owner, item.cadence) for item in reading.plan_items] == [
        ("高新技术企业认定", "李明", "once:2026-09-30"),
        ("每月汇总研发月报", "王芳", "monthly:10"),
    ]
    assert [(goal.floor, goal.stretch) for goal in reading.plan_items[0].targets] == [(5, 8), (60, None)]
    assert [(table.name, table.header_row, table.items) for table in reading.tables] == [("业务工作", 2, 2)]


def test_a_word_table_under_its_title_beside_paragraphs() -> None:
    paper = docx.Document()
    paper.add_paragraph("云溪县科技局2026年工作要点")
    paper.add_paragraph("一、下步工作打算")
    paper.add_paragraph("（一）抓好科普。每季度开展一次科技下乡。")
    paper.add_paragraph(TITLE)
    table = paper.add_table(rows=0, cols=len(HEAD))
    rows = [
        HEAD,
        ["1", "高新技术企业培育", "5家", "创新股", "李明", "11月底前"],
        ["2", "科贷通贷款", "全年发放3000万元以上", "综合股", "", "长期坚持"],
    ]
    for words in rows:
        for cell, said in zip(table.add_row().cells, words, strict=True):
            cell.text = said
    saved = BytesIO()
    paper.save(saved)

    reading = read_source(open_source("要点.docx", saved.getvalue()))

    told = [(item.title, item.programme, item.owner, item.cadence) for item in reading.plan_items]
    assert told == [
        ("抓好科普", "kepu", None, "quarterly"),
        ("高新技术企业培育", "gaoqi", "李明", "once:2026-11-30"),
        ("科贷通贷款", "kedaitong", "综合股", None),
    ]
    assert [problem.quote for problem in reading.problems] == ["长期坚持"]
