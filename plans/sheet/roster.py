"""The enterprises a document names, as a roster draft: short names matched to full ones, and to those known already."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

from ruamel.yaml import YAML

from plans.draft import DraftEnterprise
from plans.reading.model import Reading
from plans.sheet.model import SheetEnterprise
from plans.sheet.stretches import squeezed
from plans.typed import one_line

OWN = Path(__file__).with_name("roster.yaml")
LONGEST = 100
SHORT = "文中只有简称：列入前请补全称。"
_BUREAU = re.compile("^(.{2,4}?)[市县区]")


def roster_of(reading: Reading) -> tuple[SheetEnterprise, ...]:
    """One row an enterprise in the order of first mention, nobody confirmed; hidden names are none.

    A short name that fits one full name is its alias. One that fits several is a row with the question, one that fits
    none a row with the wish for its full name.
    """
    names = list(dict.fromkeys(name for raw in reading.enterprises if (name := one_line(raw)[:LONGEST])))
    seen = [name for name in names if not sign("hidden").search(name)]
    fits = _fits(seen, place_of(reading.bureau_area or ""))
    aliases: dict[str, list[str]] = defaultdict(list)
    for name, found in fits.items():
        if len(found) == 1:
            aliases[found[0]].append(name)
    return tuple(_row(name, aliases[name], fits[name]) for name in seen if len(fits[name]) != 1)


def _fits(names: Sequence[str], place: str) -> dict[str, tuple[str, ...]]:
    """The full names each name can stand for; no name stands for one that stands for another itself."""
    full = [name for name in names if is_full(name)]
    book = FullNames(full, place)
    placed = {name: found for name in full if len(found := book.named_by(name)) == 1}
    roots = FullNames((name for name in full if name not in placed), place)
    return {name: roots.named_by(name) for name in names}


def _row(name: str, aliases: Sequence[str], fits: Sequence[str]) -> SheetEnterprise:
    note = "" if is_full(name) else SHORT
    if len(fits) > 1:
        note = f"与“{'”“'.join(fits)}”是否同一家？请核对。"
    return SheetEnterprise(enterprise=DraftEnterprise(name=name), aliases=tuple(aliases), note=note)


class FullNames:
    """Registered names, to find the one that a short name stands for."""

    def __init__(self, names: Iterable[str], place: str = "") -> None:
        """``place`` is the bureau's own, without its 县: a name that begins with it may leave it out."""
        self._place = place
        self._hearts = {name: self._heart(name) for name in dict.fromkeys(names)}
        self._places = {name: place for place, name in enumerate(self._hearts)}
        self._by_heart = _index(self._hearts, lambda heart: [heart])
        self._by_pair = _index(self._hearts, lambda heart: map("".join, pairwise(heart)))
        self._by_character = _index(self._hearts, list)

    def named_by(self, name: str) -> tuple[str, ...]:
        """The full names, two at most, that a name can stand for; itself is none of them.

        Its first two characters stand together in the full name without place and ending, the others follow in order.
        A full name stands for one that only has a place before it.
        """
        found = self._with_place(name) if is_full(name) else self._in_full(squeezed(name))
        return tuple(islice((other for other in found if other != name), 2))

    def _with_place(self, name: str) -> Iterator[str]:
        heart = _without_ending(squeezed(name))
        return (other for other in self._by_heart.get(heart, ()) if len(other) > len(name))

    def _in_full(self, short: str) -> Iterator[str]:
        found = dict(self._by_pair.get(short[:2], {}))
        for character in short[2:]:
            found = dict.fromkeys(found.keys() & self._by_character.get(character, {}).keys())
        inside = sorted(found, key=self._places.__getitem__)
        return (name for name in inside if stands_for(short, self._hearts[name]))

    def _heart(self, name: str) -> str:
        """国化实业 of 江西国化实业有限公司."""
        heart = _without_ending(squeezed(name))
        placed = sign("place").match(heart)
        heart = heart[placed.end() :] if placed and len(heart) - placed.end() > 1 else heart
        without = heart.removeprefix(self._place)
        return without if len(without) > 1 else heart


def _index(hearts: Mapping[str, str], parts: Callable[[str], Iterable[str]]) -> dict[str, dict[str, None]]:
    """The names, in order, by the parts of their hearts."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for name, heart in hearts.items():
        for part in parts(heart):
            found[part][name] = None
    return found


def stands_for(short: str, heart: str) -> bool:
    """The first two characters together somewhere in the heart of a full name, the others behind them in order."""
    start = heart.find(short[:2]) if len(short) > 1 else -1
    while start >= 0:
        if _in_order(short[2:], heart, start + 2):
            return True
        start = heart.find(short[:2], start + 1)
    return False


def _in_order(rest: str, heart: str, position: int) -> bool:
    for character in rest:
        position = heart.find(character, position) + 1
        if not position:
            return False
    return True


def is_full(name: str) -> bool:
    """True for a registered name: 晨星新材料有限公司, 青禾种植专业合作社."""
    return sign("ending").search(squeezed(name)) is not None


def place_of(bureau: str) -> str:
    """云溪 of 云溪县科技局; empty where the bureau's name has no place."""
    found = _BUREAU.match(bureau)
    return found.group(1) if found else ""


def _without_ending(name: str) -> str:
    return sign("ending").sub("", name) or name


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    entries = YAML(typ="safe").load(OWN.read_text(encoding="utf-8"))
    return {name: re.compile(entry["pattern"]) for name, entry in entries.items()}


def sign(name: str) -> re.Pattern[str]:
    """One pattern of roster.yaml."""
    return _signs()[name]
