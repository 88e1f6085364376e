"""Parts that do not make up their total, lists that are not as long as they say."""

import pytest

from plans.reading.text import read_text


def warnings(sentence: str) -> list[tuple[str, str]]:
    reading = read_text(f"一、上半年工作完成情况\n{sentence}\n二、下半年工作打算\n1.抓培育。\n")
    return [(problem.message, problem.quote) for problem in reading.problems if "请核对。" in problem.message]


@pytest.mark.parametrize(
    ("sentence", "message", "quote"),
    [
        ("入库8家，其中新认定3家、复审6家。", "各分项合计9家，总数写的是8家，请核对。", "8家，其中新认定3家、复审6家"),
        (
            "共兑现奖补45.5万元。其中：高企20万元，平台12万元，专利12.5万元。",
            "各分项合计44.5万元，总数写的是45.5万元，请核对。",
            "45.5万元。其中：高企20万元，平台12万元，专利12.5万元",
        ),
        (
            "申报高企29家（其中新认定12家、复审15家）。",
            "各分项合计27家，总数写的是29家，请核对。",
            "29家（其中新认定12家、复审15家",
        ),
        (
            "20名特派员与18家企业对接（其中水产团7人、果业团8人、蜜蜂团6人）。",
            "各分项合计21名，总数写的是20名，请核对。",
            None,
        ),
        ("组织晨星、远山、海纳4家企业申报。", "列出3家，写的是4家，请核对。", "晨星、远山、海纳4家"),
        ("组织2家企业（晨星、远山、海纳）申报。", "列出3家，写的是2家，请核对。", "2家企业（晨星、远山、海纳）"),
    ],
)
def test_what_does_not_add_up_is_told_with_its_words(sentence: str, message: str, quote: str | None) -> None:
    ((told, words),) = warnings(sentence)

    assert told == message
    assert quote is None or words == quote


@pytest.mark.parametrize(
    "sentence",
    [
        "入库8家，其中新认定3家、复审5家。",
        "共兑现奖补44.5万元。其中：高企20万元，平台12万元，专利12.5万元。",
        "拥有科技人员3630人，其中副高6人、中级378人。",
        "参训8人，其中女6人、党员5人。",
        "高企57家，其中新认定5家、复审3家，科技型中小企业60家。",
        "申报项目23项，其中国家级1项、省级2项等。",
        "申报高企*家（其中新认定12家、复审*家）。",
        "组织晨星、远山、海纳等4家企业申报。",
        "组织晨星、远山、海纳3家企业申报。",
        "在新材料、新能源领域引进晨星、远山2家企业。",
        "产值45.5亿元，其中工业20亿元，占比44%。",
    ],
)
def test_what_adds_up_or_need_not_is_left_alone(sentence: str) -> None:
    assert warnings(sentence) == []
