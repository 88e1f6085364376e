"""A document read anew: what a person has said of the sheet stays, the rest is proposed afresh."""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count

from plans.draft import DraftTarget
from plans.sheet.model import Sheet, SheetEnterprise, SheetFigure, SheetItem, Standing

Place = tuple[int, int]
Ref = tuple[int, int]
"""A target: the key of its item and its position there."""
Known = dict[Ref, DraftTarget]


def reread(sheet: Sheet, fresh: Sheet) -> Sheet:
    """The sheet with the proposals of a new reading.

    Items that a person confirmed, changed or dropped stay, and nothing new is proposed of the same places. An item
    proposed again of the same place keeps its key, any other gets a new one.
    """
    said = [one for one in sheet.items if one.standing is not Standing.PROPOSED]
    taken = _joined(place for one in said for place in one.places)
    new = [one for one in fresh.items if not _overlaps(one.places, taken)]
    keys = _keys(sheet, new)
    proposed = [one.model_copy(update={"key": keys[one.key]}) for one in new]
    items = tuple(sorted([*said, *proposed], key=_order))
    return sheet.model_copy(
        update={
            "items": items,
            "enterprises": tuple(_enterprises(sheet, fresh)),
            "figures": tuple(_figures(sheet, fresh, items, keys)),
            "next_key": max([sheet.next_key, *(key + 1 for key in keys.values())]),
        }
    )


def _keys(sheet: Sheet, new: Sequence[SheetItem]) -> dict[int, int]:
    """The key in the sheet for each key of the new reading."""
    known = {one.places: one.key for one in sheet.items if one.standing is Standing.PROPOSED}
    unused = count(sheet.next_key)
    return {one.key: known.pop(one.places, 0) or next(unused) for one in new}


def _order(one: SheetItem) -> tuple[bool, Place]:
    """As they stand in the document; a person's own items behind."""
    return not one.places, one.places[0] if one.places else (0, 0)


def _joined(places: Iterable[Place]) -> list[Place]:
    """The same ground in stretches that do not touch, in order."""
    joined: list[Place] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _overlaps(places: Sequence[Place], taken: Sequence[Place]) -> bool:
    return any(_lies_in(place, taken) for place in places)


def _lies_in(place: Place, taken: Sequence[Place]) -> bool:
    before = bisect_left(taken, (place[1], -1)) - 1
    return before >= 0 and taken[before][1] > place[0]


def _enterprises(sheet: Sheet, fresh: Sheet) -> Iterator[SheetEnterprise]:
    said = [one for one in sheet.enterprises if one.standing is not Standing.PROPOSED]
    names = {name for one in said for name in (one.enterprise.name, *one.aliases)}
    yield from said
    yield from (one for one in fresh.enterprises if one.enterprise.name not in names)


def _figures(sheet: Sheet, fresh: Sheet, items: Sequence[SheetItem], keys: dict[int, int]) -> Iterator[SheetFigure]:
    """A figure read again keeps its use and its day, where its target is still the same."""
    known = {(one.figure, one.place): one for one in sheet.figures}
    before, now = _targets(sheet.items), _targets(items)
    taken = {one.target for one in sheet.figures if one.target}
    for one in fresh.figures:
        old = known.get((one.figure, one.place))
        if old is None or (old.target and before.get(old.target) != now.get(old.target)):
            yield _renumbered(one, keys, taken)
        else:
            yield one.model_copy(update={"use": old.use, "target": old.target, "as_of": old.as_of})


def _renumbered(one: SheetFigure, keys: dict[int, int], taken: Container[Ref | None]) -> SheetFigure:
    """Its target by the key its item has now; without one, or where another figure has it, it may still be a base."""
    if one.target is None:
        return one
    target = keys.get(one.target[0], 0), one.target[1]
    free = target[0] and target not in taken
    return one.model_copy(update={"target": target} if free else {"target": None, "use": "base"})


def _targets(items: Iterable[SheetItem]) -> Known:
    return {(one.key, position): target for one in items for position, target in enumerate(one.item.targets)}
