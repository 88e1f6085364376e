"""What the forms about a task carry: note, figures, day, and what of the task was seen when somebody began to type."""

from collections.abc import Mapping
from datetime import date

from flows.tasking import FIGURE
from plans.errors import Refused
from tasks.moved import TaskMoved

LONGEST_NOTE = 2000
SEEN = "seen"
Typed = Mapping[str, str]


def figures_in(typed: Typed) -> dict[int, str]:
    """The figures typed beside the targets, by target."""
    named = ((name.removeprefix(FIGURE), text) for name, text in typed.items() if name.startswith(FIGURE))
    return {int(number): text for number, text in named if number.isascii() and number.isdecimal()}


def note_in(typed: Typed) -> str:
    """The note as typed. Raises Refused for one that is too long."""
    note = typed.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(f"说明太长，请在{LONGEST_NOTE}字以内。", "note")
    return note


def day_in(typed: Typed, name: str, told: str) -> date:
    """The day typed into that field. Raises Refused with what is told of none."""
    try:
        return date.fromisoformat(typed.get(name, "").strip())
    except ValueError as error:
        raise Refused(told, name) from error


def number_in(typed: Typed, name: str) -> int | None:
    """A number that a form of ours carries; None where it carries none."""
    text = typed.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def seen_in(typed: Typed) -> int | None:
    """The task's change up to which the page was seen."""
    return number_in(typed, SEEN)


def seen_again(typed: Typed, refused: Refused | None, now: int) -> int:
    """What the form shown again carries: what happened meanwhile counts as seen once it has been told."""
    if isinstance(refused, TaskMoved):
        return refused.seen
    began = seen_in(typed)
    return now if began is None else began
