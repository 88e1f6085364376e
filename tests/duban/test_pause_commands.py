"""duban pause … as a person types it."""

import json
from pathlib import Path

import pytest

from cast import MONTHLY_REPORT, at, draft
from flows.planning import start_from_text
from flows.settings import read_settings
from support.commands import duban


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    settings = read_settings(data=tmp_path / "duban-data")
    start_from_text(settings, draft(MONTHLY_REPORT, period="2031H2"), "draft.yaml", "陈平", at("2031-07-01 08:00"))
    return tmp_path


def test_an_enterprise_is_paused_listed_and_chased_again(bureau: Path) -> None:
    days = ("--from", "2031-07-10", "--until", "2031-07-31", "--reason", "停产检修")

    made = duban(bureau, "pause", "add", "青禾药业有限公司", *days, "--by", "李明")

    assert made.stdout == "已暂停，编号 1：2031-07-10 至 2031-07-31 不催青禾药业有限公司。\n"
    (row,) = json.loads(duban(bureau, "pause", "list", "--json").stdout)
    assert (row["enterprise"], row["from"], row["reason"]) == ("青禾药业有限公司", "2031-07-10", "停产检修")
    assert duban(bureau, "pause", "end", "1").stdout == "已恢复，从明天起照常催报。\n"
    assert json.loads(duban(bureau, "pause", "list", "--json").stdout) == []


def test_what_cannot_be_paused_is_refused(bureau: Path) -> None:
    days = ("--until", "2031-07-31", "--reason", "停产")
    unknown = duban(bureau, "pause", "add", "没有这家", "--from", "2031-07-10", *days)
    odd = duban(bureau, "pause", "add", "青禾药业有限公司", "--from", "七月", *days)

    assert (unknown.returncode, "没有这家" in unknown.stderr) == (1, True)
    assert (odd.returncode, "不是日期" in odd.stderr) == (1, True)
    assert duban(bureau, "pause", "end", "9").returncode == 1
