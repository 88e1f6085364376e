"""Who belongs in which month, and that the database is asked the same question."""

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from plans.agenda import belongs
from plans.roster.membership import Standing, belonging_in, proposed
from plans.tables import Enterprise
from support.rows import empty_memory
from support.strategies import an_enterprise

MONTHS = st.sampled_from(["", "2026-08", "2026-09", "2026-10", "2026-11"])


@given(MONTHS, MONTHS, st.sampled_from(["", "停产"]), MONTHS, st.sampled_from(["2026-09", "2026-10"]))
def test_the_database_says_who_belongs_as_the_agenda_does(
    first: str, last: str, reason: str, since: str, month: str
) -> None:
    one = an_enterprise(1, first_month=first, last_month=last, exempt_reason=reason, exempt_from=since)
    with empty_memory() as session:
        session.add(one)
        session.flush()
        found = session.exec(select(Enterprise.id).where(belonging_in(month))).all()
        assert bool(found) == belongs(one, month)
        session.rollback()


def test_next_month_is_this_month_without_who_ends_and_with_who_begins() -> None:
    rows = [
        an_enterprise(1),
        an_enterprise(2, first_month="2026-11"),
        an_enterprise(3, last_month="2026-10"),
        an_enterprise(4, exempt_reason="停产", exempt_from="2026-11"),
        an_enterprise(5, last_month="2026-08"),
        an_enterprise(6, exempt_reason="注销", last_month="2026-08"),
    ]
    assert [(one.enterprise.id, one.standing, one.why) for one in proposed(rows, "2026-11")] == [
        (1, Standing.STAYING, ""),
        (2, Standing.NEW, "2026-11 起报"),
        (3, Standing.LEAVING, "报到 2026-10 为止"),
        (4, Standing.EXEMPT, "停产"),
    ]
