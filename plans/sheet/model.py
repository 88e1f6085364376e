"""A sheet: what was read out of a document, as proposals that a person confirms, changes, drops, merges and splits.

Everything here is a value; the verbs (plans/sheet/verbs.py) give back a new sheet. It is kept as JSON in `plan_sheet`.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from plans.draft import Draft, DraftEnterprise, DraftItem, DraftPerson
from plans.reading.model import Figure


class Standing(StrEnum):
    """What a person said of a proposal."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {"proposed": "待确认", "confirmed": "已确认", "dropped": "不要"}[self.value]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SheetItem(_Value):
    """A proposed item. `key` never changes nor comes again; `places` are the stretches of the document it comes from.

    `deadlines` and `rhythm` are what the document says in its own words (年底前, 定期), for the person who sets the
    cadence; `office` is who has it where the document names an office (综合股) instead of a person; `table_row` is true
    for an item that came out of a task table.
    """

    key: int
    item: DraftItem
    standing: Standing = Standing.PROPOSED
    places: tuple[tuple[int, int], ...] = ()
    deadlines: tuple[str, ...] = ()
    rhythm: str = ""
    office: str = ""
    counterparties: tuple[str, ...] = ()
    table_row: bool = False


Use = Literal["", "reading", "base"]
"""What a done figure becomes: nothing yet, the first reading of a target, or the base of next year's 同比."""


class SheetFigure(_Value):
    """A figure of the done part; `target` is (item key, position of the target) whose first reading it is."""

    figure: Figure
    place: tuple[int, int] | None = None
    use: Use = ""
    target: tuple[int, int] | None = None
    as_of: str = ""
    calibre: str = ""


class SheetEnterprise(_Value):
    """A named enterprise as a roster draft; `aliases` are its short names in the document.

    `note` is what a person should look at: a short name without a full one, or one that fits several.
    """

    enterprise: DraftEnterprise
    aliases: tuple[str, ...] = ()
    standing: Standing = Standing.PROPOSED
    note: str = ""


class Sheet(_Value):
    """The whole draft of one document. `owner` is who has every item that names nobody."""

    bureau: str = ""
    title: str
    period: str = ""
    owner: str = ""
    source: str = ""
    people: tuple[DraftPerson, ...] = ()
    enterprises: tuple[SheetEnterprise, ...] = ()
    items: tuple[SheetItem, ...] = ()
    figures: tuple[SheetFigure, ...] = ()
    next_key: int = Field(1, ge=1)

    def kept(self) -> tuple[SheetItem, ...]:
        """The items that were not dropped."""
        return tuple(one for one in self.items if one.standing is not Standing.DROPPED)

    def draft(self) -> Draft:
        """The draft of what is kept. Item n of the draft is item n of `kept()`."""
        kept = [one.enterprise for one in self.enterprises if one.standing is Standing.CONFIRMED]
        return Draft(
            bureau=self.bureau or "待填",
            title=self.title,
            period=self.period or "待填",
            owner=self.owner,
            source=self.source,
            people=list(self.people),
            enterprises=kept,
            items=[one.item for one in self.kept()],
        )
