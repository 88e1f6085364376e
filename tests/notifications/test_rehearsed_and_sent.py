"""A month in which nobody does anything: what is rehearsed on its first day is what a mail server then receives."""

from collections import Counter
from datetime import date

import pytest

from cast import MONTHLY_REPORT
from conftest import Begin
from support.chasing import QINGHE, has_agency
from support.month import Month, Told, drafted, rehearsed, sent
from support.smtp import ReceivingServer

VISITS = """
  - title: 企业走访
    programme: other
    kind: filing
    owner: 王芳
    cadence: monthly:20
    due_policy: next
"""
FIRST, LAST = date(2026, 11, 3), date(2026, 12, 2)


@pytest.fixture
def database_url(empty_file: str) -> str:
    """Rehearsing on both databases is tested day by day; here the mail is real."""
    return empty_file


def test_a_month_of_silence_is_sent_as_it_was_rehearsed(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    month = Month(mailbox, "2026-11-02 09:05")
    month.runtime = begin(MONTHLY_REPORT, VISITS, on="2026-11-02 08:00", **with_mail)
    has_agency(month.runtime, QINGHE)
    month.o_clock("09:05")

    expected = rehearsed(month.runtime, FIRST, LAST)
    month.pass_to(f"{LAST:%m-%d}")
    arrived, letters = sent(month.runtime, month), drafted(month.runtime, FIRST, LAST)

    assert arrived + letters == expected
    assert letters.total() == 3
    assert heard(arrived) == {"zhao": 3, "ruixin": 3, "li": 3, "wang": 5, "lin": 5}


def heard(told: Counter[Told]) -> Counter[str]:
    """How many times each mailbox was told of something."""
    return Counter(one.address.partition("@")[0] for one in told.elements())
