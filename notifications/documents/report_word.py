"""The 工作总结 as a Word document in the house style; where its numbers come from stands behind it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from notifications.documents.paper import Paper
from notifications.documents.wordml import Cell, Column
from notifications.report import DONE, PROBLEMS, Facts, problem_lines
from plans.zone import local_day

SOURCES = (
    *(Column("序号", 14), Column("数字", 34), Column("指标", 48), Column("单位", 16), Column("口径", 16)),
    *(Column("日期", 26), Column("填报人", 20), Column("出处", 76)),
)
MIDDLE = "TableMiddle"
CELL_READS = 120
"""The most characters a cell tells: a row is never split, so it must not outgrow a page."""


def report_docx(facts: Facts, made_at: datetime) -> bytes:
    """The draft as .docx: the same facts at the same instant are the same bytes."""
    paper = Paper(facts["title"], facts["bureau"])
    paper.title(facts["bureau"], f"{facts['label']}工作总结")
    paper.blank()
    paper.body(facts["preface"])
    paper.heading(1, DONE)
    _headed(paper, [(one["heading"], one["text"]) for one in facts["done"]])
    if not facts["done"]:
        paper.body("待填。")
    paper.heading(1, PROBLEMS)
    for line in problem_lines(facts):
        paper.body(line)
    paper.heading(1, facts["ahead_heading"])
    _headed(paper, [(one["title"], one["text"]) for one in facts["ahead"]])
    if not facts["ahead"]:
        paper.body(facts["no_plan"])
    paper.signature(facts["bureau"], local_day(made_at))
    _behind(paper, facts)
    return paper.finished(made_at)


def _headed(paper: Paper, passages: Sequence[tuple[str, str]]) -> None:
    for heading, text in passages:
        paper.point(heading.rstrip("。"), text)


def _behind(paper: Paper, facts: Facts) -> None:
    # A reader, ours too, takes what begins with 附 for no part of the text.
    paper.behind("附1：数字来源（供核对，不随文发送）", lying=True)
    paper.table(SOURCES, _rows(facts))
    if facts["missing"]:
        paper.caption("附2：还要补齐的内容")
        paper.table((Column("序号", 14), Column("内容", 236)), _missing(facts))


def _rows(facts: Facts) -> Iterator[list[Cell]]:
    for number, one in enumerate(facts["sources"], 1):
        middle = (one["unit"], one["calibre"] or "—", one["day"] or "—", one["by"] or "—")
        yield [
            Cell([str(number)], MIDDLE),
            Cell([_short(one["number"])]),
            Cell([_short(one["indicator"])]),
            *(Cell([_short(text)], MIDDLE) for text in middle),
            Cell([_short(one["origin"])]),
        ]


def _missing(facts: Facts) -> Iterator[list[Cell]]:
    for number, told in enumerate(facts["missing"], 1):
        yield [Cell([str(number)], MIDDLE), Cell([_short(told)])]


def _short(text: str) -> str:
    return text if len(text) <= CELL_READS else f"{text[: CELL_READS - 1]}…"
