"""The lights of a plan's items today are those of the roll-up, found the short way."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session

from plans.periods import Period
from plans.tables import Enterprise, Plan, PlanItem, Target
from plans.workdays import Workdays
from support.readings import read_off
from support.rows import a_task, in_memory
from support.strategies import an_item
from tasks.item_lights import item_lights, target_lights
from tasks.lights import Gauge, Light, Thresholds
from tasks.rollup import roll_up
from tasks.states import FINISHED, State

TODAY, PERIOD = date(2026, 9, 30), Period.parse("2026H2")
GAUGE = Gauge(Workdays(), Thresholds())
TASKS = st.tuples(
    st.sampled_from((1, 2)), st.integers(-20, 20), st.sampled_from(list(State)), st.sampled_from((None, 1, 2))
)
READINGS = st.tuples(st.sampled_from((1, 2)), st.integers(0, 12), st.integers(0, 60))


def lights_of(session: Session) -> dict[int, str]:
    found = item_lights(1, PERIOD, TODAY, GAUGE)
    return dict(session.execute(select(found.c.item_id, found.c.light)).tuples().all())


@given(tasks=st.lists(TASKS, max_size=6), readings=st.lists(READINGS, max_size=4), cancelled=st.booleans())
def test_an_item_has_the_light_of_the_roll_up(
    tasks: list[tuple[int, int, State, int | None]], readings: list[tuple[int, int, int]], cancelled: bool
) -> None:
    with in_memory() as session:
        session.add_all([Enterprise(id=1, name="报送"), Enterprise(id=2, name="免报", exempt_reason="注销")])
        session.add(an_item(id=3, number=3))
        session.get_one(Target, 1).floor = Decimal(10)
        session.get_one(Target, 2).qualitative = True
        if cancelled:
            session.get_one(PlanItem, 1).cancelled_at = session.get_one(Plan, 1).started_at
        session.flush()
        for nth, (item_id, days, state, enterprise) in enumerate(tasks):
            done_on = TODAY if state in FINISHED else None
            given_to = {"item_id": item_id, "assignee": f"第{nth}个", "enterprise_id": enterprise}
            session.add(a_task(due_on=TODAY + timedelta(days=days), state=state.value, done_on=done_on, **given_to))
        session.add_all(
            read_off(target, str(TODAY - timedelta(days=ago)), str(value)) for target, value, ago in readings
        )
        session.flush()

        rolled = roll_up(session, 1, TODAY, GAUGE)

        assert lights_of(session) == {item.id: item.light.value for item in rolled.items}


def test_the_light_of_the_targets_is_told_apart_from_that_of_the_tasks() -> None:
    with in_memory() as session:
        session.get_one(Target, 1).floor = session.get_one(Target, 2).floor = Decimal(10)
        session.add(read_off(1, "2026-09-01", "9"))
        session.add(a_task(due_on=date(2026, 9, 1)))
        session.flush()

        assert lights_of(session) == {1: "red", 2: "none"}
        assert target_lights(session, 1, PERIOD, TODAY, GAUGE) == {1: Light.GREEN, 2: Light.NONE}
        assert target_lights(session, 1, PERIOD, date(2026, 8, 31), GAUGE)[1] is Light.NONE
