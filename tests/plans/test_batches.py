"""Batches and the reviews they date: never before the batch says, always with lead, each once."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.agenda import CERTIFICATE, Planned, Purpose, agenda
from plans.batches import Batch, Batches, BatchFileError, load_batches
from plans.certificates import Ending, Renewals, endings_of
from plans.periods import Period
from plans.roster_tables import Certificate
from plans.words import Assignees, Kind
from plans.workdays import Workdays
from support.strategies import DAYS_OF_2026, an_enterprise, an_item, works

WORKDAYS = Workdays()
KINDS = {"gaoqi": "高新技术企业"}
FIRST = Batch(programme="gaoqi", year=2026, name="第一批", opens=date(2026, 4, 1), closes=date(2026, 6, 10))
SECOND = Batch(programme="gaoqi", year=2026, name="第二批", opens=date(2026, 6, 15), closes=date(2026, 8, 31))
THIRD = Batch(programme="gaoqi", year=2026, name="第三批", opens=date(2026, 9, 1), closes=date(2026, 12, 31))


def due(ends_on: date, *rows: Batch, lead: int = 10, enterprise: str = "精工") -> tuple[date, str]:
    timing = Batches(rows, KINDS, lead).timing("gaoqi", enterprise, ends_on, WORKDAYS)
    return timing.due_on, timing.batch.name if timing.batch else ""


def test_a_review_goes_by_the_last_batch_that_closes_before_the_certificate_ends() -> None:
    assert due(date(2026, 11, 22), FIRST, SECOND, THIRD) == (date(2026, 8, 17), "第二批")


def test_an_enterprise_may_choose_another_batch() -> None:
    chosen = FIRST.model_copy(update={"enterprises": ("精工",)})

    assert due(date(2026, 11, 22), chosen, SECOND)[1] == "第一批"
    assert due(date(2026, 11, 22), chosen, SECOND, enterprise="青禾")[1] == "第二批"


def test_no_batch_that_is_in_time_leaves_the_lead_before_the_end_and_says_so() -> None:
    assert due(date(2026, 5, 22), SECOND, lead=20) == (date(2026, 4, 22), "")
    timing = Batches((), KINDS).timing("gaoqi", "精工", date(2026, 11, 22), WORKDAYS)
    assert timing.told == "批次未公布，暂按证书到期日倒排"


def test_a_batch_shorter_than_the_lead_is_not_asked_for_before_it_opens() -> None:
    short = Batch(programme="gaoqi", year=2026, name="补充批", opens=date(2026, 8, 29), closes=date(2026, 9, 4))

    assert due(date(2026, 11, 22), short) == (date(2026, 8, 31), "补充批")


def test_another_programme_or_year_has_batches_of_its_own() -> None:
    other = SECOND.model_copy(update={"programme": "xiangmu"})
    last_year = SECOND.model_copy(update={"year": 2025})

    assert due(date(2026, 11, 22), FIRST, other, last_year)[1] == "第一批"


BATCH = st.builds(
    lambda first, length, lead: Batch(
        programme="gaoqi", year=2026, name=f"{first}", opens=first, closes=first + timedelta(days=length), lead=lead
    ),
    DAYS_OF_2026.filter(lambda day: day.month < 12),
    st.integers(0, 30),
    st.none() | st.integers(1, 30),
)


@given(ends_on=DAYS_OF_2026, rows=st.lists(BATCH, max_size=4), lead=st.integers(1, 40))
def test_a_review_is_never_before_its_batch_opens_and_has_its_lead(ends_on: date, rows: list[Batch], lead: int) -> None:
    batches = Batches(rows, KINDS, lead)

    timing = batches.timing("gaoqi", "精工", ends_on, WORKDAYS)

    if timing.batch is None:
        assert all(batch.closes > ends_on for batch in rows)
        assert ahead(timing.due_on, ends_on) == lead
        return
    assert timing.batch.opens <= timing.due_on <= timing.batch.closes <= ends_on
    assert all(batch.closes <= timing.batch.closes or batch.closes > ends_on for batch in rows)
    wanted = lead if timing.batch.lead is None else timing.batch.lead
    left = ahead(timing.due_on, timing.batch.closes)
    assert left == wanted or (left < wanted and not ever_works(timing.batch.opens, timing.due_on))


def ahead(day: date, closes: date) -> int:
    """How many workdays a date lies ahead, counted one by one: the day itself and those up to the close."""
    return sum(works(day + timedelta(days=n)) for n in range((closes - day).days))


def ever_works(first: date, before: date) -> bool:
    return any(works(first + timedelta(days=n)) for n in range((before - first).days))


def reviews(renewals: Renewals, plan: str = "2026", first: str = "2026-01-01", item: int = 1) -> list[Planned]:
    period = Period.parse(plan)
    wanted = an_item(id=item, kind=Kind.REVIEW, programme="gaoqi", cadence=CERTIFICATE, assignees=Assignees.ENTERPRISES)
    roster = [an_enterprise(number) for number in range(1, 6)]
    return list(agenda([wanted], period, roster, WORKDAYS, date.fromisoformat(first), period.last, renewals))


def ending(enterprise: int, ends_on: date) -> Ending:
    return Ending(enterprise, enterprise, f"企业{enterprise}", "高新技术企业", ends_on)


def test_each_certificate_gives_its_enterprise_one_review_in_the_year_it_ends() -> None:
    renewals = Renewals((ending(1, date(2026, 11, 22)), ending(2, date(2027, 11, 22))), Batches((SECOND,), KINDS))

    (review,) = reviews(renewals)

    assert (review.purpose, review.period, review.assignee) == (Purpose.RENEWAL, "2026", "enterprise:1")
    assert review.due_on == review.inner_on == date(2026, 8, 17)


def test_it_lies_in_the_plan_in_whose_period_it_is_due() -> None:
    renewals = Renewals((ending(1, date(2026, 11, 22)),), Batches((SECOND,), KINDS))

    assert reviews(renewals, "2026H1") == []
    assert len(reviews(renewals, "2026H2")) == 1


def test_a_plan_asks_for_what_no_earlier_plan_did_while_the_certificate_is_still_to_end() -> None:
    renewals = Renewals((ending(1, date(2026, 11, 22)),), Batches((FIRST,), KINDS))

    assert [one.due_on for one in reviews(renewals, "2026H2")] == [date(2026, 5, 27)]
    assert reviews(renewals, "2027H1") == []


def test_what_another_item_asks_for_already_is_not_asked_for_again() -> None:
    held = Renewals((ending(1, date(2026, 11, 22)),), Batches((SECOND,), KINDS), {(1, "2026"): 7})

    assert reviews(held, item=1) == []
    assert len(reviews(held, item=7)) == 1


@given(ends=st.lists(st.tuples(st.integers(1, 5), DAYS_OF_2026), max_size=8), rows=st.lists(BATCH, max_size=3))
def test_over_the_plans_of_a_year_each_certificate_is_asked_for_exactly_once(
    ends: list[tuple[int, date]], rows: list[Batch]
) -> None:
    certificates = [certificate(enterprise, ends_on) for enterprise, ends_on in ends]
    pairs = [(one, an_enterprise(one.enterprise_id)) for one in certificates]
    endings, batches = endings_of(pairs), Batches(rows, KINDS)

    first = reviews(Renewals(endings, batches), "2026H1", item=1)
    held = {(one.enterprise_id or 0, one.period): one.item_id for one in first}
    second = reviews(Renewals(endings, batches, held), "2026H2", item=2)

    asked = Counter(one.enterprise_id for one in (*first, *second))
    assert asked == Counter(one.enterprise_id for one in endings)


def certificate(enterprise: int, ends_on: date, revoked_on: date | None = None) -> Certificate:
    issued_on = date(ends_on.year - 3, ends_on.month, 1)
    kind = "高新技术企业"
    return Certificate(enterprise_id=enterprise, kind=kind, issued_on=issued_on, ends_on=ends_on, revoked_on=revoked_on)


def test_a_certificate_that_was_renewed_or_revoked_ends_no_more() -> None:
    old = certificate(1, date(2026, 11, 22))
    new = certificate(1, date(2029, 11, 22))
    gone = certificate(2, date(2026, 11, 22), revoked_on=date(2025, 3, 1))

    found = endings_of([(old, an_enterprise(1)), (new, an_enterprise(1)), (gone, an_enterprise(2))])

    assert [(one.enterprise_id, one.ends_on) for one in found] == [(1, date(2029, 11, 22))]


def test_batches_are_read_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "batches.yaml"
    file.write_text(
        "- programme: gaoqi\n  year: 2026\n  name: 第二批\n  opens: 2026-06-15\n  closes: 2026-08-31\n"
        "  enterprises: [云溪精工有限公司]\n",
        encoding="utf-8",
    )

    assert load_batches(file) == (SECOND.model_copy(update={"enterprises": ("云溪精工有限公司",)}),)
    assert load_batches(tmp_path / "none.yaml") == ()


@pytest.mark.parametrize(
    "text",
    [
        "- {programme: gaoqi}",
        "- 第二批",
        "a: [",
        "- {programme: gaoqi, year: 2026, name: 二, opens: 2026-08-31, closes: 2026-06-15}",
    ],
)
def test_a_batch_file_nobody_can_read_says_what_to_write(tmp_path: Path, text: str) -> None:
    file = tmp_path / "batches.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BatchFileError, match=r"批次文件 batches\.yaml 读不懂：每一批写明"):
        load_batches(file)
