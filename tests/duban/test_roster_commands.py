"""duban roster …, as a person types it."""

import json
from pathlib import Path

import pytest

from cast import MONTHLY_REPORT, draft
from support.commands import duban
from support.rosters import excel

HEADS = "企业名称 统一社会信用代码 填报人 邮箱 上年研发费用（万元）"


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """A folder in which a plan has begun."""
    (tmp_path / "draft.yaml").write_text(draft(MONTHLY_REPORT, period="2031H2"), encoding="utf-8")
    assert duban(tmp_path, "plan", "start", "draft.yaml").returncode == 0
    return tmp_path


def test_a_file_is_looked_at_and_then_imported(bureau: Path) -> None:
    (bureau / "名册.xlsx").write_bytes(
        excel(HEADS, "新芽电子有限公司|123|吴|wu@x.example|5", "青禾药业有限公司||||560")
    )
    looked = duban(bureau, "roster", "import", "名册.xlsx")
    assert "第2行统一社会信用代码：统一社会信用代码应为18位" in looked.stdout
    assert "变化 青禾药业有限公司：上年研发费用 500 → 560" in looked.stdout
    assert "没有写入：核对后加 --apply 导入。" in looked.stdout
    done = duban(bureau, "roster", "import", "名册.xlsx", "--apply", "--by", "陈平")
    assert "已导入：新增1家，修改1家。" in done.stdout
    again = json.loads(duban(bureau, "roster", "import", "名册.xlsx", "--json").stdout)
    assert (again["added"], again["same"], again["imported"]) == ([], 1, None)
    assert {one["key"] for row in again["changed"] for one in row["changes"]} == {"2:contact", "2:email"}


def test_an_exported_roster_changes_nothing(bureau: Path) -> None:
    assert duban(bureau, "roster", "export", "名册.xlsx").returncode == 0
    assert "没有要导入的变化" in duban(bureau, "roster", "import", "名册.xlsx").stdout
    refused = duban(bureau, "roster", "export", "名册.xlsx")
    assert (refused.returncode, "已经存在，没有覆盖" in refused.stderr) == (1, True)


def test_an_enterprise_is_changed_and_listed(bureau: Path) -> None:
    duban(
        bureau,
        "roster",
        "set",
        "青禾药业有限公司",
        "--contact",
        "周会计",
        "--mail",
        "zhou@q.example",
        "--last",
        "2031-09",
    )
    duban(bureau, "roster", "set", "云溪精工有限公司", "--agency", "好算公司")
    duban(bureau, "roster", "set", "远山竹业有限公司", "--exempt", "停产", "--since", "2031-08")
    rows = json.loads(duban(bureau, "roster", "list", "--month", "2031-08", "--json").stdout)
    assert [(row["name"], row["filer"], row["agency"], row["months"], row["why"]) for row in rows] == [
        ("云溪精工有限公司", "好算公司", "好算公司", "", ""),
        ("青禾药业有限公司", "周会计", "", "至 2031-09", ""),
        ("远山竹业有限公司", "孙会计", "", "", "停产"),
    ]
    coming = json.loads(duban(bureau, "roster", "next", "2031-10", "--json").stdout)
    assert [(row["name"], row["standing"]) for row in coming] == [
        ("云溪精工有限公司", "在册"),
        ("青禾药业有限公司", "停报"),
        ("远山竹业有限公司", "免报"),
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("set", "没有这家", "--last", "2031-09"), "名册里没有“没有这家”"),
        (("set", "青禾药业有限公司"), "请写明改什么"),
        (("set", "青禾药业有限公司", "--last", "九月"), "不是月份"),
        (("import", "没有.xlsx"), "找不到文件"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(bureau: Path, typed: tuple[str, ...], told: str) -> None:
    answer = duban(bureau, "roster", *typed)
    assert answer.returncode == 1
    assert told in answer.stderr
