"""Programmes: exactly the 24 lines of work, each of them ready to become a task, and a bureau's own over them."""

from pathlib import Path

import pytest

from notifications.ladder import load_ladders
from plans.cadence import Cadence
from plans.programmes import ProgrammeFileError, load_programmes
from plans.words import Assignees, DuePolicy
from tasks.form import load_forms

KEYS = """rd_stats rd_monthly gaoqi kjxzxqy kedaitong tepaiyuan jishu_hetong dengling xiangmu pingtai xinchanpin cxxian
jiangbu shuihui rencai chanxueyan chengguo kepu chanyelian huiqi_fuwu dangjian chuangwen fupin other"""


def test_there_are_exactly_the_24_lines_of_work() -> None:
    assert list(load_programmes()) == KEYS.split()
    assert len(load_programmes()) == 24


@pytest.mark.parametrize("key", KEYS.split())
def test_what_a_programme_proposes_exists(key: str) -> None:
    programme = load_programmes()[key]

    assert programme.name
    assert programme.words
    assert programme.cadence == "" or Cadence.parse(programme.cadence).has_dates
    assert programme.ladder in ("", *load_ladders())
    assert programme.form in ("", *load_forms())


def test_no_two_programmes_claim_the_same_word() -> None:
    words = [word for programme in load_programmes().values() for word in programme.words]

    assert [word for word in set(words) if words.count(word) > 1] == []


def test_the_monthly_report_is_the_enterprises_and_leaves_january_out() -> None:
    report = load_programmes()["rd_monthly"]

    assert (report.cadence, report.in_arrears, report.skip_months) == ("monthly:10", True, (1,))
    assert (report.due_policy, report.assignees) == (DuePolicy.HARD, Assignees.ENTERPRISES)


def test_what_else_comes_along_is_never_scheduled_by_itself() -> None:
    assert load_programmes()["other"].cadence == ""


def test_a_bureaus_file_changes_what_it_names_and_adds_its_own(tmp_path: Path) -> None:
    own = tmp_path / "programmes.yaml"
    own.write_text("rd_monthly:\n  cadence: monthly:8\nxinxihua:\n  name: 信息化\n  kind: duty\n", encoding="utf-8")

    programmes = load_programmes(own)

    assert programmes["rd_monthly"].cadence == "monthly:8"
    assert programmes["rd_monthly"].in_arrears
    assert programmes["xinxihua"].name == "信息化"
    assert len(programmes) == 25


@pytest.mark.parametrize(
    "written",
    ["gaoqi: 5", "gaoqi:\n  kind: 目标", "gaoqi:\n  colour: red", "xinxihua:\n  kind: duty", "- gaoqi", "a: [", "1"],
)
def test_a_broken_file_of_the_bureau_is_named(tmp_path: Path, written: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(written, encoding="utf-8")

    with pytest.raises(ProgrammeFileError, match=r"own\.yaml 读不懂：请对照自带的 programmes\.yaml 改正。"):
        load_programmes(own)
