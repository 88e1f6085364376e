"""duban token … and duban webhook …, as a person types them."""

import json
from pathlib import Path

import pytest

from cast import GAOQI, draft
from support.commands import duban


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """A folder in which a plan has begun."""
    (tmp_path / "draft.yaml").write_text(draft(GAOQI, period="2031H2"), encoding="utf-8")
    assert duban(tmp_path, "plan", "start", "draft.yaml").returncode == 0
    return tmp_path


def test_a_key_is_shown_once_and_the_token_listed_and_ended(bureau: Path) -> None:
    made = duban(bureau, "token", "new", "OA", "--person", "李明", "--scope", "read", "--scope", "办理任务")
    key = made.stdout.splitlines()[-1]

    assert made.returncode == 0
    assert key.startswith("duban_")
    listed = duban(bureau, "token", "list", "--json")
    assert key not in listed.stdout
    (row,) = json.loads(listed.stdout)
    assert (row["id"], row["person"], row["labels"], row["used_at"]) == (1, "李明", "查看、办理任务", "")
    assert "李明" in duban(bureau, "token", "list").stdout
    assert duban(bureau, "token", "end", "1").stdout == "令牌“OA”已停用。\n"
    assert duban(bureau, "token", "list").stdout == "还没有发过令牌。\n"
    assert json.loads(duban(bureau, "token", "list", "--all", "--json").stdout)[0]["state"] == "已停用"


def test_a_webhook_is_set_listed_and_ended(bureau: Path) -> None:
    made = duban(bureau, "webhook", "new", "http://oa.example/duban", "--json")
    secret = json.loads(made.stdout)["secret"]

    listed = duban(bureau, "webhook", "list", "--json")
    assert secret not in listed.stdout
    assert [(row["url"], row["state"]) for row in json.loads(listed.stdout)] == [("http://oa.example/duban", "推送中")]
    assert "oa.example" in duban(bureau, "webhook", "list").stdout
    assert duban(bureau, "webhook", "end", "1").stdout == "不再推送到 http://oa.example/duban。\n"
    assert duban(bureau, "webhook", "list").stdout == "还没有设推送地址。\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("token", "new", "OA", "--person", "周杰", "--scope", "read"), "没有叫“周杰”的人"),
        (("token", "new", "OA", "--person", "李明", "--scope", "all"), "没有“all”这个权限"),
        (("token", "end", "7"), "没有编号为 7 的令牌"),
        (("webhook", "new", "oa.example"), "http:// 或 https:// 开头"),
        (("webhook", "end", "7"), "没有编号为 7 的推送地址"),
    ],
)
def test_a_refusal_is_one_sentence(bureau: Path, arguments: tuple[str, ...], told: str) -> None:
    answer = duban(bureau, *arguments)

    assert (answer.returncode, answer.stdout) == (1, "")
    assert told in answer.stderr
    assert answer.stderr.count("\n") == 1
