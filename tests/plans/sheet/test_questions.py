"""The questions of a sheet: few, what is needed first, each answered under its path."""

from datetime import date

import pytest

from plans.reading.model import Severity
from plans.sheet import verbs
from plans.sheet.model import Sheet, Standing
from plans.sheet.questions import Question, problems, questions
from plans.sheet.verbs import FieldFaults
from support.sheets import TODAY, a_bureau, a_sheet

GAOQI = "培育高新技术企业。确保新增高新技术企业5家，力争8家。"
MASKED = "做好技术合同登记。力争技术合同成交额达到*亿元。"
UNDATED = "开展科普宣传。定期组织科普讲座。"
MONTHLY = "抓好研发月报。每月10日前组织企业报送研发月报。"


def asked(sheet: Sheet, today: date = TODAY) -> dict[str, Question]:
    return {question.path: question for question in questions(sheet, a_bureau(), today)}


def errors(sheet: Sheet) -> list[tuple[int | None, str]]:
    found = problems(sheet, a_bureau(), TODAY)
    return [(key, problem.message) for key, problem in found if problem.severity is Severity.ERROR]


def test_one_answer_serves_all_items_that_name_nobody() -> None:
    sheet = a_sheet(GAOQI, MASKED, UNDATED)

    answered = verbs.answer(sheet, {"owner": "李明"})

    assert asked(sheet)["owner"].told.startswith("有3个事项没有写明责任人")
    assert "owner" not in asked(answered)
    assert asked(answered)["people.李明.mail"].needed


def test_answering_what_is_needed_leaves_nothing_in_the_way() -> None:
    sheet = a_sheet(GAOQI, MASKED, UNDATED)

    answered = verbs.answer(verbs.answer(sheet, {"owner": "李明"}), {"people.李明.mail": "li@yunxi.example"})

    assert [question.path for question in asked(answered).values() if question.needed] == []
    assert errors(answered) == []


def test_needed_questions_come_first() -> None:
    needed = [question.needed for question in asked(a_sheet(MASKED, UNDATED)).values()]

    assert needed == sorted(needed, reverse=True)
    assert len(set(needed)) == 2


def test_a_hidden_year_is_asked_for_and_its_answer_dates_what_has_none() -> None:
    head = "云溪县科技局20_年上半年工作总结和下半年工作打算\n"
    sheet = a_sheet("报送研发投入材料。9月30日前完成申报材料报送。", head=head)
    assert (sheet.period, asked(sheet)["year"].value, sheet.items[0].item.cadence) == ("20_H2", "", "")

    answered = verbs.answer(sheet, {"year": "２０２６年"})

    assert (answered.period, answered.items[0].item.cadence) == ("2026H2", "once:2026-09-30")


def test_a_period_that_is_over_is_asked_for_with_those_to_come() -> None:
    question = asked(a_sheet(GAOQI), today=date(2027, 1, 5))["period"]

    assert question.told == "2026年下半年已经过去了。"
    assert ("2027H1", "2027年上半年") in question.choices


def test_a_rhythm_without_a_date_and_a_hidden_figure_may_be_filled_in() -> None:
    sheet = a_sheet(MASKED, UNDATED)
    assert not asked(sheet)["items.2.cadence"].needed

    answered = verbs.answer(sheet, {"items.2.cadence": "每月10日", "items.1.targets.0.floor": "3.5"})

    assert answered.items[1].item.cadence == "monthly:10"
    assert str(answered.items[0].item.targets[0].floor) == "3.5"
    assert not {path for path in asked(answered) if path.startswith("items.")}


def test_days_that_are_over_are_asked_for_once_and_need_not_be_dated() -> None:
    sheet = a_sheet("报送研发投入材料。7月5日前完成报送。", "做好人才申报。7月8日前完成申报材料上报。")
    today = date(2026, 8, 1)
    question = asked(sheet, today)["past.2026-08-01"]
    assert question.told.startswith("有2个事项写明的日期已经过去了")

    answered = verbs.answer(sheet, {question.path: question.choices[0][0]})

    assert [one.item.cadence for one in answered.items] == ["", ""]


def test_an_office_is_asked_who_does_it_once_for_all_its_items() -> None:
    sheet = a_sheet("做好人才工作。（责任股室：创新股）", "做好科普宣传。（责任股室：创新股）")

    answered = verbs.answer(sheet, {"office.创新股": "陈平", "people.陈平.mail": "chen@yunxi.example"})

    assert [one.item.owner for one in answered.items] == ["陈平", "陈平"]
    assert [(person.name, person.office) for person in answered.people] == [("陈平", "创新股")]


def test_a_form_for_enterprises_without_a_roster_asks_who_fills_it() -> None:
    sheet = a_sheet(MONTHLY, done="走访云溪精工有限公司、云溪青禾药业有限公司等2家企业。")
    sheet = verbs.change(sheet, 1, {"programme": "rd_monthly", "kind": "filing"})
    assert [value for value, _ in asked(sheet)["items.1.form"].choices] == ["roster", "owner"]

    listed = verbs.answer(sheet, {"items.1.form": "roster"})
    by_owner = verbs.answer(sheet, {"items.1.form": "owner"})

    assert {one.standing for one in listed.enterprises} == {Standing.CONFIRMED}
    for one in (listed, by_owner):
        assert "items.1.form" not in asked(one)
        assert not [told for key, told in errors(one) if key == 1]


def test_a_person_the_bureau_knows_is_not_asked_for() -> None:
    sheet = verbs.answer(a_sheet(GAOQI), {"owner": "李明"})

    assert questions(sheet, a_bureau({"李明": "li@yunxi.example"}), TODAY) == ()


def test_wrong_answers_are_told_by_their_path_empty_and_unknown_ones_passed_over() -> None:
    sheet = a_sheet(MASKED, UNDATED)
    typed = {"period": "哪年", "people.李明.mail": "@", "items.2.cadence": "有空时", "items.1.targets.0.floor": "-1"}

    with pytest.raises(FieldFaults) as wrong:
        verbs.answer(sheet, typed | {"version": "3", "owner": " ", "items.9.cadence": "每月"})

    assert wrong.value.faults.keys() == typed.keys()
    assert verbs.answer(sheet, {"owner": "", "csrf": "x"}) == sheet


def test_what_is_wrong_is_told_with_the_item_it_is_about() -> None:
    sheet = verbs.drop(a_sheet(GAOQI, MASKED, UNDATED), 1)
    sheet = verbs.change(sheet, 3, {"ladder": "高梯"})

    told = {key for key, message in errors(sheet) if "高梯" in message}

    assert told == {3}
