"""The agenda: from an item and a window of days to the tasks that must exist, complete and each once."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.agenda import Planned, agenda, belongs
from plans.periods import Period
from plans.tables import Enterprise, PlanItem
from plans.words import Assignees, DuePolicy, Kind
from plans.workdays import Workdays
from support.strategies import DAY, DAYS_OF_2026, ITEMS, an_enterprise, an_item

NOTICE = Workdays()
ROSTER = [an_enterprise(1), an_enterprise(2, first_month="2026-03"), an_enterprise(3, last_month="2026-09")]
PLANS = st.sampled_from([Period.parse(key) for key in ("2026", "2026H1", "2026H2", "2026Q4", "2026-10")])


def tasks_of(*items: PlanItem, plan: str = "2026H2", roster: list[Enterprise] | None = None) -> list[Planned]:
    period = Period.parse(plan)
    return list(agenda(items, period, roster or [], NOTICE, period.first, period.last))


def lines(tasks: list[Planned]) -> list[str]:
    return [f"{task.purpose} {task.period} {task.due_on:%m-%d}" for task in tasks]


def test_a_goal_reports_each_month_and_closes_once_without_a_double_ask_in_the_last() -> None:
    assert lines(tasks_of(an_item(kind=Kind.GOAL))) == [
        "progress 2026-07 07-31",
        "progress 2026-08 08-31",
        "progress 2026-09 09-30",
        "progress 2026-10 10-30",
        "progress 2026-11 11-30",
        "closing 2026H2 12-31",
    ]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("2026-10", ["closing 2026-10 10-30"]),
        ("2026Q1", ["progress 2026-01 01-30", "progress 2026-02 02-28", "closing 2026Q1 03-31"]),
    ],
)
def test_a_goal_of_a_shorter_plan_closes_at_its_end(plan: str, expected: list[str]) -> None:
    assert lines(tasks_of(an_item(kind=Kind.GOAL), plan=plan)) == expected


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        ("once:2026-11-20", ["closing 2026-11-20 11-20"]),
        ("annual:11-30", ["closing 2026 11-30"]),
        ("quarterly", ["progress 2026Q3 09-30", "closing 2026Q4 12-31"]),
        ("irregular", []),
    ],
)
def test_a_goal_with_a_rhythm_closes_on_its_last_date_in_the_plan(cadence: str, expected: list[str]) -> None:
    assert lines(tasks_of(an_item(cadence, Kind.GOAL))) == expected


def test_a_monthly_filing_in_arrears_leaves_january_out() -> None:
    report = an_item("monthly:10", in_arrears=True, skip_months=[1], due_policy=DuePolicy.HARD.value)

    assert lines(tasks_of(report, plan="2026H1")) == [
        "filing 2025-12 01-10",
        "filing 2026-02 03-10",
        "filing 2026-03 04-10",
        "filing 2026-04 05-10",
        "filing 2026-05 06-10",
    ]


def test_skipping_january_leaves_the_first_quarter_and_a_single_date_in_january_alone() -> None:
    quarterly = an_item("quarterly:10", skip_months=[1])
    single = an_item("once:2026-01-15", skip_months=[1])

    assert lines(tasks_of(quarterly, single, plan="2026H1")) == [
        "filing 2026Q1 03-10",
        "filing 2026Q2 06-10",
        "filing 2026-01-15 01-15",
    ]


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [(Kind.FILING, "filing"), (Kind.REVIEW, "meeting"), (Kind.DUTY, "duty"), (Kind.GOAL, "closing")],
)
def test_what_a_task_asks_for_follows_the_kind_of_its_item(kind: Kind, purpose: str) -> None:
    assert lines(tasks_of(an_item("once:2026-10-10", kind))) == [f"{purpose} 2026-10-10 10-10"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (DuePolicy.HARD, ["2026-10-02 2026-09-30 2026-10-04", "2026-10-09 2026-10-09 2026-10-11"]),
        (DuePolicy.NEXT, ["2026-10-08 2026-10-08 2026-10-08", "2026-10-09 2026-10-09 2026-10-11"]),
        (DuePolicy.PREVIOUS, ["2026-09-30 2026-09-30 2026-10-04", "2026-10-09 2026-10-09 2026-10-11"]),
        (DuePolicy.SKIP, ["2026-10-09 2026-10-09 2026-10-11"]),
    ],
)
def test_a_weekly_duty_on_the_national_day_friday(policy: DuePolicy, expected: list[str]) -> None:
    """As “due inner lapses”: it lapses with its week, but never before it is due."""
    patrol = an_item("weekly:fri-pm", Kind.DUTY, due_policy=policy.value)
    window = date(2026, 9, 28), date(2026, 10, 11)

    tasks = agenda([patrol], Period.parse("2026H2"), [], NOTICE, *window)

    assert [f"{task.due_on} {task.inner_on} {task.lapses_on}" for task in tasks] == expected


@pytest.mark.parametrize("policy", DuePolicy)
def test_daily_work_does_not_heap_up_before_a_holiday(policy: DuePolicy) -> None:
    window = date(2026, 9, 30), date(2026, 10, 11)
    daily = an_item("daily", Kind.DUTY, due_policy=policy.value)
    every = an_item("daily:every", Kind.DUTY, due_policy=policy.value)

    workdays_only = [f"{task.due_on:%m-%d}" for task in agenda([daily], Period.parse("2026H2"), [], NOTICE, *window)]
    all_days = [task.due_on for task in agenda([every], Period.parse("2026H2"), [], NOTICE, *window)]

    assert workdays_only == ["09-30", "10-08", "10-09", "10-10"]
    assert all_days == [window[0] + DAY * n for n in range(12)]


def test_only_duties_lapse() -> None:
    window = [tasks_of(an_item("monthly:10", kind))[0] for kind in (Kind.FILING, Kind.REVIEW, Kind.DUTY)]

    assert [task.lapses_on for task in window] == [None, None, date(2026, 7, 31)]
    assert tasks_of(an_item("once:2026-10-10", Kind.DUTY))[0].lapses_on is None


def test_each_enterprise_of_the_roster_files_from_its_first_month_to_its_last() -> None:
    report = an_item("monthly:10", in_arrears=True, assignees=Assignees.ENTERPRISES.value)
    roster = [
        an_enterprise(1),
        an_enterprise(2, first_month="2026-08"),
        an_enterprise(3, last_month="2026-07"),
        an_enterprise(4, exempt_reason="停产"),
        an_enterprise(5, first_month="2026-07", last_month="2026-07"),
    ]

    filed: dict[str, list[str]] = {}
    for task in tasks_of(report, plan="2026Q3", roster=roster):
        filed.setdefault(task.period, []).append(task.assignee)

    assert filed == {
        "2026-06": ["enterprise:1", "enterprise:3"],
        "2026-07": ["enterprise:1", "enterprise:3", "enterprise:5"],
        "2026-08": ["enterprise:1", "enterprise:2"],
    }


@pytest.mark.parametrize(
    ("month", "belonging"), [("2026-02", False), ("2026-03", True), ("2026-09", True), ("2026-10", False)]
)
def test_the_first_and_the_last_month_belong(month: str, belonging: bool) -> None:
    assert belongs(an_enterprise(1, first_month="2026-03", last_month="2026-09"), month) is belonging


def test_a_quarter_is_filed_by_whoever_is_there_in_its_last_month() -> None:
    quarterly = an_item("quarterly:10", assignees=Assignees.ENTERPRISES.value)
    roster = [an_enterprise(1, first_month="2026-09"), an_enterprise(2, last_month="2026-08")]

    assert [task.assignee for task in tasks_of(quarterly, plan="2026Q3", roster=roster)] == ["enterprise:1"]


def test_a_window_wider_than_the_plan_gives_no_more_than_the_plan() -> None:
    wide = agenda([an_item("monthly:10")], Period.parse("2026Q3"), [], NOTICE, date(2026, 1, 1), date(2027, 1, 31))

    assert [task.period for task in wide] == ["2026-07", "2026-08", "2026-09"]


def test_an_enterprise_task_keeps_the_officer_of_the_item() -> None:
    (task,) = tasks_of(an_item("once:2026-10-10", assignees=Assignees.ENTERPRISES.value), roster=[an_enterprise(7)])

    assert (task.owner_id, task.enterprise_id, task.assignee) == (4, 7, "enterprise:7")


def test_without_a_rhythm_only_a_goal_has_tasks() -> None:
    assert [tasks_of(an_item("", kind)) for kind in (Kind.FILING, Kind.REVIEW, Kind.DUTY)] == [[], [], []]


@settings(max_examples=60, deadline=None)
@given(ITEMS, PLANS)
def test_no_two_tasks_are_the_same_and_each_is_due_in_the_plan_unless_its_policy_moved_it(
    items: list[PlanItem], plan: Period
) -> None:
    tasks = list(agenda(items, plan, ROSTER, NOTICE, plan.first, plan.last))

    keys = Counter((task.item_id, task.period, task.assignee) for task in tasks)
    assert [key for key, times in keys.items() if times > 1] == []
    for task in tasks:
        # A date in the plan moves to a workday next to it, so an outer edge that works holds every due date.
        assert NOTICE.on_or_before(plan.first) <= task.due_on <= NOTICE.on_or_after(plan.last)
        assert task.inner_on <= task.due_on
        assert NOTICE.is_workday(task.inner_on)
        assert task.lapses_on is None or task.due_on <= task.lapses_on


@settings(max_examples=60, deadline=None)
@given(ITEMS, PLANS, DAYS_OF_2026)
def test_a_window_cut_in_two_has_the_tasks_of_the_whole(items: list[PlanItem], plan: Period, cut: date) -> None:
    first, last = date(2025, 12, 1), date(2027, 1, 31)

    whole = agenda(items, plan, ROSTER, NOTICE, first, last)
    early = agenda(items, plan, ROSTER, NOTICE, first, cut)
    late = agenda(items, plan, ROSTER, NOTICE, cut + DAY, last)

    assert Counter(whole) == Counter([*early, *late])


@settings(max_examples=30, deadline=None)
@given(ITEMS, PLANS)
def test_it_is_pure(items: list[PlanItem], plan: Period) -> None:
    before = [item.model_dump() for item in items]

    once = list(agenda(items, plan, ROSTER, NOTICE, plan.first, plan.last))

    assert list(agenda(items, plan, ROSTER, NOTICE, plan.first, plan.last)) == once
    assert [item.model_dump() for item in items] == before
