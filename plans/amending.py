"""Amending 修订: a running plan against the document that came in anew, as amendments a person picks from. Pure."""

import hashlib
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from plans.differences import (
    LABELS,
    Difference,
    Running,
    cadence_key,
    item_differences,
    standing,
    stated,
    target_entry,
)
from plans.draft import Draft, DraftItem, DraftTarget
from plans.errors import Refused
from plans.matching import Entry, bare, match_entries
from plans.programmes import Programmes
from plans.tables import Target

ALL = "all"


class Change(StrEnum):
    """What the document does to an item."""

    ADDED = "added"
    CHANGED = "changed"
    DROPPED = "dropped"
    SAME = "same"

    @property
    def label(self) -> str:
        return {"added": "新增", "changed": "有变化", "dropped": "文件里没有了", "same": "不变"}[self.value]


@dataclass(frozen=True)
class Amendment:
    """One item: what runs of it, what the document says of it, and where they differ.

    ``key`` is ``item:12`` (the item's number in the database), ``drop:12``, or ``add:3`` (third in the document).
    """

    key: str
    change: Change
    running: Running | None = None
    drafted: DraftItem | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def title(self) -> str:
        """As it runs; of a new item as the document has it."""
        if self.running is not None:
            return self.running.item.title
        return self.drafted.title if self.drafted is not None else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Everything of it that can be picked on its own."""
        return tuple(one.key for one in self.differences) or (self.key,)


class AmendmentsMoved(Refused):
    """计划或文件在您查看之后又变了，没有改动：请重新查看后再选。"""

    def __init__(self) -> None:
        super().__init__("计划或文件在您查看之后又变了，没有改动：请重新查看后再选。")


class UnknownAmendment(Refused):
    """没有“item:12:floor”这处变化：……"""


def amendments(running: Sequence[Running], draft: Draft, programmes: Programmes) -> tuple[Amendment, ...]:
    """Changed and same items by number, then the new ones as the document has them, then those it no longer has."""
    olds = sorted(running, key=lambda one: one.item.number)
    found = match_entries([_entry_of(one) for one in olds], [_entry(item) for item in draft.items])
    goes_on = {old: new for new, old in found.items()}
    return (
        *(_kept(olds[old], draft.items[goes_on[old]], programmes) for old in sorted(goes_on)),
        *(
            Amendment(f"add:{at}", Change.ADDED, drafted=item)
            for at, item in enumerate(draft.items, start=1)
            if at - 1 not in found
        ),
        *(Amendment(f"drop:{one.item.id}", Change.DROPPED, one) for old, one in enumerate(olds) if old not in goes_on),
    )


def _kept(running: Running, drafted: DraftItem, programmes: Programmes) -> Amendment:
    differences = tuple(item_differences(running, drafted, programmes))
    change = Change.CHANGED if differences else Change.SAME
    return Amendment(f"item:{running.item.id}", change, running, drafted, differences)


def _entry_of(running: Running) -> Entry:
    return _entry_from(standing(running), running.targets, (running.item.number, ""))


def _entry(drafted: DraftItem) -> Entry:
    silent = dict.fromkeys(LABELS, "")
    said = silent | stated(drafted) | {"programme": drafted.programme}
    return _entry_from(said, drafted.targets, (0, drafted.model_dump_json()))


def _entry_from(said: dict[str, str], targets: Sequence[Target | DraftTarget], order: tuple[int, str]) -> Entry:
    title, text, programme = bare(said["title"]), bare(said["text"]), said["programme"]
    entries = [target_entry(target) for target in targets]
    goals = tuple(sorted(repr(entry.keys[0]) for entry in entries))
    rest = tuple(
        text or None for text in (said["kind"], cadence_key(said["cadence"]), said["due_policy"], said["owner"])
    )
    keys: tuple[Hashable, ...] = (
        (title, text, programme, goals, rest),
        (title, text, programme, goals),
        (title, programme, goals),
        (title, text),
        (title, programme),
        title,
    )
    return Entry(title, keys, order, programme, frozenset(entry.title for entry in entries), rest)


def as_the_document_says(draft: Draft, programmes: Programmes) -> Draft:
    """The draft of a read document without what was only proposed for it: its programmes' own kind and rhythm."""
    return draft.model_copy(update={"items": [_unproposed(item, programmes) for item in draft.items]})


def _unproposed(item: DraftItem, programmes: Programmes) -> DraftItem:
    if item.programme not in programmes:
        return item
    programme = programmes[item.programme]
    proposed = {
        "kind": item.kind == programme.kind,
        "cadence": cadence_key(item.cadence or "") == cadence_key(programme.cadence),
        "due_policy": item.due_policy == programme.due_policy,
    }
    return item.model_copy(update={field: None for field, only in proposed.items() if only})


def fingerprint(found: Iterable[Amendment]) -> str:
    """What tells two lists of amendments apart: 16 hex digits."""
    written = repr([_written(one) for one in found if one.change is not Change.SAME])
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _written(one: Amendment) -> tuple[object, ...]:
    drafted = one.drafted.model_dump_json() if one.drafted and one.change is Change.ADDED else ""
    return one.key, one.change.value, one.title, drafted, [(it.key, it.before, it.after) for it in one.differences]


def pick(found: Sequence[Amendment], chosen: Collection[str]) -> list[Amendment]:
    """What was chosen: ``all``, a whole amendment by its key, or single differences. Raises UnknownAmendment."""
    offered = [one for one in found if one.change is not Change.SAME]
    known = {ALL} | {one.key for one in offered} | {key for one in offered for key in one.keys}
    if unknown := [key for key in chosen if key not in known]:
        raise UnknownAmendment(f"没有“{unknown[0]}”这处变化：请不带 --apply 再运行一次，查看现在的变化。")
    return list(_picked(offered, set(chosen)))


def _picked(offered: Sequence[Amendment], chosen: set[str]) -> Iterator[Amendment]:
    for one in offered:
        if chosen & {ALL, one.key}:
            yield one
        elif kept := tuple(difference for difference in one.differences if difference.key in chosen):
            yield replace(one, differences=kept)
