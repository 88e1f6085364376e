"""Stepping: two claims never overlap, a stale claim writes nothing, everybody hears a step once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.runtime import Runtime
from notifications.stepping import LEASE, Choice, claim, due_groups, take_steps
from notifications.tables import Notice, NoticeState
from plans.database import reading, writing
from plans.tables import Person
from tasks.tables import Task, TaskChange
from tasks.verbs import Act, complete

ENTERPRISES, STAFF = Choice(enterprises=True), Choice(enterprises=False)
FIRST_CALL = at("2026-07-03 08:31")


def claimed(runtime: Runtime, choice: Choice, now: datetime, limit: int = 200) -> dict[int, int]:
    with writing(runtime.engine) as session:
        return claim(session, choice, now, limit)


def stepped(runtime: Runtime, claims: dict[int, int], now: datetime) -> int:
    with writing(runtime.engine) as session:
        return take_steps(session, claims, now, runtime.rules)


def notices(runtime: Runtime) -> Sequence[tuple[str, str, str]]:
    with reading(runtime.engine) as session:
        return session.exec(
            select(Notice.step, Notice.recipient, Notice.state).order_by(col(Notice.task_id), col(Notice.id))
        ).all()


def test_two_claims_never_hold_the_same_task(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    first = claimed(runtime, ENTERPRISES, FIRST_CALL, limit=2)
    second = claimed(runtime, ENTERPRISES, FIRST_CALL, limit=2)

    assert [len(first), len(second)] == [2, 1]
    assert first.keys().isdisjoint(second)


# SQLite lets one writer in at a time, so only PostgreSQL can have two transactions open at once.
@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.server)], indirect=True)
def test_a_claim_passes_over_what_another_open_transaction_is_claiming(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)

    with writing(runtime.engine) as one, writing(runtime.engine) as other:
        first = claim(one, ENTERPRISES, FIRST_CALL, 2)
        second = claim(other, ENTERPRISES, FIRST_CALL, 2)

    assert [len(first), len(second)] == [2, 1]
    assert first.keys().isdisjoint(second)


def test_a_claim_takes_no_more_than_its_limit_of_many(begin: Begin) -> None:
    runtime = begin(*[GAOQI.replace("高新技术企业", f"第{n}类企业") for n in range(30)])

    assert len(claimed(runtime, STAFF, at("2026-07-28 08:31"), limit=7)) == 7


def test_a_chase_claims_its_own_item_and_period_only(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, MONTHLY_REPORT.replace("研发月报", "第二张月报"))

    with reading(runtime.engine) as session:
        groups = due_groups(session, ENTERPRISES, FIRST_CALL)
    taken = claimed(runtime, Choice(True, groups[0].item_id, groups[0].period), FIRST_CALL)

    assert [(group.title, group.period) for group in groups] == [("研发月报", "2026-06"), ("第二张月报", "2026-06")]
    with reading(runtime.engine) as session:
        items = {session.get_one(Task, task_id).item_id for task_id in taken}
    assert items == {groups[0].item_id}


def test_a_lease_keeps_others_away_until_it_is_over(begin: Begin) -> None:
    runtime = begin(GAOQI)
    now = at("2026-07-28 08:31")
    (task_id,) = claimed(runtime, STAFF, now)

    assert claimed(runtime, STAFF, now + LEASE) == {}
    assert claimed(runtime, STAFF, now + LEASE + timedelta(seconds=1)) == {task_id: 2}


def test_a_claim_that_was_taken_over_after_a_stall_writes_nothing(begin: Begin) -> None:
    runtime = begin(GAOQI)
    now = at("2026-07-28 08:31")
    stalled = claimed(runtime, STAFF, now)
    taken_over = claimed(runtime, STAFF, now + LEASE * 2)

    assert stepped(runtime, stalled, now) == 0
    assert notices(runtime) == []
    assert stepped(runtime, taken_over, now + LEASE * 2) == 1
    assert stepped(runtime, stalled, now) == 0
    assert notices(runtime) == [("-3", "person:4", NoticeState.WAITING)]


def test_a_killed_claim_is_stepped_by_the_next_one_as_if_nothing_had_been(begin: Begin) -> None:
    runtime = begin(GAOQI)
    claimed(runtime, STAFF, at("2026-07-28 08:31"))

    later = at("2026-07-28 08:37")
    stepped(runtime, claimed(runtime, STAFF, later), later)

    with reading(runtime.engine) as session:
        task = session.exec(select(Task)).one()
    assert [(row[0], row[1]) for row in notices(runtime)] == [("-3", "person:4")]
    assert (task.leased_until, task.next_step_at) == (None, at("2026-07-31 08:30"))


def test_an_officer_who_is_also_the_head_gets_one_notice_a_step(begin: Begin) -> None:
    runtime = begin(ANNUAL_RETURN.replace("李明", "陈平"), on="2026-09-20 08:00")
    now = at("2026-10-09 08:31")

    said = stepped(runtime, claimed(runtime, STAFF, now), now)

    waiting = [(step, recipient) for step, recipient, state in notices(runtime) if state == NoticeState.WAITING]
    assert waiting == [("-1", "person:3")]
    assert said == 1


def test_a_person_of_two_audiences_hears_the_later_step_once(begin: Begin) -> None:
    runtime = begin(GAOQI.replace("李明", "陈平"))
    # The steps on 3 August (+1), 5 August (+3, owner and head) and 11 August (+7, head and deputy) were slept through.
    now = at("2026-08-12 08:31")

    stepped(runtime, claimed(runtime, STAFF, now), now)

    assert sorted(notices(runtime)) == [
        ("+1", "person:3", NoticeState.SKIPPED),
        ("+3", "person:3", NoticeState.SKIPPED),
        ("+7", "person:2", NoticeState.WAITING),
        ("+7", "person:3", NoticeState.WAITING),
        ("-3", "person:3", NoticeState.SKIPPED),
        ("0", "person:3", NoticeState.SKIPPED),
    ]


def test_who_has_left_hears_nothing_and_the_others_still_do(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT)
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().active = False
    now = at("2026-07-21 08:31")

    stepped(runtime, claimed(runtime, ENTERPRISES, now), now)

    heard = {recipient for _, recipient, _ in notices(runtime)}
    assert heard == {"enterprise:1", "enterprise:2", "enterprise:3", "person:2"}


def test_a_head_hears_of_the_people_of_their_own_office_only_and_without_one_the_level_above(begin: Begin) -> None:
    runtime = begin(GAOQI.replace("李明", "王芳"))
    now = at("2026-08-05 08:31")

    stepped(runtime, claimed(runtime, STAFF, now), now)

    assert {recipient for _, recipient, _ in notices(runtime)} == {"person:5", "person:2"}


def test_a_task_done_before_its_step_says_nothing_and_its_alarm_is_cleared(begin: Begin) -> None:
    runtime = begin(GAOQI)
    now = at("2026-07-28 08:31")
    claims = claimed(runtime, STAFF, now)
    with writing(runtime.engine) as session:
        complete(session, session.exec(select(Task)).one(), Act("李明", "page", now))

    assert stepped(runtime, claims, now) == 0

    assert notices(runtime) == []
    assert alarm_of(runtime) is None
    assert claimed(runtime, STAFF, at("2026-07-31 08:31")) == {}


def test_an_alarm_left_on_a_done_task_is_cleared_without_a_word(begin: Begin) -> None:
    runtime = begin(GAOQI)
    with writing(runtime.engine) as session:
        task = session.exec(select(Task)).one()
        complete(session, task, Act("李明", "page", at("2026-07-20 09:00")))
        task.next_step_at = at("2026-07-28 08:30")
    now = at("2026-07-28 08:31")

    stepped(runtime, claimed(runtime, STAFF, now), now)

    assert (notices(runtime), alarm_of(runtime)) == ([], None)


def alarm_of(runtime: Runtime) -> datetime | None:
    with reading(runtime.engine) as session:
        return session.exec(select(Task.next_step_at)).one()


def test_what_a_step_writes_lasts_together_or_not_at_all(begin: Begin) -> None:
    runtime = begin(GAOQI)
    now = at("2026-07-28 08:31")
    claims = claimed(runtime, STAFF, now)

    with pytest.raises(KeyboardInterrupt):
        step_and_fail(runtime, claims, now)

    assert notices(runtime) == []
    assert alarm_of(runtime) == at("2026-07-28 08:30")


def step_and_fail(runtime: Runtime, claims: dict[int, int], now: datetime) -> None:
    with writing(runtime.engine) as session:
        take_steps(session, claims, now, runtime.rules)
        raise KeyboardInterrupt


def test_done_right_after_a_step_clears_the_alarm_that_the_step_set(begin: Begin) -> None:
    runtime = begin(GAOQI)
    now = at("2026-07-28 08:31")

    stepped(runtime, claimed(runtime, STAFF, now), now)
    with writing(runtime.engine) as session:
        complete(session, session.exec(select(Task)).one(), Act("李明", "page", now))

    assert alarm_of(runtime) is None
    with reading(runtime.engine) as session:
        assert session.exec(select(TaskChange.verb).order_by(col(TaskChange.id))).all() == ["open", "complete"]


def test_who_is_head_and_leader_at_once_hears_only_the_later_step(begin: Begin) -> None:
    # 综合股 has no head, so 林岚 hears as its head too; the clock slept through every step.
    runtime = begin(GAOQI.replace("李明", "王芳"))
    long_after = at("2026-08-28 08:31")

    stepped(runtime, claimed(runtime, STAFF, long_after), long_after)

    with reading(runtime.engine) as session:
        july = session.exec(select(Task.id).where(Task.period == "2026-07")).one()
        lin = session.exec(select(Person.id).where(Person.name == "林岚")).one()
        heard = select(Notice.step, Notice.state).where(Notice.task_id == july, Notice.recipient == f"person:{lin}")
        said = [step for step, state in session.exec(heard) if state == NoticeState.WAITING]
    assert said == ["+12"]
