"""Ladders 催办阶梯: which step of a task is right on a day. Pure; the rungs are data (ladders.yaml)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plans.errors import Broken
from plans.workdays import STEP, Workdays
from plans.zone import instant_at

OWN = Path(__file__).with_name("ladders.yaml")


class Audience(StrEnum):
    """Who hears a step."""

    ASSIGNEE = "assignee"
    OFFICER = "officer"
    HEAD = "head"
    LEADER = "leader"
    DIRECTOR = "director"
    GROUP = "group"


class Step(BaseModel):
    """One rung: ``offset`` in workdays from the due date (calendar days where ``any_day``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offset: int = Field(ge=-15, le=60)
    audience: tuple[Audience, ...]
    any_day: bool = False

    @property
    def key(self) -> str:
        return f"{self.offset:+d}" if self.offset else "0"

    @property
    def label(self) -> str:
        if not self.offset:
            return "当天"
        return f"提前{-self.offset}个工作日" if self.offset < 0 else f"逾期{self.offset}个工作日"


class Anew(Step):
    """A step of a ladder that begins again. ``prefix`` sets its key apart from what was said before; ``since`` is the
    day of a return, from which its workdays count instead of the due date."""

    prefix: str
    since: date | None = None

    @property
    def key(self) -> str:
        return self.prefix + super().key

    @property
    def label(self) -> str:
        return f"退回后{self.offset}个工作日" if self.since else super().label


class Ladder(BaseModel):
    """The rungs in the order of their offsets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    steps: tuple[Step, ...]

    @field_validator("steps")
    @classmethod
    def _climbs(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        offsets = [step.offset for step in steps]
        if offsets != sorted(set(offsets)):
            raise ValueError("offsets must rise")
        return steps


Ladders = Mapping[str, Ladder]
RETURNED = "returned"
"""The key of the short ladder of tasks that were sent back."""


def begun_again(ladder: Ladder, prefix: str) -> Ladder:
    """The ladder of a task whose due date moved: every step may be said once more."""
    return ladder.model_copy(update={"steps": tuple(_anew(ladder, prefix))})


def sent_back(ladder: Ladder, short: Ladder, round_: int, since: date) -> Ladder:
    """The ladder of a returned task: the short one from the day of the return, what then is left of its own after."""
    steps = (*_anew(short, f"r{round_}:", since), *ladder.steps)
    return ladder.model_copy(update={"steps": steps})


def _anew(ladder: Ladder, prefix: str, since: date | None = None) -> Iterator[Step]:
    for step in ladder.steps:
        yield Anew(offset=step.offset, audience=step.audience, any_day=step.any_day, prefix=prefix, since=since)


class LadderFileError(Broken):
    """催办阶梯文件 ladders.yaml 读不懂：第 3 级……"""


@cache
def load_ladders(extra: Path | None = None) -> Ladders:
    """The ladders of this package, replaced key by key by the bureau's own. Raises LadderFileError."""
    return _read(OWN) | (_read(extra) if extra else {})


def _read(path: Path) -> dict[str, Ladder]:
    try:
        entries = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
        return {key: Ladder.model_validate(entry) for key, entry in entries.items()}
    except (OSError, YAMLError, ValidationError, AttributeError) as error:
        raise LadderFileError(f"催办阶梯文件 {path.name} 读不懂：请对照自带的 ladders.yaml 改正。") from error


class Dated(Protocol):
    """What a ladder needs to know of a task, planned or open."""

    @property
    def due_on(self) -> date: ...
    @property
    def inner_on(self) -> date: ...
    @property
    def lapses_on(self) -> date | None: ...


Rung = tuple[Step, date]


def rungs(ladder: Ladder, task: Dated, workdays: Workdays) -> list[Rung]:
    """Every step with its day, in the order of the days. Steps ahead count from the inner date, steps after from the
    due date; a duty that lapses is not chased into its next period."""
    dated = sorted(((step, _day_of(step, task, workdays)) for step in ladder.steps), key=lambda rung: rung[1])
    short_ends = max((day for step, day in dated if _since(step)), default=date.min)
    dated = [(step, day) for step, day in dated if _since(step) or day > short_ends]
    return [(step, day) for step, day in dated if task.lapses_on is None or day <= task.lapses_on]


def _since(step: Step) -> date | None:
    return step.since if isinstance(step, Anew) else None


def _day_of(step: Step, task: Dated, workdays: Workdays) -> date:
    if since := _since(step):
        return workdays.shifted(since, step.offset)
    if step.any_day:
        return task.due_on + timedelta(days=step.offset)
    return workdays.shifted(task.inner_on if step.offset <= 0 else task.due_on, step.offset)


@dataclass(frozen=True)
class Decision:
    """What a task has to say on a day. ``say`` holds each audience once, at its latest step; ``skipped`` what the
    clock slept through; ``again_on`` the next day to ask, None when nothing more is to come."""

    say: tuple[tuple[Step, Audience], ...]
    skipped: tuple[tuple[Step, Audience], ...]
    again_on: date | None
    stepped_on: date
    lapsed: bool = False


def decide(ladder: Ladder, task: Dated, stepped_on: date, today: date, workdays: Workdays) -> Decision:
    """The right step for today, given that all steps up to ``stepped_on`` are dealt with."""
    if task.lapses_on is not None and task.lapses_on < today:
        return Decision(
            (), tuple(_voices(_passed(ladder, task, stepped_on, today, workdays))), None, today, lapsed=True
        )
    passed = _passed(ladder, task, stepped_on, today, workdays)
    if not workdays.is_workday(today) and any(not step.any_day for step, _ in passed):
        return Decision((), (), workdays.on_or_after(today), stepped_on)
    voices = _voices(passed)
    latest = {audience: (step, audience) for step, audience in voices}.values()
    say = tuple(voice for voice in voices if voice in latest)
    skipped = tuple(voice for voice in voices if voice not in say)
    return Decision(say, skipped, next_day(ladder, task, today, workdays), today)


def next_day(ladder: Ladder, task: Dated, after: date, workdays: Workdays) -> date | None:
    """The first day after ``after`` on which the task has something to say, or lapses."""
    days = [day for _, day in rungs(ladder, task, workdays) if day > after]
    if task.lapses_on is not None:
        days.append(max(task.lapses_on, after) + STEP)
    return min(days, default=None)


def alarm(day: date | None, remind_at: time) -> datetime | None:
    """The instant of a day's reminders (UTC)."""
    return None if day is None else instant_at(day, remind_at)


def _passed(ladder: Ladder, task: Dated, stepped_on: date, today: date, workdays: Workdays) -> list[Rung]:
    return [(step, day) for step, day in rungs(ladder, task, workdays) if stepped_on < day <= today]


def _voices(passed: Sequence[Rung]) -> list[tuple[Step, Audience]]:
    return [(step, audience) for step, _ in passed for audience in step.audience]


def saying_days(ladder: Ladder, task: Dated, workdays: Workdays) -> Iterator[tuple[date, Step, Audience]]:
    """Day by day what would be said if nobody did anything; for rehearsals."""
    for step, day in rungs(ladder, task, workdays):
        for audience in step.audience:
            yield day, step, audience
