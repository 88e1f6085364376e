"""duban deputy … and the two urges, as a person types them."""

import json
from pathlib import Path

import pytest

from cast import GAOQI, MONTHLY_REPORT, draft
from support.commands import duban as typed

Answer = tuple[int, str, str]
"""Exit code, what was printed, and what went to stderr."""


def duban(folder: Path, *arguments: str) -> Answer:
    answer = typed(folder, *arguments)
    return answer.returncode, answer.stdout, answer.stderr


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """A folder in which a plan has begun and its first tasks are open."""
    (tmp_path / "draft.yaml").write_text(draft(GAOQI, MONTHLY_REPORT, period="2031H2"), encoding="utf-8")
    assert duban(tmp_path, "plan", "start", "draft.yaml")[0] == 0
    assert duban(tmp_path, "tick", "--at", "2031-07-02T09:00")[0] == 0
    return tmp_path


def listed(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(duban(folder, "deputy", "list", "--json")[1])
    return found


def test_a_deputy_is_added_listed_and_ended(bureau: Path) -> None:
    term = ("--from", "2031-07-01", "--until", "2031-07-05")

    assert duban(bureau, "deputy", "list")[1] == "还没有指定过代理。\n"
    added = duban(bureau, "deputy", "add", "李明", "--to", "王芳", *term)
    assert added == (0, "已指定，编号 1：2031-07-01 至 2031-07-05 由王芳代李明。\n", "")
    assert listed(bureau) == [
        {"id": 1, "person": "李明", "deputy": "王芳", "from": "2031-07-01", "until": "2031-07-05", "state": "未开始"}
    ]
    assert "王芳" in duban(bureau, "deputy", "list")[1]
    assert duban(bureau, "deputy", "end", "1") == (0, "已结束，今天起由本人办理。\n", "")
    assert listed(bureau) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "王芳", "--to", "李明", "--from", "2031-07-04", "--until", "2031-07-04"), "代理形成了循环"),
        (("add", "王芳", "--to", "王芳", "--from", "2031-07-04", "--until", "2031-07-04"), "不能代理自己"),
        (("add", "王芳", "--to", "陈平", "--from", "后天", "--until", "2031-07-04"), "“后天”不是日期"),
        (("end", "7"), "没有编号为 7 的代理"),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_everything(bureau: Path, arguments: tuple[str, ...], told: str) -> None:
    duban(bureau, "deputy", "add", "李明", "--to", "王芳", "--from", "2031-07-01", "--until", "2031-07-05")
    before = listed(bureau)

    code, _, error = duban(bureau, "deputy", *arguments)

    assert code == 1
    assert told in error
    assert error.count("\n") == 1
    assert listed(bureau) == before


def test_a_task_is_urged_once_and_then_the_rest_of_its_item(bureau: Path) -> None:
    tasks = json.loads(duban(bureau, "task", "list", "--json")[1])
    number = str(next(task["id"] for task in tasks if task["title"] == "研发月报"))

    assert duban(bureau, "task", "urge", number, "--note", "请早报", "--by", "陈平") == (
        0,
        "已催办，随下一封提醒发出。\n",
        "",
    )
    code, _, error = duban(bureau, "task", "urge", number, "--by", "林岚")
    assert code == 1
    assert "已由陈平催办过" in error
    whole = duban(bureau, "plan", "urge", "2", "--by", "陈平")
    assert whole == (0, "已催办2项，随下一封提醒发出；另有1项暂不能催。\n", "")
