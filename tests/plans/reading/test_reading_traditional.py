"""Traditional characters, odd widths and odd blanks read like the plain text, and are quoted as written."""

from hypothesis import given
from hypothesis import strategies as st

from plans.reading.document import fold
from plans.reading.text import read_text
from plans.reading.traditional import simplify

TEXT = (
    "雲溪縣科技局2023年上半年工作總結\n一、工作完成情況\n填報研發費用1533.7萬元，比上年增長48.1%。支持雲溪晨星電子有限責任公司申報高企。\n"
    "二、下半年工作打算\n1.抓培育。力爭新增高企3家。\n"
)


def test_a_traditional_document_is_read_and_quoted_as_written() -> None:
    reading = read_text(TEXT)

    (figure,) = reading.done_figures
    assert (reading.title, reading.sections[1].kind) == ("雲溪縣科技局2023年上半年工作總結", "plan")
    assert (figure.value, figure.unit, figure.yoy) == (1533.7, "萬元", 48.1)
    assert figure.text == "填報研發費用1533.7萬元，比上年增長48.1%"
    assert reading.enterprises == ("雲溪晨星電子有限責任公司",)


def test_plain_text_is_left_alone() -> None:
    assert simplify("云溪县科技局") == "云溪县科技局"
    assert simplify("雲溪縣科技局總結") == "云溪县科技局总结"


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_odd_blanks_widths_and_radicals_are_the_usual_characters() -> None:
    assert fold("⼀、⼯作〔二〕，５\u2003家\ufeff\u3000") == "一、工作(二),5 家  "


def test_pinyin_a_page_put_behind_its_characters_is_passed_over() -> None:
    (figure,) = read_text("一、上半年工作總結(jié)\n摸排高新技術(shù)企業(yè)45家。\n").done_figures

    assert figure.value == 45


def test_units_and_the_bureau_stay_as_written() -> None:
    reading = read_text("雲溪縣科技局下半年打算\n（一）抓投入。確保投入3億元，新增平臺5個，發放資料2萬餘份。\n")

    assert reading.bureau_area == "雲溪縣科技局"
    assert [target.unit for target in reading.plan_items[0].targets] == ["億元", "個", "萬份"]
