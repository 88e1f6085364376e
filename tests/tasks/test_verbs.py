"""The verbs: every move from every state, allowed or refused with who did what and when."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cast import at
from plans.database import ensure_current, make_engine, reading, writing
from support.rows import a_task, in_memory, two_items
from tasks.states import MOVES, PENDING, State, Verb
from tasks.tables import Progress, Task, TaskChange
from tasks.verbs import (
    Act,
    MoveRefused,
    Reading,
    TaskNotFound,
    acknowledge,
    cancel,
    close,
    complete,
    find_task,
    is_pending,
    item_of,
    lapse,
    send_back,
)

NOW = Act("王芳", "page", at("2026-10-09 10:30"))

DO: dict[Verb, Callable[[Session, Task, Act], None]] = {
    Verb.ACKNOWLEDGE: acknowledge,
    Verb.COMPLETE: complete,
    Verb.RETURN: lambda session, task, act: send_back(session, task, act, "数字不对", at("2026-10-10 08:30")),
    Verb.CLOSE: close,
    Verb.LAPSE: lapse,
    Verb.CANCEL: lambda session, task, act: cancel(session, task, act, "不再需要"),
}
ALLOWED = {
    (State.OPEN, Verb.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.OPEN, Verb.COMPLETE): State.DONE,
    (State.OPEN, Verb.LAPSE): State.LAPSED,
    (State.OPEN, Verb.CANCEL): State.CANCELLED,
    (State.ACKNOWLEDGED, Verb.COMPLETE): State.DONE,
    (State.ACKNOWLEDGED, Verb.LAPSE): State.LAPSED,
    (State.ACKNOWLEDGED, Verb.CANCEL): State.CANCELLED,
    (State.RETURNED, Verb.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.RETURNED, Verb.COMPLETE): State.DONE,
    (State.RETURNED, Verb.LAPSE): State.LAPSED,
    (State.RETURNED, Verb.CANCEL): State.CANCELLED,
    (State.DONE, Verb.RETURN): State.RETURNED,
    (State.DONE, Verb.CLOSE): State.CLOSED,
}
REFUSED = [(state, verb) for state in State for verb in DO if (state, verb) not in ALLOWED]
REACHED_BY = {
    State.OPEN: ("交办", Verb.OPEN),
    State.ACKNOWLEDGED: ("签收", Verb.ACKNOWLEDGE),
    State.RETURNED: ("退回", Verb.RETURN),
    State.DONE: ("办结", Verb.COMPLETE),
    State.CLOSED: ("销号", Verb.CLOSE),
    State.LAPSED: ("过期", Verb.LAPSE),
    State.CANCELLED: ("取消", Verb.CANCEL),
}


@pytest.fixture
def session() -> Iterator[Session]:
    with in_memory() as session:
        yield session


def brought_into(session: Session, state: State = State.OPEN) -> Task:
    """A task that 李明 brought into that state at 9:12."""
    task = a_task(state=state.value)
    session.add(task)
    session.flush()
    verb, moment = REACHED_BY[state][1].value, at("2026-10-09 09:12")
    change = TaskChange(
        task_id=task.id or 0, verb=verb, from_state="", to_state=state, by="李明", via="page", at=moment
    )
    session.add(change)
    session.flush()
    return task


def changes(session: Session) -> list[TaskChange]:
    return list(session.exec(select(TaskChange).order_by(col(TaskChange.id))))


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_an_allowed_move_moves_and_leaves_one_change(session: Session, state: State, verb: Verb) -> None:
    task = brought_into(session, state)

    DO[verb](session, task, NOW)

    assert task.state == ALLOWED[state, verb]
    _, change = changes(session)
    assert (change.task_id, change.verb, change.from_state, change.to_state) == (task.id, verb, state, task.state)
    assert (change.by, change.via, change.at) == ("王芳", "page", NOW.at)


@pytest.mark.parametrize(("state", "verb"), REFUSED)
def test_any_other_move_is_refused_with_who_did_what_and_changes_nothing(
    session: Session, state: State, verb: Verb
) -> None:
    task = brought_into(session, state)
    before = task.model_dump()

    with pytest.raises(MoveRefused) as refused:
        DO[verb](session, task, NOW)

    done = REACHED_BY[state][0]
    assert str(refused.value) == f"这项任务现在不能{verb.label}：李明已于 2026-10-09 09:12 {done}。"
    assert task.model_dump() == before
    assert len(changes(session)) == 1


def test_the_table_here_is_the_programs_table() -> None:
    """So that a new move cannot be added without a row above."""
    assert {(state, verb): to for verb, (states, to) in MOVES.items() for state in states} == ALLOWED


@pytest.mark.parametrize("state", State)
def test_a_task_is_pending_until_it_is_done_or_dropped(session: Session, state: State) -> None:
    task = brought_into(session, state)

    assert is_pending(task) == (state in {State.OPEN, State.ACKNOWLEDGED, State.RETURNED}) == (state in PENDING)


def test_done_stops_the_alarm_and_is_dated_in_the_bureaus_time(session: Session) -> None:
    task = brought_into(session)

    complete(session, task, Act("李明", "mail", datetime(2026, 10, 9, 16, 30, tzinfo=UTC)), "已认定")

    assert task.next_step_at is None
    assert (task.done_at, task.done_on) == (datetime(2026, 10, 9, 16, 30, tzinfo=UTC), date(2026, 10, 10))
    assert changes(session)[-1].note == "已认定"


def test_sent_back_it_is_not_done_and_rings_again(session: Session) -> None:
    task = brought_into(session, State.DONE)

    send_back(session, task, NOW, "佐证不全", at("2026-10-10 08:30"))

    assert (task.done_at, task.done_on, task.next_step_at) == (None, None, at("2026-10-10 08:30"))
    assert changes(session)[-1].note == "佐证不全"


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_sending_back_needs_a_reason(session: Session, reason: str) -> None:
    task = brought_into(session, State.DONE)

    with pytest.raises(MoveRefused, match="退回要写明原因。"):
        send_back(session, task, NOW, reason, None)

    assert task.state == State.DONE
    assert len(changes(session)) == 1


def test_acknowledging_leaves_the_alarm_as_it_was(session: Session) -> None:
    task = brought_into(session)

    acknowledge(session, task, NOW)

    assert task.next_step_at == at("2026-10-12 08:30")


def test_a_figure_is_kept_with_its_day_and_its_reporter(session: Session) -> None:
    task = brought_into(session)

    after_midnight = Act("王芳", "page", datetime(2026, 10, 9, 16, 30, tzinfo=UTC))
    complete(session, task, after_midnight, "三家公示", (Reading(1, Decimal("3.5"), "预报"),))

    kept = session.exec(select(Progress)).one()
    assert (kept.target_id, kept.task_id, kept.value, kept.calibre) == (1, task.id, Decimal("3.5"), "预报")
    assert (kept.as_of, kept.by, kept.note) == (date(2026, 10, 10), "王芳", "三家公示")


@pytest.mark.parametrize("target", [2, 99])
def test_a_figure_for_a_target_of_another_item_is_refused_and_nothing_is_kept(database_url: str, target: int) -> None:
    engine = filled(database_url)

    with pytest.raises(MoveRefused, match="这个指标不属于这项任务。"), writing(engine) as session:
        complete(session, find_task(session, 1), NOW, readings=(Reading(1, Decimal(3)), Reading(target, Decimal(5))))

    with reading(engine) as session:
        assert session.exec(select(Task.state)).one() == State.OPEN
        assert session.exec(select(Progress)).all() == []
        assert len(changes(session)) == 1
    engine.dispose()


def filled(database_url: str) -> Engine:
    """A database of its own with one open task."""
    engine = make_engine(database_url)
    ensure_current(engine)
    with writing(engine) as session:
        two_items(session)
        brought_into(session)
    return engine


def test_of_two_who_complete_at_once_the_second_is_told_who_was_first(database_url: str) -> None:
    engine = filled(database_url)
    start = threading.Barrier(2)
    told: dict[str, str] = {}

    def complete_as(name: str) -> None:
        start.wait()
        try:
            with writing(engine) as session:
                complete(session, find_task(session, 1), Act(name, "page", NOW.at))
        except MoveRefused as refused:
            told[name] = str(refused)

    threads = [threading.Thread(target=complete_as, args=[name]) for name in ("李明", "王芳")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (second,) = told
    first = {"李明": "王芳", "王芳": "李明"}[second]
    assert told[second] == f"这项任务现在不能办结：{first}已于 2026-10-09 10:30 办结。"
    with reading(engine) as session:
        assert [(change.by, change.to_state) for change in changes(session)] == [("李明", "open"), (first, "done")]
    engine.dispose()


@pytest.mark.server
def test_the_change_names_the_state_it_really_left_though_the_session_had_seen_an_older_one(postgres_url: str) -> None:
    engine = filled(postgres_url)

    with writing(engine) as late:
        seen = find_task(late, 1)
        with writing(engine) as early:
            acknowledge(early, find_task(early, 1), Act("李明", "page", NOW.at))
        assert seen.state == State.OPEN
        complete(late, seen, NOW)

    with reading(engine) as session:
        moves = [(change.from_state, change.to_state) for change in changes(session)[1:]]
    assert moves == [("open", "acknowledged"), ("acknowledged", "done")]
    engine.dispose()


def test_a_number_without_a_task_is_told(session: Session) -> None:
    with pytest.raises(TaskNotFound, match="没有编号为 12 的任务：请用 duban task list 查看编号。"):
        find_task(session, 12)


def test_a_task_knows_its_promise(session: Session) -> None:
    assert item_of(session, brought_into(session)).title == "事项"
