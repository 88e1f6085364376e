"""The ladder: level, not edge. Ticking daily or waking after any sleep is judged by a model that only counts days."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.ladder import (
    Audience,
    Decision,
    Ladder,
    LadderFileError,
    Step,
    alarm,
    decide,
    load_ladders,
    next_day,
)
from plans.due import settle
from plans.words import DuePolicy
from plans.workdays import Workdays
from plans.zone import LOCAL
from support.strategies import DAY, DAYS_OF_2026, days_between, is_day_of_step, works

NOTICE = Workdays()
STAFF = load_ladders()["staff"]
DUTY = load_ladders()["duty"]


@dataclass(frozen=True)
class Dates:
    """What a ladder knows of a task."""

    due_on: date
    inner_on: date
    lapses_on: date | None = None


@dataclass(frozen=True)
class Woken:
    """What the ladder said and skipped on a day on which the clock was awake, as (step, audience)."""

    day: date
    said: list[tuple[str, str]]
    skipped: list[tuple[str, str]]
    lapsed: bool = False


Said = list[tuple[str, str]]
AUDIENCES = st.lists(st.sampled_from(Audience), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    offsets = draw(st.lists(st.integers(-15, 20), min_size=1, max_size=6, unique=True).map(sorted))
    steps = [Step(offset=offset, audience=draw(AUDIENCES), any_day=draw(st.booleans())) for offset in offsets]
    return Ladder(name="梯", steps=tuple(steps))


@st.composite
def tasks(draw: st.DrawFn) -> Dates:
    stated = draw(DAYS_OF_2026)
    due = settle(stated, draw(st.sampled_from([policy for policy in DuePolicy if policy != "skip"])), NOTICE)
    assert due is not None
    lapses_after = draw(st.none() | st.integers(0, 10))
    lapses_on = None if lapses_after is None else due.due_on + DAY * lapses_after
    return Dates(due.due_on, due.inner_on, lapses_on)


def run(ladder: Ladder, task: Dates, opened: date, awake: Iterable[date]) -> Iterator[Woken]:
    """The ladder as the clock runs it: asked on a day it is awake, when the alarm has rung."""
    stepped_on = opened - DAY
    rings = next_day(ladder, task, stepped_on, NOTICE)
    for today in awake:
        if rings is not None and rings <= today:
            decision = decide(ladder, task, stepped_on, today, NOTICE)
            stepped_on, rings = decision.stepped_on, decision.again_on
            yield Woken(today, plain(decision.say), plain(decision.skipped), decision.lapsed)


def plain(voices: Iterable[tuple[Step, Audience]]) -> Said:
    return [(step.key, audience.value) for step, audience in voices]


def model(ladder: Ladder, task: Dates, opened: date, awake: Iterable[date]) -> Iterator[Woken]:
    """The same by brute force: a list of what is unsaid grows day by day, and is emptied when the clock is awake."""
    unsaid: list[tuple[Step, str]] = []
    heard = opened - DAY
    for today in awake:
        for day in days_between(heard + DAY, today):
            if task.lapses_on is None or day <= task.lapses_on:
                unsaid += voices_on(ladder, task, day)
        heard = today
        if task.lapses_on is not None and today > task.lapses_on:
            yield Woken(today, [], [(step.key, audience) for step, audience in unsaid], lapsed=True)
            return
        if not unsaid or (not works(today) and not all(step.any_day for step, _ in unsaid)):
            continue
        latest = {audience: step for step, audience in unsaid}
        said = [(step.key, audience) for step, audience in unsaid if latest[audience] is step]
        skipped = [(step.key, audience) for step, audience in unsaid if latest[audience] is not step]
        unsaid = []
        yield Woken(today, said, skipped)


def voices_on(ladder: Ladder, task: Dates, day: date) -> list[tuple[Step, str]]:
    return [
        (step, audience.value)
        for step in ladder.steps
        if is_day_of_step(day, step.offset, step.any_day, task.due_on, task.inner_on)
        for audience in step.audience
    ]


def sorted_days(woken: Iterable[Woken]) -> list[Woken]:
    """Without the days on which nothing happened, and in no order within a day."""
    told = [Woken(one.day, sorted(one.said), sorted(one.skipped), one.lapsed) for one in woken]
    return [one for one in told if one.said or one.skipped or one.lapsed]


def window(task: Dates) -> list[date]:
    return days_between(task.due_on - DAY * 45, task.due_on + DAY * 50)


@settings(max_examples=60, deadline=None)
@given(ladders(), tasks())
def test_ticking_every_day_says_each_step_on_its_own_day_and_skips_none(ladder: Ladder, task: Dates) -> None:
    days = window(task)

    said = [(one.day, voice) for one in run(ladder, task, days[0], days) for voice in one.said]

    in_time = [day for day in days if task.lapses_on is None or day <= task.lapses_on]
    assert Counter(said) == Counter(
        (day, (step.key, audience)) for day in in_time for step, audience in voices_once(ladder, task, day)
    )


def voices_once(ladder: Ladder, task: Dates, day: date) -> list[tuple[Step, str]]:
    """Two steps may meet on a day, as one counts workdays and the other not: an audience hears the later one."""
    return [(step, audience) for audience, step in {who: step for step, who in voices_on(ladder, task, day)}.items()]


@settings(max_examples=60, deadline=None)
@given(ladders(), tasks(), st.data())
def test_after_any_sleep_each_audience_hears_its_latest_step_once_and_nothing_is_lost(
    ladder: Ladder, task: Dates, data: st.DataObject
) -> None:
    days = window(task)
    sleeps = data.draw(st.sets(st.sampled_from(days), max_size=len(days)), label="asleep")
    awake = [day for day in days if day not in sleeps] + [NOTICE.on_or_after(days[-1] + DAY)]

    woken = sorted_days(run(ladder, task, days[0], awake))

    assert woken == sorted_days(model(ladder, task, days[0], awake))
    everything = [voice for day in days for voice in voices_on(ladder, task, day) if not gone(task, day)]
    told = Counter(voice for one in woken for voice in one.said + one.skipped)
    assert told == Counter((step.key, audience) for step, audience in everything)
    for one in woken:
        audiences = [audience for _, audience in one.said]
        assert len(audiences) == len(set(audiences))


def gone(task: Dates, day: date) -> bool:
    return task.lapses_on is not None and day > task.lapses_on


@settings(max_examples=60, deadline=None)
@given(ladders(), tasks(), st.integers(0, 90))
def test_a_day_off_hears_only_steps_for_any_day(ladder: Ladder, task: Dates, wakes: int) -> None:
    days = window(task)
    any_day = {step.key for step in ladder.steps if step.any_day}

    for one in run(ladder, task, days[0], days[wakes:]):
        assert works(one.day) or {step for step, _ in one.said} <= any_day


OCTOBER_10 = Dates(date(2026, 10, 10), date(2026, 10, 10))


def told(decision: Decision) -> tuple[Said, Said, str]:
    return plain(decision.say), plain(decision.skipped), str(decision.again_on)


def test_the_steps_of_the_working_saturday_of_october() -> None:
    daily = [
        f"{one.day:%m-%d} {step} {audience}"
        for one in run(STAFF, OCTOBER_10, date(2026, 9, 1), days_between(date(2026, 9, 1), date(2026, 10, 31)))
        for step, audience in one.said
    ]

    assert daily == [
        "09-30 -3 assignee",
        "10-10 0 assignee",
        "10-10 0 group",
        "10-12 +1 assignee",
        "10-14 +3 assignee",
        "10-14 +3 head",
        "10-20 +7 head",
        "10-20 +7 leader",
        "10-27 +12 leader",
        "10-27 +12 director",
    ]


def test_after_a_long_sleep_the_present_step_is_said_and_the_earlier_ones_are_kept_as_skipped() -> None:
    decision = decide(STAFF, OCTOBER_10, date(2026, 9, 1), date(2026, 10, 14), NOTICE)

    assert told(decision) == (
        [("0", "group"), ("+3", "assignee"), ("+3", "head")],
        [("-3", "assignee"), ("0", "assignee"), ("+1", "assignee")],
        "2026-10-20",
    )


def test_waking_on_a_day_off_waits_for_the_next_workday() -> None:
    decision = decide(STAFF, OCTOBER_10, date(2026, 9, 1), date(2026, 10, 5), NOTICE)

    assert told(decision) == ([], [], "2026-10-08")
    assert decision.stepped_on == date(2026, 9, 1)


def test_a_step_slept_through_is_not_said_on_a_day_off_beside_one_for_any_day() -> None:
    steps = (Step(offset=-1, audience=(Audience.HEAD,)), Step(offset=0, audience=(Audience.ASSIGNEE,), any_day=True))
    close_on_holiday = Dates(date(2026, 10, 3), date(2026, 9, 30))

    decision = decide(Ladder(name="梯", steps=steps), close_on_holiday, date(2026, 9, 1), date(2026, 10, 3), NOTICE)

    assert told(decision) == ([], [], "2026-10-08")


def test_a_duty_is_not_chased_past_the_day_it_lapses() -> None:
    friday = Dates(date(2026, 7, 3), date(2026, 7, 3), lapses_on=date(2026, 7, 5))

    on_friday = decide(DUTY, friday, date(2026, 7, 1), date(2026, 7, 3), NOTICE)
    on_monday = decide(DUTY, friday, date(2026, 7, 3), date(2026, 7, 6), NOTICE)

    assert told(on_friday) == ([("0", "assignee")], [], "2026-07-06")
    assert (told(on_monday), on_monday.lapsed) == (([], [], "None"), True)


def test_a_duty_returned_after_its_period_lapses_on_the_day_after() -> None:
    friday = Dates(date(2026, 7, 3), date(2026, 7, 3), lapses_on=date(2026, 7, 5))

    assert next_day(DUTY, friday, date(2026, 7, 8), NOTICE) == date(2026, 7, 9)


def test_the_alarm_is_set_in_the_bureaus_time() -> None:
    assert alarm(date(2026, 10, 9), time(8, 30)) == datetime(2026, 10, 9, 8, 30, tzinfo=LOCAL)
    assert alarm(None, time(8, 30)) is None


def test_a_bureaus_own_ladders_replace_the_built_in_ones_by_key(tmp_path: Path) -> None:
    own = tmp_path / "ladders.yaml"
    own.write_text("staff: {name: 简, steps: [{offset: 2, audience: [director]}]}\n", encoding="utf-8")

    loaded = load_ladders(own)

    assert [step.key for step in loaded["staff"].steps] == ["+2"]
    assert loaded["filing"] == load_ladders()["filing"]


@pytest.mark.parametrize(
    "written",
    [
        "staff: {name: 梯, steps: [{offset: 1, audience: [assignee]}, {offset: 1, audience: [head]}]}",
        "staff: {name: 梯, steps: [{offset: 3, audience: [assignee]}, {offset: 1, audience: [head]}]}",
        "staff: {name: 梯, steps: [{offset: -16, audience: [assignee]}]}",
        "staff: {name: 梯, steps: [{offset: 61, audience: [assignee]}]}",
        "staff: {name: 梯, steps: [{offset: 1, audience: [所有人]}]}",
        "staff: {name: 梯, steps: [{offset: 1, audience: [assignee], channel: 短信}]}",
        "staff: 5",
        "- staff",
        "staff: [",
    ],
)
def test_a_broken_ladder_file_is_named(tmp_path: Path, written: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(written, encoding="utf-8")

    with pytest.raises(LadderFileError, match=r"own\.yaml 读不懂：请对照自带的 ladders\.yaml 改正。"):
        load_ladders(own)
