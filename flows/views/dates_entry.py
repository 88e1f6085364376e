"""An entry of the calendar: one task of the bureau, or one report that many enterprises owe."""

from dataclasses import dataclass
from datetime import date

from plans.periods import Period


@dataclass(frozen=True)
class Entry:
    """What falls due on one day. ``task`` is the number of the bureau's own task, ``firms`` how many enterprises
    report; ``done`` and ``waiting`` count its tasks. One that is not ``opened`` only stands in the plan yet."""

    day: date
    item_id: int
    title: str
    period: str
    owner: str
    firms: int = 0
    task: int = 0
    done: int = 0
    waiting: int = 0
    opened: bool = True

    @property
    def label(self) -> str:
        """The period as people say it."""
        return Period.parse(self.period).label

    @property
    def told(self) -> str:
        """Who does it and how far it is, in a few words: 300家，已报120家."""
        if not self.firms:
            return self.owner
        filed = f"，已报{self.done}家" if self.done < self.firms else "，已报齐"
        return f"{self.firms}家{filed if self.done else ''}"

    def stands(self, today: date) -> str:
        """done, late, lapsed, or nothing while there is time."""
        if self.opened and not self.waiting:
            return "done" if self.done else "lapsed"
        return "late" if self.opened and self.day < today else ""
