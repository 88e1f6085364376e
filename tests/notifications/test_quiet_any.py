"""Whatever is promised, paused and filed, beside a model that walks day by day and counts workdays one by one."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from notifications.ladder import decide, load_ladders
from notifications.quiet import Promised, Quiet, Span, Terms
from notifications.stepping import last_promisable
from plans.database import writing
from plans.workdays import Workdays
from support.chasing import JINGGONG, QINGHE, YUANSHAN, firm, has_agency, task_of
from support.smtp import ReceivingServer
from support.strategies import DAY, days_between, works
from tasks.calls import CallRefused, note_call
from tasks.pauses import PauseRefused, pause
from tasks.verbs import Act, MoveRefused, complete

LADDER, WORKDAYS = load_ladders()["enterprise"], Workdays()
OFFSETS = [(-5, "assignee"), (-1, "assignee"), (1, "assignee"), (3, "officer"), (5, "letter"), (7, "leader")]


@dataclass(frozen=True)
class Due:
    due_on: date
    inner_on: date
    lapses_on: date | None = None


def counted(day: date, by: int) -> date:
    for _ in range(abs(by)):
        day += DAY if by > 0 else -DAY
        while not works(day):
            day += DAY if by > 0 else -DAY
    return day


def workdays_from(first: date, last: date) -> int:
    return sum(works(day) for day in days_between(first + DAY, last))


class Model:
    """One report's ladder as an officer would keep it in a diary: what is still to be said, and on which day."""

    def __init__(self, due_on: date) -> None:
        self.due_on = due_on
        self.natural = {offset: counted(due_on, offset) for offset, _ in OFFSETS}
        self.diary = dict(self.natural)
        self.promised: tuple[date, date] | None = None

    def promise(self, today: date, until: date) -> None:
        self.promised = today, until
        again = counted(until, 1)
        to_come = [offset for offset, day in self.diary.items() if day > today]
        ahead = [offset for offset in to_come if offset < 0 and again > self.due_on]
        rest = [offset for offset in to_come if offset not in ahead]
        self.diary |= dict.fromkeys(ahead, again) if rest else {}
        for offset in rest:
            apart = workdays_from(self.natural[rest[0]], self.natural[offset])
            later = max(self.natural[offset], counted(again, apart))
            self.diary[offset] = again if offset == rest[0] else later

    def silent(self, day: date, paused: Sequence[Span]) -> bool:
        spans = [(span.first, span.last) for span in paused] + ([self.promised] if self.promised else [])
        return any(first <= day <= last for first, last in spans)

    def morning(self, day: date, paused: Sequence[Span]) -> set[tuple[int, str]]:
        if not works(day) or self.silent(day, paused):
            return set()
        passed = [(offset, who) for offset, who in OFFSETS if offset in self.diary and self.diary[offset] <= day]
        for offset, _ in passed:
            del self.diary[offset]
        return {(max(offset for offset, one in passed if one == who), who) for _, who in passed}


def days_of(begins: date) -> st.SearchStrategy[date]:
    return st.integers(0, 40).map(lambda number: begins + DAY * number)


def spans(begins: date) -> st.SearchStrategy[list[Span]]:
    lengths = st.tuples(days_of(begins), st.integers(0, 9))
    return st.lists(lengths.map(lambda one: Span(one[0], one[0] + DAY * one[1])), max_size=2)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_ladder_says_what_the_diary_says_however_it_is_promised_and_paused(data: st.DataObject) -> None:
    due_on = data.draw(st.sampled_from([date(2026, 7, 10), date(2026, 10, 10), date(2026, 9, 30), date(2026, 2, 10)]))
    begins = due_on - DAY * 14
    paused = data.draw(spans(begins))
    calls = data.draw(st.dictionaries(days_of(begins), st.integers(1, 9), max_size=4))
    model, stepped_on, promised, newest = Model(due_on), begins - DAY, list[Promised](), list[Span]()

    for day in days_between(begins, begins + DAY * 60):
        quiet = Quiet((*paused, *newest), tuple(promised))
        decision = decide(LADDER, Due(due_on, due_on), stepped_on, day, WORKDAYS, quiet)
        heard = {(step.offset, "letter" if step.needs_approval else audience.value) for step, audience in decision.say}
        assert heard == model.morning(day, paused), day
        stepped_on = decision.stepped_on
        if day in calls:
            until = day + DAY * calls[day]
            model.promise(day, until)
            promised.append(Promised(day, until))
            newest = [Span(day, until)]


def test_a_promise_beyond_its_bound_holds_back_no_longer_than_that() -> None:
    terms = Terms(WORKDAYS, time(8, 30), promise_days=2)

    assert terms.latest_promise(date(2026, 7, 10)) == date(2026, 7, 14)
    assert terms.said_to(at("2026-07-10 08:29")) == date(2026, 7, 9)
    assert terms.said_to(at("2026-07-10 08:30")) == date(2026, 7, 10)


NAMES = (JINGGONG, QINGHE, YUANSHAN)
BEGINS = date(2026, 7, 3)
EVENTS = st.dictionaries(
    st.tuples(st.integers(0, 17), st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(["promise", "pause", "file"]), st.integers(1, 6)),
    max_size=6,
)


@dataclass
class Known:
    """What the model knows of an enterprise: the last day of its promise, its pauses, and whether it filed."""

    promised: date = date.min
    paused: tuple[Span, ...] = ()
    filed: bool = False

    def may_be_spoken_of(self, day: date) -> bool:
        return not (self.filed or day <= self.promised or any(one.first <= day <= one.last for one in self.paused))


def happen(runtime: Runtime, known: Known, name: str, day: date, what: str, days: int) -> None:
    act, until = Act("李明", "page", at(f"{day} 10:00")), day + DAY * days
    with writing(runtime.engine) as session:
        task = task_of(session, name)
        if what == "promise":
            note_call(session, task, act, "会计", "", until, last_promisable(session, task, runtime.rules, day))
            known.promised = until
        elif what == "pause":
            pause(session, firm(session, name), day, until, "停产", act)
            known.paused += (Span(day, until),)
        else:
            complete(session, task, act, "已填报")
            known.filed = True


def mails_of(server: ReceivingServer) -> list[tuple[str, str]]:
    found = [(mail.recipients[0], mail.message.get_body(("plain",))) for mail in server.messages]
    server.clear()
    return [(to, body.get_content()) for to, body in found if body is not None]


@pytest.mark.server
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, agency=st.booleans())
def test_nothing_is_said_while_quiet_nor_after_it_filed_and_nobody_gets_two_mails_a_day(
    begun: Callable[[], Runtime], mailbox: ReceivingServer, events: dict[tuple[int, str], tuple[str, int]], agency: bool
) -> None:
    runtime, known = begun(), {name: Known() for name in NAMES}
    if agency:
        has_agency(runtime, QINGHE, YUANSHAN)
    for number, day in enumerate(days_between(BEGINS, BEGINS + DAY * 18)):
        tick(runtime, at(f"{day} 08:31"))
        told = mails_of(mailbox)
        assert_fair(told, known, day)
        today = {name: event for (of, name), event in events.items() if of == number}
        for name, event in today.items():
            with suppress(CallRefused, PauseRefused, MoveRefused):
                happen(runtime, known[name], name, day, *event)
        if today:
            tick(runtime, at(f"{day} 10:05"))
        later = mails_of(mailbox)
        assert_fair(later, known, day)
        assert len({to for to, _ in told + later}) == len(told + later)


def assert_fair(told: Sequence[tuple[str, str]], known: Mapping[str, Known], day: date) -> None:
    spoken_of = {name for name in NAMES for _, text in told if name in text}
    assert [name for name in spoken_of if not known[name].may_be_spoken_of(day)] == []


@pytest.fixture
def begun(begin: Begin, with_mail: dict[str, object], database_file: Path, tmp_path: Path) -> Callable[[], Runtime]:
    """The same bureau at its beginning, again and again; every enterprise has an address."""
    runtime = begin(MONTHLY_REPORT, on=f"{BEGINS} 08:00", **with_mail)
    with writing(runtime.engine) as session:
        firm(session, YUANSHAN).email = "sun@yuanshan.example"
    runtime.engine.dispose()
    shutil.copy(database_file, tmp_path / "begun.db")

    def again() -> Runtime:
        runtime.engine.dispose()
        shutil.copy(tmp_path / "begun.db", database_file)
        return runtime

    return again


@pytest.fixture
def database_url(empty_file: str) -> str:
    """What is drawn is the same on both databases; the scenarios of test_quiet.py run on PostgreSQL too."""
    return empty_file
