"""Text in the encodings a bureau has, and tables in .csv."""

import pytest

from plans.reading.opening import open_source

PLAN = "雲溪縣科技局2026年工作計劃\n一、下一步工作打算\n1.企業培育。確保新增高新技術企業5家，力爭8家。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_traditional_text_is_read_in_every_encoding(encoding: str) -> None:
    assert open_source("計劃.txt", PLAN.encode(encoding)).text == PLAN


def test_simplified_gb18030_is_not_taken_for_big5() -> None:
    text = "云溪县科技局2026年工作计划\n一、抓好高企培育，确保新增5家；二、抓好平台建设，力争1家。\n" * 20

    assert open_source("计划.txt", text.encode("gb18030")).text == text


def test_line_ends_stay_as_they_are() -> None:
    assert open_source("计划.txt", "一\r\n二".encode("gb18030")).text == "一\r\n二"


def test_a_csv_is_a_table() -> None:
    source = open_source("任务.csv", '序号,任务\r\n1,"高企,\n培育"\r\n'.encode("gb18030"))

    assert [[cell.words for cell in row] for row in source.tables[0].rows] == [["序号", "任务"], ["1", "高企, 培育"]]
    assert source.text == "序号\t任务\n1\t高企, 培育"
