"""Ladders 催办阶梯: which step of a task is right on a day. Pure; the rungs are data (ladders.yaml)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from notifications.quiet import ALOUD, Quiet, Slot, after_promises
from plans.errors import Broken
from plans.kept_files import Stamp, stamp_of
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


class Way(StrEnum):
    """How a step is said: in the day's mail, on the phone list in the day's mail, or in a letter that is approved."""

    MAIL = "mail"
    LIST = "list"
    LETTER = "letter"


class Tone(StrEnum):
    """How firmly a step asks; the words are in wordings.yaml."""

    FRIENDLY = "friendly"
    FIRM = "firm"
    FORMAL = "formal"


class Step(BaseModel):
    """One rung: ``offset`` in workdays from the due date (calendar days where ``any_day``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offset: int = Field(ge=-15, le=60)
    audience: tuple[Audience, ...]
    any_day: bool = False
    channel: Literal["mail", "list"] = "mail"
    needs_approval: bool = False
    tone: Tone | None = None

    @model_validator(mode="after")
    def _only_the_assignee_gets_a_letter(self) -> "Step":
        if self.needs_approval and (self.audience != (Audience.ASSIGNEE,) or self.channel != "mail"):
            raise ValueError("a letter goes to the assignee")
        return self

    @property
    def way(self) -> Way:
        return Way.LETTER if self.needs_approval else Way(self.channel)

    @property
    def words(self) -> Tone:
        """The tone as given; without one, friendly until the day itself and firm after."""
        return self.tone or (Tone.FRIENDLY if self.offset <= 0 else Tone.FIRM)

    @property
    def rung(self) -> str:
        """-5, 0, +3: the step among those of its ladder."""
        return f"{self.offset:+d}" if self.offset else "0"

    @property
    def key(self) -> str:
        return self.rung

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
        return self.prefix + self.rung

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
        yield Anew(**step.model_dump(), prefix=prefix, since=since)


def said_at(ladders: Ladders, ladder: str, key: str) -> Step | None:
    """The step behind a notice's key (``+3``, ``r1:+1``, ``1030:-5``), None when the ladder has it no more."""
    prefix, _, offset = key.rpartition(":")
    found = ladders.get(RETURNED if prefix.startswith("r") else ladder)
    return next((step for step in found.steps if step.rung == offset), None) if found else None


class LadderFileError(Broken):
    """催办阶梯文件 ladders.yaml 读不懂：第 3 级……"""


def load_ladders(extra: Path | None = None) -> Ladders:
    """The ladders of this package, replaced key by key by the bureau's own. Raises LadderFileError."""
    return _overlaid(extra, stamp_of(extra) if extra else ())


@cache
def _overlaid(extra: Path | None, _stamp: Stamp) -> Ladders:
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


def rungs(ladder: Ladder, task: Dated, workdays: Workdays, quiet: Quiet = ALOUD) -> list[Rung]:
    """Every step with its day, in the order of the days. Steps ahead count from the inner date, steps after from the
    due date; a broken promise moves those to come; a duty that lapses is not chased into its next period."""
    dated = sorted(((step, _day_of(step, task, workdays)) for step in ladder.steps), key=lambda rung: rung[1])
    short_ends = max((day for step, day in dated if _since(step)), default=date.min)
    dated = [(step, day) for step, day in dated if _since(step) or day > short_ends]
    if quiet.promised:
        dated = _moved(dated, task, workdays, quiet)
    return [(step, day) for step, day in dated if task.lapses_on is None or day <= task.lapses_on]


def _moved(dated: Sequence[Rung], task: Dated, workdays: Workdays, quiet: Quiet) -> list[Rung]:
    slots = [Slot(day, day, ahead=day <= task.due_on and not _since(step)) for step, day in dated]
    days = after_promises(slots, quiet.promised, task.due_on, workdays)
    return sorted(((step, day) for (step, _), day in zip(dated, days, strict=True)), key=lambda rung: rung[1])


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
    """What a task has to say on a day. ``say`` holds each audience once, at its latest step, and besides it a letter;
    ``skipped`` what the clock slept through; ``again_on`` the next day to ask, None when nothing more is to come."""

    say: tuple[tuple[Step, Audience], ...]
    skipped: tuple[tuple[Step, Audience], ...]
    again_on: date | None
    stepped_on: date
    lapsed: bool = False
    silent: bool = False


def decide(
    ladder: Ladder, task: Dated, stepped_on: date, today: date, workdays: Workdays, quiet: Quiet = ALOUD
) -> Decision:
    """The right step for today, given that all steps up to ``stepped_on`` are dealt with."""
    if silent_to := quiet.until(today):
        # Asked again each workday: a decision on an extension ends the silence.
        again_on = min(silent_to + STEP, workdays.shifted(today, 1))
        return Decision((), (), again_on, stepped_on, silent=True)
    passed = [(step, day) for step, day in rungs(ladder, task, workdays, quiet) if stepped_on < day <= today]
    if task.lapses_on is not None and task.lapses_on < today:
        return Decision((), tuple(_voices(passed)), None, today, lapsed=True)
    if not workdays.is_workday(today) and any(not step.any_day for step, _ in passed):
        return Decision((), (), workdays.on_or_after(today), stepped_on)
    voices = _voices(passed)
    latest = {(audience, step.needs_approval): (step, audience) for step, audience in voices}.values()
    say = tuple(voice for voice in voices if voice in latest)
    skipped = tuple(voice for voice in voices if voice not in say)
    return Decision(say, skipped, next_day(ladder, task, today, workdays, quiet), today)


def next_day(ladder: Ladder, task: Dated, after: date, workdays: Workdays, quiet: Quiet = ALOUD) -> date | None:
    """The first day after ``after`` on which the task has something to say, or lapses."""
    days = [day for _, day in rungs(ladder, task, workdays, quiet) if day > after]
    if task.lapses_on is not None:
        days.append(max(task.lapses_on, after) + STEP)
    return min(days, default=None)


def alarm(day: date | None, remind_at: time) -> datetime | None:
    """The instant of a day's reminders (UTC)."""
    return None if day is None else instant_at(day, remind_at)


def _voices(passed: Sequence[Rung]) -> list[tuple[Step, Audience]]:
    return [(step, audience) for step, _ in passed for audience in step.audience]


Saying = tuple[date, Step, Audience]


def saying_days(ladder: Ladder, task: Dated, workdays: Workdays) -> Iterator[Saying]:
    """Day by day what would be said if nobody did anything and nothing was promised."""
    for step, day in rungs(ladder, task, workdays):
        for audience in step.audience:
            yield day, step, audience


def to_be_said(
    ladder: Ladder, task: Dated, stepped_on: date, last: date, workdays: Workdays, quiet: Quiet
) -> Iterator[Saying]:
    """What a clock that never stops says up to ``last`` if nobody does anything more; for rehearsals."""
    day = next_day(ladder, task, stepped_on, workdays, quiet)
    while day is not None and day <= last:
        decision = decide(ladder, task, stepped_on, day, workdays, quiet)
        yield from ((day, step, audience) for step, audience in decision.say)
        stepped_on, day = decision.stepped_on, decision.again_on
