"""What a person does to the items of a sheet. Each verb gives back a new sheet or raises."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plans.draft import DraftItem, DraftTarget
from plans.sheet.errors import SheetRefused
from plans.sheet.fields import kept_positions, read_item
from plans.sheet.model import Sheet, SheetFigure, SheetItem, Standing
from plans.sheet.typed import Typed
from plans.typed import one_line

GONE = "这一项已经不在草稿里：请刷新页面。"
Ref = tuple[int, int]
"""A target: the key of its item and its position there."""


def find_item(sheet: Sheet, key: int) -> SheetItem:
    """The item of that key, dropped or not. Raises SheetRefused."""
    found = next((one for one in sheet.items if one.key == key), None)
    if found is None:
        raise SheetRefused(GONE)
    return found


def confirm(sheet: Sheet, key: int) -> Sheet:
    """Say yes to one item."""
    return _standing(sheet, _kept(sheet, key), Standing.CONFIRMED)


def confirm_all(sheet: Sheet) -> Sheet:
    """Say yes to every item nobody dropped."""
    kept = {one.key for one in sheet.kept()}
    return _with_items(sheet, (_stood(one, Standing.CONFIRMED) if one.key in kept else one for one in sheet.items))


def drop(sheet: Sheet, key: int) -> Sheet:
    """Leave an item out; it stays in sight and can come back."""
    return _standing(sheet, find_item(sheet, key), Standing.DROPPED)


def restore(sheet: Sheet, key: int) -> Sheet:
    """Take a dropped item back, as a proposal."""
    one = find_item(sheet, key)
    return _standing(sheet, one, Standing.PROPOSED) if one.standing is Standing.DROPPED else sheet


def change(sheet: Sheet, key: int, typed: Mapping[str, str]) -> Sheet:
    """The item with what was typed; a changed item is confirmed. Fields left out stay. Raises FieldFaults."""
    one, fields = _kept(sheet, key), Typed(typed)
    item = read_item(fields, one.item, sheet.period)
    fields.settle()
    moved = {(key, old): (key, new) for new, old in enumerate(kept_positions(fields, len(one.item.targets)))}
    return put(_moved(sheet, {key}, moved), one, item=item)


def merge(sheet: Sheet, key: int, into: int) -> Sheet:
    """Join an item into another, behind what that has: targets, places, deadlines, counterparties and text."""
    gone, one = _kept(sheet, key), _kept(sheet, into)
    if key == into:
        raise SheetRefused("不能并入自己：请选另一项。")
    shift = len(one.item.targets)
    moved = {(key, position): (into, position + shift) for position in range(len(gone.item.targets))}
    sheet = put(_moved(sheet, {key}, moved), one, **_joined(one, gone))
    return _with_items(sheet, (other for other in sheet.items if other.key != key))


def _joined(one: SheetItem, gone: SheetItem) -> dict[str, Any]:
    item, other = one.item, gone.item
    joined = {
        "targets": [*item.targets, *other.targets],
        "text": "\n".join(part for part in (item.text, other.text) if part),
        "owner": item.owner or other.owner,
        "cadence": item.cadence or other.cadence,
    }
    joined |= {name: getattr(item, name) or getattr(other, name) for name in ("needs_sign", "needs_review")}
    return {
        "item": item.model_copy(update=joined),
        "places": tuple(sorted({*one.places, *gone.places})),
        "deadlines": tuple(dict.fromkeys((*one.deadlines, *gone.deadlines))),
        "counterparties": tuple(dict.fromkeys((*one.counterparties, *gone.counterparties))),
        "rhythm": one.rhythm or gone.rhythm,
        "office": one.office or gone.office,
    }


def split(sheet: Sheet, key: int, titles: Sequence[str]) -> Sheet:
    """One item becomes one a title, the first under the old key; places, text and dates go with each.

    A target goes to the part whose title speaks of it, else to the first.
    """
    one = _kept(sheet, key)
    named = [title for title in map(one_line, titles) if title]
    if len(named) < 2 or len(set(named)) < len(named) or max(map(len, named)) > 200:
        raise SheetRefused("拆分要写两个或更多不同的标题，每个不超过200字。")
    keys = [key, *range(sheet.next_key, sheet.next_key + len(named) - 1)]
    shares, moved = _shared_out(one.item.targets, named, keys)
    parts = [_part(one, *what) for what in zip(keys, named, shares, strict=True)]
    sheet = _moved(sheet, {key}, moved)
    items = [part for other in sheet.items for part in (parts if other.key == key else [other])]
    return _with_items(sheet, items).model_copy(update={"next_key": keys[-1] + 1})


def _shared_out(
    targets: Sequence[DraftTarget], titles: Sequence[str], keys: Sequence[int]
) -> tuple[list[list[DraftTarget]], dict[Ref, Ref]]:
    shares: list[list[DraftTarget]] = [[] for _ in titles]
    moved: dict[Ref, Ref] = {}
    for position, target in enumerate(targets):
        part = _spoken_of(target, titles)
        moved[keys[0], position] = (keys[part], len(shares[part]))
        shares[part].append(target)
    return shares, moved


def _spoken_of(target: DraftTarget, titles: Sequence[str]) -> int:
    """The title that shares most pairs of characters with the indicator, else with its quote; the first of equals."""
    for told in (target.indicator, target.quote):
        shared = [len(_pairs(title) & _pairs(told)) for title in titles]
        if max(shared):
            return shared.index(max(shared))
    return 0


def _pairs(told: str) -> set[str]:
    return {told[position : position + 2] for position in range(len(told) - 1)}


def _part(one: SheetItem, key: int, title: str, targets: list[DraftTarget]) -> SheetItem:
    item = one.item.model_copy(update={"title": title, "targets": targets})
    return one.model_copy(update={"key": key, "item": item, "standing": Standing.CONFIRMED})


def add_item(sheet: Sheet, typed: Mapping[str, str]) -> Sheet:
    """A new item of the person's own, confirmed, behind the others. Raises FieldFaults."""
    fields = Typed({"title": "", "programme": "", **typed})
    item = read_item(fields, DraftItem(title="?", programme="?"), sheet.period)
    fields.settle()
    added = SheetItem(key=sheet.next_key, item=item, standing=Standing.CONFIRMED)
    return sheet.model_copy(update={"items": (*sheet.items, added), "next_key": sheet.next_key + 1})


def put(sheet: Sheet, one: SheetItem, **changed: Any) -> Sheet:
    """The sheet with an item changed, which confirms it."""
    new = one.model_copy(update={"standing": Standing.CONFIRMED, **changed})
    return _with_items(sheet, (new if other.key == one.key else other for other in sheet.items))


def _kept(sheet: Sheet, key: int) -> SheetItem:
    one = find_item(sheet, key)
    if one.standing is Standing.DROPPED:
        raise SheetRefused("这一项已经不要了：请先恢复，再改。")
    return one


def _stood(one: SheetItem, standing: Standing) -> SheetItem:
    return one.model_copy(update={"standing": standing})


def _standing(sheet: Sheet, one: SheetItem, standing: Standing) -> Sheet:
    return put(sheet, one, standing=standing)


def _with_items(sheet: Sheet, items: Iterable[SheetItem]) -> Sheet:
    return sheet.model_copy(update={"items": tuple(items)})


def _moved(sheet: Sheet, keys: set[int], moved: Mapping[Ref, Ref]) -> Sheet:
    """The figures follow their targets; one whose target is gone is for nobody's use any more."""
    figures = (_followed(figure, keys, moved) for figure in sheet.figures)
    return sheet.model_copy(update={"figures": tuple(figures)})


def _followed(figure: SheetFigure, keys: set[int], moved: Mapping[Ref, Ref]) -> SheetFigure:
    if figure.target is None or figure.target[0] not in keys:
        return figure
    new = moved.get(figure.target)
    return figure.model_copy(update={"target": new} if new else {"target": None, "use": ""})
