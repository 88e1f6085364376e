"""Matching: which entry of a new document is which entry of the old one, never two to one. Pure.

First whoever is the same in more and more loosely taken keys, then the likest by title. The order in which the new
entries come does not matter.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nsmallest

from plans.reading.document import fold

LIKE_ENOUGH = 0.75
BONUS = 0.1
"""What the same group, or an indicator in common, adds to the likeness of two titles."""
# Bounds that keep 1,000 × 1,000 hostile titles to seconds; people's titles are far below them.
LONGEST, RAREST, CANDIDATES, LARGEST_GROUP = 60, 20, 5, 1_000
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_NUMBERING = re.compile(
    rf"[\s>#●◆■▪•*]*(?:第{_NUMERAL}(?:部分|项)?[、.:,]|{_NUMERAL}(?:[、.]|[是要])|[(]{_NUMERAL}[)][、.]?"
    r"|\d{1,2}(?:、|\.(?!\d)|[)])|[(]\d{1,2}[)][、.]?|[①-⑳⑴-⒇㈠-㈩])"
)
_BETWEEN = re.compile(r"[^\w%‰]+")


@dataclass(frozen=True)
class Entry:
    """What an entry is matched by: its bare title, keys from strictest to loosest, and what breaks ties.

    ``said`` tells namesakes apart, None where a new entry says nothing. ``order`` settles what nothing else does; it
    must not depend on where the entry stands in a new document.
    """

    title: str
    keys: tuple[Hashable, ...]
    order: tuple[int, str]
    group: str = ""
    words: frozenset[str] = frozenset()
    said: tuple[str | None, ...] = ()


def bare(text: str) -> str:
    """A text without its numbering, width, blanks and punctuation; a stop between two digits stays (1.5, 9-10)."""
    folded = fold(text)
    opened = _NUMBERING.match(folded)
    inner = unicodedata.normalize("NFKC", folded[opened.end() :] if opened else folded).casefold()
    return _BETWEEN.sub(_kept, inner) or inner.strip()


def _kept(match: re.Match[str]) -> str:
    text = match.string
    before, after = text[: match.start()][-1:], text[match.end() : match.end() + 1]
    return "".join(match.group().split()) if before.isdigit() and after.isdigit() else ""


def match_entries(olds: Sequence[Entry], news: Sequence[Entry]) -> dict[int, int]:
    """Position of a new entry → position of the old one it goes on."""
    found: dict[int, int] = {}
    for strictness in range(len(news[0].keys) if news else 0):
        found |= _alike(_left(olds, found.values()), _left(news, found), strictness)
    return found | _likest(_left(olds, found.values()), _left(news, found))


Left = list[tuple[int, Entry]]


def _left(entries: Sequence[Entry], taken: Collection[int]) -> Left:
    gone = set(taken)
    return sorted(
        ((at, entry) for at, entry in enumerate(entries) if at not in gone), key=lambda pair: (pair[1].order, pair[0])
    )


def _alike(olds: Left, news: Left, strictness: int) -> dict[int, int]:
    groups: dict[Hashable, tuple[Left, Left]] = defaultdict(lambda: ([], []))
    for side, entries in enumerate((olds, news)):
        for at, entry in entries:
            groups[entry.keys[strictness]][side].append((at, entry))
    return {new: old for mine, theirs in groups.values() for new, old in _paired(mine, theirs)}


def _paired(olds: Left, news: Left) -> Iterator[tuple[int, int]]:
    """(new, old) of entries with the same key: those that agree most first."""
    if len(olds) * len(news) > LARGEST_GROUP:
        yield from ((new, old) for (old, _), (new, _) in zip(olds, news, strict=False))
        return
    ranked = sorted(
        (_disagreement(mine, other), old, new)
        for old, (_, mine) in enumerate(olds)
        for new, (_, other) in enumerate(news)
    )
    yield from ((news[new][0], olds[old][0]) for new, old in _one_to_one((old, new) for _, old, new in ranked).items())


def _disagreement(old: Entry, new: Entry) -> tuple[int, int]:
    told = [before == after for before, after in zip(old.said, new.said, strict=True) if after is not None]
    return told.count(False), -told.count(True)


def _one_to_one(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """new → old of (old, new) pairs, best first: each is the other's best of those that are left."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for old, new in pairs:
        if old not in taken and new not in found:
            found[new] = old
            taken.add(old)
    return found


def _likest(olds: Left, news: Left) -> dict[int, int]:
    likest = ((old, new) for _, old, new in sorted(_candidates(olds, news)))
    # Ranks back to positions.
    return {news[new][0]: olds[old][0] for new, old in _one_to_one(likest).items()}


def _candidates(olds: Left, news: Left) -> Iterator[tuple[float, int, int]]:
    """(likeness below zero, rank of the old, rank of the new) of every pair that is like enough."""
    standing: dict[str, list[int]] = defaultdict(list)
    for rank, (_, entry) in enumerate(olds):
        for piece in _pieces(entry.title):
            standing[piece].append(rank)
    for new, (_, entry) in enumerate(news):
        for old in _nearest(new, entry.title, standing):
            likeness = _likeness(olds[old][1], entry)
            if likeness > LIKE_ENOUGH:
                yield -likeness, old, new


def _nearest(new: int, title: str, standing: dict[str, list[int]]) -> list[int]:
    """The ranks of the old titles that share most; of equals those of a like rank, so that not all want the same."""
    known = [piece for piece in _pieces(title) if piece in standing]
    rarest = sorted(known, key=lambda piece: (len(standing[piece]), piece))[:RAREST]
    shared: Counter[int] = Counter()
    for piece in rarest:
        shared.update(standing[piece])
    return nsmallest(CANDIDATES, shared, key=lambda rank: (-shared[rank], abs(rank - new), rank))


def _pieces(title: str) -> set[str]:
    short = title[:LONGEST]
    return {short[at : at + 2] for at in range(max(1, len(short) - 1))}


def _likeness(old: Entry, new: Entry) -> float:
    ratio = SequenceMatcher(None, old.title[:LONGEST], new.title[:LONGEST], autojunk=False).ratio()
    same_group = bool(old.group) and old.group == new.group
    return round(ratio + BONUS * same_group + BONUS * bool(old.words & new.words), 6)
