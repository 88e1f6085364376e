"""What holds for every text: it reads, nothing is invented, and the work grows with the text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.reading.files import read_file
from plans.reading.model import Reading
from plans.reading.text import read_text

HERE = Path(__file__).parent
DOCUMENTS = sorted((HERE / "documents").glob("*.txt"))
SEEDS = sorted((HERE.parents[3] / "shared" / "seeds").glob("*.txt"))
WORDS = (
    "一、|（一）|1.|①|一是|二是|。|，|：|；|\n|、|（|）|等|企业|首页 >|...|有限公司|晨星新材|责任人：",
    "下一步工作打算|存在的问题|工作完成情况|确保|力争|拟新建|5家|*家|1-2名|零的突破|翻一番|五成|百分之|二十",
    "同比增长|48.1%|每月|10日|每年|13月|3月10日|底前|第二批|申报|20_年|2023年|上半年",
)
PIECES = st.sampled_from([piece for words in WORDS for piece in words.split("|")])


def pieces_of(reading: Reading) -> Iterator[str]:
    yield from filter(None, (reading.title, reading.bureau_area, *reading.enterprises))
    yield from (section.heading for section in reading.sections)
    for item in reading.plan_items:
        yield from (item.title, item.marker, item.text, item.owner or "", *item.deadlines, *item.counterparties)
        for target in item.targets:
            yield from (target.quote, target.indicator)
    for figure in reading.done_figures:
        yield from (figure.text, figure.indicator, figure.as_of or "")
    yield from (duty.quote for duty in reading.recurring_duties)
    yield from (problem.quote for problem in reading.problems)


def check_nothing_is_invented(text: str, reading: Reading) -> None:
    invented = [piece for piece in pieces_of(reading) if piece not in text]
    assert invented == []
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= problem.line <= lines for problem in reading.problems)


@given(st.text())
def test_any_text_reads_without_error_and_nothing_is_invented(text: str) -> None:
    check_nothing_is_invented(text, read_text(text))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_jumble_of_a_plans_words_reads_without_error_and_nothing_is_invented(text: str) -> None:
    reading = read_text(text)

    check_nothing_is_invented(text, reading)
    assert read_text(text) == reading


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_nothing_is_invented_in_the_fictional_documents(path: Path) -> None:
    check_nothing_is_invented(path.read_text(encoding="utf-8"), read_file(path))


@pytest.mark.skipif(not SEEDS, reason="the seed documents are not beside this repository")
def test_nothing_is_invented_in_the_seed_documents() -> None:
    for path in SEEDS:
        check_nothing_is_invented(path.read_text(encoding="utf-8"), read_file(path))


@pytest.mark.parametrize(
    "words",
    [
        ("1", "一、", "*", "、", "企业", "确保5家，", "每", "公司", "等", "(", "\n", "力争*家"),
        ("5%、", "与甲有限公司", "其中5家、", "\n1、", "5家企业(", "<a", "**5", "县局总结\n", "下载文档\n"),
    ],
)
def test_one_word_over_and_over_is_read_to_the_end(words: tuple[str, ...]) -> None:
    for word in words:
        text = "一、下步打算\n1.抓工作。" + word * (5_000 // len(word))

        check_nothing_is_invented(text, read_text(text))


def test_the_fictional_half_year_is_read_whole() -> None:
    reading = read_file(HERE / "documents" / "half_year.txt")

    assert [item.title for item in reading.plan_items] == [
        "抓高企培育",
        "提升研发投入",
        "推进平台建设",
        "技术合同登记",
        "优化服务环境",
        "完成县委、县政府交办的其他工作",
    ]
    assert reading.enterprises == ("晨星新材", "远山药业", "北斗光电", "云溪海纳电子有限公司", "春晖食品")
    assert (reading.bureau_area, reading.period_reported, reading.plan_period) == ("云溪县科技局", "2023H1", "2023H2")


def test_the_json_is_the_shape_that_is_graded() -> None:
    shape = read_text("一、下步打算\n1.抓高企。确保新增5家。\n").as_json()

    assert list(shape) == [
        "title",
        "bureau_area",
        "period_reported",
        "plan_period",
        "sections",
        "plan_items",
        "done_figures",
        "recurring_duties",
        "enterprises",
        "problems",
        "tables",
    ]
    assert shape["plan_items"][0]["targets"][0] == {
        "indicator": "抓高企",
        "floor": 5.0,
        "stretch": None,
        "unit": "家",
        "masked": False,
        "qualitative": False,
        "level": "ensure",
        "quote": "确保新增5家",
        "approximate": False,
    }
