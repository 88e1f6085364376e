"""What a web page or a sharing site puts around and into a document is neither content nor title."""

import pytest

from plans.reading.text import read_text

TITLE = "云溪县科技局2023年上半年工作总结"
BODY = "一、上半年工作完成情况\n新增高企5家。\n二、下半年工作打算\n1.抓培育。力争新增高企3家。\n2.抓平台。新建平台1个。"


def read_summary(text: str) -> tuple[str | None, list[str], list[str], list[float | None]]:
    reading = read_text(text)
    return (
        reading.title,
        [section.heading for section in reading.sections],
        [item.title for item in reading.plan_items],
        [figure.value for figure in reading.done_figures],
    )


PLAIN = (TITLE, ["一、上半年工作完成情况", "二、下半年工作打算"], ["抓培育", "抓平台"], [5])


@pytest.mark.parametrize(
    "noise",
    [
        "范文大全 > 工作总结 > 科技局",
        "会员登录  新用户注册 退出",
        "上传人：小云 文档编号：12345678 格式：DOCX 页数：4 大小：17KB",
        "1. 本文档由用户上传，版权归用户，如有争议请联系客服。\n2. 下载前请仔细阅读，付费后无法下载的请投诉。",
        "1.本站文档由网友上传。\n2.虚拟商品概不退换。\n3.请注册会员后下载。\n4.严禁用于商业用途，违者自负。",
        "【摘要】今年以来，县科技局不断推动企业研发，新增高企5家……",
        "前言：本站为你精心整理了工作总结范文，希望能提供参考。",
        "2023-07-03 12:26:41 公文",
        "分类：计划总结 时间：2023-07-03 浏览：20",
        "《工作总结》由会员分享，可在线阅读，请搜索更多。",
        "云溪县科技局_第1页\n第1页 / 共4页",
        "-----",
    ],
)
def test_lines_of_the_site_cost_nothing(noise: str) -> None:
    assert read_summary(f"{noise}\n{TITLE}\n{BODY}\n{noise}\n") == PLAIN


@pytest.mark.parametrize(
    "advert",
    [
        "更多精彩文章请访问www.example.org",
        "【免费下载】",
        "本文来自范文网",
        "第 1 页 共 4 页",
        "&nbsp;",
        "<br/>",
        "请勿转载",
    ],
)
def test_an_advert_inside_a_paragraph_is_passed_over(advert: str) -> None:
    body = BODY.replace("新增高企5家。", f"新增高企5家。{advert}。全县企业研发势头良好。")

    assert read_summary(f"{TITLE}\n{body}") == PLAIN


def test_words_of_the_bureau_are_not_taken_for_the_sites() -> None:
    (figure,) = read_text("一、工作完成情况\n全年查处侵权案件12件。\n").done_figures

    assert figure.text == "全年查处侵权案件12件"


def test_bold_marks_hide_no_number_and_stars_before_a_unit_do() -> None:
    reading = read_text("一、工作完成情况\n新增高企**5家**，入库**家。\n")

    assert [(figure.value, figure.masked) for figure in reading.done_figures] == [(5, False), (None, True)]


def test_marks_of_headings_and_bold_lines_are_no_part_of_title_or_sections() -> None:
    text = (
        f"**{TITLE}**\n{BODY}".replace("一、", "## 一、")
        .replace("二、", "## 二、")
        .replace("2.抓平台。", "**2.抓平台。**")
    )

    assert read_summary(text) == PLAIN


def test_a_table_of_contents_before_the_title_is_not_read_twice() -> None:
    outline = "一、上半年工作完成情况\n二、下半年工作打算……2\n1.抓培育\n2.抓平台"

    assert read_summary(f"{outline}\n{TITLE}\n{BODY}") == PLAIN


def test_a_short_plan_that_repeats_its_own_headings_is_no_table_of_contents() -> None:
    reading = read_text("一、上半年工作情况\n1.高企培育\n2.平台建设\n二、下半年工作打算\n1.高企培育\n2.平台建设\n")

    assert [section.kind for section in reading.sections] == ["done", "plan"]


def test_page_numbers_of_a_sharing_site_do_not_cut_a_sentence() -> None:
    filler = "全县上下深入实施创新驱动发展战略，各项科技工作有序推进，为县域经济发展提供了有力支撑，总体情况较好，"
    pages = f"1、一、上半年工作情况\n{filler * 2}新增高企\n\n2、5家。{filler * 2}登记合同\n\n3、8份。"

    assert [figure.value for figure in read_text(pages).done_figures] == [5, 8]


def test_numbered_items_that_end_their_sentences_stay_items() -> None:
    items = "\n".join(
        f"{number}、抓好第{number}项工作。" + "认真组织，稳步推进，" * 8 + "确保落实。" for number in (1, 2, 3)
    )

    assert len(read_text(f"云溪县科技局2023年工作计划\n{items}").plan_items) == 3


def test_a_teaser_cut_anywhere_is_dropped_when_its_words_come_again() -> None:
    opening = "2023年上半年，县科技局在县委、县政府的坚强领导下，各项工作进展顺利。一、上半年工作完成情况新增高企5"
    body = "2023年上半年，县科技局在县委、县政府的坚强领导下，各项工作进展顺利。\n" + BODY

    assert read_summary(f"{TITLE} {opening}\n{TITLE}\n{body}") == PLAIN


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("云溪县科学技术局\n2023年上半年工作总结", "云溪县科学技术局\n2023年上半年工作总结"),
        (f"{TITLE}\n及下半年工作打算", f"{TITLE}\n及下半年工作打算"),
        (f"{TITLE}.docx", TITLE),
        (f"{TITLE}_范文网", TITLE),
        (f"{TITLE} 2023年上半年，县科技局在县委、县政府领导下，扎实推进各项工作，取得了明显成效。", TITLE),
        (f"{TITLE}今年以来，县科技局在县委、县政府领导下，扎实推进各项工作，取得了明显的成效。", TITLE),
        (
            f"各科室：\n现将总结印发给你们，请结合实际，认真贯彻执行，并将落实情况及时报局办公室汇总，不得有误。\n2023年7月3日\n{TITLE}",
            TITLE,
        ),
        (f"乡镇科技工作总结10篇，仅供参考\n{TITLE}", TITLE),
    ],
)
def test_the_title_is_found_in_all_its_places(head: str, title: str) -> None:
    assert read_text(f"{head}\n{BODY}").title == title


def test_links_to_other_documents_after_the_last_sentence_are_no_sections() -> None:
    links = "云溪县科技局2022年工作计划\n云溪县科技局下半年工作打算"

    assert read_summary(f"{TITLE}\n{BODY}\n全力完成各项目标任务，为全县发展作出新的贡献。\n{links}")[1] == PLAIN[1]
