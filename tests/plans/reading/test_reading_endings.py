"""What stands behind the end of a document, or speaks of the site, is not the bureau's."""

import pytest

from plans.reading.text import read_text

BODY = (
    "云溪县科技局2023年工作打算\n一、主要任务\n（一）抓企业培育。走访企业，摸清底数，开展申报辅导，帮助企业解决困难。\n"
    "（二）抓研发投入。联合税务部门开展培训，力争研发投入5亿元。"
)
LAST = "（二）抓研发投入。联合税务部门开展培训，力争研发投入5亿元。"


@pytest.mark.parametrize(
    "tail",
    [
        "未经允许不得转载，请于12月底前联系管理员。",
        "如需修改请联系王老师，24小时内答复。",
        "网站每日更新范文不少于20篇。",
        "抄送：县委办，县政府办。\n共印40份",
        "云溪县科技局\n20_年4月3日\n2023年学校工作总结\n新增会员5家",
        "二〇二三年四月三日\n确保每天上新10篇",
        "相关文章：\n1.乡镇每周工作计划5篇\n2.确保完成10家的方案",
        "上一篇：学校工作计划\n下一篇：力争10项",
        "汇报完毕，谢谢大家！",
    ],
)
def test_what_stands_behind_the_end_is_not_read(tail: str) -> None:
    last = read_text(f"{BODY}\n{tail}\n").plan_items[-1]

    assert (last.text, len(last.targets), last.deadlines, last.cadence) == (LAST, 1, (), None)


def test_a_date_above_an_attached_plan_does_not_end_the_document() -> None:
    reading = read_text(f"各科室：\n现将打算印发给你们。\n云溪县科技局\n2023年1月3日\n{BODY}\n")

    assert [item.title for item in reading.plan_items] == ["抓企业培育", "抓研发投入"]


def test_a_sentence_of_the_site_inside_a_paragraph_takes_nothing_else_with_it() -> None:
    reading = read_text(f"{BODY}未经授权禁止转载。确保入库60家。\n")

    assert [target.quote for target in reading.plan_items[-1].targets] == ["力争研发投入5亿元", "确保入库60家"]
