"""The 台账 written, and brought back: what was changed is done by the verbs, all of it or nothing."""

import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from flows.ledger import ledger_bytes
from flows.ledger_import import (
    LedgerApplied,
    LedgerLook,
    LedgerRefused,
    apply_ledger,
    hand_named,
    hand_of,
    ledger_look,
    open_ledger,
)
from flows.runtime import Runtime
from notifications.documents.ledger_sheet import TARGETS, TASKS
from plans.accounts import Seat
from plans.database import reading, writing
from plans.errors import Refused
from plans.people import find_person
from plans.tables import Person, PlanItem, Target
from plans.zone import local_day
from support.ledgers import Clerk
from tasks.states import State
from tasks.tables import Extension, ItemChange, Progress, Task, TaskChange
from tasks.verbs import Act, complete, find_task

NOW = at("2026-07-20 10:00")
REPORT = """
  - title: 上报季度总结
    programme: other
    kind: filing
    owner: 王芳
    cadence: once:2026-07-31
"""


@pytest.fixture
def database_url(empty_file: str) -> str:
    """On both databases: test_ledger_on_both.py."""
    return empty_file


@pytest.fixture
def bureau(begin: Begin) -> Runtime:
    return begin(GAOQI, REPORT, PATROL)


def written(runtime: Runtime, now: datetime = NOW) -> Clerk:
    return Clerk(ledger_bytes(runtime, now))


def looked(runtime: Runtime, clerk: Clerk, by: str = "林岚", now: datetime = NOW) -> LedgerLook:
    with reading(runtime.engine) as session:
        hand = hand_named(session, by)
    return ledger_look(runtime, open_ledger(runtime, "台账.xlsx", clerk.content), hand, local_day(now))


def applied(
    runtime: Runtime, clerk: Clerk, by: str = "林岚", now: datetime = NOW, partial: bool = False
) -> LedgerApplied:
    with reading(runtime.engine) as session:
        hand = hand_named(session, by)
    file = open_ledger(runtime, "台账.xlsx", clerk.content)
    return apply_ledger(runtime, file, hand, Act(by, "import", now), partial=partial)


def rows(runtime: Runtime, table: Any) -> list[Any]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))))


def told(found: LedgerLook) -> list[str]:
    return [str(fault) for fault in found.faults]


def task_row(clerk: Clerk, title: str) -> int:
    return clerk.column(TASKS, "事项").index(title) + 2


def test_a_ledger_has_a_row_a_target_and_a_row_a_task_and_says_what_may_be_changed(bureau: Runtime) -> None:
    clerk = written(bureau)

    assert clerk.book.sheetnames == [TARGETS, TASKS, "变更留痕", "说明"]
    assert clerk.column(TARGETS, "指标") == ["高新技术企业认定"]
    assert set(clerk.column(TASKS, "事项")) == {"培育高新技术企业", "上报季度总结", "责任网格整治"}
    assert clerk.book[TASKS].freeze_panes == "D2"
    explained = [row[0] for row in clerk.book["说明"].iter_rows(values_only=True)]
    assert {"截至", "任务台账：到期", "指标台账：当前进度"} <= set(explained)
    mark = clerk.place(TASKS, "督办标识")
    assert clerk.book[TASKS].column_dimensions[get_column_letter(mark)].hidden
    assert clerk.cell(TASKS, 1, "到期").fill.fgColor.rgb != clerk.cell(TASKS, 1, "事项").fill.fgColor.rgb


def test_a_ledger_brought_back_as_it_was_changes_nothing(bureau: Runtime) -> None:
    found = looked(bureau, written(bureau))

    assert (list(found.changes), list(found.faults), found.same) == ([], [], 1 + len(rows(bureau, Task)))
    with pytest.raises(Refused, match="没有变化"):
        applied(bureau, written(bureau))


def test_a_new_figure_is_a_reading_of_its_day_and_calibre(bureau: Runtime) -> None:
    clerk = written(bureau).write(TARGETS, 2, 当前进度=3, 截至=date(2026, 7, 15), 口径="网报", 本次说明="已公示")

    (change,) = looked(bureau, clerk).changes
    assert [(cell.column, cell.after) for cell in change.cells] == [
        ("当前进度", "3家（2026-07-15，网报）"),
        ("本次说明", "已公示"),
    ]
    assert rows(bureau, Progress) == []

    assert applied(bureau, clerk).rows == 1

    (one,) = rows(bureau, Progress)
    assert (one.value, one.as_of, one.calibre, one.by) == (Decimal(3), date(2026, 7, 15), "网报", "林岚")
    assert [(c.verb, c.via) for c in rows(bureau, TaskChange) if c.verb == "report"] == [("report", "import")]
    assert told(looked(bureau, clerk)) == [] == list(looked(bureau, clerk).changes)


def test_a_figure_without_an_open_task_is_kept_in_the_trail_of_the_item(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        for task in session.exec(select(Task).join(PlanItem).where(PlanItem.title == "培育高新技术企业")).all():
            complete(session, task, Act("李明", "page", NOW), "本月没有")

    applied(bureau, written(bureau).write(TARGETS, 2, 当前进度="4家"))

    assert rows(bureau, Progress)[-1].value == 4
    (change,) = rows(bureau, ItemChange)
    assert (change.field, change.after, change.via) == ("高新技术企业认定的进度", "4家（截至 2026-07-20）", "import")


def test_goals_are_amended_and_leave_their_trail(bureau: Runtime) -> None:
    applied(bureau, written(bureau).write(TARGETS, 2, 确保=6, 力争="待填"))

    (target,) = rows(bureau, Target)
    assert (target.floor, target.stretch, target.masked) == (Decimal(6), None, True)
    assert [(c.field, c.before, c.after) for c in rows(bureau, ItemChange)] == [
        ("高新技术企业认定的确保", "5", "6"),
        ("高新技术企业认定的力争", "8", "待填"),
    ]


def test_a_task_is_done_given_away_or_put_off_by_its_verb(bureau: Runtime) -> None:
    clerk = written(bureau)
    report, patrol, progress = (task_row(clerk, t) for t in ("上报季度总结", "责任网格整治", "培育高新技术企业"))
    clerk.write(TASKS, report, 到期=date(2026, 8, 10), 本次说明="等统计局数据")
    clerk.write(TASKS, patrol, 责任人="李明").write(TASKS, progress, 状态="已办结", 本次说明="本月没有新增")

    applied(bureau, clerk)

    again = written(bureau)
    assert again.cell(TASKS, report, "到期").value.date() == date(2026, 8, 10)
    assert again.cell(TASKS, patrol, "责任人").value == "李明"
    assert (again.cell(TASKS, progress, "状态").value, again.cell(TASKS, progress, "上次说明").value) == (
        "已办结",
        "本月没有新增",
    )
    made = [c.verb for c in rows(bureau, TaskChange) if c.via == "import"]
    assert sorted(made) == ["ask_extension", "complete", "grant_extension", "reassign"]
    assert list(looked(bureau, clerk).changes) == [] == told(looked(bureau, clerk))


def test_who_may_not_decide_only_asks_for_more_time(bureau: Runtime) -> None:
    clerk = written(bureau)
    clerk.write(TASKS, task_row(clerk, "上报季度总结"), 到期="2026/8/10", 本次说明="等数据")

    (change,) = looked(bureau, clerk, by="李明").changes
    applied(bureau, clerk, by="李明")

    assert change.cells[0].effect.startswith("申请延期，等领导批复")
    assert [one.state for one in rows(bureau, Extension)] == ["asked"]


def test_a_task_is_done_with_the_figure_of_the_same_file(bureau: Runtime) -> None:
    clerk = written(bureau)
    row = task_row(clerk, "培育高新技术企业")

    assert "要报数" in told(looked(bureau, clerk.write(TASKS, row, 状态="已办结")))[0]
    applied(bureau, clerk.write(TARGETS, 2, 当前进度=2))

    assert rows(bureau, Progress)[0].value == 2
    assert State.DONE in [task.state for task in rows(bureau, Task)]


def test_a_row_that_moved_meanwhile_is_refused_with_who_and_when_and_nothing_is_half_applied(bureau: Runtime) -> None:
    clerk = written(bureau)
    row = task_row(clerk, "上报季度总结")
    clerk.write(TASKS, row, 状态="已办结").write(TARGETS, 2, 当前进度=3)
    with writing(bureau.engine) as session:
        complete(
            session, find_task(session, clerk.cell(TASKS, row, "任务编号").value), Act("王芳", "page", NOW), "已报"
        )
        session.exec(select(Task)).first()
    clerk.write(TASKS, row, 状态="待办", 责任人="李明")
    clerk.write(TARGETS, 2, 确保=6)

    moved = "写出台账以后有了变化：王芳已于 2026-07-20 10:00 办结：已报。请重新写出一份，看过再改。"
    assert told(looked(bureau, clerk)) == [f"任务台账 第{row}行“责任人”：{moved}"]
    with pytest.raises(LedgerRefused, match="一处也没有改"):
        applied(bureau, clerk)
    assert rows(bureau, Progress) == []

    done = applied(bureau, clerk, partial=True)
    assert (done.rows, len(done.left_out), rows(bureau, Progress)[0].value) == (1, 1, 3)


def test_a_figure_and_a_goal_somebody_else_changed_are_not_overwritten(bureau: Runtime) -> None:
    mine, theirs = written(bureau), written(bureau)
    applied(bureau, theirs.write(TARGETS, 2, 当前进度=3, 确保=6), by="陈平", now=at("2026-07-20 09:00"))

    found = told(looked(bureau, mine.write(TARGETS, 2, 当前进度=4, 确保=7)))

    assert "陈平已于 2026-07-20 09:00 从 5 改为 6" in found[0]
    assert "陈平已于 2026-07-20 09:00 报了 3家" in found[1]


def test_everything_that_cannot_be_taken_is_named_together(bureau: Runtime) -> None:
    clerk = written(bureau)
    due = task_row(clerk, "上报季度总结")
    clerk.write(TARGETS, 2, 确保=9, 当前进度="三家", 截至="2027-01-01", 口径="估计")
    clerk.write(TASKS, due, 到期="2026-07-01", 责任人="赵六", 状态="已退回").write(TASKS, due, 事项="别的事")
    sheet = clerk.book[TASKS]
    sheet.cell(1, sheet.max_column + 1).value = "备注"
    sheet.cell(sheet.max_row + 1, 1).value = "新任务"

    found = looked(bureau, clerk)

    assert {(fault.sheet, fault.column) for fault in found.faults} == {
        (TARGETS, "确保"),
        (TARGETS, "当前进度"),
        (TARGETS, "截至"),
        (TASKS, "事项"),
        (TASKS, "到期"),
        (TASKS, "责任人"),
        (TASKS, "状态"),
        (TASKS, ""),
    } | {(TARGETS, "口径")}
    assert [str(one) for one in found.notices] == ["任务台账 第1行“备注”：台账没有这一列，没有读取。"]
    assert list(found.changes) == []


def test_rows_of_another_bureau_and_doubled_rows_are_known(bureau: Runtime) -> None:
    theirs = written(replace(bureau, settings=bureau.settings.model_copy(update={"secret": "t" * 32})))
    assert told(looked(bureau, theirs))[0].startswith("任务台账 第2行“督办标识”：这一行不是从本单位的台账写出来的")

    clerk = written(bureau)
    sheet = clerk.book[TASKS]
    sheet.append([cell.value for cell in sheet[2]])
    assert told(looked(bureau, clerk)) == [f"任务台账 第{sheet.max_row}行：和第2行是同一项，只能留一行。"]


def test_a_head_of_office_changes_only_rows_of_the_own_office(bureau: Runtime) -> None:
    clerk = written(bureau)
    for title in ("上报季度总结", "培育高新技术企业"):
        clerk.write(TASKS, task_row(clerk, title), 本次说明="快了")
    with reading(bureau.engine) as session:
        hand = hand_of(find_person(session, "陈平"), Seat.HEAD)

    found = ledger_look(bureau, open_ledger(bureau, "x", clerk.content), hand, local_day(NOW))

    assert [one.title for one in found.changes] == ["培育高新技术企业 · 2026年7月报进度"]
    assert "由王芳负责" in told(found)[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "不是 Excel"), (b"PK\x03\x04rest", "损坏"), (b"%PDF-1.4", "不是 Excel")],
)
def test_what_is_no_ledger_is_refused_in_one_sentence(bureau: Runtime, content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        open_ledger(bureau, "台账.xlsx", content)


def test_a_workbook_that_is_no_ledger_is_refused(bureau: Runtime) -> None:
    clerk = written(bureau)
    for name in (TARGETS, TASKS):
        del clerk.book[name]

    with pytest.raises(Refused, match="没有台账"):
        open_ledger(bureau, "台账.xlsx", clerk.content)


def test_sorted_rows_deleted_rows_and_renamed_sheets_are_still_known(bureau: Runtime) -> None:
    clerk = written(bureau)
    sheet = clerk.book[TASKS]
    sheet.title = "七月任务"
    sheet.delete_rows(2)
    last = [cell.value for cell in sheet[sheet.max_row]]
    sheet.insert_rows(2)
    for place, value in enumerate(last, 1):
        sheet.cell(2, place).value = value
    sheet.delete_rows(sheet.max_row)

    found = looked(bureau, clerk)

    assert (told(found), list(found.changes)) == ([], [])


@trying(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200),
            st.sampled_from(
                ["=1+1", "+86", "-3", "@SUM(A1)", "_x0041_", " 前后 ", "a\r\nb", "'x", "0012", "1e5", "是"]
            ),
        ),
        min_size=3,
        max_size=3,
    )
)
def test_whatever_the_names_are_a_ledger_comes_back_as_it_was(bureau: Runtime, names: list[str]) -> None:
    with writing(bureau.engine) as session:
        session.exec(select(PlanItem)).first().title = names[0]  # type: ignore[union-attr]
        session.exec(select(Target)).first().indicator = names[1]  # type: ignore[union-attr]
        session.exec(select(Person).where(Person.id == 4)).one().name = names[2]

    content = ledger_bytes(bureau, NOW)
    found = ledger_look(
        bureau, open_ledger(bureau, "x", content), hand_of(rows(bureau, Person)[0], Seat.LEADER), local_day(NOW)
    )

    assert (told(found), list(found.changes)) == ([], [])
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist() if "worksheets/" in name)


def test_a_plan_without_targets_and_one_with_reports_have_right_ledgers(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    own, all_of_it = (Clerk(ledger_bytes(runtime, NOW, enterprises=more)) for more in (False, True))

    assert (own.column(TARGETS, "指标"), own.column(TASKS, "事项")) == ([], [])
    assert set(all_of_it.column(TASKS, "填报企业")) == {"云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"}
    assert told(looked(runtime, all_of_it)) == []


def test_the_same_ledger_is_the_same_bytes(bureau: Runtime) -> None:
    assert ledger_bytes(bureau, NOW) == ledger_bytes(bureau, NOW)
