"""duban plan amend and duban plan target: the diff first, and what was asked for after that."""

import json
from pathlib import Path

from cast import GAOQI, MONTHLY_REPORT, PATROL, draft
from support.commands import duban

MORE = GAOQI.replace("floor: 5", "floor: 6")
DOCUMENT = """云溪县科技局2031年上半年工作总结及下半年工作计划
一、上半年工作完成情况
1.研发投入攻坚。上半年30家企业报送了研发投入。
二、下半年工作打算
1.培育高新技术企业。确保完成高新技术企业认定7家，力争9家。
2.抓好科普宣传。每月组织一次科普进社区。
"""


def started(folder: Path, *items: str) -> None:
    (folder / "draft.yaml").write_text(draft(*items, period="2031H2"), encoding="utf-8")
    assert duban(folder, "plan", "start", "draft.yaml").returncode == 0


def amended(folder: Path, *items: str) -> None:
    (folder / "new.yaml").write_text(draft(*items, period="2031H2"), encoding="utf-8")


def test_the_diff_is_listed_first_and_applied_when_asked_for(tmp_path: Path) -> None:
    started(tmp_path, GAOQI, MONTHLY_REPORT)
    amended(tmp_path, MORE, MONTHLY_REPORT, PATROL)

    shown = duban(tmp_path, "plan", "amend", "new.yaml", COLUMNS="200")
    listed = json.loads(duban(tmp_path, "plan", "amend", "new.yaml", "--json").stdout)
    assert duban(tmp_path, "plan", "history", "1").stdout == "没有变更过。\n"
    done = duban(tmp_path, "plan", "amend", "new.yaml", "--apply", "all", "--seen", listed["seen"], "--by", "陈平")

    assert "item:1:target:1:floor" in shown.stdout
    assert f"--apply all --seen {listed['seen']}" in shown.stdout
    assert [row["key"] for row in listed["rows"]] == ["item:1", "add:3"]
    assert done.stdout == "已修订：新增1个事项，修改1个，取消0个。\n"
    assert "把 高新技术企业认定的确保 从 5 改为 6" in duban(tmp_path, "plan", "history", "1").stdout
    assert duban(tmp_path, "plan", "amend", "new.yaml").stdout == "和执行中的计划一样，没有变化。\n"


def test_keys_choose_and_a_stale_mark_is_refused(tmp_path: Path) -> None:
    started(tmp_path, GAOQI, MONTHLY_REPORT)
    amended(tmp_path, MORE, PATROL)

    stale = duban(tmp_path, "plan", "amend", "new.yaml", "--apply", "all", "--seen", "0" * 16)
    without_reason = duban(tmp_path, "plan", "amend", "new.yaml", "--apply", "drop:2")
    chosen = duban(tmp_path, "plan", "amend", "new.yaml", "--apply", "drop:2，add:2", "--reason", "停报")

    assert (stale.returncode, "请重新查看后再选" in stale.stderr) == (1, True)
    assert without_reason.stderr == "“研发月报”没有改成：取消事项要写明原因。\n"
    assert chosen.stdout == "已修订：新增1个事项，修改0个，取消1个。\n"


def test_a_document_says_only_what_it_says(tmp_path: Path) -> None:
    started(tmp_path, GAOQI, MONTHLY_REPORT)
    (tmp_path / "new.txt").write_text(DOCUMENT, encoding="utf-8")

    listed = json.loads(duban(tmp_path, "plan", "amend", "new.txt", "--json").stdout)

    changed = [(one["key"], one["after"]) for row in listed["rows"] for one in row["differences"]]
    assert ("item:1:target:1:floor", "7家") in changed
    assert {key for key, _ in changed} <= {"item:1:target:1:floor", "item:1:target:1:stretch", "item:1:text"}
    assert [row["key"] for row in listed["rows"] if not row["differences"]] == ["add:2", "drop:2"]
    applied = duban(tmp_path, "plan", "amend", "new.txt", "--apply", "item:1,add:2", "--owner", "王芳")
    assert applied.stdout == "已修订：新增1个事项，修改1个，取消0个。\n"


def test_a_target_is_added_and_dropped(tmp_path: Path) -> None:
    started(tmp_path, GAOQI)

    added = duban(tmp_path, "plan", "target", "add", "1", "瞪羚企业=2/3家", "--by", "陈平")
    again = duban(tmp_path, "plan", "target", "add", "1", "瞪羚企业=4家")
    dropped = duban(tmp_path, "plan", "target", "drop", "1", "瞪羚企业", "--reason", "合并统计")

    assert added.stdout == "已增加指标“瞪羚企业”。\n"
    assert (again.returncode, "已有指标“瞪羚企业”" in again.stderr) == (1, True)
    assert dropped.stdout == "已取消指标“瞪羚企业”，已报的数保留。\n"
    told = duban(tmp_path, "plan", "history", "1").stdout.splitlines()
    assert [line.split("把 ")[1] for line in told] == [
        "指标 从 无 改为 瞪羚企业 确保2家，力争3家",
        "指标 从 瞪羚企业 确保2家，力争3家 改为 已取消（合并统计）",
    ]
    assert duban(tmp_path, "verify").returncode == 0
