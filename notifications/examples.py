"""Examples: what a step or a sentence sounds like, written for a task, a person and an enterprise that nobody has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time

from notifications.audience import CLIMB
from notifications.formal import letter_written
from notifications.ladder import RETURNED, Audience, Ladder, Rung, Step, Tone, Way, rungs, sent_back
from notifications.letters import Addressee, Line, Pen, message_of
from notifications.writing import Written, time_left
from plans.periods import Period, Span
from plans.workdays import STEP
from plans.zone import instant_at, local_text

BUREAU, OFFICER, OFFICE_PHONE = "本局", "责任人", "（本局电话）"
ENTERPRISE, CONTACT, PHONE = "某某科技有限公司", "张会计", "13900000000"
REPORT, JOB = "研发投入月报", "示例工作"
LINK = "（这里是办理的链接）"
REMINDED_AT = time(8, 30)


@dataclass(frozen=True)
class ExampleTask:
    """A task with a due date and nothing else."""

    due_on: date
    inner_on: date
    lapses_on: date | None = None


@dataclass(frozen=True)
class Message:
    """What some audiences hear at a step."""

    audiences: tuple[Audience, ...]
    written: Written


@dataclass(frozen=True)
class Told:
    """A step on its day with what is said."""

    step: Step
    day: date
    messages: tuple[Message, ...]


def asks_enterprises(ladder: Ladder) -> bool:
    """True for a ladder that knows of an officer beside who has to do it: then these are enterprises."""
    return any(Audience.OFFICER in step.audience or step.way is not Way.MAIL for step in ladder.steps)


def dated_steps(key: str, ladder: Ladder, due_on: date, pen: Pen) -> list[Rung]:
    """Each step with its day for a task due on that day; for the short ladder, sent back on that day."""
    task = ExampleTask(due_on, pen.workdays.on_or_before(due_on))
    if key == RETURNED:
        ladder = sent_back(Ladder(name=ladder.name, steps=()), ladder, 1, due_on)
    return rungs(ladder, task, pen.workdays)


def told_steps(key: str, ladder: Ladder, due_on: date, pen: Pen) -> list[Told]:
    """Each step on its day with the messages it makes."""
    firm = asks_enterprises(ladder)
    return [
        Told(step, day, tuple(_messages(step, firm, due_on, day, pen)))
        for step, day in dated_steps(key, ladder, due_on, pen)
    ]


def _messages(step: Step, firm: bool, due_on: date, day: date, pen: Pen) -> Iterator[Message]:
    groups = (
        (Audience.ASSIGNEE,),
        (Audience.OFFICER,),
        CLIMB,
        (Audience.GROUP,),
    )
    for group in groups:
        heard = tuple(audience for audience in step.audience if audience in group)
        if heard:
            yield Message(heard, _written(step, heard[0], firm, due_on, day, pen))


def _written(step: Step, audience: Audience, firm: bool, due_on: date, day: date, pen: Pen) -> Written:
    if step.way is Way.LETTER:
        return example_letter(due_on, day, pen)
    line = _line(firm, due_on, day, pen, step.words, step.way)
    if audience is Audience.ASSIGNEE:
        return example_chase([line], day, pen) if firm else example_notice([line], [], day, pen)
    if audience is Audience.GROUP:
        return _message("group", "工作群", [line], [], day, pen)
    return example_notice([], [line], day, pen)


def examples_of(group: str, pen: Pen, today: date) -> list[Written]:
    """What the sentences of a group sound like: staff, enterprise, agency or letter."""
    late, soon = today - STEP * 7, pen.workdays.shifted(today, 3)
    if group == "letter":
        return [example_letter(late, today, pen)]
    if group == "staff":
        own = [_line(False, soon, today, pen), _line(False, late, today, pen)]
        return [example_notice(own, [_line(True, late, today, pen)], today, pen)]
    tones = [(soon, Tone.FRIENDLY), (late, Tone.FIRM), (late, Tone.FORMAL)]
    lines = [_line(True, due_on, today, pen, tone) for due_on, tone in tones]
    if group == "agency":
        return [_message("agency", CONTACT, lines[1:2], [], today, pen)]
    return [example_chase([line], today, pen) for line in lines]


def example_notice(own: Sequence[Line], watched: Sequence[Line], day: date, pen: Pen) -> Written:
    """The day's mail to somebody of the bureau."""
    return _message("person", OFFICER, own, watched, day, pen)


def example_chase(own: Sequence[Line], day: date, pen: Pen) -> Written:
    """A mail to an enterprise."""
    return _message("enterprise", CONTACT, own, [], day, pen)


def example_letter(due_on: date, day: date, pen: Pen) -> Written:
    """A 催报函 before it has its number."""
    month = {"period": _period(due_on), "due_on": due_on.isoformat(), "left": time_left(day, due_on, pen.workdays)}
    facts = {
        "number": "〔　〕　号",
        "title": REPORT,
        "addressee": ENTERPRISE,
        "months": [month],
        "as_of": local_text(instant_at(day, REMINDED_AT)),
        "contact": OFFICER,
        "phone": OFFICE_PHONE,
        "mail": "",
        "bureau": BUREAU,
        "day": f"{day.year}年{day.month}月{day.day}日",
    }
    return letter_written(facts, [], pen)


def _message(kind: str, name: str, own: Sequence[Line], watched: Sequence[Line], day: date, pen: Pen) -> Written:
    to, now = Addressee(name, "", LINK), instant_at(day, REMINDED_AT)
    return message_of(kind, to, own, watched, now, pen, BUREAU)


def _line(firm: bool, due_on: date, day: date, pen: Pen, words: Tone = Tone.FRIENDLY, way: Way = Way.MAIL) -> Line:
    return Line(
        title=REPORT if firm else JOB,
        purpose="报送" if firm else "办理",
        period=_period(due_on),
        due_on=due_on,
        tone="late" if due_on < day else "today" if due_on == day else "ahead",
        left=time_left(day, due_on, pen.workdays),
        holder=ENTERPRISE if firm else OFFICER,
        phone=f"{CONTACT} {PHONE}" if firm else "",
        link=LINK,
        item_id=0 if firm else int(due_on > day) + 1,
        words=words,
        way=way,
    )


def _period(due_on: date) -> str:
    return Period.containing(Span.MONTH, due_on).label
