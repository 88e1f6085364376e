"""From a half-year document of 云溪县 to the started plan: first readings, lights, bases, and 同比 a year later."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import col, select

from cast import at
from flows.bases import base_lines
from flows.planning import Started
from flows.runtime import Runtime, open_runtime
from flows.series import target_series
from flows.settings import Settings
from flows.sheets import hand_in, open_sheet, revise_sheet, start_sheet
from flows.status import By, plan_status
from notifications.digest import as_markdown, month_facts
from plans.database import reading, writing
from plans.periods import Period
from plans.sheet import verbs
from plans.sheet.model import Sheet, Standing
from plans.tables import BaseFigure, Enterprise, Target
from support.readings import read_off
from tasks.tables import Progress, Task

NOW, A_YEAR_ON = at("2026-07-01 08:00"), at("2027-07-01 08:00")
DONE = """上半年全县技术合同成交额达到1.2亿元，同比增长12%。
1-4月规上工业企业研发投入预报数据1533.7万元，同比增长48.1%。
2025年全社会研发投入最终认定3.6亿元。截至5月底，科技型中小企业入库21家。
研发投入同比增长15%。新增高新技术企业*家。"""
TO_COME = """（一）做好技术合同登记。全年力争技术合同成交额达到24000万元。
（二）培育科技型中小企业。下半年确保科技型中小企业入库30家。"""
ANSWERS = {"owner": "李明", "people.李明.mail": "li@yunxi.example"}


@pytest.fixture
def runtime(settings: Settings, made_once: Path, tmp_path: Path) -> Iterator[Runtime]:
    if settings.database.startswith("sqlite"):
        shutil.copy(made_once, tmp_path / "duban.db")
    opened = open_runtime(settings, create=True)
    yield opened
    opened.engine.dispose()


def document(done: str = DONE, to_come: str = TO_COME, year: int = 2026) -> str:
    head = f"云溪县科技局{year}年上半年工作总结和下半年工作打算\n"
    return f"{head}一、上半年工作完成情况\n{done}\n二、下半年工作打算\n{to_come}\n"


def drafted(runtime: Runtime, text: str, name: str = "总结.txt") -> int:
    number = hand_in(runtime, name, text.encode(), "陈平", NOW)
    changed(runtime, number, lambda sheet: verbs.answer(sheet, {"owner": "李明"}))
    changed(runtime, number, lambda sheet: verbs.answer(sheet, ANSWERS))
    return number


def changed(runtime: Runtime, number: int, verb: Callable[[Sheet], Sheet]) -> None:
    version = open_sheet(runtime, number, NOW).version
    revise_sheet(runtime, number, version, verb, NOW)


def started(runtime: Runtime, text: str, name: str = "总结.txt") -> Started:
    number = drafted(runtime, text, name)
    return start_sheet(runtime, number, open_sheet(runtime, number, NOW).version, "陈平", NOW)


def test_the_done_half_of_a_goal_for_the_year_is_its_first_reading(runtime: Runtime) -> None:
    assert started(runtime, document()).warnings == ()

    with reading(runtime.engine) as session:
        (first,) = session.exec(select(Progress)).all()
        target = session.get_one(Target, first.target_id)
    assert (target.indicator, target.unit, first.value) == ("技术合同成交额", "万元", Decimal(12000))
    assert (first.as_of, first.task_id, first.cumulative, first.by) == (date(2026, 6, 30), None, True, "陈平")
    assert first.note == "《总结.txt》：上半年全县技术合同成交额达到1.2亿元，同比增长12%"


def test_value_share_and_light_begin_with_what_is_done(runtime: Runtime) -> None:
    started(runtime, document())

    contracts, small_firms = (row["targets"][0] for row in plan_status(runtime, date(2026, 7, 1), By.ITEM).rows)

    assert (contracts["value"], contracts["share"], contracts["light"]) == ("12000", 0.5, "绿")
    assert (small_firms["value"], small_firms["share"]) == (None, None)


def test_every_level_with_a_day_is_a_base_and_a_rate_or_a_hidden_figure_is_none(runtime: Runtime) -> None:
    started(runtime, document())

    with reading(runtime.engine) as session:
        rows = session.exec(select(BaseFigure).order_by(col(BaseFigure.id))).all()
    assert [(row.period, row.value, row.unit, row.calibre) for row in rows] == [
        ("2026H1", Decimal("1.2"), "亿元", ""),
        ("2026-04-30", Decimal("1533.7"), "万元", "预报"),
        ("2025", Decimal("3.6"), "亿元", "认定"),
        ("2026-05-31", Decimal(21), "家", ""),
    ]
    assert {row.source for row in rows} == {"总结.txt"}
    assert rows[0].quote == "上半年全县技术合同成交额达到1.2亿元，同比增长12%"


def test_the_same_figure_of_a_second_document_is_not_kept_twice(runtime: Runtime) -> None:
    started(runtime, document())
    later = document(DONE.replace("1.2亿元", "1.3亿元"), TO_COME, 2026).replace("下半年工作打算", "四季度工作打算")

    started(runtime, later, "二稿.txt")

    assert [line["value"] for line in base_lines(runtime)].count("1.2") == 1
    assert "1.3" not in [line["value"] for line in base_lines(runtime)]


def a_year_on(runtime: Runtime, *readings: tuple[str, str], calibre: str = "") -> int:
    """The next year's plan, carried over from nothing, with these readings of its target; its number."""
    plan = "云溪县科技局2027年工作要点\n一、工作要点\n（一）做好技术合同登记。力争技术合同成交额达到30000万元。\n"
    begun = started(runtime, plan, "要点.txt")
    assert begun.items == 1
    with writing(runtime.engine) as session:
        target = session.exec(select(Target).order_by(col(Target.id).desc())).first()
        assert target
        for day, value in readings:
            one = read_off(target.id or 0, day, value)
            one.calibre = calibre
            session.add(one)
        return target.id or 0


def test_the_year_after_compares_with_the_document(runtime: Runtime) -> None:
    started(runtime, document())
    number = a_year_on(runtime, ("2027-05-31", "9000"), ("2027-06-30", "15000"))

    months = {row["month"]: row for row in target_series(runtime, number, date(2027, 6, 30)).months if row["reading"]}

    assert (months["2027-06"]["yoy"], months["2027-06"]["base"]) == ("增长25%", "总结.txt")
    assert (months["2027-05"]["yoy"], months["2027-05"]["base"]) == ("", "")
    with reading(runtime.engine) as session:
        facts = month_facts(session, Period.parse("2027-06"), A_YEAR_ON, runtime.gauge)
    assert "增长25%（基数来自《总结.txt》）" in as_markdown(facts, A_YEAR_ON)


def test_a_base_without_a_calibre_serves_any_and_one_with_a_calibre_only_its_own(runtime: Runtime) -> None:
    told = "上半年技术合同成交额预报数据1亿元。上半年技术合同成交额最终认定1.2亿元。"
    started(runtime, document(told, "（一）开展科普宣传。每月10日前组织一次科普讲座。"))
    number = a_year_on(runtime, ("2027-06-30", "15000"), calibre="认定")

    (june,) = (row for row in target_series(runtime, number, date(2027, 6, 30)).months if row["reading"])

    assert june["yoy"] == "增长25%"


def test_a_reading_from_before_the_plan_counts_its_months_from_january(runtime: Runtime) -> None:
    started(runtime, document())
    with writing(runtime.engine) as session:
        session.add(read_off(1, "2026-07-31", "15000"))

    rows = [row for row in target_series(runtime, 1, date(2026, 7, 31)).months if row["reading"]]

    assert [(row["reading"], row["value"], row["span"]) for row in rows] == [
        ("12000", "12000", "2026年1–6月"),
        ("15000", "3000", "2026年7月"),
    ]


def test_a_figure_that_would_lose_its_last_digits_is_told_and_not_rounded(runtime: Runtime) -> None:
    plan = "（一）做好技术合同登记。全年力争技术合同成交额达到3亿元。"
    number = drafted(runtime, document("上半年技术合同成交额达到12345.6789万元。", plan))
    changed(runtime, number, lambda sheet: verbs.use_figure(sheet, 0, "reading", (1, 0)))

    begun = start_sheet(runtime, number, open_sheet(runtime, number, NOW).version, "陈平", NOW)

    (told,) = begun.warnings
    assert "超过四位小数" in told.message
    assert "只留作基数" in told.message
    with reading(runtime.engine) as session:
        assert session.exec(select(Progress)).all() == []
        assert session.exec(select(BaseFigure)).one().value == Decimal("12345.6789")


def test_what_a_person_did_not_want_is_not_written(runtime: Runtime) -> None:
    number = drafted(runtime, document("上半年技术合同成交额达到1.2亿元。"))
    changed(runtime, number, lambda sheet: verbs.use_figure(sheet, 0, "", None))

    start_sheet(runtime, number, open_sheet(runtime, number, NOW).version, "陈平", NOW)

    with reading(runtime.engine) as session:
        assert session.exec(select(Progress)).all() == []
        assert session.exec(select(BaseFigure)).all() == []


def test_the_confirmed_rows_are_those_who_fill_the_form(runtime: Runtime) -> None:
    number = drafted(runtime, document(FIRMS, "（一）做好研发月报。组织企业每月10日前完成研发月报填报。"))
    assert any(question.path == "items.1.form" for question in open_sheet(runtime, number, NOW).questions)

    changed(runtime, number, lambda sheet: verbs.keep_enterprise(sheet, 1, Standing.CONFIRMED, {}))
    begun = start_sheet(runtime, number, open_sheet(runtime, number, NOW).version, "陈平", NOW)

    with reading(runtime.engine) as session:
        (firm,) = session.exec(select(Enterprise)).all()
        assert {task.enterprise_id for task in session.exec(select(Task))} == {firm.id}
    assert "江西国化实业有限公司没有邮箱地址，只能电话催报。" in [told.message for told in begun.warnings]


FIRMS = "走访了云溪晨星新材料有限公司、江西国化实业有限公司。服务晨星新材、国化、远山竹业等3家企业。"


def all_confirmed(sheet: Sheet) -> Sheet:
    for position in range(len(sheet.enterprises)):
        sheet = verbs.keep_enterprise(sheet, position, Standing.CONFIRMED, {})
    return sheet


def test_an_enterprise_the_bureau_knows_is_said_so_and_neither_doubled_nor_emptied(runtime: Runtime) -> None:
    with writing(runtime.engine) as session:
        session.add(Enterprise(name="云溪晨星新材料有限公司", email="a@chenxing.example", weight=Decimal(9)))
        session.add(Enterprise(name="云溪远山竹业有限公司", email="b@yuanshan.example"))
    number = drafted(runtime, document(FIRMS))

    seen = open_sheet(runtime, number, NOW)
    names = [one.enterprise.name for one in seen.sheet.enterprises]
    assert {names[position]: known for position, known in seen.listed.items()} == {
        "云溪晨星新材料有限公司": "云溪晨星新材料有限公司",
        "远山竹业": "云溪远山竹业有限公司",
    }

    changed(runtime, number, all_confirmed)
    start_sheet(runtime, number, open_sheet(runtime, number, NOW).version, "陈平", NOW)

    with reading(runtime.engine) as session:
        rows = session.exec(select(Enterprise).order_by(col(Enterprise.id))).all()
    assert [(row.name, row.email, row.weight) for row in rows] == [
        ("云溪晨星新材料有限公司", "a@chenxing.example", Decimal(9)),
        ("云溪远山竹业有限公司", "b@yuanshan.example", Decimal(0)),
        ("江西国化实业有限公司", "", Decimal(0)),
    ]
