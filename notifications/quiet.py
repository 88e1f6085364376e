"""Quiet: over which days a task's ladder says nothing, and how it goes on after a broken promise.

A promise, a pause and an extension that nobody has decided yet are one idea: days on which nothing is said to anybody
about the task. After a pause or a wait the step is said that is right then. After a broken promise the ladder goes on
one step above where it was, and the steps after that keep their distance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session, col, func, select

from plans.workdays import STEP, Workdays
from plans.zone import instant_at, local_day
from tasks.calls import cut_off_days, promises_of
from tasks.chasing_tables import Call
from tasks.extensions import ASKED
from tasks.pauses import pauses_of
from tasks.states import Verb
from tasks.tables import Extension, Task, TaskChange

# Well under the number of values a statement may carry on either database.
SLICE = 1_000


@dataclass(frozen=True)
class Span:
    """Days, both inside."""

    first: date
    last: date


@dataclass(frozen=True)
class Promised:
    """A promise for the day ``until``; when it was made, the steps up to the day ``said_to`` were behind it."""

    said_to: date
    until: date


@dataclass(frozen=True)
class Quiet:
    """When a task's ladder is silent. ``promised`` are the promises since the ladder last began, in their order."""

    spans: tuple[Span, ...] = ()
    promised: tuple[Promised, ...] = ()

    def until(self, day: date) -> date | None:
        """The last day of the silence in which the day lies, None when it lies in none."""
        found, asked = None, day
        while ends := [span.last for span in self.spans if span.first <= asked <= span.last]:
            found = max(ends)
            asked = found + STEP
        return found


ALOUD = Quiet()


@dataclass(frozen=True)
class Terms:
    """How long silences last: in workdays for an undecided extension, and for a promise at the most."""

    workdays: Workdays
    remind_at: time
    extension_wait: int = 3
    promise_days: int = 10

    def wait(self, asked_on: date) -> Span | None:
        """The silence for an extension that was asked for on that day."""
        if not self.extension_wait:
            return None
        return Span(date.min, self.workdays.shifted(asked_on, self.extension_wait + 1) - STEP)

    def latest_promise(self, today: date) -> date:
        """The last day that may be promised today."""
        return self.workdays.shifted(today, self.promise_days)

    def said_to(self, at: datetime) -> date:
        """The last day whose steps were behind at that instant."""
        day = local_day(at)
        return day if at >= instant_at(day, self.remind_at) else day - STEP


def quiets_of(session: Session, tasks: Sequence[Task], terms: Terms, today: date) -> list[Quiet]:
    """The silences of each of these tasks from that day on, with the promises behind them; a task that is only planned
    has those of its enterprise."""
    found: list[Quiet] = []
    for begin in range(0, len(tasks), SLICE):
        found += _quiets(session, tasks[begin : begin + SLICE], terms, today)
    return found


def _quiets(session: Session, tasks: Sequence[Task], terms: Terms, today: date) -> list[Quiet]:
    ids = [task.id for task in tasks if task.id is not None]
    promised = _promised(session, ids, terms)
    spans = {task_id: [span] for task_id, (span, _) in promised.items()}
    for task_id, asked_on in asked_extensions(session, ids).items():
        if span := terms.wait(asked_on):
            spans.setdefault(task_id, []).append(span)
    paused = _paused(session, tasks, today)
    return [
        _quiet((*spans.get(task.id or 0, ()), *paused.get(task.enterprise_id or 0, ())), promised.get(task.id or 0))
        for task in tasks
    ]


def _quiet(spans: tuple[Span, ...], promised: tuple[Span, tuple[Promised, ...]] | None) -> Quiet:
    return Quiet(spans, promised[1] if promised else ()) if spans else ALOUD


def asked_extensions(session: Session, task_ids: Iterable[int]) -> dict[int, date]:
    """The tasks among these whose extension nobody has decided yet, with the day on which it was asked for."""
    asked = select(Extension.task_id, Extension.asked_at).where(Extension.state == ASKED)
    found = session.exec(asked.where(col(Extension.task_id).in_(task_ids)).order_by(col(Extension.id)))
    return {task_id: local_day(asked_at) for task_id, asked_at in found}


def _paused(session: Session, tasks: Sequence[Task], today: date) -> dict[int, tuple[Span, ...]]:
    enterprises = {task.enterprise_id for task in tasks if task.enterprise_id is not None}
    pauses = pauses_of(session, enterprises, today) if enterprises else {}
    return {key: tuple(Span(one.first_day, one.last_day) for one in ones) for key, ones in pauses.items()}


def _promised(session: Session, ids: Sequence[int], terms: Terms) -> dict[int, tuple[Span, tuple[Promised, ...]]]:
    calls = promises_of(session, ids) if ids else {}
    if not calls:
        return {}
    cut, begun = cut_off_days(session, calls), _begun(session, calls)
    found = {}
    for task_id, made in calls.items():
        open_ones = [call for call in made if call.at >= begun.get((task_id, Verb.RETURN), call.at)]
        if not open_ones:
            continue
        last = cut.get(task_id, date.max)
        newest = _until(open_ones[-1], terms, last)
        since = max((at for (of, _), at in begun.items() if of == task_id), default=None)
        counted = [call for call in open_ones if since is None or call.at >= since]
        promised = tuple(Promised(terms.said_to(call.at), _until(call, terms, last)) for call in counted)
        found[task_id] = Span(local_day(open_ones[-1].at), newest), promised
    return found


def _until(call: Call, terms: Terms, last: date) -> date:
    made_on = local_day(call.at)
    return min(call.promised_on or made_on, terms.latest_promise(made_on), last)


def _begun(session: Session, calls: Mapping[int, object]) -> dict[tuple[int, str], datetime]:
    # A ladder that began again has nothing to do with the promises of the one before it.
    anew = (Verb.RETURN, Verb.GRANT_EXTENSION, Verb.CHANGE)
    query = select(TaskChange.task_id, TaskChange.verb, func.max(TaskChange.at))
    query = query.where(col(TaskChange.task_id).in_(calls), col(TaskChange.verb).in_(anew))
    found = session.exec(query.group_by(col(TaskChange.task_id), col(TaskChange.verb)))
    return {(task_id, verb): at for task_id, verb, at in found}


@dataclass(frozen=True)
class Slot:
    """A step's place: the day on which it is said, the day on which it would be without promises; ``ahead`` is one
    that speaks of a due date to come."""

    natural: date
    day: date
    ahead: bool = False


def after_promises(slots: Sequence[Slot], promised: Sequence[Promised], due_on: date, workdays: Workdays) -> list[date]:
    """The days of a ladder's steps, given in the order of their natural days, after every promise that was broken."""
    moved = list(slots)
    for one in promised:
        moved = _resumed(moved, one, due_on, workdays)
    return [slot.day for slot in moved]


def _resumed(slots: Sequence[Slot], one: Promised, due_on: date, workdays: Workdays) -> list[Slot]:
    resumes = workdays.shifted(one.until, 1)
    late = resumes > due_on
    to_come = [slot for slot in slots if slot.day > one.said_to and not (late and slot.ahead)]
    if not to_come:
        return list(slots)
    lead = to_come[0].natural
    return [_replaced(slot, one, lead, resumes, late, workdays) for slot in slots]


def _replaced(slot: Slot, one: Promised, lead: date, resumes: date, late: bool, workdays: Workdays) -> Slot:
    if slot.day <= one.said_to:
        return slot
    if slot.natural <= lead or (late and slot.ahead):
        return Slot(slot.natural, resumes, slot.ahead)
    kept_apart = workdays.shifted(resumes, workdays.between(lead, slot.natural))
    return Slot(slot.natural, max(slot.natural, kept_apart), slot.ahead)
