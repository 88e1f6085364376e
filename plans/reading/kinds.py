"""What an item is, by the signs of design.md (What an item becomes); its programme decides where no sign stands."""

from collections.abc import Sequence

from plans.reading.model import StatedTarget
from plans.reading.rules import rule
from plans.words import Kind


def kind_of(
    text: str, usual: Kind, targets: Sequence[StatedTarget], cadence: str | None, deadlines: Sequence[str]
) -> Kind:
    """goal with a target; filing with a date to send something by; review or duty with a rhythm.

    `usual` is what an item of its programme usually is, and holds where no sign stands.
    """
    if any(target.level != "workload" for target in targets):
        return Kind.GOAL
    if deadlines and rule("framing", "filing").search(text):
        return Kind.FILING
    if cadence:
        return Kind.REVIEW if rule("framing", "review").search(text) else Kind.DUTY
    return usual
