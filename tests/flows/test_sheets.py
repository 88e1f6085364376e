"""From the document to the started plan: one row, one version, nothing lost, on both databases."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from sqlmodel import col, select

from cast import at
from flows.planning import plan_rows
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings
from flows.sheets import (
    OpenSheet,
    SheetMoved,
    drop_sheet,
    hand_in,
    open_sheet,
    remap,
    revise_sheet,
    sheet_rows,
    start_sheet,
)
from plans.database import reading
from plans.draft import DraftRefused
from plans.errors import Refused
from plans.sheet import verbs
from plans.sheet.model import Standing
from plans.tables import ColumnMapping, Person, SheetState, Target
from tasks.tables import Task

NOW = at("2026-07-01 08:00")
PLAN = """云溪县科技局2026年上半年工作总结和下半年工作打算
一、上半年工作完成情况
上半年技术合同成交额达到1.2亿元。坚持每周五下午开展网格整治。
二、下半年工作打算
（一）培育高新技术企业。确保新增高新技术企业5家，力争8家。
（二）做好技术合同登记。力争技术合同成交额达到*亿元。
（三）开展科普宣传。每月10日前组织一次科普讲座。
"""
ANSWERS = {"owner": "李明", "people.李明.mail": "li@yunxi.example"}


@dataclass(frozen=True)
class Hand:
    """A person at work on one sheet: each deed is done on the version they see."""

    runtime: Runtime
    number: int

    @property
    def seen(self) -> OpenSheet:
        return open_sheet(self.runtime, self.number, NOW)

    def answer(self, typed: dict[str, str]) -> int:
        return self.revise(lambda sheet: verbs.answer(sheet, typed))

    def revise(self, change: Any) -> int:
        return revise_sheet(self.runtime, self.number, self.seen.version, change, NOW)

    def start(self) -> Any:
        return start_sheet(self.runtime, self.number, self.seen.version, "陈平", NOW)


@pytest.fixture
def runtime(settings: Settings, made_once: Path, tmp_path: Path) -> Iterator[Runtime]:
    if settings.database.startswith("sqlite"):
        shutil.copy(made_once, tmp_path / "duban.db")
    opened = open_runtime(settings, create=True)
    yield opened
    opened.engine.dispose()


def taken(runtime: Runtime, text: str = PLAN, name: str = "打算.txt") -> Hand:
    return Hand(runtime, hand_in(runtime, name, text.encode(), "陈平", NOW))


def as_word(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_word_document_becomes_a_started_plan_with_its_tasks(runtime: Runtime) -> None:
    hand = Hand(runtime, hand_in(runtime, "打算.docx", as_word(*PLAN.splitlines()), "陈平", NOW))
    assert [question.path for question in hand.seen.questions if question.needed] == ["owner"]

    hand.answer({"owner": "李明"})
    hand.answer({"people.李明.mail": "li@yunxi.example", "items.2.targets.0.floor": "3"})
    started = hand.start()

    assert (started.items, started.tasks) == (4, len(tasks_of(runtime)))
    assert started.tasks > 0
    assert [row["owner"] for row in plan_rows(runtime)] == ["李明"] * 4
    with reading(runtime.engine) as session:
        assert [int(target.floor or 0) for target in session.exec(select(Target).order_by(col(Target.id)))] == [5, 3]
        assert session.exec(select(Person.email)).one() == "li@yunxi.example"
    assert (hand.seen.state, hand.seen.plan_id) == (SheetState.STARTED, started.plan_id)


def tasks_of(runtime: Runtime) -> list[Task]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Task)))


def test_every_item_lies_where_its_place_says(runtime: Runtime) -> None:
    seen = taken(runtime).seen

    for one in seen.sheet.items:
        for start, end in one.places:
            assert one.item.text == seen.source.text[start:end]


def test_the_same_file_handed_in_again_while_open_is_the_same_sheet(runtime: Runtime) -> None:
    first = taken(runtime)
    assert taken(runtime, name="另存.txt").number == first.number

    drop_sheet(runtime, first.number, first.seen.version, NOW)

    assert taken(runtime).number != first.number


def test_handed_in_by_two_at_once_it_is_one_sheet(runtime: Runtime) -> None:
    numbers: list[int] = []
    threads = [threading.Thread(target=lambda: numbers.append(taken(runtime).number)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(numbers) == 2
    assert len(set(numbers)) == 1


def test_started_by_two_at_once_it_is_one_plan(runtime: Runtime) -> None:
    hand = taken(runtime)
    hand.answer(ANSWERS)
    version = hand.seen.version
    outcomes: list[int | str] = []

    def start() -> None:
        try:
            outcomes.append(start_sheet(runtime, hand.number, version, "陈平", NOW).items)
        except Refused as refused:
            outcomes.append(str(refused))

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["4", "这份草稿已启动，不能再改。"]
    assert len(plan_rows(runtime)) == 4


def test_who_comes_second_with_an_old_version_is_told_so(runtime: Runtime) -> None:
    hand = taken(runtime)
    old = hand.seen.version
    assert hand.revise(lambda sheet: verbs.confirm(sheet, 1)) == old + 1

    with pytest.raises(SheetMoved, match="别人刚改过"):
        revise_sheet(runtime, hand.number, old, verbs.confirm_all, NOW)
    with pytest.raises(SheetMoved):
        start_sheet(runtime, hand.number, old, "陈平", NOW)

    assert [one.standing for one in hand.seen.sheet.items][:2] == [Standing.CONFIRMED, Standing.PROPOSED]


def test_a_refused_verb_leaves_the_sheet_as_it_was(runtime: Runtime) -> None:
    hand = taken(runtime)
    before = hand.seen

    with pytest.raises(Refused):
        hand.revise(lambda sheet: verbs.merge(sheet, 1, 99))

    assert hand.seen == before


def test_a_sheet_with_something_missing_starts_nothing(runtime: Runtime) -> None:
    hand = taken(runtime)
    before = hand.seen

    with pytest.raises(DraftRefused, match="没有启动") as refused:
        hand.start()

    assert any("没有责任人" in problem.message for problem in refused.value.problems)
    assert (hand.seen, tasks_of(runtime), plan_rows(runtime)) == (before, [], [])


def test_a_started_sheet_changes_no_more(runtime: Runtime) -> None:
    hand = taken(runtime)
    hand.answer(ANSWERS)
    hand.start()

    with pytest.raises(Refused, match="已启动，不能再改"):
        hand.revise(verbs.confirm_all)
    with pytest.raises(Refused, match="已启动，不能再改"):
        hand.start()
    with pytest.raises(Refused, match="没有这份草稿"):
        open_sheet(runtime, 99, NOW)


def test_the_list_says_how_far_each_sheet_is(runtime: Runtime) -> None:
    first = taken(runtime)
    first.answer(ANSWERS)
    first.start()
    taken(runtime, PLAN.replace("科普讲座", "科技\u2028下乡"), name="<b>二\n稿</b>.txt".replace("/", ""))

    second, started = sheet_rows(runtime, NOW)

    assert (started["state"], started["questions"], started["by"]) == ("已启动", 0, "陈平")
    assert (second["name"], second["state"], second["items"]) == ("<b>二 稿<b>.txt", "起草中", 4)
    assert second["questions"] > 0
    assert second["handed_in_at"] == "2026-07-01 08:00"


TABLE = (
    ("序号", "工作任务", "责任人", "完成时限"),
    ("1", "组织科技活动周", "李明", "2026年9月30日"),
    ("2", "办好科普讲座", "王芳", "2026年10月31日"),
)


def test_corrected_columns_are_read_anew_remembered_and_leave_a_persons_word_alone(runtime: Runtime) -> None:
    document = as_word("云溪县科技局2026年下半年重点工作任务分解表", rows=TABLE)
    hand = Hand(runtime, hand_in(runtime, "分解表.docx", document, "陈平", NOW))
    (table,) = hand.seen.tables
    assert table.header == TABLE[0]
    hand.revise(lambda sheet: verbs.change(sheet, sheet.items[0].key, {"title": "科技活动周"}))
    columns = [column if head != "责任人" else "" for head, column in zip(table.header, table.columns, strict=True)]

    version = remap(runtime, hand.number, hand.seen.version, table.number, columns, NOW)

    seen = hand.seen
    assert (seen.version, seen.tables[0].remembered, list(seen.tables[0].columns)) == (version, True, columns)
    assert [(one.item.title, one.item.owner) for one in seen.sheet.items] == [
        ("科技活动周", "李明"),
        ("办好科普讲座", ""),
    ]
    with reading(runtime.engine) as session:
        assert session.exec(select(ColumnMapping.columns)).all() == [columns]
    again = Hand(runtime, hand_in(runtime, "另一份.docx", document + b"\n", "陈平", NOW))
    assert [one.item.owner for one in again.seen.sheet.items] == ["", ""]


def test_a_table_or_a_column_there_cannot_be_is_refused(runtime: Runtime) -> None:
    hand = taken(runtime)

    with pytest.raises(Refused, match="没有这张表"):
        remap(runtime, hand.number, 1, 0, ["", ""], NOW)
    with pytest.raises(Refused, match="不是可以指定的列"):
        remap(runtime, hand.number, 1, 0, ["天气"], NOW)

    assert hand.seen.version == 1


def test_a_sheet_of_two_million_characters_is_kept_whole(runtime: Runtime) -> None:
    hand = taken(runtime)
    long = "稳步推进各项工作。\n" * 200_000

    hand.revise(lambda sheet: verbs.change(sheet, 1, {"text": long}))

    assert hand.seen.sheet.items[0].item.text == long.strip()
    assert sheet_rows(runtime, NOW)[0]["items"] == 4
