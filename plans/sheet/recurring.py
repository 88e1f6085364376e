"""Recurring duties: rhythms inside the plan's items belong to them, the others become items of their own."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from plans.cadence import Cadence
from plans.checking import DEFAULT_LADDERS
from plans.draft import DraftItem
from plans.programmes import Programmes
from plans.reading.document import fold
from plans.reading.kinds import kind_of
from plans.reading.lines_of_work import programme_of
from plans.reading.model import Item, Reading, RecurringDuty
from plans.sheet.dating import known_cadence
from plans.sheet.model import SheetItem
from plans.sheet.placing import Ground, Place, find_in_order
from plans.typed import one_line
from plans.words import Assignees

Found = tuple[RecurringDuty, Place | None, Item | None]


def rhythms_inside(reading: Reading, ground: Ground) -> dict[int, str]:
    """What the document says of an item's rhythm in its own words, by where the item starts."""
    inside = [(item, duty) for duty, _, item in _found(reading, ground) if item is not None]
    said: dict[int, str] = {}
    for item, duty in sorted(inside, key=lambda one: one[0].cadence != one[1].cadence):
        if item.cadence is None or duty.cadence.split(":")[0] == item.cadence.split(":")[0]:
            said.setdefault(item.start, duty.quote)
    return said


def duties_of(reading: Reading, ground: Ground, programmes: Programmes, first_key: int) -> list[SheetItem]:
    """A proposed item for each dated rhythm that stands outside the plan's items; 定期 in a report promises nothing."""
    items: dict[str, SheetItem] = {}
    for duty, place, item in _found(reading, ground):
        cadence = known_cadence(duty.cadence)
        if item is None and place and _recurs(duty, cadence) and duty.quote not in items:
            key = first_key + len(items)
            items[duty.quote] = _duty(key, duty, cadence, ground.sentence(place), ground, programmes)
    return list(items.values())


def _recurs(duty: RecurringDuty, cadence: str) -> bool:
    """年度考核 names a thing of the year that was; only 每年 says that it comes again."""
    if cadence == "annual":
        return "每" in duty.quote
    return bool(cadence) and Cadence.parse(cadence).has_dates


def _duty(
    key: int, duty: RecurringDuty, cadence: str, place: Place, ground: Ground, programmes: Programmes
) -> SheetItem:
    text = ground.text[slice(*place)]
    title, folded = one_line(duty.quote)[:200], fold(text)
    programme = programmes[programme_of(fold(title), folded, programmes)]
    kind = kind_of(folded, programme.kind, (), cadence, ())
    by_firms = programme.assignees is Assignees.ENTERPRISES
    item = DraftItem(
        title=title,
        programme=programme.key,
        kind=kind,
        cadence=cadence,
        due_policy=programme.due_policy,
        # 督促企业填报 is the bureau's own duty: what the enterprises fill in is an item of the plan.
        assignees=Assignees.OWNER if by_firms else None,
        form="" if by_firms else None,
        ladder=DEFAULT_LADDERS[kind] if by_firms else programme.ladder or DEFAULT_LADDERS[kind],
        text=text,
    )
    return SheetItem(key=key, item=item, places=(place,), rhythm=duty.quote, table_row=ground.in_table(place[0]))


def _found(reading: Reading, ground: Ground) -> Iterator[Found]:
    """Each duty with where it stands and the item around it."""
    items = sorted(reading.plan_items, key=lambda item: item.start)
    places = find_in_order(ground.text, [duty.quote for duty in reading.recurring_duties])
    starts = [item.start for item in items]
    for duty, place in zip(reading.recurring_duties, places, strict=True):
        yield duty, place, _around(items, starts, place) if place else None


def _around(items: Sequence[Item], starts: Sequence[int], place: Place) -> Item | None:
    before = bisect_right(starts, place[0]) - 1
    return items[before] if before >= 0 and place[0] < items[before].end else None
