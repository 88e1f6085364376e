"""Names of enterprises in running text: where they begin, where they end, and what is none."""

import pytest

from plans.reading.text import read_text


def enterprises(sentence: str) -> tuple[str, ...]:
    return read_text(f"一、工作完成情况\n{sentence}\n").enterprises


@pytest.mark.parametrize(
    "name",
    [
        "云溪泰和生物科技有限公司",
        "华为技术有限公司",
        "云溪晨星建设集团有限公司",
        "晨星（云溪）智能科技有限公司",
        "云溪远山有限责任公司",
        "*县远山药业有限公司",
        "中顺节能公司",
        "xx公司",
    ],
)
@pytest.mark.parametrize(
    "sentence",
    [
        "支持{}申报项目。",
        "县农科院与{}签约。",
        "深入{}、云溪海纳有限公司调研。",
        "培育入库高企1家—{}。",
        "经审核完善{}材料。",
        "今年3月{}获批平台。",
    ],
)
def test_a_registered_name_is_whole_wherever_it_stands(name: str, sentence: str) -> None:
    assert enterprises(sentence.format(name))[0] == name


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("摸排出晨星电力、远山电气等29家企业。", ("晨星电力", "远山电气")),
        ("支持晨星、远山和海纳水处理等三家公司申报。", ("晨星", "远山", "海纳水处理")),
        ("正在帮助晨星、远山生态等企业筹建机构。", ("晨星", "远山生态")),
        ("申报2家省级中心（晨星、海宇润滑油）。", ("晨星", "海宇润滑油")),
        ("1家企业（阳光机械）申报，1家重点实验室（远山药业）获批。", ("阳光机械", "远山药业")),
        ("入库2家企业，分别是晨星新材、远山。", ("晨星新材", "远山")),
        ("入库2家企业分别是晨星新材、远山。", ("晨星新材", "远山")),
        ("组织晨星众创、远山管业谋划申报。", ("晨星众创", "远山管业")),
        ("推荐三木种苗申报示范站。", ("三木种苗",)),
        ("晨星木业、远山塑料已被认定为市级中心。", ("晨星木业", "远山塑料")),
        ("远山集团和晨星两家企业入盟，晨星与海纳生物的人才入选。", ("远山集团", "晨星", "海纳生物")),
        ("晨星制药、远山药业、海纳制药等项目竣工。", ("晨星制药", "远山药业", "海纳制药")),
    ],
)
def test_short_names_are_found_in_lists_and_by_what_they_do(sentence: str, names: tuple[str, ...]) -> None:
    assert enterprises(sentence) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "全县共有xx、xx、xx等x家公司申报。",
        "****年**等*家公司通过认定。",
        "涉及龟鳖养殖、农业机械、蜜蜂养殖等领域。",
        "聚焦智能装备、时尚智造等主导产业需求。",
        "在新材料、生物与新医药、新能源及节能等领域加大对企业的培育。",
        "组织科技人员参加培训，推荐优秀青年申报人才项目。",
        "三家公司投产，多家公司、上市公司、该公司和某公司参会。",
        "新增高企5家、复审8家，其余企业12家。",
        "科技、税务、统计等3家单位联合调研。",
        "1、完成科技、税务联合初审。",
        "省农科院、云溪职业技术学院与县中医院签约。",
    ],
)
def test_trades_people_counts_and_institutions_are_no_enterprises(sentence: str) -> None:
    assert enterprises(sentence) == ()


def test_a_verb_and_a_count_name_no_enterprise() -> None:
    reading = read_text("一、工作情况\n力争2家企业入库，组织好第二批高企申报，指导某某生物等3家企业填报。\n")

    assert reading.enterprises == ("某某生物",)
