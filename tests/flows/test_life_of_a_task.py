"""The life of a task, driven at random: every verb, a clock that only moves on, and a plain model beside it.

After every move: the state is the model's, nothing finished has an alarm and no alarm rings on a day off, nobody hears
a step twice, two on one day, or anything after done, and the audit chain holds.
"""

import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, select

from cast import GAOQI, PATROL, at, draft
from flows.changing import hand_over, revising
from flows.planning import start_from_text
from flows.running import tick
from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from flows.supervising import ask, decide
from flows.tasking import return_task
from flows.urging import urge_task
from notifications.tables import URGE, Notice, NoticeState
from plans.database import reading, writing
from plans.errors import Refused
from plans.tables import Person
from plans.zone import local_day
from tasks.audit import verify
from tasks.states import State
from tasks.tables import Extension, Task
from tasks.verbs import Act, acknowledge, cancel, close, complete, find_task, report

PENDING = {State.OPEN, State.ACKNOWLEDGED, State.RETURNED}
ALLOWED = {
    "acknowledge": {State.OPEN: State.ACKNOWLEDGED, State.RETURNED: State.ACKNOWLEDGED},
    "complete": dict.fromkeys(PENDING, State.DONE),
    "return": {State.DONE: State.RETURNED},
    "close": {State.DONE: State.CLOSED},
    "cancel": dict.fromkeys(PENDING, State.CANCELLED),
    "report": {state: state for state in PENDING},
}


class LifeOfATask(RuleBasedStateMachine):
    """One goal's July task; the model is a state, a due date and whether a request is open."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="duban-life-"))
        self.state, self.due_on = State.OPEN, date(2026, 7, 31)
        self.asked: date | None = None
        self.urged_on: date | None = None
        self.holder = "李明"
        self.now: datetime = at("2026-07-01 09:00")
        self.ticked_at = at("2026-06-30 09:00")
        self.runtime: Runtime

    @initialize()
    def begin(self) -> None:
        given = read_settings(data=self.folder, secret="s" * 32)
        start_from_text(given, draft(GAOQI, PATROL), "draft.yaml", "陈平", at("2026-07-01 08:00"))
        self.runtime = open_runtime(given)
        with reading(self.runtime.engine) as session:
            self.number = session.exec(select(Task.id).where(Task.period == "2026-07")).one() or 0

    def teardown(self) -> None:
        if hasattr(self, "runtime"):
            self.runtime.engine.dispose()
        shutil.rmtree(self.folder)

    def act(self, by: str) -> Act:
        return Act(by, "page", self.now)

    def try_to(self, verb: str, by: str, note: str = "说明") -> None:
        with writing(self.runtime.engine) as session:
            task = find_task(session, self.number)
            if verb == "acknowledge":
                acknowledge(session, task, self.act(by), note)
            elif verb == "complete":
                complete(session, task, self.act(by), note)
            elif verb == "close":
                close(session, task, self.act(by), note)
            elif verb == "cancel":
                cancel(session, task, self.act(by), note)
            elif verb == "report":
                report(session, task, self.act(by), note)
            else:
                return_task(session, self.runtime, task, note, self.act(by))

    @rule(verb=st.sampled_from(sorted(set(ALLOWED) - {"cancel"})))
    def move(self, verb: str) -> None:
        wanted = ALLOWED[verb].get(self.state)
        try:
            self.try_to(verb, "李明")
        except Refused:
            assert wanted is None, (verb, self.state)
        else:
            assert wanted is not None, (verb, self.state)
            self.state = wanted

    @rule(chance=st.integers(0, 9))
    def cancel_now_and_then(self, chance: int) -> None:
        if chance == 0:
            self.move("cancel")

    @rule(days=st.integers(-5, 40))
    def ask_for_more_time(self, days: int) -> None:
        until = self.due_on + timedelta(days=days)
        fine = self.state in PENDING and not self.asked and local_day(self.now) < self.due_on < until
        try:
            with writing(self.runtime.engine) as session:
                ask(session, self.number, until, "等批次", self.act("李明"))
        except Refused:
            assert not fine
        else:
            assert fine
            self.asked = until

    @precondition(lambda self: self.asked)
    @rule(grant=st.booleans())
    def decide_the_request(self, grant: bool) -> None:
        with reading(self.runtime.engine) as session:
            request = session.exec(select(Extension.id).order_by(col(Extension.id).desc())).first() or 0
        try:
            with writing(self.runtime.engine) as session:
                decide(session, self.runtime, request, grant, "答复", self.act("陈平"))
        except Refused:
            assert self.state not in PENDING
        else:
            assert self.state in PENDING
            self.due_on = self.asked if grant and self.asked else self.due_on
            self.asked = None

    @rule()
    def urge(self) -> None:
        today = local_day(self.now)
        again_on = self.urged_on and self.runtime.workdays.shifted(self.urged_on, self.runtime.settings.urge_cooldown)
        fine = self.state in PENDING and (again_on is None or again_on <= today)
        try:
            with writing(self.runtime.engine) as session:
                urge_task(session, self.runtime, self.number, "", self.act("陈平"))
        except Refused:
            assert not fine
        else:
            assert fine
            self.urged_on = today

    @rule(to=st.sampled_from(["李明", "王芳"]))
    def reassign(self, to: str) -> None:
        fine = self.state in PENDING and to != self.holder
        try:
            with revising(self.runtime, self.act("陈平")) as revision:
                hand_over(revision, None, self.number, "", to)
        except Refused:
            assert not fine
        else:
            assert fine
            self.holder = to

    @rule(days=st.integers(0, 12), hour=st.sampled_from([0, 9, 15]))
    def time_goes_by(self, days: int, hour: int) -> None:
        moment = (self.now + timedelta(days=days)).replace(hour=hour)
        self.now = max(self.now, moment)
        self.ticked_at = self.now
        failed = [name for done in tick(self.runtime, self.now).values() for name in done.failed]
        assert failed == []

    @rule()
    def do_the_weekly_duty(self) -> None:
        with writing(self.runtime.engine) as session:
            waiting = select(Task).where(col(Task.lapses_on).is_not(None), col(Task.state).in_(PENDING))
            duty = session.exec(waiting.order_by(col(Task.due_on))).first()
            if duty is not None:
                complete(session, duty, self.act("王芳"))

    @invariant()
    def a_weekly_duty_lapses_when_its_week_is_over_and_never_before(self) -> None:
        if not hasattr(self, "runtime"):
            return
        # The morning's reminders, and with them the counting of what was missed, begin at half past eight.
        seen_on = local_day(self.ticked_at - timedelta(hours=8, minutes=30))
        with reading(self.runtime.engine) as session:
            for duty in session.exec(select(Task).where(col(Task.lapses_on).is_not(None))):
                over_on = duty.lapses_on or date.max
                assert duty.state in {State.OPEN, State.DONE, State.LAPSED}
                assert duty.state != State.OPEN or over_on >= seen_on
                assert duty.state != State.LAPSED or over_on < local_day(self.now)

    @invariant()
    def the_task_is_as_the_model_says(self) -> None:
        if not hasattr(self, "runtime"):
            return
        with reading(self.runtime.engine) as session:
            task = find_task(session, self.number)
            assert (task.state, task.due_on) == (self.state, self.due_on)
            assert session.get_one(Person, task.owner_id).name == self.holder
            assert task.inner_on <= task.due_on
            assert self.runtime.workdays.is_workday(task.inner_on)
            assert (task.done_at is None) == (self.state not in {State.DONE, State.CLOSED})

    @invariant()
    def the_alarm_is_right(self) -> None:
        if not hasattr(self, "runtime"):
            return
        with reading(self.runtime.engine) as session:
            task = find_task(session, self.number)
        if self.state not in PENDING:
            assert task.next_step_at is None
        elif task.next_step_at is not None:
            assert self.runtime.workdays.is_workday(local_day(task.next_step_at))
            assert local_day(task.next_step_at) > task.stepped_on

    @invariant()
    def nothing_is_said_twice_or_after_done(self) -> None:
        if not hasattr(self, "runtime"):
            return
        with reading(self.runtime.engine) as session:
            task = find_task(session, self.number)
            notices = session.exec(select(Notice).where(Notice.task_id == self.number)).all()
        heard = [(notice.step, notice.recipient) for notice in notices]
        assert len(heard) == len(set(heard))
        said = [notice for notice in notices if notice.state != NoticeState.SKIPPED]
        steps = [notice for notice in said if not notice.step.startswith(URGE)]
        days = [(notice.recipient, local_day(notice.made_at)) for notice in steps]
        assert len(days) == len(set(days))
        if task.done_at is not None:
            assert all(notice.made_at <= task.done_at for notice in said)

    @invariant()
    def the_chain_holds(self) -> None:
        if hasattr(self, "runtime"):
            with reading(self.runtime.engine) as session:
                assert not any(chain.broken for chain in verify(session))


LifeOfATask.TestCase.settings = hypothesis_settings(max_examples=12, stateful_step_count=25, deadline=None)
test_the_life_of_a_task = LifeOfATask.TestCase
