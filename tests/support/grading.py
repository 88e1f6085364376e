"""Grade a reading against gold by the rules of ../shared/tools/grade_reading.py, and print how well the reader reads.

Run as a command it prints the tables of docs/reading.md and renews them there:  python tests/support/grading.py
"""

import importlib.util
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from plans.reading.files import read_file

Counts = tuple[int, int, int]
"""(right, found, wanted)"""
Scores = dict[str, Counts]
Document = dict[str, Any]
Key = tuple[object, ...]

KINDS = ("sections", "plan_items", "programmes", "targets", "deadlines", "duties", "figures", "enterprises")
LABELS = ("章节", "事项", "业务线", "指标", "期限", "频次", "已完成数", "企业")
ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PAGE = ROOT / "docs" / "reading.md"
OWN = sorted((ROOT / "tests" / "plans" / "reading" / "documents").glob("*.json"))
SEED_GOLD = sorted((SHARED / "gold").glob("*.json"))


def norm(text: object) -> str:
    """Fold the width, keep only what counts as a word."""
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", str(text or ""))).lower()


def number(value: Any) -> float | None:
    return None if value is None else round(float(value), 4)


def optional_titles(gold: Document) -> set[str]:
    return {norm(item["title"]) for item in gold["plan_items"] if item.get("optional")}


def section_keys(document: Document) -> Iterator[Key]:
    yield from ((norm(section["heading"]), section["kind"]) for section in document["sections"])


def title_keys(document: Document, optional: set[str]) -> Iterator[Key]:
    yield from ((title,) for item in document["plan_items"] if (title := norm(item["title"])) not in optional)


def target_keys(document: Document) -> Iterator[Key]:
    """Numbers, unit and mask of each promise; a workload and a wish without a number are not graded."""
    for item in document["plan_items"]:
        for target in item["targets"]:
            if not target.get("qualitative") and target.get("level") != "workload":
                yield number(target["floor"]), number(target["stretch"]), norm(target["unit"]), bool(target["masked"])


def deadline_keys(document: Document) -> Iterator[Key]:
    for item in document["plan_items"]:
        yield from ((norm(item["title"]), norm(deadline)) for deadline in item["deadlines"])


def duty_keys(document: Document) -> Iterator[Key]:
    yield from ((duty["cadence"],) for duty in document["recurring_duties"] if not duty.get("implied"))


def figure_keys(document: Document) -> Iterator[Key]:
    for figure in document["done_figures"]:
        yield number(figure["value"]), norm(figure["unit"]), number(figure["yoy"]), bool(figure["masked"])


def enterprise_keys(document: Document) -> Iterator[Key]:
    yield from ((norm(name),) for name in document["enterprises"])


KEYS: dict[str, Callable[[Document], Iterator[Key]]] = {
    "sections": section_keys,
    "targets": target_keys,
    "deadlines": deadline_keys,
    "duties": duty_keys,
    "figures": figure_keys,
    "enterprises": enterprise_keys,
}


def compare(wanted: Counter[Key], found: Counter[Key]) -> Counts:
    return (wanted & found).total(), found.total(), wanted.total()


def score_programmes(gold: Document, read: Document, optional: set[str]) -> Counts:
    """An item's programme is right when it is any that the gold names for it."""
    accepted = {
        norm(item["title"]): {item["programme"], *item.get("other_programmes", ()), *item.get("accept_programme", ())}
        for item in gold["plan_items"]
    }
    named = {norm(item["title"]): item["programme"] for item in read["plan_items"]}
    wanted = accepted.keys() - optional
    graded = named.keys() - optional
    return sum(named[title] in accepted.get(title, ()) for title in graded), len(graded), len(wanted)


def grade(gold: Document, read: Document) -> Scores:
    """(right, found, wanted) of every kind of thing."""
    optional = optional_titles(gold)
    scores = {kind: compare(Counter(keys(gold)), Counter(keys(read))) for kind, keys in KEYS.items()}
    titles = compare(Counter(title_keys(gold, optional)), Counter(title_keys(read, optional)))
    scores |= {"plan_items": titles, "programmes": score_programmes(gold, read, optional)}
    return {kind: scores[kind] for kind in KINDS}


def f1(counts: Counts) -> float:
    right, found, wanted = counts
    return 1.0 if found == wanted == 0 else 2 * right / (found + wanted)


def total(graded: list[Scores]) -> Scores:
    columns = {kind: zip(*(scores[kind] for scores in graded), strict=True) for kind in KINDS}
    return {kind: cast(Counts, tuple(map(sum, columns[kind]))) for kind in KINDS}


def document_of(gold: Path) -> Path:
    """The text that a gold file tells of: beside it for our own, in seeds/ for the shared."""
    return next(path for path in (gold.with_suffix(".txt"), SHARED / "seeds" / f"{gold.stem}.txt") if path.exists())


def load(gold: Path) -> Document:
    return cast(Document, json.loads(gold.read_text(encoding="utf-8")))


@cache
def read(document: Path) -> Document:
    """What `duban plan read --json` prints of a document."""
    return read_file(document).as_json()


def grade_all(golds: list[Path]) -> dict[str, Scores]:
    return {gold.stem: grade(load(gold), read(document_of(gold))) for gold in golds}


def shared_grader() -> Any:
    """The grader that everybody is judged by, or None on a machine that has no ../shared."""
    path = SHARED / "tools" / "grade_reading.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location("grade_reading", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(name: str, scores: Scores) -> str:
    return f"| {name} | " + " | ".join(f"{f1(scores[kind]):.2f}" for kind in KINDS) + " |"


def figures_table(golds: list[Path]) -> str:
    """Markdown: F1 of every kind, one row a document and one in total."""
    graded = grade_all(golds)
    head = ["| 文件 | " + " | ".join(LABELS) + " |", "|---" * (len(KINDS) + 1) + "|"]
    rows = [row(f"`{name}`", scores) for name, scores in graded.items()]
    return "\n".join([*head, *rows, row("合计", total(list(graded.values())))])


def printed_tables(page: str) -> list[str]:
    return [table.strip() for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)]


def renew(page: str, golds: list[Path]) -> str:
    """The page with the table of these documents as measured now; the first row of a table tells which one it is."""
    first = f"| `{golds[0].stem}` |"
    old = next(table for table in printed_tables(page) if first in table)
    return page.replace(old, figures_table(golds))


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    for golds in filter(None, (OWN, SEED_GOLD)):
        print(figures_table(golds))
        page = renew(page, golds)
    PAGE.write_text(page, encoding="utf-8")
