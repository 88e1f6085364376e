"""A plan out of a document that was read, and the report that is read back: what went in, what came out."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from plans.reading.model import Item, Reading
from plans.reading.opening import open_source
from plans.reading.text import read_source
from support.word_xml import paragraphs

Facts = dict[str, Any]
Goal = tuple[str, float | None, float | None, str | None, bool]


def entry(title: str, programme: str, text: str = "", targets: Sequence[Facts] = (), **more: Any) -> str:
    """One item of a draft, as YAML on one line."""
    item = {"title": title, "programme": programme, "owner": "李明", "text": text, "targets": list(targets)} | more
    return f"\n  - {json.dumps(item, ensure_ascii=False)}"


def entries(items: Iterable[Item]) -> list[str]:
    """Items as they were read, as a person who confirms every proposal starts them."""
    return [_entry(item) for item in items]


def _entry(item: Item) -> str:
    told = [target.model_dump(mode="json") for target in item.targets]
    targets = [{**target, "unit": target["unit"] or ""} for target in told]
    return entry(item.title, item.programme, item.text, targets, kind="goal", cadence="", assignees="owner", form="")


def read_back(document: bytes) -> Reading:
    """A Word document as `duban plan read` reads it."""
    return read_source(open_source("总结.docx", document))


def goals(items: Iterable[Item]) -> list[tuple[str, list[Goal]]]:
    """Each item's title with its measured goals."""
    return [(item.title, [_goal(one) for one in item.targets if not one.qualitative]) for item in items]


def _goal(target: Any) -> Goal:
    return target.indicator, target.floor, target.stretch, target.unit, target.masked


def section(document: bytes, first: str, then: str) -> str:
    """The text of a section up to the heading of the next."""
    lines = paragraphs(document)
    return "\n".join(lines[lines.index(first) + 1 : lines.index(then)])


def below(floor: float | None, stretch: float | None) -> Decimal:
    """A figure that leaves something to do."""
    goal = Decimal(str(floor if floor is not None else stretch if stretch is not None else 9))
    return (goal / 2).quantize(Decimal("0.01")).normalize()
