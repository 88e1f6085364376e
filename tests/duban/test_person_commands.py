"""duban person … and the changing half of duban plan … as a person types them."""

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from ruamel.yaml import YAML

from cast import GAOQI, MONTHLY_REPORT, at, draft
from support.commands import duban


def typed(*arguments: str) -> tuple[int, str, str]:
    """The exit code, what was printed, and what was told on stderr, at 9:12 on 9 October."""
    with time_machine.travel(at("2026-10-09 09:12"), tick=False):
        answer = duban(Path.cwd(), *arguments, COLUMNS="200")
    return answer.returncode, answer.stdout, answer.stderr


def done(*arguments: str) -> str:
    """What a command printed that went well."""
    code, out, err = typed(*arguments)
    assert (code, err) == (0, "")
    return out


def refused(*arguments: str) -> str:
    """The one sentence of a command that was refused."""
    code, _, err = typed(*arguments)
    assert (code, err.count("\n")) == (1, 1)
    return err.strip()


def listed(*arguments: str) -> Any:
    return json.loads(done(*arguments, "--json"))


@pytest.fixture(autouse=True)
def started(tmp_path: Path) -> None:
    """A plan with a goal and the monthly report, both of 李明."""
    (tmp_path / "draft.yaml").write_text(draft(GAOQI, MONTHLY_REPORT), encoding="utf-8")
    done("plan", "start", "draft.yaml")


def test_whoever_leaves_is_told_with_all_that_must_be_reassigned_and_it_is_at_once() -> None:
    left = done("person", "leave", "李明", "--by", "陈平")
    assert left.startswith("李明已离岗，不再收到提醒。")
    assert "请改派：duban plan reassign --from 李明 --to 姓名" in left
    people = {row["name"]: row for row in listed("person", "list")}
    assert (people["李明"]["state"], people["李明"]["items"], people["李明"]["tasks"]) == ("离岗", 2, 4)
    assert "✗ 离岗人员：李明已离岗，还有4项待办任务：请用 duban plan reassign 改派" in typed("doctor")[1]

    moved = done("plan", "reassign", "--from", "李明", "--to", "王芳")
    assert moved == "李明的2个事项、4项待办任务已全部改派给王芳。\n"
    assert "✓ 离岗人员：没有遗留的任务" in typed("doctor")[1]
    assert done("person", "back", "李明") == "李明已回岗。\n"
    assert {row["state"] for row in listed("person", "list")} == {"在岗"}


def test_what_must_be_reassigned_is_listed_for_programs() -> None:
    rows = listed("person", "leave", "李明")

    assert [(row["what"], row["title"]) for row in rows] == [
        ("事项", "培育高新技术企业"),
        ("事项", "研发月报"),
        *[("任务", "研发月报")] * 3,
        ("任务", "培育高新技术企业"),
    ]


def test_the_links_of_whoever_leaves_are_worth_nothing_any_more() -> None:
    before = done("link", "李明")

    done("person", "leave", "李明")
    done("person", "back", "李明")

    assert done("link", "李明") != before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["person", "leave", "张三"], "没有叫“张三”的人：现有 周正、"),
        (["person", "back", "李明"], "李明本来就在岗。"),
        (["plan", "reassign", "--to", "王芳"], "请写明改派哪个：事项编号、--task 任务编号，或 --from 姓名。"),
        (["plan", "reassign", "1", "--to", "张三"], "没有叫“张三”的人：现有 周正、"),
        (["plan", "reassign", "--task", "99", "--to", "王芳"], "没有编号为 99 的任务"),
        (["plan", "edit", "1", "--set", "频次"], "“频次”读不懂：请写成 字段=值，如 频次=monthly:15。"),
        (["plan", "edit", "1", "--set", "标题=甲", "--set", "标题=乙"], "“标题”写了两遍。"),
        (["plan", "history", "99"], "没有编号为 99 的事项：请用 duban plan show 查看编号。"),
        (["plan", "finish", "2026H2", "--carry", "甲", "--to", "n.yaml"], "“甲”不是编号：请写成 2,5。"),
        (["plan", "finish", "2026H2", "--carry", "1"], "--carry 和 --to 要一起写"),
        (["plan", "finish", "2026H2", "--carry", "1", "--to", "draft.yaml", "--reason", "停"], "draft.yaml 已经存在"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], told: str) -> None:
    assert refused(*arguments).startswith(told)


def test_whoever_left_cannot_leave_again() -> None:
    done("person", "leave", "李明")

    assert refused("person", "leave", "李明") == "李明已经是离岗状态。"


def test_a_plan_is_edited_split_cancelled_and_its_history_told() -> None:
    assert done("plan", "edit", "1", "--set", "频次=monthly:15", "--set", "确保=6", "--by", "陈平") == "已改2处。\n"
    assert done("plan", "edit", "1", "--set", "确保=6") == "和原来一样，没有改动。\n"
    assert done("plan", "split", "1", "--into", "甲", "--into", "乙") == "已拆分为甲（编号 3）、乙（编号 4）。\n"
    assert done("plan", "cancel", "2", "--reason", "改为年报") == "已取消，待办任务3项一并取消。\n"

    assert listed("plan", "history", "1")[0]["after"] == "每月15日"
    assert done("plan", "history", "1").splitlines()[0] == "陈平 2026-10-09 09:12 把 频次 从 未写明 改为 每月15日"
    assert [row["state"] for row in listed("plan", "show")] == ["已取消", "已取消", "执行中", "执行中"]


def test_a_plan_is_finished_and_what_is_chosen_is_written_as_a_draft(tmp_path: Path) -> None:
    told = done("plan", "finish", "2026H2", "--carry", "1", "--to", "next.yaml", "--reason", "机构改革")

    assert told.endswith("计划已结束，结转1个事项到 next.yaml。\n")
    draft_of = YAML(typ="safe").load((tmp_path / "next.yaml").read_text(encoding="utf-8"))
    assert draft_of["period"] == "2027H1"
    assert [(item["title"], item["carried_from"]) for item in draft_of["items"]] == [("培育高新技术企业", 1)]
    assert listed("task", "list") == []
