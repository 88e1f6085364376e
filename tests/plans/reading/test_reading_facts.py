"""What the done part says: figures, rhythms and enterprises; and the hidden year."""

import pytest

from plans.reading.text import read_text


def figures(sentence: str) -> list[tuple[float | None, str, float | None, bool]]:
    reading = read_text(f"一、工作完成情况\n{sentence}\n")
    return [(figure.value, figure.unit, figure.yoy, figure.masked) for figure in reading.done_figures]


def enterprises(sentence: str) -> tuple[str, ...]:
    return read_text(f"一、工作完成情况\n{sentence}\n").enterprises


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("填报研发费用1,533.7万元，同比增长48.1%。", [(1533.7, "万元", 48.1, False)]),
        ("成交额2亿元，同比下降9.2%。", [(2, "亿元", -9.2, False)]),
        ("研发投入增速-4.7%。", [(-4.7, "%", -4.7, False)]),
        ("成交额2亿元，环比增长3%。", [(2, "亿元", None, False), (3, "%", None, False)]),
        ("占比提高0.3个百分点。", [(0.3, "个百分点", None, False)]),
        ("认定高企x家。", [(None, "家", None, True)]),
        ("共计四十余人参会，两家企业入库。", [(40, "人", None, False), (2, "家", None, False)]),
        ("发放资料30万余份。", [(30, "万份", None, False)]),
        ("培训近万人次，走访上百家企业。", [(10_000, "人次", None, False)]),
        ("争取到位资金2000万元。", [(2000, "万元", None, False)]),
        ("志愿服务120小时，人均40学时，24小时值守。", [(120, "小时", None, False), (40, "学时", None, False)]),
        ("研发投入五亿二千万元，增长两成。", [(5.2, "亿元", 20, False)]),
        ("占比百分之一点五，有研发活动的占四成五。", [(1.5, "%", None, False), (45, "%", None, False)]),
        ("下乡服务不少于60天。", []),
        ("第二批通过，抓好三个方面工作，居全市前3名。", []),
        ("产值66.4亿元，占总产值68%，同比增长24.7%。", [(66.4, "亿元", 24.7, False), (68, "%", None, False)]),
        (
            "完成增加值107万元，占任务数169万元的63.7%，同比下降15.4%。",
            [(107, "万元", -15.4, False), (63.7, "%", None, False)],
        ),
        ("申请和授权量分别为54件和26件，分别增长60.3%和35.8%。", [(54, "件", 60.3, False), (26, "件", 35.8, False)]),
        ("产值5亿元，税收同比增长10%。", [(5, "亿元", None, False), (10, "%", 10, False)]),
        ("产值5亿元，力争增长10%。", [(5, "亿元", None, False)]),
        ("通过新增 2 家、复评 1 家。", [(2, "家", None, False), (1, "家", None, False)]),
        ("两项通过、一项待审。", [(2, "项", None, False), (1, "项", None, False)]),
        ("用电量41万千瓦时，同比增长7%。", [(41, "万千瓦时", 7, False)]),
        ("成交额1.3亿元，增幅 24.8%。", [(1.3, "亿元", 24.8, False)]),
    ],
)
def test_measured_figures_are_read_with_their_growth(
    sentence: str, expected: list[tuple[float | None, str, float | None, bool]]
) -> None:
    assert figures(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "专利拥有量应达到30件。",
        "年初下达的全年任务为60件。",
        "实施10万元以上科技项目。",
        "走访80名学生以上的学校。",
        "落实《帮扶企业十条》和“工业四十条”。",
        "远山药业二期建设顺利。",
        "要求每月服务不少于2天。",
        "实现省科技奖零的突破。",
        "争取全年兑现资金达到200万元。",
    ],
)
def test_tasks_thresholds_and_names_are_not_measured(sentence: str) -> None:
    assert figures(sentence) == []


def test_results_told_in_the_preface_count_unless_the_document_only_plans() -> None:
    preface = "云溪县科技局2023年工作{}\n今年新增高企5家。\n一、{}\n1.抓培育。\n"

    assert len(read_text(preface.format("总结", "工作完成情况")).done_figures) == 1
    assert read_text(preface.format("计划", "重点工作任务")).done_figures == ()


def test_a_figure_keeps_its_words_and_its_time() -> None:
    (figure,) = read_text("一、工作完成情况\n2024年1-4月规上企业填报研发费用1533.7万元，同比增长48.1%。\n").done_figures

    assert figure.text == "2024年1-4月规上企业填报研发费用1533.7万元，同比增长48.1%"
    assert figure.as_of == "2024年1-4月"


def test_figures_of_problems_and_plans_are_not_results() -> None:
    reading = read_text("一、存在问题\n仅有2家企业有机构。\n二、下步打算\n1.新增高企5家。\n")

    assert reading.done_figures == ()


@pytest.mark.parametrize(
    ("sentence", "cadence"),
    [
        ("每天安排值守。", "daily"),
        ("每周五下午打扫卫生。", "weekly:fri-pm"),
        ("每周一次例会。", "weekly"),
        ("每月督促填报。", "monthly"),
        ("每月10日前报送月报。", "monthly:10"),
        ("每季度通报。", "quarterly"),
        ("每半年检查一次。", "half-yearly"),
        ("每年5月底前报送年报。", "annual:05-31"),
        ("3月10日网报截止。", "annual:03-10"),
        ("对特派员进行年度考核。", "annual"),
        ("不定期发放材料。", "irregular"),
        ("定期召开会议。", "periodic-unspecified"),
    ],
)
def test_a_stated_rhythm_becomes_a_cadence(sentence: str, cadence: str) -> None:
    reading = read_text(f"一、工作完成情况\n{sentence}\n")

    assert [duty.cadence for duty in reading.recurring_duties] == [cadence]


def test_an_items_cadence_is_the_most_exact_one_it_states() -> None:
    (item,) = read_text("一、下步打算\n1.抓月报。每月汇总，每月10日前报送，定期通报。\n").plan_items

    assert item.cadence == "monthly:10"


@pytest.mark.parametrize("word", ["定期", "不定期", "适时"])
def test_a_rhythm_without_a_date_is_asked_about_not_invented(word: str) -> None:
    reading = read_text(f"一、下步打算\n1.抓调度。{word}召开推进会。\n")

    (problem,) = reading.problems
    assert (problem.severity, problem.quote) == ("warning", f"{word}召开推进会")


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("组织晨星新材、远山、海纳光电等5家企业申报。", ("晨星新材", "远山", "海纳光电")),
        ("组织晨星、远山、海纳3家企业申报。", ("晨星", "远山", "海纳")),
        ("组织2家企业（晨星、远山）申报。", ("晨星", "远山")),
        ("组织晨星新材、远山药业(复审)等企业申报。", ("晨星新材", "远山药业")),
        ("深入云溪晨星新材料有限公司、云溪远山药业有限公司调研。", ("云溪晨星新材料有限公司", "云溪远山药业有限公司")),
        ("协助晨星新材申报省级平台。", ("晨星新材",)),
        ("远山药业获批省级中心。", ("远山药业",)),
        ("推荐晨星新材总经理参评。", ("晨星新材",)),
        ("组织云溪一中、县人民医院申报科普基地。", ()),
        ("推动电子信息、生物医药等产业企业发展。", ()),
        ("该公司投产，科技、统计等部门联合指导企业。", ()),
    ],
)
def test_enterprises_are_those_the_words_around_them_show_to_be_firms(sentence: str, names: tuple[str, ...]) -> None:
    assert enterprises(sentence) == names


@pytest.mark.parametrize("year", ["20_年", "20xx年", "xxxx年", "202*年"])
def test_a_masked_year_is_an_error_that_only_a_person_can_settle(year: str) -> None:
    reading = read_text(f"一、工作情况\n{year}认定高企5家，{year}入库60家。\n二、下步打算\n1.抓培育。\n")

    (problem,) = reading.problems
    assert (problem.severity, problem.line, problem.quote) == ("error", 2, year)


def test_a_masked_place_is_not_a_masked_number() -> None:
    reading = read_text("一、工作情况\n*县指导x镇企业。\n二、下步打算\n1.抓培育。\n")

    assert (reading.done_figures, reading.problems) == ((), ())
