"""Whether 责任人 is a person or an office, as a document writes it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

OWN = Path(__file__).with_name("names.yaml")
LONGEST = 50
_BREAKS = re.compile(r"[\s、,，;；/:：()（）]+")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has an item: `person` empty where none is named; `office` everything else that is written there."""

    person: str = ""
    office: str = ""


def holder_of(written: str | None) -> Holder:
    """创新股 李明 → 李明 of 创新股; of several people the first has it, the others stay in `office`."""
    pieces = [piece for piece in _BREAKS.split(written or "") if piece]
    person = next((piece for piece in pieces if looks_like_person(piece)), "")
    return Holder(person, _joined(piece for piece in pieces if piece != person))


def looks_like_person(piece: str) -> bool:
    """True for a surname with one or two more characters and nothing of an office in it."""
    pattern, office = _patterns()
    return bool(pattern.fullmatch(piece)) and not office.search(piece)


def _joined(pieces: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(pieces))[:LONGEST]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = YAML(typ="safe").load(OWN.read_text(encoding="utf-8"))
    surname = f"(?:{'|'.join(words['compound'])}|[{words['surnames']}])"
    return re.compile(f"{surname}[\u4e00-\u9fff]{{1,2}}"), re.compile("|".join(words["offices"]))
