"""The commands as a person types them: what they print, what they leave, how they end."""

import json
from pathlib import Path

import pytest

from cast import GAOQI, MONTHLY_REPORT, draft
from support.commands import duban

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
PLAN = """云溪县科技局2027年上半年工作总结及下半年工作计划
一、上半年工作完成情况
1.研发投入攻坚。上半年30家企业报送了研发投入。
二、下半年工作打算
1.培育高新技术企业。确保完成高新技术企业认定5家，力争8家。
2.抓好科普宣传。每月组织一次科普进社区。
"""


def started(folder: Path, *items: str) -> None:
    (folder / "draft.yaml").write_text(draft(*items, period="2031H2"), encoding="utf-8")
    assert duban(folder, "plan", "start", "draft.yaml").returncode == 0


def test_a_plan_goes_from_the_document_to_the_rehearsal(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")

    read = duban(tmp_path, "plan", "read", "plan.txt", "-o", "draft.yaml")
    assert "确保5家" in read.stdout
    assert not (tmp_path / "duban-data").exists()
    text = (tmp_path / "draft.yaml").read_text(encoding="utf-8")
    for blank, filled in {
        "period: 2027H2": "period: 2031H2",
        "owner: 待填": "owner: 李明",
        "name: 示例人": "name: 李明",
        "mail: 待填": "mail: li@yunxi.example",
    }.items():
        assert blank in text
        text = text.replace(blank, filled)
    (tmp_path / "draft.yaml").write_text(text, encoding="utf-8")

    start = duban(tmp_path, "plan", "start", "draft.yaml")
    assert start.returncode == 0, start.stderr
    assert "计划已启动：2个事项" in start.stdout
    rehearsed = json.loads(duban(tmp_path, "rehearse", "--from", "2031-07-01", "--to", "2031-07-31", "--json").stdout)
    assert (rehearsed[0]["day"], rehearsed[0]["step"], rehearsed[0]["title"]) == (
        "2031-07-28",
        "-3",
        "培育高新技术企业",
    )


def test_a_refused_draft_names_every_line_and_leaves_no_database(tmp_path: Path) -> None:
    broken = draft(GAOQI.replace("gaoqi", "gaochi").replace("floor: 5", "floor: 9"), period="2031H2")
    (tmp_path / "draft.yaml").write_text(broken.replace("mail: li@yunxi.example", "mail: 待填"), encoding="utf-8")

    start = duban(tmp_path, "plan", "start", "draft.yaml")

    assert start.returncode == 1
    assert "draft.yaml:10 须改正：李明没有邮箱地址，提醒送不到。" in start.stdout
    assert "没有“gaochi”这条业务线" in start.stdout
    assert "“高新技术企业认定”的确保（9）比力争（8）还高。" in start.stdout
    assert start.stderr == "draft.yaml 还有3处要改，没有启动：请改好后再试。\n"
    assert not (tmp_path / "duban-data").exists()


def test_a_task_is_listed_done_returned_and_closed(tmp_path: Path) -> None:
    started(tmp_path, GAOQI)
    (task,) = json.loads(duban(tmp_path, "tick", "--at", "2031-07-02T09:00").stdout and _listed(tmp_path))

    done = duban(tmp_path, "task", "done", str(task["id"]), "--figure", "3", "--note", "已认定", "--by", "李明")
    assert done.stdout == "已办结，不再提醒。\n"
    again = duban(tmp_path, "task", "done", str(task["id"]))
    assert again.returncode == 1
    assert again.stderr.startswith("这项任务现在不能办结：李明已于")
    assert duban(tmp_path, "task", "return", str(task["id"]), "--reason", "缺材料").returncode == 0
    assert duban(tmp_path, "task", "ack", str(task["id"])).returncode == 0
    assert duban(tmp_path, "task", "done", str(task["id"])).returncode == 0
    assert duban(tmp_path, "task", "close", str(task["id"])).returncode == 0
    assert json.loads(_listed(tmp_path)) == []


def _listed(folder: Path) -> str:
    return duban(folder, "task", "list", "--json").stdout


def test_a_task_is_shown_with_what_happened(tmp_path: Path) -> None:
    started(tmp_path, GAOQI)
    duban(tmp_path, "tick", "--at", "2031-07-02T09:00")
    duban(tmp_path, "task", "done", "1", "--note", "已认定", "--by", "李明")

    shown = json.loads(duban(tmp_path, "task", "show", "1", "--json").stdout)

    assert shown["history"][-1].endswith("李明办结：已认定。")
    assert "培育高新技术企业（2031年7月，报进度） 2031-07-31 到期" in duban(tmp_path, "task", "show", "1").stdout


def test_a_figure_for_an_unknown_target_is_refused_and_nothing_is_done(tmp_path: Path) -> None:
    started(tmp_path, GAOQI)
    duban(tmp_path, "tick", "--at", "2031-07-02T09:00")

    refused = duban(tmp_path, "task", "done", "1", "--figure", "瞪羚=3")

    assert refused.returncode == 1
    assert "这项任务的指标有：高新技术企业认定" in refused.stderr
    assert json.loads(_listed(tmp_path))[0]["state"] == "待办"


def test_the_digest_is_written_as_html_and_markdown(tmp_path: Path) -> None:
    started(tmp_path, GAOQI, MONTHLY_REPORT)

    assert duban(tmp_path, "digest", "2031-07", "-o", "f.html").returncode == 0
    assert duban(tmp_path, "digest", "2031-07", "-o", "f.md").returncode == 0
    assert "2031年7月工作进展通报" in (tmp_path / "f.html").read_text(encoding="utf-8")
    assert (tmp_path / "f.md").read_text(encoding="utf-8").startswith("# 云溪县科技局2031年7月工作进展通报")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["task", "list"], "这里还没有数据库"),
        (["plan", "read", "nowhere.txt"], "nowhere.txt"),
        (["plan", "start", "nowhere.yaml"], "nowhere.yaml"),
        (["plan", "read", "empty.txt"], "empty.txt"),
    ],
)
def test_an_error_is_one_chinese_sentence_on_stderr(arguments: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()

    answer = duban(tmp_path, *arguments)

    assert answer.returncode in (1, 3)
    assert told in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "arguments", [["tick", "--at", "noon"], ["rehearse", "--from", "x", "--to", "y"], ["digest", "10"]]
)
def test_a_date_that_is_none_is_refused_by_name(arguments: list[str], tmp_path: Path) -> None:
    started(tmp_path, GAOQI)

    answer = duban(tmp_path, *arguments)

    assert answer.returncode == 1
    assert "请写成" in answer.stderr


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    answer = duban(tmp_path, "task", "list", DUBAN_PORT="many")

    assert answer.returncode == 3
    assert "DUBAN_PORT" in answer.stderr


def test_a_setting_in_the_data_folder_is_read(tmp_path: Path) -> None:
    started(tmp_path, GAOQI)
    (tmp_path / "duban-data" / "duban.toml").write_text('public_url = "http://duban.yunxi.example"\n', encoding="utf-8")

    assert duban(tmp_path, "link", "李明").stdout.startswith("http://duban.yunxi.example/desk/")


def test_the_doctor_says_why_mail_is_held(tmp_path: Path) -> None:
    started(tmp_path, GAOQI)

    examined = duban(tmp_path, "doctor")

    assert examined.returncode == 1
    assert "✗ 邮件：还没有设置邮件服务器" in examined.stdout


def test_wrong_usage_ends_with_two(tmp_path: Path) -> None:
    assert duban(tmp_path, "plan", "fly").returncode == 2


def seed(number: int) -> Path:
    found = sorted(SEEDS.glob(f"{number:03}_*.txt"))
    if not found:
        pytest.skip("旁边没有 shared/seeds，读不到真实文件")
    return found[0]


def test_the_seed_with_eight_items_becomes_a_draft_that_asks_for_the_year(tmp_path: Path) -> None:
    read = json.loads(duban(tmp_path, "plan", "read", str(seed(2)), "--json").stdout)

    assert len(read["plan_items"]) == 8
    (target,) = read["plan_items"][0]["targets"]
    assert (target["floor"], target["stretch"], target["unit"]) == (5, 8, "家")
    assert any("被遮盖" in problem["message"] and problem["severity"] == "error" for problem in read["problems"])


def test_the_seed_without_a_plan_says_so(tmp_path: Path) -> None:
    read = duban(tmp_path, "plan", "read", str(seed(3)))

    assert read.returncode == 0
    assert "没有读到计划事项。" in read.stdout
    assert "没有找到工作计划" in read.stdout
