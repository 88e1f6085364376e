"""A report says what was recorded and nothing else: figures, notes, problems, what is left, and where it is from."""

import re
from datetime import date
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from flows.reporting import period_report
from flows.running import tick
from flows.runtime import Runtime
from notifications.documents.report_word import report_docx
from notifications.report import problem_lines
from plans.database import insert_new, writing
from plans.errors import Refused
from plans.tables import BaseFigure, PlanItem, Target
from support.reports import entry
from support.word_xml import paragraphs, rows
from tasks.tables import ItemChange, Progress, Task
from tasks.verbs import Act, Reading, complete, report, send_back

NOW = at("2026-07-08 09:00")
YEAR = {"period": "2026", "on": "2026-01-04 08:00"}
CONTRACTS = entry(
    "做好技术合同登记",
    "jishu_hetong",
    targets=[{"indicator": "技术合同成交额", "floor": 3, "unit": "亿元"}],
)
RESEARCH = entry(
    "抓实研发投入统计",
    "rd_stats",
    targets=[{"indicator": "全社会研发投入", "floor": 4, "stretch": 5, "unit": "亿元"}],
)


def read_off(runtime: Runtime, target: int, day: str, value: str, calibre: str = "", **more: Any) -> None:
    noon = at(f"{day} 12:00")
    figures: dict[str, Any] = {"target_id": target, "as_of": noon.date(), "value": Decimal(value), "calibre": calibre}
    with writing(runtime.engine) as session:
        session.add(Progress(**figures, by="李明", at=noon, **more))


def facts(runtime: Runtime, key: str = "2026H1", now: Any = NOW) -> dict[str, Any]:
    return period_report(runtime, key, now).facts


def done(told: dict[str, Any]) -> dict[str, str]:
    """The paragraphs of 一、 by heading."""
    return {one["heading"]: one["text"] for one in told["done"]}


def task_of(session: Any, item: int, period: str) -> Task:
    found: Task = session.exec(select(Task).where(Task.item_id == item, Task.period == period)).one()
    return found


def test_a_figure_is_told_with_its_unit_and_its_share_of_the_goals(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)
    read_off(runtime, 1, "2026-06-26", "4")

    told = facts(runtime)

    assert done(told) == {"培育高新技术企业": "全县完成高新技术企业认定4家，完成确保目标的80%、力争目标的50%。"}
    assert told["title"] == "云溪县科技局2026年上半年工作总结"
    assert told["preface"].startswith("2026年上半年，云溪县科技局对照《云溪县科技局2026工作计划》推进各项工作。")


def test_every_number_has_its_source(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)
    with writing(runtime.engine) as session:
        task = task_of(session, 1, "2026-01")
        complete(session, task, Act("李明", "page", at("2026-01-29 09:00")), "", (Reading(1, Decimal(2)),))

    (source,) = [one for one in facts(runtime)["sources"] if one["number"] == "2家"]

    assert (source["indicator"], source["unit"], source["day"], source["by"]) == (
        *("高新技术企业认定", "家", "2026-01-29", "李明"),
    )
    assert source["origin"] == "任务1：培育高新技术企业（2026年1月）"
    assert (source["target"], source["reading"], source["task"]) == (1, 1, 1)


def test_no_number_is_told_without_a_source(begin: Begin) -> None:
    runtime = begin(GAOQI, PATROL, RESEARCH, MONTHLY_REPORT, **YEAR)
    with writing(runtime.engine) as session:
        task = task_of(session, 1, "2026-01")
        complete(session, task, Act("李明", "page", at("2026-01-29 09:00")), "走访12家", (Reading(1, Decimal(2)),))
        first = session.exec(select(Task).where(Task.item_id == 2)).all()[0]
        complete(session, first, Act("王芳", "page", at("2026-01-09 16:00")))
        session.add(base("登记合同", "份", "2026Q1", "32"))
    read_off(runtime, 2, "2026-06-10", "1.51", "预报")

    told = facts(runtime)

    text = "".join([told["preface"], *done(told).values(), *told["problems"]])
    sourced = "".join(f"{one['number']} {one['origin']} " for one in told["sources"])
    numbers = re.findall(r"[0-9.]+(?:家次|亿元|个百分点|[家项次份%])", text)
    assert len(numbers) > 12
    assert [one for one in numbers if one not in sourced] == []


def test_junes_figure_of_july_is_junes_and_julys_is_not(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)
    tick(runtime, at("2026-06-10 08:00"))
    with writing(runtime.engine) as session:
        june = task_of(session, 1, "2026-06")
        complete(session, june, Act("李明", "page", at("2026-07-03 09:00")), "", (Reading(1, Decimal(3)),))
    read_off(runtime, 1, "2026-07-07", "4")

    assert done(facts(runtime))["培育高新技术企业"].startswith("全县完成高新技术企业认定3家，")


@pytest.mark.parametrize(
    ("indicator", "unit", "told"),
    [
        ("成交额", "亿元", "全县实现技术合同成交额2亿元"),
        ("技术合同登记", "份", "全县完成技术合同登记2份"),
        ("新增登记", "份", "全县完成技术合同新增登记2份"),
        ("下半年服务企业", "家", "下半年服务企业2家"),
    ],
)
def test_an_indicator_reads_as_people_say_it(begin: Begin, indicator: str, unit: str, told: str) -> None:
    runtime = begin(entry("抓登记", "jishu_hetong", targets=[{"indicator": indicator, "unit": unit}]), **YEAR)
    read_off(runtime, 1, "2026-06-26", "2")

    assert done(facts(runtime)) == {"做好技术合同登记": f"{told}。"}


def test_an_older_figure_says_of_when_it_is(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)
    read_off(runtime, 1, "2026-03-31", "1")

    assert "高新技术企业认定1家（截至3月31日）" in done(facts(runtime))["培育高新技术企业"]


def test_each_calibre_is_told_once_by_its_newest_figure(begin: Begin) -> None:
    runtime = begin(RESEARCH, **YEAR)
    read_off(runtime, 1, "2026-06-05", "1.4", "预报")
    read_off(runtime, 1, "2026-06-10", "1.51", "预报")
    read_off(runtime, 1, "2026-06-20", "1.56", "网报")

    text = done(facts(runtime))["抓实研发投入统计"]

    assert text.startswith("全县全社会研发投入预报数据1.51亿元、网报数据1.56亿元，完成确保目标的39%")
    assert "1.4亿元" not in text


def test_figures_that_count_each_for_themselves_are_added_up_and_each_is_a_source(begin: Begin) -> None:
    runtime = begin(CONTRACTS, **YEAR)
    with writing(runtime.engine) as session:
        session.get_one(Target, 1).cumulative = False
    for day, value in (("2026-02-27", "0.5"), ("2026-04-30", "0.7"), ("2025-12-30", "9")):
        read_off(runtime, 1, day, value, cumulative=False)

    told = facts(runtime)

    assert done(told)["做好技术合同登记"].startswith("全县实现技术合同成交额1.2亿元")
    assert [one["number"] for one in told["sources"] if one["reading"]] == ["0.5亿元", "0.7亿元"]


def test_what_nobody_recorded_is_to_be_filled_in_and_listed(begin: Begin) -> None:
    runtime = begin(GAOQI, PATROL.replace("weekly:fri-pm", "irregular"), **YEAR)

    told = facts(runtime)

    assert done(told) == {"培育高新技术企业": "全县高新技术企业认定待填。"}
    assert told["missing"] == ["培育高新技术企业：高新技术企业认定还没有报过数", "责任网格整治：没有办理记录"]


def test_growth_is_only_told_where_the_year_before_was_recorded(begin: Begin) -> None:
    runtime = begin(CONTRACTS, **YEAR)
    read_off(runtime, 1, "2026-06-30", "1.2")
    assert "同比" not in done(facts(runtime))["做好技术合同登记"]
    with writing(runtime.engine) as session:
        session.add(base("技术合同成交额", "亿元", "2025H1", "1"))

    told = facts(runtime)

    assert "技术合同成交额1.2亿元，同比增长20%，" in done(told)["做好技术合同登记"]
    assert [one["origin"] for one in told["sources"] if one["number"] == "同比增长20%"] == [
        "计算：与《上年总结》的基数比"
    ]


def base(indicator: str, unit: str, period: str, value: str) -> BaseFigure:
    figures: dict[str, Any] = {"indicator": indicator, "unit": unit, "period": period, "value": Decimal(value)}
    return BaseFigure(**figures, quote=f"{indicator}{value}{unit}", source="上年总结", kept_at=NOW)


def test_a_figure_of_a_document_is_told_where_no_target_has_it(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)
    with writing(runtime.engine) as session:
        session.add(base("科技型中小企业入库", "家", "2026-05-31", "21"))
        session.add(base("科技型中小企业入库", "家", "2026-04-30", "17"))

    told = facts(runtime)

    assert done(told)["推进科技型中小企业入库"] == "2026年1–5月完成科技型中小企业入库21家。"
    (source,) = [one for one in told["sources"] if one["number"] == "21家"]
    assert "《上年总结》" in source["origin"]


def test_two_items_of_one_line_of_work_are_first_and_second(begin: Begin) -> None:
    second = entry("组织高企复审", "gaoqi", targets=[{"indicator": "高企复审", "floor": 9, "unit": "家"}])
    runtime = begin(GAOQI, second, **YEAR)
    read_off(runtime, 1, "2026-06-26", "4")
    read_off(runtime, 2, "2026-06-26", "0")

    text = done(facts(runtime))["培育高新技术企业"]

    assert text.startswith("一是培育高新技术企业。全县完成高新技术企业认定4家，")
    assert text.endswith("。二是组织高企复审。全县高企复审0家。")


def test_an_item_of_no_known_line_of_work_is_other_work_and_comes_last(begin: Begin) -> None:
    runtime = begin(RESEARCH, GAOQI, **YEAR)
    with writing(runtime.engine) as session:
        session.get_one(PlanItem, 1).programme = "gone"

    assert list(done(facts(runtime))) == ["培育高新技术企业", "其他工作"]


def test_a_note_of_what_was_done_and_one_of_what_is_wrong_go_where_they_belong(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)
    with writing(runtime.engine) as session:
        task = task_of(session, 1, "2026-01")
        report(session, task, Act("李明", "page", at("2026-01-12 09:00")), "走访企业12家。")
        report(session, task, Act("李明", "page", at("2026-01-13 09:00")), "审计报告没有出来，企业等待中")
        complete(session, task, Act("李明", "page", at("2026-01-29 09:00")), "已完成", (Reading(1, Decimal(3)),))

    told = facts(runtime, "2026Q1", at("2026-02-02 09:00"))

    assert done(told)["培育高新技术企业"].endswith("。走访企业12家。")
    assert any("培育高新技术企业：审计报告没有出来，企业等待中" in one for one in told["problems"])
    (source,) = [one for one in told["sources"] if one["number"] == "说明"]
    assert source["origin"] == "任务1的说明：走访企业12家"


def test_why_work_was_returned_is_a_problem_until_it_is_done(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)
    with writing(runtime.engine) as session:
        task = task_of(session, 1, "2026-01")
        complete(session, task, Act("李明", "page", at("2026-01-28 09:00")), "", (Reading(1, Decimal(3)),))
        send_back(session, task, Act("陈平", "page", at("2026-01-29 09:00")), "缺公示文件", None)
    assert any("缺公示文件" in one for one in facts(runtime, "2026Q1", at("2026-02-02 09:00"))["problems"])
    with writing(runtime.engine) as session:
        task = task_of(session, 1, "2026-01")
        complete(session, task, Act("李明", "page", at("2026-02-03 09:00")), "", (Reading(1, Decimal(3)),))

    assert not any("缺公示文件" in one for one in facts(runtime, "2026Q1", at("2026-02-04 09:00"))["problems"])


def test_what_is_slow_or_late_is_a_problem_but_not_that_a_figure_was_told_late(begin: Begin) -> None:
    runtime = begin(GAOQI, PATROL, **YEAR)
    read_off(runtime, 1, "2026-06-26", "1")

    lines = problem_lines(facts(runtime))

    assert lines[0] == "一是部分指标慢于序时进度。高新技术企业认定完成确保目标的20%，慢于序时进度29.6个百分点。"
    assert lines[1] == "二是部分任务没有按期办结。责任网格整治逾期未办4次。"
    assert len(lines) == 2


def test_nothing_wrong_is_said_so(begin: Begin) -> None:
    runtime = begin(GAOQI, period="2026", on="2026-06-30 08:00")
    read_off(runtime, 1, "2026-06-30", "4")

    told = facts(runtime, now=at("2026-06-30 09:00"))

    assert problem_lines(told) == ["对照计划，截至6月30日没有逾期未办的任务，也没有慢于进度的指标。其他问题待填。"]


def test_a_goal_reached_to_the_full_is_no_more_to_come(begin: Begin) -> None:
    runtime = begin(GAOQI, RESEARCH, **YEAR)
    read_off(runtime, 1, "2026-06-26", "8")
    read_off(runtime, 2, "2026-06-26", "4.2")

    told = facts(runtime)

    assert "全县完成高新技术企业认定8家，达到力争目标。" in done(told).values()
    assert told["ahead"] == [
        {"title": "抓实研发投入统计", "text": "确保实现全社会研发投入4亿元，力争5亿元。"},
    ]


def test_a_goal_that_was_changed_is_promised_as_it_is_now(begin: Begin) -> None:
    quote = "确保全年认定高新技术企业5家，力争8家"
    goal = {"indicator": "高新技术企业认定", "floor": 6, "stretch": 8, "unit": "家", "quote": quote}
    runtime = begin(entry("培育高新技术企业", "gaoqi", f"逐家辅导，{quote}。", [goal]), **YEAR)
    assert facts(runtime)["ahead"][0]["text"] == f"逐家辅导，{quote}。"
    moved = {"field": "高新技术企业认定的确保", "before": "5", "after": "6"}
    change: dict[str, Any] = moved | {"by": "陈平", "via": "cli", "at": NOW}
    with writing(runtime.engine) as session:
        session.add(ItemChange(item_id=1, **change))

    assert facts(runtime)["ahead"][0]["text"] == "逐家辅导，确保完成高新技术企业认定6家，力争8家。"


def test_a_hidden_goal_stays_hidden(begin: Begin) -> None:
    goal = {"indicator": "科技奖补兑现", "floor": "待填", "unit": "万元", "masked": True, "level": "ensure"}
    runtime = begin(entry("兑现科技奖补", "jiangbu", targets=[goal]), **YEAR)

    assert facts(runtime)["ahead"][0]["text"] == "确保完成科技奖补兑现*万元（待填）。"


def test_a_year_tells_both_its_plans_and_what_goes_over_into_the_next(begin: Begin) -> None:
    runtime = begin(GAOQI, period="2026H1", on="2026-01-04 08:00")
    begin(CONTRACTS, period="2026H2", on="2026-07-01 08:00")
    begin(RESEARCH, period="2027H1", on="2027-01-04 08:00")
    read_off(runtime, 1, "2026-06-26", "5")
    read_off(runtime, 2, "2026-12-28", "2")

    told = facts(runtime, "2026", at("2027-01-06 09:00"))

    assert list(done(told)) == ["培育高新技术企业", "做好技术合同登记"]
    assert [one["title"] for one in told["ahead"]] == ["做好技术合同登记", "抓实研发投入统计"]
    assert told["ahead"][0]["text"].startswith("接续推进2026年下半年没有完成的任务：确保")


def test_duties_are_counted_and_reports_of_enterprises_too(begin: Begin) -> None:
    runtime = begin(PATROL, MONTHLY_REPORT, **YEAR)
    with writing(runtime.engine) as session:
        duties = session.exec(select(Task).where(Task.item_id == 1).order_by(col(Task.due_on))).all()
        for task in duties[:2]:
            task.done_on, task.done_at, task.state = task.due_on, NOW, "done"
        due = len([task for task in duties if task.due_on <= date(2026, 6, 30)])

    told = done(facts(runtime))

    assert told["参与城市创建"] == f"责任网格整治，应完成{due}次，实际完成2次。"
    assert told["落实研发统计月报制度"].startswith("企业应报")


def test_hostile_and_long_names_stay_words(begin: Begin) -> None:
    name = "=HYPERLINK(1)<script>alert(1)</script>|## " + "长" * 150
    target = {"indicator": "# 指标|<b>", "floor": 5, "unit": "家"}
    runtime = begin(entry(name, "gaoqi", "第一行\n二、存在的问题\n三行", [target]), **YEAR)
    read_off(runtime, 1, "2026-06-26", "4")

    written = period_report(runtime, "2026H1", NOW)

    assert "<script>" not in written.html
    assert "\n## 二" in written.markdown
    assert "<script>" not in written.markdown.replace("\\<", "")
    headings = [line for line in paragraphs(written.docx) if line == "二、存在的问题"]
    assert len(headings) == 1
    assert all(len(row) == 8 for row in rows(written.docx))


def test_the_same_facts_are_the_same_bytes(begin: Begin) -> None:
    runtime = begin(GAOQI, **YEAR)

    first, second = (period_report(runtime, "2026H1", NOW) for _ in range(2))

    assert first.facts == second.facts
    assert report_docx(first.facts, NOW) == report_docx(second.facts, NOW)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("2024", "2024年没有计划，也没有登记过的数字，写不出工作总结：请换一个期间，或先启动这一期的计划。"),
        ("2027", "2027年还没有开始，写不出工作总结：请换一个期间。"),
        ("2026-W10", "2026年第10周太短，写不成工作总结：请写成 2026H1、2026Q1、2026 或 2026-10。"),
        ("上半年", "“上半年”不是期间：请写成 2026-10、2026Q4、2026H2 或 2026。"),
    ],
)
def test_a_period_without_anything_to_say_is_refused_in_one_sentence(begin: Begin, key: str, told: str) -> None:
    runtime = begin(GAOQI, **YEAR)

    with pytest.raises(Refused) as refused:
        period_report(runtime, key, NOW)

    assert str(refused.value) == told


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_tasks_take_no_longer_than_a_moment(begin: Begin) -> None:
    runtime = begin(PATROL, GAOQI, **YEAR)
    with writing(runtime.engine) as session:
        kept = session.exec(select(Task)).all()[0].model_dump(exclude={"id", "period", "assignee"})
        insert_new(session, Task, [kept | {"period": "2026-01", "assignee": f"person:{nth}"} for nth in range(10_000)])

    began = monotonic()
    document = period_report(runtime, "2026H1", NOW).docx

    assert monotonic() - began < 5
    assert "责任网格整治逾期未办100" in "".join(paragraphs(document))
