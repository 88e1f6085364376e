"""Due dates: what each policy makes of a stated date on a day off."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.due import settle
from plans.words import DuePolicy
from plans.workdays import Workdays
from support.strategies import DAYS, works

NOTICE = Workdays()


@pytest.mark.parametrize(
    ("stated", "policy", "due_on", "inner_on"),
    [
        ("2026-10-10", DuePolicy.HARD, "2026-10-10", "2026-10-10"),
        ("2026-10-10", DuePolicy.NEXT, "2026-10-10", "2026-10-10"),
        ("2026-10-10", DuePolicy.PREVIOUS, "2026-10-10", "2026-10-10"),
        ("2026-10-10", DuePolicy.SKIP, "2026-10-10", "2026-10-10"),
        ("2026-10-05", DuePolicy.HARD, "2026-10-05", "2026-09-30"),
        ("2026-10-05", DuePolicy.NEXT, "2026-10-08", "2026-10-08"),
        ("2026-10-05", DuePolicy.PREVIOUS, "2026-09-30", "2026-09-30"),
        ("2026-02-15", DuePolicy.NEXT, "2026-02-24", "2026-02-24"),
        ("2026-02-20", DuePolicy.PREVIOUS, "2026-02-14", "2026-02-14"),
        ("2026-02-20", DuePolicy.HARD, "2026-02-20", "2026-02-14"),
        ("2027-02-06", DuePolicy.NEXT, "2027-02-08", "2027-02-08"),
    ],
)
def test_a_policy_settles_the_day(stated: str, policy: DuePolicy, due_on: str, inner_on: str) -> None:
    due = settle(date.fromisoformat(stated), policy, NOTICE)

    assert due is not None
    assert (str(due.due_on), str(due.inner_on)) == (due_on, inner_on)


def test_skip_leaves_a_day_off_out() -> None:
    assert settle(date(2026, 10, 2), DuePolicy.SKIP, NOTICE) is None


@given(DAYS, st.sampled_from(DuePolicy))
def test_reminders_count_from_a_workday_never_after_the_due_date(stated: date, policy: DuePolicy) -> None:
    due = settle(stated, policy, NOTICE)

    if due is None:
        assert policy is DuePolicy.SKIP
        assert not works(stated)
        return
    assert works(due.inner_on)
    assert due.inner_on <= due.due_on
    assert due.due_on == stated or (not works(stated) and policy in (DuePolicy.NEXT, DuePolicy.PREVIOUS))
