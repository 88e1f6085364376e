"""duban ledger: written, looked at, applied."""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from cast import GAOQI
from conftest import Begin
from flows.runtime import Runtime
from notifications.documents.ledger_sheet import TARGETS
from plans.database import reading
from support.commands import Answer, duban
from support.ledgers import Clerk
from tasks.tables import Progress

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def bureau(begin: Begin) -> Runtime:
    return begin(GAOQI)


def run(runtime: Runtime, *arguments: str) -> Answer:
    kept = {"DUBAN_DATA": str(runtime.settings.data), "DUBAN_DATABASE_URL": runtime.settings.database}
    return duban(Path.cwd(), "ledger", *arguments, **kept, DUBAN_SECRET=runtime.settings.secret)


def test_a_ledger_is_written_changed_looked_at_and_applied(bureau: Runtime) -> None:
    assert "台账已写到" in run(bureau, "-o", "台账.xlsx").stdout
    changed = Clerk(Path("台账.xlsx").read_bytes()).write(TARGETS, 2, 当前进度=3)
    Path("改好.xlsx").write_bytes(changed.content)

    looked = run(bureau, "import", "改好.xlsx")
    applied = run(bureau, "import", "改好.xlsx", "--apply", "--by", "林岚")

    assert "什么都还没有改" in looked.stdout
    assert "当前进度：无 → 3家" in looked.stdout
    assert applied.stdout == "已改1行、1处。\n"
    with reading(bureau.engine) as session:
        assert [(int(one.value), one.by) for one in session.exec(select(Progress))] == [(3, "林岚")]


def test_nothing_is_done_where_one_cell_cannot_unless_the_rest_may_go_on(bureau: Runtime) -> None:
    run(bureau, "-o", "台账.xlsx")
    clerk = Clerk(Path("台账.xlsx").read_bytes()).write(TARGETS, 2, 当前进度=3)
    clerk.book[TARGETS].cell(3, 1).value = "新指标"
    Path("改好.xlsx").write_bytes(clerk.content)

    refused = run(bureau, "import", "改好.xlsx", "--apply")
    partial = run(bureau, "import", "改好.xlsx", "--apply", "--partial")

    assert (refused.returncode, "指标台账 第3行：这一行不是台账写出来的" in refused.stderr) == (1, True)
    assert "没有办：指标台账 第3行" in partial.stdout
    assert "已改1行" in partial.stdout


def test_what_is_listed_and_looked_at_can_be_had_as_json(bureau: Runtime) -> None:
    listed = json.loads(run(bureau, "--json").stdout)
    run(bureau, "-o", "台账.xlsx")
    looked = json.loads(run(bureau, "import", "台账.xlsx", "--json").stdout)

    assert [row["indicator"] for row in listed["targets"]] == ["高新技术企业认定"]
    assert (looked["changes"], looked["faults"]) == ([], [])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("-o", "台账.docx"), "只写成 Excel"),
        (("import", "没有.xlsx"), "打不开"),
        (("-o", "x.xlsx", "--period", "2020H1"), "没有 2020H1 的计划"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(bureau: Runtime, arguments: tuple[str, ...], why: str) -> None:
    answer = run(bureau, *arguments)

    assert (answer.returncode, why in answer.stderr) == (1, True)


def test_a_file_with_somebodys_changes_is_not_written_over(bureau: Runtime) -> None:
    Path("台账.xlsx").write_bytes(b"mine")

    assert "没有覆盖" in run(bureau, "-o", "台账.xlsx").stderr
    assert Path("台账.xlsx").read_bytes() == b"mine"
