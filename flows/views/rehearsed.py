"""预演 as people look at it: a day's mails by who gets them, those to enterprises by what they are about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from notifications.audience import GROUP
from notifications.ladder import Way
from notifications.rehearsal import Rehearsed

NAMED = 20
"""How many enterprises of one kind of mail are named."""


@dataclass(frozen=True)
class Mail:
    """One message to one person of the bureau: ``count`` matters in it, ``held`` where there is no address."""

    recipient: str
    name: str
    count: int
    held: bool
    steps: Sequence[str]


@dataclass(frozen=True)
class Round:
    """The same mail to many enterprises: ``readers`` are the first of them, recipient and name."""

    title: str
    period: str
    step: str
    count: int
    held: int
    readers: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class RehearsedDay:
    """What goes out on one day. ``letters`` counts the drafts that will wait for somebody's word."""

    day: date
    mails: Sequence[Mail]
    rounds: Sequence[Round]
    letters: int

    @property
    def messages(self) -> int:
        return len(self.mails) + sum(one.count for one in self.rounds)


def rehearsed_days(rows: Iterable[Rehearsed]) -> list[RehearsedDay]:
    """The rows of a rehearsal, which come by day, one day after the other."""
    return [_day(day, list(of_day)) for day, of_day in groupby(rows, key=lambda row: row.day)]


def _day(day: date, rows: Sequence[Rehearsed]) -> RehearsedDay:
    said = [row for row in rows if row.way != Way.LETTER]
    staff = [row for row in said if _is_staff(row)]
    others = [row for row in said if not _is_staff(row)]
    letters = {(row.recipient, row.title) for row in rows if row.way == Way.LETTER}
    return RehearsedDay(day, _mails(staff), _rounds(others), len(letters))


def _is_staff(row: Rehearsed) -> bool:
    return row.recipient == GROUP or row.recipient.startswith("person:")


def _mails(rows: Sequence[Rehearsed]) -> list[Mail]:
    found: dict[str, list[Rehearsed]] = {}
    for row in rows:
        found.setdefault(row.recipient, []).append(row)
    return [_mail(of_one) for of_one in found.values()]


def _mail(rows: Sequence[Rehearsed]) -> Mail:
    steps = list(dict.fromkeys(row.step_label for row in rows))
    return Mail(rows[0].recipient, rows[0].name, len(rows), not rows[0].address, steps)


def _rounds(rows: Sequence[Rehearsed]) -> list[Round]:
    # An agency hears of all its enterprises in one mail: it is counted with what stands first in it.
    first: dict[str, Rehearsed] = {}
    for row in rows:
        first.setdefault(row.recipient, row)
    found: dict[tuple[str, str, str], list[Rehearsed]] = {}
    for row in first.values():
        found.setdefault((row.title, row.period, row.step_label), []).append(row)
    return [_round(*key, of_one) for key, of_one in found.items()]


def _round(title: str, period: str, step: str, rows: Sequence[Rehearsed]) -> Round:
    readers = [(row.recipient, row.name) for row in rows[:NAMED]]
    return Round(title, period, step, len(rows), sum(not row.address for row in rows), readers)
