"""原文: a document cut into the pieces a page shows: the words each item comes from, and what is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

WHOLE = 60_000
"""A document of at most so many characters is shown whole."""
AROUND = 300
"""Of a longer one, so many characters either side of each item."""

Place = tuple[int, int, int]
"""Where an item stands in the text, and its key: (start, end, key)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that belong to the same items, to none where ``keys`` is empty. ``left_out`` counts the
    characters that a page passes over here; such a piece has no words."""

    words: str
    keys: tuple[int, ...] = ()
    left_out: int = 0


def pieces(text: str, places: Iterable[Place]) -> list[Piece]:
    """The text cut wherever an item begins or ends; the words put together again are the text."""
    within = [(max(start, 0), min(end, len(text)), key) for start, end, key in places]
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for start, end, key in within:
        if start < end:
            begins.setdefault(start, []).append(key)
            ends.setdefault(end, []).append(key)
    found, under = [], list[int]()
    for start, end in pairwise(sorted({0, len(text), *begins, *ends})):
        for key in ends.get(start, ()):
            under.remove(key)
        under += begins.get(start, ())
        found.append(Piece(text[start:end], tuple(dict.fromkeys(under))))
    return found


def excerpt(text: str, places: Sequence[Place], whole: int = WHOLE, around: int = AROUND) -> list[Piece]:
    """What a page shows of a text: all of it, or of a long one what lies around its items, at most ``whole``
    characters, and the lengths that are left out."""
    if len(text) <= whole:
        return pieces(text, places)
    shown: list[Piece] = []
    done = 0
    for start, end in _windows(len(text), places, whole, around):
        shown += [Piece("", left_out=start - done)] if start > done else []
        shown += pieces(text[start:end], [(first - start, last - start, key) for first, last, key in places])
        done = end
    return [*shown, Piece("", left_out=len(text) - done)] if done < len(text) else shown


def _windows(length: int, places: Sequence[Place], whole: int, around: int) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    left = whole
    for start, end in sorted((max(start - around, 0), min(end + around, length)) for start, end, _ in places):
        start = max(start, windows[-1][1] if windows else 0)
        end = min(end, start + left)
        if start < end:
            windows.append((start, end))
            left -= end - start
    return windows or [(0, min(whole, length))]
