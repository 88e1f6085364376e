"""The matrix: every state of domain.md §8, told by the database, with denominators that stay from the cut-off on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from cast import MONTHLY_REPORT, at
from flows.runtime import Runtime
from flows.views.filing_states import SHOWN, Stand
from flows.views.matrix import Matrix, Wanted, columns_of, filing_items, matrix_of, opened_periods, whole_matrix
from plans.agenda import assignee_of
from plans.database import reading, writing
from plans.periods import Period
from plans.tables import Agency, Enterprise
from tasks.calls import note_call
from tasks.chasing_tables import CutOff, FilingDraft
from tasks.filings import file_answers
from tasks.states import FINISHED, State
from tasks.tables import Task
from tasks.verbs import Act, close, send_back

JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"
TODAY = date(2026, 10, 12)
FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "赵会计", "phone": "139"}
NOTHING = {"zero": "1", "filler": "赵会计", "phone": "139"}


@pytest.fixture
def bureau(begin: Callable[..., Runtime]) -> Runtime:
    return begin(MONTHLY_REPORT, on="2026-10-01 08:00")


def task_of(session: Session, name: str) -> Task:
    return session.exec(select(Task).join(Enterprise).where(Enterprise.name == name)).one()


def file(
    bureau: Runtime, name: str, given: Mapping[str, str], when: str = "2026-10-09 09:00", via: str = "page"
) -> None:
    with writing(bureau.engine) as session:
        act = Act("王芳" if via == "phone" else "赵会计", via, at(when))
        file_answers(session, task_of(session, name), bureau.forms["rd_monthly"], given, act)


def seen(bureau: Runtime, wanted: Wanted | None = None, today: date = TODAY) -> Matrix:
    with reading(bureau.engine) as session:
        return matrix_of(session, filing_items(session)[0], today, wanted or Wanted())


def stands(bureau: Runtime, today: date = TODAY) -> dict[str, tuple[Stand, str]]:
    """Each enterprise's state in September, with what is said beside it."""
    rows = seen(bureau, today=today).page.rows
    return {row.enterprise.name: (row.cells[0].stand, row.cells[0].detail) for row in rows}


def test_before_the_due_date_a_report_is_wanted_and_after_it_overdue(bureau: Runtime) -> None:
    assert stands(bureau, date(2026, 10, 9))[JINGGONG] == (Stand.WANTED, "")
    assert stands(bureau)[JINGGONG] == (Stand.OVERDUE, "逾2天")


def test_filed_zero_and_accepted_are_told_apart(bureau: Runtime) -> None:
    file(bureau, JINGGONG, FULL)
    file(bureau, QINGHE, NOTHING)
    file(bureau, YUANSHAN, FULL, "2026-10-11 09:00", via="phone")
    assert stands(bureau) == {
        JINGGONG: (Stand.FILED, ""),
        QINGHE: (Stand.ZERO, ""),
        YUANSHAN: (Stand.FILED, "迟1天，代报"),
    }
    with writing(bureau.engine) as session:
        close(session, task_of(session, QINGHE), Act("李明", "page", at("2026-10-12 09:00")))
    assert stands(bureau)[QINGHE] == (Stand.ACCEPTED, "")


def test_a_returned_report_is_owed_again(bureau: Runtime) -> None:
    file(bureau, JINGGONG, FULL)
    with writing(bureau.engine) as session:
        send_back(session, task_of(session, JINGGONG), Act("李明", "page", at("2026-10-12 09:00")), "单位不对", None)

    assert stands(bureau)[JINGGONG][0] is Stand.RETURNED
    assert [row.enterprise.name for row in seen(bureau, Wanted(state="returned")).page.rows] == [JINGGONG]


def test_a_draft_and_a_promise_show_until_the_promise_is_broken(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        task = task_of(session, QINGHE)
        session.add(FilingDraft(task_id=task.id or 0, by="钱会计", at=at("2026-10-08 09:00")))
        act = Act("李明", "phone", at("2026-10-12 09:00"))
        note_call(session, task_of(session, YUANSHAN), act, "孙会计", "出差", date(2026, 10, 14))
    assert stands(bureau)[QINGHE] == (Stand.DRAFT, "逾2天")
    assert stands(bureau)[YUANSHAN] == (Stand.PROMISED, "10月14日前")
    assert stands(bureau, date(2026, 10, 15))[YUANSHAN] == (Stand.OVERDUE, "逾5天，失约")


def test_an_exempt_enterprise_owes_nothing_and_leaves_the_denominator(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        task_of(session, YUANSHAN)
        session.exec(select(Enterprise).where(Enterprise.name == YUANSHAN)).one().exempt_reason = "停产"

    assert stands(bureau)[YUANSHAN][0] is Stand.EXEMPT
    assert seen(bureau).columns[0].due == 2
    assert [row.enterprise.name for row in seen(bureau, Wanted(state="exempt")).page.rows] == [YUANSHAN]


def test_after_the_cut_off_it_is_late_with_days_and_the_denominator_stays(bureau: Runtime) -> None:
    file(bureau, JINGGONG, FULL)
    facts = {"due": {"count": 5, "weight": "2000"}, "filed": {"count": 1, "weight": "900"}}
    with writing(bureau.engine) as session:
        item = filing_items(session)[0].id or 0
        session.add(CutOff(item_id=item, period="2026-09", cut_at=at("2026-10-17 00:00"), facts=facts))
    file(bureau, QINGHE, FULL, "2026-10-20 09:00")
    with writing(bureau.engine) as session:
        send_back(session, task_of(session, JINGGONG), Act("李明", "page", at("2026-10-20 10:00")), "错", None)
    file(bureau, JINGGONG, FULL, "2026-10-21 09:00")

    today = date(2026, 10, 22)
    assert stands(bureau, today)[QINGHE] == (Stand.LATE, "迟10天")
    assert stands(bureau, today)[JINGGONG][0] is Stand.FILED  # it was in at the cut-off: a correction, no 补报
    column = seen(bureau, today=today).columns[0]
    assert (column.due, column.done, column.at_cut_off) == (5, 2, 1)
    assert column.weight_rate == pytest.approx(1400 / 2000)


def test_the_rates_count_by_number_and_by_weight(bureau: Runtime) -> None:
    file(bureau, JINGGONG, FULL)

    column = seen(bureau).columns[0]

    assert (column.due, column.done, column.weight_due, column.weight_done) == (3, 1, Decimal(1420), Decimal(900))


def test_it_is_sorted_by_weight_or_name_and_filtered_by_name_state_and_agency(bureau: Runtime) -> None:
    file(bureau, JINGGONG, FULL)
    with writing(bureau.engine) as session:
        agency = Agency(name="百信代账")
        session.add(agency)
        session.flush()
        session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one().agency_id = agency.id
        number = agency.id or 0

    def names(wanted: Wanted) -> list[str]:
        return [row.enterprise.name for row in seen(bureau, wanted).page.rows]

    assert names(Wanted()) == [JINGGONG, QINGHE, YUANSHAN]
    assert names(Wanted(sort="name")) == sorted([JINGGONG, QINGHE, YUANSHAN])
    assert names(Wanted(q="竹业")) == [YUANSHAN]
    assert names(Wanted(q="%")) == []
    assert names(Wanted(agency=number)) == [QINGHE]
    assert names(Wanted(state="owing")) == [QINGHE, YUANSHAN]
    assert names(Wanted(state="unreviewed")) == [JINGGONG]


@pytest.mark.parametrize("state", sorted(SHOWN))
def test_every_filter_agrees_with_what_the_cells_say(bureau: Runtime, state: str) -> None:
    file(bureau, JINGGONG, FULL)
    file(bureau, QINGHE, NOTHING)
    everyone = seen(bureau).page.rows
    wanted = SHOWN[state][1] or tuple(Stand)

    assert [row.enterprise.name for row in seen(bureau, Wanted(state=state)).page.rows] == [
        row.enterprise.name for row in everyone if row.cells[0].stand in wanted
    ]


def test_of_many_months_twelve_are_shown_and_an_earlier_one_can_be_chosen(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        model = task_of(session, JINGGONG).model_dump(exclude={"id", "period"})
        session.add_all(Task(**model, period=f"{year}-{month:02}") for year in (2023, 2024) for month in range(1, 13))
    with reading(bureau.engine) as session:
        opened = [period.key for period in opened_periods(session, filing_items(session)[0])]

    assert opened == [*(f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)), "2026-09"]
    assert [one.key for one in seen(bureau).columns] == [*opened[-11:], "2026-10"]
    assert [one.key for one in seen(bureau, Wanted(month="2023-12")).columns] == opened[:12]


def test_the_whole_matrix_is_the_pages_together(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        session.add_all(Enterprise(name=f"第{number}号厂") for number in range(60))
    with reading(bureau.engine) as session:
        item = filing_items(session)[0]
        whole = whole_matrix(session, item, TODAY, Wanted())
        pages = [matrix_of(session, item, TODAY, replace(Wanted(), number=number)).page.rows for number in (1, 2)]

    assert [row.enterprise.name for row in whole.page.rows] == [row.enterprise.name for page in pages for row in page]


def test_a_cancelled_report_is_no_report(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        task = session.exec(select(Task).join(Enterprise).where(col(Enterprise.name) == YUANSHAN)).one()
        task.state = State.CANCELLED

    assert stands(bureau)[YUANSHAN][0] is Stand.NOTHING
    assert seen(bureau).columns[0].due == 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from([JINGGONG, QINGHE, YUANSHAN]),
            st.sampled_from(["2026-10", "2026-11"]),
            st.sampled_from(list(State)),
        ),
        unique_by=lambda one: one[:2],
    ),
    st.sets(st.sampled_from([JINGGONG, QINGHE, YUANSHAN])),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_the_rates_are_those_one_counts_report_by_report(
    bureau: Runtime, reports: list[tuple[str, str, State]], exempt: set[str]
) -> None:
    months = [Period.parse("2026-10"), Period.parse("2026-11")]
    with reading(bureau.engine) as session:
        firms = {one.name: one for one in session.exec(select(Enterprise))}
        for name in exempt:
            firms[name].exempt_reason, firms[name].exempt_from = "停产", "2026-11"
        model = task_of(session, JINGGONG).model_dump(exclude={"id", "period", "state", "assignee", "enterprise_id"})
        for name, period, state in reports:
            number = firms[name].id or 0
            who = {"assignee": assignee_of(number), "enterprise_id": number, "state": state.value}
            session.add(Task(**model | who, period=period))
        session.flush()
        columns = columns_of(session, filing_items(session)[0], months)

    for column in columns:
        here = [(firms[name], name, state) for name, period, state in reports if period == column.key]
        done = [firm for firm, _, state in here if state in FINISHED]
        off = [firm for firm, name, state in here if _asks_nothing(name in exempt and column.key == "2026-11", state)]
        assert (column.due, column.done) == (len(here) - len(off), len(done))
        assert column.weight_done == sum(firm.weight for firm in done)
        assert column.weight_due == sum(firm.weight for firm, *_ in here) - sum(firm.weight for firm in off)


def _asks_nothing(is_exempt: bool, state: State) -> bool:
    return state is State.CANCELLED or (is_exempt and state not in FINISHED)
