"""Starting a plan beside a roster that is there already: a draft adds to it and moves nobody's duty."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from cast import at, draft
from plans.draft import parse_draft
from plans.programmes import load_programmes
from plans.starting import start_plan
from plans.tables import Enterprise
from support.rows import empty_memory

JINGGONG = "云溪精工有限公司"


@pytest.fixture
def session() -> Iterator[Session]:
    with empty_memory() as opened:
        yield opened


def start(session: Session, period: str = "2026H2", **said: str) -> Enterprise:
    """Start a plan whose draft says this of 精工, and nothing else; 精工 as it is then."""
    text = draft(period=period)
    begin, end = text.index("  - {name: 云溪精工"), text.index("\n\nitems")
    fields = "".join(f", {key}: {value!r}" for key, value in said.items())
    read = parse_draft(f"{text[:begin]}  - {{name: {JINGGONG}{fields}}}{text[end:]}").draft
    assert read is not None
    start_plan(session, read, load_programmes(), "陈平", at("2026-07-01 08:00"))
    session.flush()
    return session.exec(select(Enterprise).where(Enterprise.name == JINGGONG)).one()


def test_a_new_draft_does_not_move_who_files(session: Session) -> None:
    start(session, contact="赵会计", mail="zhao@jinggong.example", phone="1")

    after = start(session, "2027", contact="郑会计", mail="zheng@jinggong.example", phone="2")

    assert (after.contact, after.email, after.phone) == ("赵会计", "zhao@jinggong.example", "1")


def test_a_first_contact_is_taken_from_it(session: Session) -> None:
    start(session)

    after = start(session, "2027", contact="郑会计", mail="zheng@jinggong.example")

    assert (after.contact, after.email, after.link_version) == ("郑会计", "zheng@jinggong.example", 1)


def test_what_it_leaves_out_stays_and_what_it_says_is_written(session: Session) -> None:
    start(session, weight="900", first_month="2026-04", exempt_reason="停产")

    after = start(session, "2027", weight="950", last_month="2027-06")

    assert after.weight == Decimal(950)
    assert (after.first_month, after.last_month, after.exempt_reason) == ("2026-04", "2027-06", "停产")
