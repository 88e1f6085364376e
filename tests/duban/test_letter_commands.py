"""duban letter … as a person types it."""

import json
from pathlib import Path

import pytest
from docx import Document

from cast import GAOQI, MONTHLY_REPORT, at, draft
from flows.planning import start_from_text
from flows.running import tick
from flows.runtime import open_runtime
from flows.settings import read_settings
from support.commands import duban


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """A folder in which the report of June 2020 was never filed and letters are drafted."""
    settings = read_settings(data=tmp_path / "duban-data")
    start_from_text(settings, draft(MONTHLY_REPORT, period="2020H2"), "draft.yaml", "陈平", at("2020-07-01 08:00"))
    runtime = open_runtime(settings)
    tick(runtime, at("2020-07-20 08:31"))
    runtime.engine.dispose()
    return tmp_path


def test_letters_are_listed_shown_approved_and_declined(bureau: Path) -> None:
    waiting = json.loads(duban(bureau, "letter", "list", "--json").stdout)
    first, second = waiting[0]["id"], waiting[1]["id"]
    assert {row["state"] for row in waiting} == {"待审批"}
    assert "关于报送研发月报的催报函" in duban(bureau, "letter", "show", str(first)).stdout

    approved = duban(bureau, "letter", "approve", str(first), "--by", "林岚")
    declined = duban(bureau, "letter", "decline", str(second), "--by", "周正", "--reason", "已电话联系")

    assert approved.stdout.startswith("已批准，文号 催报函〔")
    assert declined.stdout == "已记下：不发。\n"
    rows = {row["id"]: row for row in json.loads(duban(bureau, "letter", "list", "--all", "--json").stdout)}
    assert (rows[first]["state"], rows[second]["state"], rows[second]["reason"]) == ("已批准", "不发", "已电话联系")


def test_who_may_not_approve_is_told_who_may(bureau: Path) -> None:
    number = str(json.loads(duban(bureau, "letter", "list", "--json").stdout)[0]["id"])

    refused = duban(bureau, "letter", "approve", number, "--by", "李明")

    assert refused.returncode == 1
    assert "可以批的有：周正、林岚、陈平" in refused.stderr
    assert duban(bureau, "letter", "show", "999").returncode == 1


def test_an_order_is_drafted_and_written_as_word(tmp_path: Path) -> None:
    settings = read_settings(data=tmp_path / "duban-data")
    start_from_text(settings, draft(GAOQI, period="2020H2"), "draft.yaml", "陈平", at("2020-07-01 08:00"))

    drafted = duban(tmp_path, "letter", "draft", "催办单", "1", "--by", "陈平", "--require", "本周内反馈")
    shown = duban(tmp_path, "letter", "show", "1")
    written = duban(tmp_path, "letter", "show", "1", "-o", "催办单.docx")
    refused = duban(tmp_path, "letter", "draft", "催办单", "1", "--by", "李明")

    assert drafted.stdout == "已起草工作催办单，编号 1，等领导批准：duban letter approve 1。\n"
    assert "工作要求：本周内反馈" in shown.stdout
    assert written.stdout == "已写到 催办单.docx。\n"
    said = [paragraph.text for paragraph in Document(str(tmp_path / "催办单.docx")).paragraphs]
    assert said[:2] == ["工作催办单", "催办〔待编号〕"]
    assert "请用 --by 写明起草人" in refused.stderr
    assert duban(tmp_path, "letter", "approve", "1", "--by", "林岚").stdout.startswith("已批准，文号 催办〔")
    assert "待发送" in duban(tmp_path, "letter", "show", "1").stdout
