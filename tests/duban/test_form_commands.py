"""duban form, and what the doctor says of forms: every fault with its line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cast import at
from duban.cli.main import app
from flows.health import examine
from flows.settings import read_settings
from plans.errors import Refused

GOOD = "key: xuqiu\nname: 需求表\nfields:\n  - {key: amount, label: 金额, unit: 万元}\n"


@pytest.fixture
def folder() -> Path:
    """The bureau's own forms, in the data folder of the current directory."""
    found = Path("duban-data") / "forms"
    found.mkdir(parents=True)
    return found


def test_a_good_file_can_be_used(folder: Path) -> None:
    (folder / "xuqiu.yaml").write_text(GOOD, encoding="utf-8")

    assert CliRunner().invoke(app, ["form", "check", str(folder / "xuqiu.yaml")]).output == (
        "xuqiu.yaml 可以用：需求表，1个字段。\n"
    )


def test_every_fault_is_told_with_its_line(folder: Path) -> None:
    (folder / "xuqiu.yaml").write_text(GOOD.replace("label", "lable") + "sofft: []\n", encoding="utf-8")

    done = CliRunner().invoke(app, ["form", "check", str(folder / "xuqiu.yaml")])

    assert isinstance(done.exception, Refused)
    assert done.output.splitlines() == [
        "xuqiu.yaml:4 须改正：缺少“label”这一项。",
        "xuqiu.yaml:4 须改正：不认识“lable”这一项，请检查拼写。",
        "xuqiu.yaml:5 须改正：不认识“sofft”这一项，请检查拼写。",
    ]


@pytest.mark.parametrize("name", ["nothing.yaml", "."])
def test_a_file_that_is_not_there_is_a_sentence(name: str) -> None:
    done = CliRunner().invoke(app, ["form", "check", name])

    assert "文件打不开" in done.output
    assert isinstance(done.exception, Refused)


def test_the_list_and_the_doctor_know_the_bureaus_own_and_what_is_broken(folder: Path) -> None:
    (folder / "xuqiu.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "huai.yaml").write_text("key: huai\nname: 坏表\n", encoding="utf-8")

    done = CliRunner().invoke(app, ["form", "list"])
    assert done.exception is None, done.exception
    listed = done.output

    assert ["xuqiu", "需求表", "1", "本局"] in [line.split() for line in listed.splitlines()]
    assert "报表文件 huai.yaml 第 1 行：缺少“fields”这一项。" in listed
    [finding] = [one for one in examine(read_settings(), at("2026-10-12")) if one.what == "报表"]
    assert (finding.good, finding.told) == (False, "报表文件 huai.yaml 第 1 行：缺少“fields”这一项。")
