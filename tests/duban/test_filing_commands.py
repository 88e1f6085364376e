"""duban filing: the same matrix, phone list, import and files as on the pages."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from cast import MONTHLY_REPORT, at
from flows.runtime import Runtime
from plans.database import reading
from support.commands import Answer, duban
from tasks.tables import Filing

JINGGONG = "云溪精工有限公司"
Run = Callable[..., Answer]


@pytest.fixture
def database_url(empty_file: str) -> str:
    """What is printed does not depend on the database."""
    return empty_file


@pytest.fixture
def bureau(begin: Callable[..., Runtime]) -> Runtime:
    return begin(MONTHLY_REPORT, on="2026-10-01 08:00")


@pytest.fixture
def run(bureau: Runtime, tmp_path: Path) -> Run:
    def command(*arguments: str) -> Answer:
        around = {"DUBAN_DATA": str(bureau.settings.data), "DUBAN_DATABASE_URL": bureau.settings.database}
        with time_machine.travel(at("2026-10-12 10:00"), tick=True):
            return duban(tmp_path, "filing", *arguments, **around, DUBAN_SECRET="s" * 32)

    return command


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """A returned table with one row that is right and one that is not."""
    book = Workbook()
    for row in (
        ["企业名称", "研发人员", "本月研发费用", "1月至本月累计研发费用", "填表人", "联系电话"],
        [JINGGONG, 12, 85.5, 610, "赵会计", "139"],
        ["无名厂", 1, 2, 3, "甲", "139"],
    ):
        book.worksheets[0].append(row)
    written = BytesIO()
    book.save(written)
    path = tmp_path / "回表.xlsx"
    path.write_bytes(written.getvalue())
    return path


def listed(answer: Answer) -> Any:
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_an_import_is_only_looked_at_until_apply_is_said(run: Run, bureau: Runtime, returned: Path) -> None:
    looked = run("import", str(returned))
    assert "可以收 1 行，还没有收：加上 --apply 就收下。" in looked.stdout
    with reading(bureau.engine) as session:
        assert session.exec(select(Filing)).all() == []

    applied = listed(run("import", str(returned), "--month", "2026-09", "--apply", "--by", "李明", "--json"))

    assert [row["verdict"] for row in applied["rows"]] == ["accepted", "refused"]
    assert "名册里没有这家企业" in applied["rows"][1]["reason"]
    with reading(bureau.engine) as session:
        assert [filing.by for filing in session.exec(select(Filing))] == ["李明"]
    again = listed(run("import", str(returned), "--apply", "--json"))
    assert again["counts"] == {"accepted": 0, "refused": 1, "unchanged": 1, "empty": 0}


def test_the_matrix_tells_states_and_rates(run: Run, returned: Path) -> None:
    run("import", str(returned), "--apply", "--by", "李明")

    found = listed(run("matrix", "--json"))

    assert found["enterprises"][0]["states"]["2026-09"] == "filed"
    assert found["months"][0] | {"weight_rate": 0} == {
        "month": "2026-09",
        "due": 3,
        "done": 1,
        "at_cut_off": None,
        "rate": 1 / 3,
        "weight_rate": 0,
    }
    assert [row["name"] for row in listed(run("matrix", "--state", "filed", "--json"))["enterprises"]] == [JINGGONG]
    assert "2026年9月 已报 1/3（33.3%，按权重 63.4%）" in run("matrix").stdout


def test_the_phone_list_has_the_weightiest_first(run: Run) -> None:
    found = listed(run("calls", "--json"))

    weights = [float(row["weight"]) for row in found]
    assert weights == sorted(weights, reverse=True)
    assert found[-1]["name"] == "远山竹业有限公司"
    assert "13900000003" in run("calls").stdout


@pytest.mark.parametrize(
    ("arguments", "head"),
    [
        (["export"], "企业名称"),
        (["export", "--month", "2026-09"], "企业名称"),
        (["export", "--calls"], "企业或代账公司"),
        (["template", "--month", "2026-09"], "企业名称"),
    ],
)
def test_files_are_written_and_never_over_another(run: Run, tmp_path: Path, arguments: list[str], head: str) -> None:
    assert run(*arguments, "-o", "表.xlsx").returncode == 0
    assert load_workbook(tmp_path / "表.xlsx").worksheets[0]["A1"].value == head

    refused = run(*arguments, "-o", "表.xlsx")

    assert (refused.returncode, "已经存在" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["matrix", "--item", "99"], "没有编号为 99 的填报事项：现有 1 研发月报"),
        (["matrix", "--state", "abc"], "没有“abc”这个状态"),
        (["import", "没有.xlsx"], "打不开"),
        (["template", "-o", "x.xlsx", "--month", "十月"], "不是期间"),
    ],
)
def test_what_is_wrong_is_one_sentence(run: Run, arguments: list[str], said: str) -> None:
    answer = run(*arguments)

    assert answer.returncode == 1
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1
