"""duban certificate … and duban batch …, as a person types them."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from cast import MONTHLY_REPORT, draft
from support.commands import duban


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """A folder in which a plan has begun, with a list of two certificates beside it."""
    (tmp_path / "draft.yaml").write_text(draft(MONTHLY_REPORT, period="2031H2"), encoding="utf-8")
    assert duban(tmp_path, "plan", "start", "draft.yaml").returncode == 0
    book = Workbook()
    assert book.active is not None
    book.active.append(("企业名称", "证书编号", "发证日期", "有效期至"))
    book.active.append(("云溪精工有限公司", "GR1", "2028-11-22", "2031-11-21"))
    book.active.append(("[red]别的公司", "GR2", "2028-11-22", "2031-11-21"))
    book.save(tmp_path / "list.xlsx")
    return tmp_path


def test_a_list_is_taken_in_row_by_row(bureau: Path) -> None:
    first = duban(bureau, "certificate", "import", "list.xlsx")

    assert first.returncode == 0
    assert "新增1张，更新0张，0张和原来一样。" in first.stdout
    assert "第3行：名册里没有“" in first.stdout
    again = json.loads(duban(bureau, "certificate", "import", "list.xlsx", "--json").stdout)
    assert (again["added"], again["same"], again["problems"][0]["row"]) == (0, 1, 3)


def test_certificates_are_listed_by_year_with_what_the_date_goes_by(bureau: Path) -> None:
    assert duban(bureau, "certificate", "import", "list.xlsx").returncode == 0

    (line,) = json.loads(duban(bureau, "certificate", "list", "--year", "2031", "--json").stdout)

    assert (line["enterprise"], line["number"], line["ends_on"]) == ("云溪精工有限公司", "GR1", "2031-11-21")
    assert (line["announced"], line["due_on"]) == (False, "2031-11-07")
    assert "没有证书在这段时间到期" in duban(bureau, "certificate", "list", "--year", "2035").stdout


def test_a_file_of_which_nothing_can_be_taken_is_refused(bureau: Path) -> None:
    refused = duban(bureau, "certificate", "import", "draft.yaml")

    assert refused.returncode == 1
    assert refused.stderr.strip() == "一张也没有收下：请照上面说的改好后再导入。"


def test_batches_are_listed_and_a_broken_file_is_named(bureau: Path) -> None:
    assert "还没有批次" in duban(bureau, "batch", "list").stdout
    file = bureau / "duban-data" / "batches.yaml"
    file.write_text("- {programme: gaoqi, year: 2031, name: 第一批, opens: 2031-04-01, closes: 2031-06-10}\n", "utf-8")

    (line,) = json.loads(duban(bureau, "batch", "list", "--json").stdout)
    assert (line["programme"], line["name"], line["closes"]) == ("高新技术企业", "第一批", "2031-06-10")

    file.write_text("- 第一批\n", encoding="utf-8")
    broken = duban(bureau, "batch", "list")
    assert broken.returncode == 3
    assert broken.stderr.startswith("批次文件 batches.yaml 读不懂")
