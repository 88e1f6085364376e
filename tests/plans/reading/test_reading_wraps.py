"""Text copied out of a printed page breaks its lines at a fixed width, in the middle of words and numbers."""

from plans.reading.text import read_text

WRAPPED = """一、工作情况
上半年，全县科技工作紧紧围绕创新驱动发展战略，认真贯彻落实县
委、县政府决策部署，主动服务企业，各项工作有序推进，全县高新技
术企业达到25家。
二、下半年工作打算
1、继续抓好创新主体培育和高企梯次培育。坚持逐户走访，力争全年新增
高新技术企业8家，科技型中小企业入库不少于六十家，努力扩大全县创
新主体规模。
2、抓好研发投入。
"""


def test_a_sentence_goes_on_over_a_wrapped_line() -> None:
    first, second = read_text(WRAPPED).plan_items

    assert [(target.floor, target.stretch, target.unit) for target in first.targets] == [
        (None, 8, "家"),
        (60, None, "家"),
    ]
    assert (first.title, second.title) == ("继续抓好创新主体培育和高企梯次培育", "抓好研发投入")


def test_short_lines_without_stops_are_lines_of_their_own() -> None:
    reading = read_text("一、下步打算\n抓好高企培育工作\n抓好研发投入工作\n抓好科普宣传工作\n抓好平台建设工作\n")

    assert len(reading.plan_items) == 4
