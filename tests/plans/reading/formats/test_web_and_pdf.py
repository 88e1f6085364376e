"""A web page gives its article, a .pdf its paragraphs."""

import pytest

from plans.reading.errors import DocumentError
from plans.reading.opening import open_source
from support.office_files import pdf

ARTICLE = (
    "<p>一、主要工作。围绕企业培育，确保新增高新技术企业5家，力争8家。</p>"
    "<p>（一）平台建设。<br>每月调度&mdash;一次，按时报送。</p>"
)
PAGE = f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>工作计划-云溪县人民政府</title>
<style>p {{color: red}}</style><script>document.write("坏")</script></head><body>
<nav>导航</nav><div><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li></ul></div>
<table><tr><td><h1>云溪县科技局2026年工作计划</h1></td></tr><tr><td><div id="zoom">{ARTICLE}</div></td></tr></table>
<div>主办单位：云溪县人民政府</div><noscript>请开启脚本</noscript></body></html>"""


def test_the_article_is_taken_out_of_the_page_around_it() -> None:
    lines = open_source("计划.html", PAGE.encode("gb18030")).text.split("\n")

    assert lines == [
        "云溪县科技局2026年工作计划",
        "一、主要工作。围绕企业培育，确保新增高新技术企业5家，力争8家。",
        "（一）平台建设。",
        "每月调度—一次，按时报送。",
    ]


def test_a_data_table_keeps_its_cells_and_a_workbook_that_is_really_a_page_is_read() -> None:
    page = (
        "<table><tr><th>任务</th><th colspan=2>目标</th></tr>"
        "<tr><td rowspan=2>高企培育</td><td>确保</td><td>5家</td></tr>"
        "<tr><td>力争</td><td>8家</td></tr></table>"
    )

    source = open_source("任务.xls", page.encode())

    assert [[cell.words for cell in row] for row in source.tables[0].rows] == [
        ["任务", "目标", "目标"],
        ["高企培育", "确保", "5家"],
        ["高企培育", "力争", "8家"],
    ]
    assert source.text == "任务\t目标\t\n高企培育\t确保\t5家\n\t力争\t8家"


def test_a_table_that_lays_out_the_page_becomes_paragraphs() -> None:
    long = "确保完成年度任务。" * 100
    page = f"<html><body><table><tr><td>左栏</td><td>{long}</td></tr><tr><td>下</td><td>二</td></tr></table>"

    source = open_source("计划.html", page.encode())

    assert source.tables == ()


def test_printed_lines_are_joined_to_paragraphs_and_page_numbers_dropped() -> None:
    full = "确保新增高新技术企业五家力争八家；" * 3
    first = [
        (48.0, 780.0, "云溪县科技局"),
        (72.0, 700.0, full[:40]),
        (48.0, 680.0, full[:42]),
        (48.0, 660.0, "按月调度。"),
    ]
    second = [(48.0, 780.0, "云溪县科技局"), (72.0, 700.0, "（二）平台建设。"), (48.0, 20.0, "— 2 —")]
    third = [(48.0, 780.0, "云溪县科技局"), (72.0, 700.0, "（三）成果转化。"), (48.0, 20.0, "— 3 —")]

    source = open_source("计划.pdf", pdf([first, second, third]))

    assert source.text == f"{full[:40]}{full[:42]}按月调度。\n（二）平台建设。\n（三）成果转化。"


def test_a_pdf_without_text_is_told_to_be_a_scan() -> None:
    with pytest.raises(DocumentError, match=r"“计划\.pdf”是扫描件"):
        open_source("计划.pdf", pdf([[]]))


def test_a_page_that_is_a_picture_is_told() -> None:
    source = open_source("计划.pdf", pdf([[(48, 700, "云溪县科技局2026年工作计划")], []]))

    assert source.notes == ("第 2 页没有文字（可能是图片），没有读取。",)


def test_a_locked_pdf_says_so() -> None:
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'11' * 32}>/U<{'22' * 32}>/P -4>>/ID[<00><00>]".encode()
    data = pdf([[(48, 700, "云溪县科技局")]]).replace(b"trailer<<", b"trailer<<" + lock)

    with pytest.raises(DocumentError, match="有密码"):
        open_source("计划.pdf", data)
