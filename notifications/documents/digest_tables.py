"""The tables and attachments of the 通报 in Word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, zip_longest
from typing import Any

from notifications.digest import Facts
from notifications.digest_charts import plots
from notifications.documents.digest_matters import arrived, name_lists
from notifications.documents.paper import Paper, Piece
from notifications.documents.progress_rows import Row, day_told, goal_head, progress_rows, share_told
from notifications.documents.wording import MOST_NAMES
from notifications.documents.wordml import Cell, Column
from notifications.writing import percent

MIDDLE = "TableMiddle"
NEXT_MONTH = (Column("到期日", 24), Column("工作任务", 78), Column("类别", 20), Column("责任人", 34))
TOTALS = (Column("项目", 44), Column("合计", 28), Column("家数", 16), Column("占比最大的企业", 68))
NAMES = (Column("序号", 12), Column("企业名称", 66), Column("序号", 12), Column("企业名称", 66))
ARRIVED = (Column("日期", 24), Column("企业名称", 46), Column("报表", 34), Column("情况", 52))
PROGRESS = (10, 31, 31, 28, 16, 20, 16, 33, 28, 14)
"""The widths of the table of progress, in millimetres of a page that lies."""
LIGHTS = {"green": "2E7D32", "yellow": "9A6200", "red": "C62828", "blue": "1565C0"}
"""The colours of the words, dark enough to be read on paper."""
CELLS_READ, TITLE_READ = 300, 100
"""The most characters a cell tells: a row is never split, so it must not outgrow a page."""


@dataclass(frozen=True)
class Attachment:
    """Something after the signature, on pages of its own."""

    title: str
    write: Piece
    lying: bool = False


def attachments_of(facts: Facts) -> list[Attachment]:
    """The table of progress where there is work at all, and what is too long for the text."""
    found = []
    if any(progress_rows(facts)):
        found.append(Attachment("工作任务进展表", partial(_progress, facts=facts), lying=True))
    if lists := name_lists(facts):
        found.append(Attachment("企业名单", partial(_names, lists=lists)))
    if len(arrived(facts)) > MOST_NAMES:
        found.append(Attachment("补报和更正", partial(_arrived, facts=facts)))
    return found


def _progress(paper: Paper, facts: Facts) -> None:
    for plot in plots(facts):
        if picture := plot.drawn("png"):
            paper.caption(plot.name)
            paper.picture(picture, plot.told)
    heads = [
        "序号",
        "工作任务",
        goal_head(facts),
        "当前进度",
        "完成率",
        "责任股室",
        "责任人",
        "存在问题",
        "下步措施",
        "灯",
    ]
    columns = [Column(head, width) for head, width in zip(heads, PROGRESS, strict=True)]
    paper.table(columns, _progress_rows(list(progress_rows(facts))))


def _progress_rows(rows: Sequence[Row]) -> Iterator[list[Cell]]:
    followed = [*(not row.first for row in rows[1:]), False]
    for row, is_followed in zip(rows, followed, strict=True):
        once = partial(_once, begins=row.first and is_followed, merged=not row.first)
        yield [
            once([str(row.number)], MIDDLE),
            once([row.title]),
            Cell(_lines([row.goal])),
            Cell(_lines([row.progress])),
            Cell([share_told(row)], MIDDLE),
            once([row.office], MIDDLE),
            once([row.owner], MIDDLE),
            Cell(_lines(row.problems)),
            Cell(_lines(row.steps)),
            Cell([row.light_label], MIDDLE, LIGHTS.get(row.light, "")),
        ]


def _once(lines: Sequence[str], style: str = "TableText", *, begins: bool, merged: bool) -> Cell:
    return Cell(() if merged else _lines(lines, TITLE_READ), style, begins=begins, merged=merged)


def _lines(lines: Sequence[str], most: int = CELLS_READ) -> list[str]:
    """The lines, cut where a cell would outgrow its page."""
    room, kept = most, []
    for line in lines:
        if room <= 0:
            break
        kept.append(line if len(line) <= room else f"{line[: room - 1]}…")
        room -= len(line)
    return kept or [""]


def next_month(paper: Paper, facts: Facts) -> None:
    """What is due in the month to come."""
    paper.table(NEXT_MONTH, (_next_row(row, facts) for row in facts["next_month"]))


def _next_row(row: Facts, facts: Facts) -> list[Cell]:
    count = f"（{row['count']}家）" if row["count"] > 1 else ""
    return [
        Cell([day_told(row["due_on"], facts)], MIDDLE),
        Cell(_lines([row["title"] + count])),
        Cell([row["purpose"]], MIDDLE),
        Cell(_lines([row["owner"]]), MIDDLE),
    ]


def totals(paper: Paper, cut: Mapping[str, Any]) -> None:
    """What the enterprises' figures add up to, and who is most of it."""
    paper.caption(f"{cut['label']}汇总")
    paper.table(TOTALS, (_total_row(total) for total in cut["totals"]))


def _total_row(total: Facts) -> list[Cell]:
    largest = "、".join(f"{one['name']} {percent(one['share'])}" for one in total["largest"])
    told = f"{total['total']}{total['unit']}"
    return [Cell([total["label"]]), Cell([told], MIDDLE), Cell([str(total["count"])], MIDDLE), Cell([largest or "—"])]


def _names(paper: Paper, lists: Sequence[tuple[str, Sequence[str]]]) -> None:
    for what, names in lists:
        paper.caption(f"{what}（{len(names)}家）")
        paper.table(NAMES, _name_rows(names))


def _name_rows(names: Sequence[str]) -> Iterator[list[Cell]]:
    """Two to a row, the first half on the left."""
    half = (len(names) + 1) // 2
    numbered = list(enumerate(names, 1))
    for left, right in zip_longest(numbered[:half], numbered[half:], fillvalue=("", "")):
        yield list(chain(_name(*left), _name(*right)))


def _name(number: object, name: str) -> tuple[Cell, Cell]:
    return Cell([str(number)], MIDDLE), Cell([name])


def _arrived(paper: Paper, facts: Facts) -> None:
    paper.table(ARRIVED, (_arrived_row(row, facts) for row in arrived(facts)))


def _arrived_row(row: Facts, facts: Facts) -> list[Cell]:
    report = f"{row['item']}（{row['label']}）"
    told = row["told"] if row["verb"] == "补报" else f"更正：{row['told']}"
    return [Cell([day_told(row["day"], facts)], MIDDLE), Cell([row["name"]]), Cell([report]), Cell(_lines([told]))]
