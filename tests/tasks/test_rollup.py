"""The roll-up: counted by hand in small, and by brute force over a heap of tasks."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cast import at
from plans.database import ensure_current, make_engine, reading, writing
from plans.periods import Period
from plans.tables import Enterprise, Plan, PlanItem, Target
from plans.workdays import Workdays
from plans.zone import local_day
from support.readings import read_off
from support.rows import a_task, in_memory, two_items
from support.strategies import an_item
from tasks.history import value_on
from tasks.lights import Gauge, Light, Thresholds, task_light
from tasks.rollup import Counts, ItemStatus, Stage, Tally, count_tasks, roll_up
from tasks.states import State
from tasks.tables import Progress, Task, TaskChange
from tasks.targets import TargetStatus, target_status

SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)
AS_OF = date(2026, 9, 30)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the two items, and a third of another plan."""
    made = make_engine(database_url)
    ensure_current(made)
    with writing(made) as session:
        two_items(session)
        started: dict[str, Any] = {
            "started_on": date(2026, 1, 1),
            "started_at": at("2026-01-01 08:00"),
            "started_by": "陈平",
        }
        session.add(Plan(id=2, title="上半年", bureau="局", period="2026H1", **started))
        session.flush()
        session.add(an_item(id=3, plan_id=2))
    yield made
    made.dispose()


def moved(task: Task, via: str) -> TaskChange:
    moves: dict[str, Any] = {"verb": "acknowledge", "from_state": "open", "to_state": "acknowledged", "by": "李明"}
    return TaskChange(task_id=task.id or 0, via=via, at=at("2026-09-01 09:00"), **moves)


def done(period: str, due: str, on: str) -> Task:
    days = {"due_on": date.fromisoformat(due), "done_on": date.fromisoformat(on)}
    return a_task(period=period, state=State.DONE.value, **days)


def test_a_small_month_is_counted_as_by_hand(engine: Engine) -> None:
    with writing(engine) as session:
        silent = a_task(period="a", due_on=date(2026, 9, 10))
        seen = a_task(period="b", due_on=date(2026, 9, 10), state=State.ACKNOWLEDGED.value)
        session.add_all([silent, seen])
        session.add_all([done("c", "2026-09-10", "2026-09-10"), done("d", "2026-09-10", "2026-09-11")])
        session.add(done("e", "2026-09-25", "2026-10-01"))
        session.add(a_task(period="f", due_on=date(2026, 9, 4), state=State.LAPSED.value))
        session.add(a_task(period="g", due_on=date(2026, 9, 30)))
        session.add(a_task(period="h", due_on=date(2026, 9, 15), state=State.CANCELLED.value))
        session.add_all([a_task(period="i", due_on=date(2026, 8, 31)), a_task(period="j", due_on=date(2026, 10, 1))])
        session.add(a_task(item_id=2, due_on=date(2026, 9, 1)))
        session.add(a_task(item_id=3, due_on=date(2026, 9, 1)))
        session.flush()
        session.add_all([moved(silent, "clock"), moved(seen, "page")])

    with reading(engine) as session:
        counted = count_tasks(session, 1, *SEPTEMBER, AS_OF)

    # c on time, d late; a, b and e overdue that evening (e came a day too late for it), b alone was not silent;
    # f missed, g still has its day, h was called off, i and j are not of the month.
    assert counted == {
        1: Counts(due=7, on_time=1, late=1, overdue=3, silent=2, lapsed=1),
        2: Counts(due=1, on_time=0, late=0, overdue=1, silent=1, lapsed=0),
    }


@pytest.mark.parametrize(
    ("due", "finished", "as_of", "counts"),
    [
        ("2026-09-10", "2026-09-10", "2026-09-10", Counts(due=1, on_time=1)),
        ("2026-09-10", "2026-09-11", "2026-09-11", Counts(due=1, late=1)),
        ("2026-09-10", "2026-09-11", "2026-09-10", Counts(due=1)),
        ("2026-09-10", "2026-09-12", "2026-09-11", Counts(due=1, overdue=1, silent=1)),
        ("2026-09-01", "2026-08-20", "2026-09-30", Counts(due=1, on_time=1)),
        ("2026-09-30", "2026-09-30", "2026-09-30", Counts(due=1, on_time=1)),
    ],
)
def test_a_task_counts_as_it_stood_that_evening(due: str, finished: str, as_of: str, counts: Counts) -> None:
    with in_memory() as session:
        session.add(done("2026-09", due, finished))

        assert count_tasks(session, 1, *SEPTEMBER, date.fromisoformat(as_of)) == {1: counts}


def test_no_tasks_count_nothing(engine: Engine) -> None:
    with reading(engine) as session:
        assert count_tasks(session, 1, *SEPTEMBER, AS_OF) == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_heap_of_tasks_is_counted_as_by_brute_force(engine: Engine, seed: int) -> None:
    dice = random.Random(seed)
    with writing(engine) as session:
        tasks = [any_task(dice, number) for number in range(150)]
        session.add_all(tasks)
        session.flush()
        reacted = {task.id for task in tasks if dice.random() < 0.5}
        session.add_all(moved(task, "page" if task.id in reacted else "clock") for task in tasks)

    as_of = date(2026, 9, dice.randint(10, 30))
    with reading(engine) as session:
        counted = count_tasks(session, 1, *SEPTEMBER, as_of)

    assert counted == brute_force([task for task in tasks if task.item_id != 3], reacted, as_of)


def any_task(dice: random.Random, number: int) -> Task:
    state = dice.choice(list(State))
    over = date(2026, 8, 20) + timedelta(days=dice.randint(0, 60)) if state in (State.DONE, State.CLOSED) else None
    due = date(2026, 8, 20) + timedelta(days=dice.randint(0, 50))
    return a_task(item_id=dice.choice((1, 2, 3)), period=f"第{number}", due_on=due, state=state.value, done_on=over)


def brute_force(tasks: list[Task], reacted: set[int | None], as_of: date) -> dict[int, Counts]:
    counted: dict[int, list[int]] = {}
    for task in tasks:
        if task.state == State.CANCELLED or task.due_on.month != 9:
            continue
        row = counted.setdefault(task.item_id, [0, 0, 0, 0, 0, 0])
        row[0] += 1
        if task.done_on and task.done_on <= as_of:
            row[1 if task.done_on <= task.due_on else 2] += 1
        elif task.state == State.LAPSED:
            row[5] += 1
        elif task.due_on < as_of:
            row[3] += 1
            row[4] += task.id not in reacted
    return {item: Counts(*row) for item, row in counted.items()}


def test_counts_add_up_field_by_field() -> None:
    total = Counts(5, 1, 1, 2, 1, 1) + Counts(3, 2, 0, 1, 0, 0)

    assert total == Counts(due=8, on_time=3, late=1, overdue=3, silent=1, lapsed=1)
    assert total.done == 4


NOON = at("2026-07-02 12:00")
GAUGE = Gauge(Workdays(), Thresholds())


def any_plan(session: Session, dice: random.Random) -> None:
    """Forty items of every kind, weight and fate, with enterprises that are exempt and readings of every sort."""
    session.add_all([Enterprise(id=1, name="精工"), Enterprise(id=2, name="青禾", exempt_reason="停产")])
    items = [any_item(dice, number) for number in range(10, 50)]
    session.add_all(items)
    session.flush()
    wanted = [item.id or 0 for item in items for _ in range(dice.randint(0, 3))]
    targets = [any_target(dice, item_id, nth) for nth, item_id in enumerate(wanted, start=10)]
    tasks = [any_due_task(dice, item.id or 0, nth) for item in items for nth in range(dice.randint(0, 6))]
    session.add_all([*targets, *tasks])
    session.flush()
    session.add_all(any_reading(dice, dice.choice(targets), dice.choice(tasks)) for _ in range(200))
    session.flush()


def any_item(dice: random.Random, number: int) -> PlanItem:
    cancelled = dice.choice([None, None, None, None, at("2026-09-30 23:59"), at("2026-10-01 00:00")])
    given: dict[str, Any] = {"weight": Decimal(dice.choice(["0", "1", "1", "2.5"])), "cancelled_at": cancelled}
    return an_item(id=number, number=number, programme=dice.choice(["gaoqi", "kepu", "other"]), **given)


def any_target(dice: random.Random, item_id: int, nth: int) -> Target:
    return Target(
        id=nth,
        item_id=item_id,
        indicator="数",
        floor=dice.choice([None, Decimal(5), Decimal("7.5")]),
        stretch=dice.choice([None, Decimal(8)]),
        masked=dice.random() < 0.15,
        qualitative=dice.random() < 0.2,
        cumulative=dice.random() < 0.7,
    )


def any_due_task(dice: random.Random, item_id: int, nth: int) -> Task:
    task = any_task(dice, nth)
    task.item_id, task.enterprise_id = item_id, dice.choice([None, 1, 2])
    task.purpose = dice.choice(["progress", "closing", "duty"])
    task.opened_at = dice.choice([at("2026-09-30 23:59"), at("2026-10-01 00:00"), NOON, NOON])
    return task


def any_reading(dice: random.Random, target: Target, task: Task) -> Progress:
    one = read_off(
        target.id or 0, str(date(2026, 6, 20) + timedelta(days=dice.randint(0, 110))), str(dice.randint(0, 9))
    )
    one.task_id = dice.choice([None, None, task.id])
    return one


@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_plan_is_rolled_up_as_by_brute_force(engine: Engine, seed: int) -> None:
    with writing(engine) as session:
        any_plan(session, random.Random(seed))

    with reading(engine) as session:
        rolled = roll_up(session, 1, AS_OF, GAUGE)
        wanted = [by_hand(session, item) for item in session.exec(select(PlanItem).where(PlanItem.plan_id == 1))]

    kept = [item for item in wanted if item is not None]
    assert [replace(item, share=None) for item in rolled.items] == [replace(item, share=None) for item in kept]
    assert [item.share for item in rolled.items] == pytest.approx([item.share for item in kept])
    assert rolled.whole.completion == pytest.approx(weighed(kept, "completion"))
    assert rolled.whole.share == pytest.approx(weighed(kept, "share"))
    assert rolled.whole.lights == Counter(item.light for item in kept)
    assert rolled.whole.results == sum((Counter(item.results) for item in kept), Counter())
    assert sum(one.items for one in rolled.programmes.values()) == len(kept) == rolled.whole.items


def weighed(items: Sequence[ItemStatus], rate: str) -> float:
    known: list[tuple[float, float]] = [
        (item.weight, getattr(item, rate)) for item in items if getattr(item, rate) is not None
    ]
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def by_hand(session: Session, item: PlanItem) -> ItemStatus | None:
    """An item as the words of docs/lights.md say it, task by task and reading by reading."""
    if item.cancelled_at is not None and local_day(item.cancelled_at) <= AS_OF:
        return None
    targets = session.exec(select(Target).where(Target.item_id == item.id)).all()
    judged = [judge(session, target) for target in targets]
    measured = [one for one in judged if not one.target.qualitative]
    shares = [min(one.floor_share, 1.0) for one in measured if one.floor_share is not None]
    tasks = [task for task in session.exec(select(Task).where(Task.item_id == item.id)) if counts(task)]
    return ItemStatus(
        id=item.id or 0,
        number=item.number,
        title=item.title,
        programme=item.programme,
        weight=float(item.weight),
        tasks=tally(tasks),
        share=sum(shares) / len(shares) if shares else None,
        results=Counter(one.result for one in measured if one.result),
        light=most_pressing([one.light for one in measured], tasks),
        stage=None if measured else stage(tasks),
    )


def judge(session: Session, target: Target) -> TargetStatus:
    period = Period.parse("2026H2")
    readings = session.exec(select(Progress).where(Progress.target_id == target.id)).all()
    return target_status(target, value_on(target, readings, period, AS_OF), None, 0.5, Thresholds())


def counts(task: Task) -> bool:
    return task.state != State.CANCELLED and task.enterprise_id != 2 and local_day(task.opened_at) <= AS_OF


def is_done(task: Task) -> bool:
    return task.done_on is not None and task.done_on <= AS_OF


def waits(task: Task) -> bool:
    return not is_done(task) and task.state != State.LAPSED


def light_of(task: Task) -> Light:
    return task_light(State(task.state), task.due_on, AS_OF, GAUGE, task.done_on)


def tally(tasks: Sequence[Task]) -> Tally:
    due = [task for task in tasks if task.due_on <= AS_OF]
    late = sum(is_done(task) and str(task.done_on) > str(task.due_on) for task in due)
    waiting = [task for task in tasks if waits(task)]
    return Tally(
        due=len(due),
        on_time=sum(is_done(task) for task in due) - late,
        late=late,
        overdue=sum(light_of(task) is Light.RED for task in waiting),
        lapsed=sum(task.state == State.LAPSED for task in due),
        waiting=len(waiting),
        soon=sum(light_of(task) is Light.BLUE for task in waiting),
    )


def most_pressing(targets: Sequence[Light], tasks: Sequence[Task]) -> Light:
    lights = [*targets, *(light_of(task) for task in tasks if waits(task))]
    found = next((light for light in (Light.RED, Light.YELLOW, Light.BLUE) if light in lights), None)
    return found or (Light.GREEN if Light.GREEN in targets or (tasks and not targets) else Light.NONE)


def stage(tasks: Sequence[Task]) -> Stage:
    if not tasks:
        return Stage.WAITING
    return Stage.FINISHED if any(is_done(task) and task.purpose == "closing" for task in tasks) else Stage.RUNNING


def test_an_item_without_figures_is_finished_when_the_plan_is_over_and_nothing_waits(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(an_item(id=9, number=9))
        session.flush()
        session.add(a_task(item_id=9, state=State.DONE.value, done_on=date(2026, 9, 30), opened_at=NOON))

    with reading(engine) as session:
        stages = [roll_up(session, 1, date(2026, 12, day), GAUGE).items[-1].stage for day in (30, 31)]

    assert stages == [Stage.RUNNING, Stage.FINISHED]


def test_a_plan_without_items_has_no_rates(engine: Engine) -> None:
    with writing(engine) as session:
        for target in session.exec(select(Target)):
            session.delete(target)
        session.flush()
        for item in session.exec(select(PlanItem)):
            session.delete(item)

    with reading(engine) as session:
        whole = roll_up(session, 1, AS_OF, GAUGE).whole

    assert (whole.items, whole.completion, whole.share, whole.tasks) == (0, None, None, Tally())
