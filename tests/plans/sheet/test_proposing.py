"""What of a document becomes a proposal, and what is left for a person to say."""

from decimal import Decimal

import pytest

from plans.drafting import draft_yaml
from plans.programmes import load_programmes
from plans.sheet.names import Holder, holder_of
from plans.words import Assignees, DuePolicy, Kind
from support.sheets import a_sheet, sheet_from

GAOQI = "培育高新技术企业。确保新增高新技术企业5家，力争8家。"


def test_an_item_is_proposed_with_its_place_its_targets_and_what_its_programme_proposes() -> None:
    text = f"云溪县科技局2026年工作打算\n一、工作打算\n（一）{GAOQI}\n"

    (one,) = sheet_from(text).items

    assert text[slice(*one.places[0])] == f"（一）{GAOQI}"
    assert (one.item.programme, one.item.kind, one.item.ladder, one.item.due_policy) == (
        "gaoqi",
        Kind.GOAL,
        "staff",
        DuePolicy.PREVIOUS,
    )
    (target,) = one.item.targets
    assert (target.floor, target.stretch, target.unit) == (Decimal(5), Decimal(8), "家")


def test_a_name_becomes_the_owner_and_an_office_stays_what_it_is() -> None:
    sheet = a_sheet("做好科普宣传。（责任人：李明）", "做好人才工作。（责任股室：创新股）")

    assert [(one.item.owner, one.office) for one in sheet.items] == [("李明", ""), ("", "创新股")]


@pytest.mark.parametrize(
    ("written", "holder"),
    [
        ("李明", Holder("李明", "")),
        ("创新股 李明", Holder("李明", "创新股")),
        ("李明、王芳", Holder("李明", "王芳")),
        ("欧阳晓明", Holder("欧阳晓明", "")),
        ("综合股", Holder("", "综合股")),
        ("各股室", Holder("", "各股室")),
        ("张家镇", Holder("", "张家镇")),
        ("", Holder("", "")),
        (None, Holder("", "")),
    ],
)
def test_a_holder_is_a_person_an_office_or_both(written: str | None, holder: Holder) -> None:
    assert holder_of(written) == holder


def test_a_day_in_the_plans_period_becomes_the_cadence_of_what_must_be_sent() -> None:
    (one,) = a_sheet("报送研发投入材料。2026年9月30日前完成申报材料报送。").items

    assert one.item.cadence == "once:2026-09-30"
    assert one.deadlines == ("2026年9月30日前",)


def test_a_goal_due_at_the_plans_end_keeps_its_monthly_progress() -> None:
    (one,) = a_sheet("培育高新技术企业。2026年12月31日前确保新增高新技术企业5家。").items

    assert (one.item.kind, one.item.cadence) == (Kind.GOAL, "")


def test_a_day_of_a_step_on_the_way_is_not_the_day_of_the_goal() -> None:
    step = "强化特派员服务。2026年10月底前完成选派，组织培训20场以上，确保服务合作社30家。"
    goal = "强化特派员服务。2026年10月底前确保服务合作社30家。"

    sheet = a_sheet(step, goal)

    assert [one.item.cadence for one in sheet.items] == ["", "once:2026-10-31"]


def test_what_enterprises_fill_in_is_a_filing_unless_a_number_is_promised() -> None:
    sheet = a_sheet("抓好研发月报。每月10日前督促企业报送研发月报。", "抓好研发月报。确保填报企业达到60家。")

    assert [one.item.kind for one in sheet.items] == [Kind.FILING, Kind.GOAL]
    assert [one.rhythm for one in sheet.items] == ["每月10日前督促企业报送研发月报", ""]


def test_a_rhythm_without_a_date_is_kept_in_its_own_words_and_dated_by_nobody() -> None:
    (one,) = a_sheet("开展科普宣传。定期组织科普讲座。").items

    assert (one.item.cadence, one.rhythm) == ("", "定期组织科普讲座")


def test_a_duty_of_the_done_part_becomes_an_item_with_the_sentence_it_stands_in() -> None:
    done = "坚持每周五下午开展网格整治，成效明显。定期走访企业。"
    text = f"云溪县科技局2026年上半年工作总结\n一、上半年工作完成情况\n{done}\n"

    (duty,) = sheet_from(text).items

    assert (duty.item.title, duty.item.cadence, duty.item.kind) == (
        "坚持每周五下午开展网格整治",
        "weekly:fri-pm",
        Kind.DUTY,
    )
    assert duty.item.text == text[slice(*duty.places[0])] == "坚持每周五下午开展网格整治，成效明显。"


def test_a_rhythm_inside_an_item_is_no_item_of_its_own() -> None:
    sheet = a_sheet("做好科普宣传。每月组织一次科普讲座。")

    assert [one.item.cadence for one in sheet.items] == ["monthly"]


def test_a_done_figure_knows_its_place() -> None:
    done = "上半年技术合同成交额达到1.2亿元，同比增长12%。"
    text = f"云溪县科技局2026年上半年工作总结\n一、上半年工作完成情况\n{done}\n"
    (figure,) = sheet_from(text).figures

    assert figure.place is not None
    assert text[slice(*figure.place)] == figure.figure.text


def test_a_short_name_is_the_alias_of_the_one_firm_it_lies_in() -> None:
    done = "走访了云溪青禾药业有限公司。服务青禾药业、远山竹业等2家企业。"

    firms = {one.enterprise.name: one.aliases for one in a_sheet("做好科普宣传。", done=done).enterprises}

    assert firms["云溪青禾药业有限公司"] == ("青禾药业",)
    assert "青禾药业" not in firms


def test_a_bureau_without_its_name_is_asked_for() -> None:
    assert a_sheet("做好科普宣传。", head="县科技局2026年上半年工作总结\n").bureau == ""
    assert a_sheet("做好科普宣传。").bureau == "云溪县科技局"


def test_a_goal_keeps_its_monthly_progress_whatever_is_done_daily_for_it() -> None:
    goal = "登记技术合同。每天调度一次，确保登记120份。"

    sheet = a_sheet(goal, goal.replace("每天", "每季度"))

    assert [one.item.cadence for one in sheet.items] == ["", "quarterly"]
    assert sheet.items[0].rhythm == "每天调度一次"


def test_pressing_the_enterprises_is_a_duty_of_the_bureau_and_a_yearly_assessment_that_was_is_none() -> None:
    done = "每月10日前督促企业填报研发月报。会同组织部完成科技特派员年度考核。"

    duties = a_sheet("做好科普宣传。", done=done).items[1:]

    assert [(one.item.cadence, one.item.assignees, one.item.form) for one in duties] == [
        ("monthly:10", Assignees.OWNER, "")
    ]


def test_a_round_number_is_told_as_one_on_the_card_and_in_the_draft() -> None:
    sheet = a_sheet("做好科普宣传。确保发放资料约5000份。")

    (target,) = sheet.items[0].item.targets
    assert target.approximate
    assert "approximate: true" in draft_yaml(sheet, load_programmes())
