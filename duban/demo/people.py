"""How the demo's people behave: some at once, some late, some forgetful, some with a promise first."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from plans.workdays import Workdays


class Temper(StrEnum):
    """A way of answering mail."""

    PUNCTUAL = "punctual"
    LATE = "late"
    FORGETFUL = "forgetful"
    PROMISING = "promising"

    @property
    def label(self) -> str:
        return {"punctual": "准时", "late": "拖延", "forgetful": "健忘", "promising": "先答应"}[self.value]


@dataclass(frozen=True)
class Answer:
    """What somebody does about a letter: on which day, and whether they first sign for it with a promise."""

    on: date
    promise: bool = False


ENTERPRISE_TEMPERS = (Temper.PUNCTUAL,) * 11 + (Temper.LATE,) * 4 + (Temper.PROMISING,) * 3 + (Temper.FORGETFUL,) * 2
STAFF_TEMPERS = {
    "李明": Temper.PUNCTUAL,
    "王芳": Temper.PUNCTUAL,
    "陈平": Temper.PROMISING,
    "赵云舟": Temper.LATE,
    "孙静": Temper.PUNCTUAL,
    "吴越": Temper.FORGETFUL,
}


def temper_of(recipient: str, chance: Random) -> Temper:
    """The temper of a person by name, or of the enterprise behind a mail address by chance."""
    return STAFF_TEMPERS.get(recipient) or chance.choice(ENTERPRISE_TEMPERS)


def answer(temper: Temper, letter: int, today: date, workdays: Workdays, chance: Random) -> Answer | None:
    """What the ``letter``-th letter about one task makes its reader do; None: nothing yet."""
    if temper is Temper.PUNCTUAL:
        return Answer(workdays.shifted(today, chance.choice((0, 0, 1, 1, 2)))) if letter == 1 else None
    if temper is Temper.PROMISING:
        return Answer(workdays.shifted(today, chance.choice((2, 3, 5))), promise=True) if letter == 1 else None
    if temper is Temper.LATE:
        return Answer(workdays.shifted(today, chance.choice((0, 1)))) if letter == 3 else None
    return Answer(today) if (letter == 4 and chance.random() < 0.6) or (letter == 1 and chance.random() < 0.5) else None
