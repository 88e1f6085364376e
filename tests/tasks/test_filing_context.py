"""What an answer is compared with: the same enterprise's own, a period and a year before, on both databases."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlmodel import Session, select

from cast import MONTHLY_REPORT, at
from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Plan, PlanItem
from support.filings import a_report, again, filed
from tasks.filings import FilingRefused, before_of, file_answers
from tasks.form import Before, load_forms
from tasks.states import State
from tasks.tables import Filing, Task
from tasks.verbs import Act

REPORT = load_forms()["rd_monthly"]
ACT = Act("赵会计", "page", at("2026-11-05"))
TYPED = {"staff": "12", "cost_month": "80", "cost_year": "680", "filler": "赵会计", "phone": "13900000001"}


@pytest.fixture
def session(begin: Callable[..., Runtime]) -> Iterator[Session]:
    with writing(begin(MONTHLY_REPORT).engine) as session:
        yield session


def before(session: Session, period: str = "2026-10", **given: Any) -> Before:
    return before_of(session, a_report(session, period, **given), REPORT)


def cost(answers: Mapping[str, str] | None) -> str | None:
    return answers["cost_year"] if answers else None


def test_the_month_before_and_the_same_month_of_last_year_are_found(session: Session) -> None:
    filed(session, "2026-09", cost_year="600")
    filed(session, "2025-10", cost_year="510")

    found = before(session)

    assert (cost(found.last_month), cost(found.last_year), found.begins_year) == ("600", "510", False)
    assert (found.last_month_label, found.last_year_label) == ("2026年9月", "2025年10月")


def test_neither_another_enterprise_nor_another_month_is_ones_own(session: Session) -> None:
    filed(session, "2026-09", enterprise=2)
    filed(session, "2026-08")

    found = before(session)

    assert (found.last_month, found.last_year) == (None, None)


def test_the_last_version_counts(session: Session) -> None:
    task = filed(session, "2026-09", cost_year="600")
    again(session, task, "rd_monthly", 2, cost_year="620")

    assert cost(before(session).last_month) == "620"


@pytest.mark.parametrize("state", [State.RETURNED, State.CANCELLED])
def test_what_was_sent_back_or_called_off_is_not_compared_with(session: Session, state: State) -> None:
    filed(session, "2026-09", state=state)

    assert before(session).last_month is None


def test_january_follows_december_and_begins_a_new_year(session: Session) -> None:
    filed(session, "2026-12", cost_year="900")

    found = before(session, "2027-01")

    assert (cost(found.last_month), found.begins_year) == ("900", True)


def test_an_item_carried_over_knows_what_was_filed_before_in_another_form(session: Session) -> None:
    old = session.exec(select(PlanItem)).one()
    plan = Plan(
        title="t",
        bureau="b",
        period="2027H1",
        started_on=at("2027-01-01").date(),
        started_at=at("2027-01-01"),
        started_by="陈平",
    )
    session.add(plan)
    session.flush()
    item = PlanItem(
        plan_id=plan.id or 0, number=1, title="研发月报", programme="rd_monthly", owner_id=4, carried_from=old.id
    )
    stranger = PlanItem(plan_id=plan.id or 0, number=2, title="别的表", programme="rd_monthly", owner_id=4)
    session.add_all([item, stranger])
    session.flush()
    filed(session, "2026-09", form="rd_monthly_full", item=old.id or 0)

    assert cost(before(session, item=item.id or 0).last_month) == "600"
    assert before(session, item=stranger.id or 0).last_month is None


def test_a_report_of_the_bureau_itself_has_nothing_before(session: Session) -> None:
    filed(session, "2026-09")
    task = a_report(session, "2026-10")
    task.enterprise_id = None

    assert before_of(session, task, REPORT).last_month is None


def test_an_open_question_keeps_nothing_and_a_reason_is_kept_with_the_answers(session: Session) -> None:
    filed(session, "2026-09")
    task = a_report(session, "2026-10")
    low = TYPED | {"cost_year": "580"}

    with pytest.raises(
        FilingRefused, match="请核对或写明原因：“1月至本月累计研发费用”填了580万元，比2026年9月的600万元还少"
    ) as refused:
        file_answers(session, task, REPORT, low, ACT)
    assert [one.key for one in refused.value.asked] == ["written_off"]
    assert session.exec(select(Filing).where(Filing.task_id == task.id)).first() is None

    filing = file_answers(session, task, REPORT, low | {"reason:written_off": "冲减上半年多计的材料费"}, ACT)

    assert filing.answers["reason:written_off"] == "冲减上半年多计的材料费"
    assert task.state == State.DONE


def test_a_zero_reply_in_october_keeps_the_300_of_september(session: Session) -> None:
    filed(session, "2026-09", cost_month="0", cost_year="300")
    task = a_report(session, "2026-10")

    filing = file_answers(session, task, REPORT, {"zero": "1", "filler": "赵会计", "phone": "1"}, ACT)

    assert (filing.answers["cost_month"], filing.answers["cost_year"]) == ("0", "300")


def test_a_correction_is_not_compared_with_itself(session: Session) -> None:
    task = a_report(session, "2026-10")
    file_answers(session, task, REPORT, TYPED, ACT)

    filing = file_answers(session, task, REPORT, TYPED | {"cost_month": "8", "cost_year": "68"}, ACT)

    assert filing.version == 2
    assert session.get_one(Task, task.id).state == State.DONE
