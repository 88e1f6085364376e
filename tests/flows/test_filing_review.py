"""Reviewing filed reports: beside earlier ones, in order of weight, and together where nothing was asked."""

from collections.abc import Callable
from dataclasses import astuple

import pytest
from sqlmodel import Session, select

from cast import MONTHLY_REPORT, at
from flows.filing_export import filings_workbook
from flows.reviewing import accept, accept_together
from flows.runtime import Runtime
from flows.views.filings import clean_filings, review_of
from flows.views.matrix import filing_items
from plans.database import reading, writing
from plans.tables import Enterprise
from tasks.filings import file_answers
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act, MoveRefused

JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"
NOW = at("2026-10-12 10:00")
OFFICER = Act("李明", "page", NOW)
FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "赵会计", "phone": "139"}


@pytest.fixture
def bureau(begin: Callable[..., Runtime]) -> Runtime:
    """Three reports for August and September; in September 精工 had to give a reason."""
    runtime = begin(MONTHLY_REPORT, on="2026-10-01 08:00")
    with writing(runtime.engine) as session:
        for name in (JINGGONG, QINGHE, YUANSHAN):
            kept = task_of(session, name).model_dump(exclude={"id", "period"})
            session.add(Task(**kept, period="2026-08"))
            session.flush()
            file(runtime, session, name, FULL | {"cost_month": "80", "cost_year": "524.5"}, "2026-08")
            file(runtime, session, name, FULL, "2026-09")
        again = FULL | {"cost_month": "0", "cost_year": "524.5", "reason:vanished": "项目结题"}
        file(runtime, session, JINGGONG, again, "2026-09")
    return runtime


def task_of(session: Session, name: str, month: str = "2026-09") -> Task:
    query = select(Task).join(Enterprise).where(Enterprise.name == name, Task.period == month)
    return session.exec(query).one()


def file(runtime: Runtime, session: Session, name: str, given: dict[str, str], month: str) -> None:
    act = Act("赵会计", "page", at("2026-10-09 09:00"))
    file_answers(session, task_of(session, name, month), runtime.forms["rd_monthly"], given, act)


def test_figures_stand_beside_last_months_with_the_change_and_the_reason(bureau: Runtime) -> None:
    with reading(bureau.engine) as session:
        review = review_of(session, task_of(session, QINGHE), NOW.date(), bureau.forms)
        asked = review_of(session, task_of(session, JINGGONG), NOW.date(), bureau.forms)

    row = next(row for row in review.rows if row.label == "本月研发费用")
    assert astuple(row) == ("本月研发费用", "85.5 万元", "80 万元", "", "增长6.88%", "", False)
    assert [row.reason for row in asked.rows if row.reason] == ["项目结题"]


def test_the_next_is_the_next_by_weight_and_none_after_the_last(bureau: Runtime) -> None:
    with reading(bureau.engine) as session:
        numbers = [task_of(session, name).id for name in (JINGGONG, QINGHE, YUANSHAN)]
        reviews = [review_of(session, session.get_one(Task, n), NOW.date(), bureau.forms) for n in numbers]

    assert [(one.previous, one.next) for one in reviews] == [
        (0, numbers[1]),
        (numbers[0], numbers[2]),
        (numbers[1], 0),
    ]
    assert {one.waiting for one in reviews} == {3}


def test_only_what_nobody_was_asked_about_is_accepted_together(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        item = filing_items(session)[0]
        clean, total = clean_filings(session, item, "2026-09", bureau.forms)
        assert ([one.enterprise for one in clean], total) == ([QINGHE, YUANSHAN], 2)
        everything = {task_of(session, name).id or 0: 1 for name in (JINGGONG, QINGHE, YUANSHAN)}
        stale = everything | {task_of(session, YUANSHAN).id or 0: 7}

        assert accept_together(session, item, "2026-08", everything, OFFICER) == 0
        assert accept_together(session, item, "2026-09", stale, OFFICER) == 1
        assert [task_of(session, name).state for name in (JINGGONG, QINGHE, YUANSHAN)] == [
            State.DONE,
            State.CLOSED,
            State.DONE,
        ]


def test_what_was_never_filed_is_not_accepted(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        kept = task_of(session, JINGGONG).model_dump(exclude={"id", "period"})
        task = Task(**kept, period="2026-10")
        session.add(task)
        session.flush()
        with pytest.raises(MoveRefused, match="还没有填报内容"):
            accept(session, task, OFFICER)


def test_a_months_reports_are_written_on_either_database(bureau: Runtime) -> None:
    with reading(bureau.engine) as session:
        assert filings_workbook(session, filing_items(session)[0], "2026-09", NOW, bureau.forms)[:2] == b"PK"
