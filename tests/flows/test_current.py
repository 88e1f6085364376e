"""A runtime that follows its folder: changed files are in force at once, broken ones change nothing and are told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.current import Current, follow
from flows.runtime import Runtime
from flows.settings import SettingsProblem, read_settings
from flows.settings_file import change_settings

LADDER = "mine:\n  name: 本局的\n  steps:\n    - {offset: 0, audience: [assignee]}\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("forms", "workdays"):
        (tmp_path / folder).mkdir()
    return tmp_path


@pytest.fixture
def current(data: Path) -> Current:
    return follow(Runtime(read_settings(data=data)))


def test_nothing_is_read_again_while_nothing_changed(current: Current) -> None:
    before = current.runtime
    assert before.ladders
    assert current.runtime is before


def test_a_setting_that_was_changed_is_in_force_at_once(current: Current) -> None:
    before = current.runtime
    change_settings(before.settings, {"light_yellow": "15", "remind_at": "07:00"})
    assert current.runtime.gauge.thresholds.yellow == 15
    assert current.runtime.rules.remind_at.hour == 7
    assert current.runtime.ladders is before.ladders
    assert current.runtime.engine is before.engine


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("ladders.yaml", LADDER, lambda it: "mine" in it.rules.ladders),
        ("programmes.yaml", "gaoqi: {name: 高企}\n", lambda it: it.programmes["gaoqi"].name == "高企"),
        ("workdays/2027.yaml", "off: [2027-03-01]\n", lambda it: 2027 in it.rules.workdays.tables),
        (
            "batches.yaml",
            "- {programme: gaoqi, year: 2027, name: 一, opens: 2027-01-01, closes: 2027-02-01}\n",
            lambda it: len(it.batches.rows) == 1,
        ),
        ("duban.toml", 'office_phone = "0555"\n', lambda it: it.press.phone == "0555"),
    ],
)
def test_a_file_edited_by_hand_is_in_force_and_so_is_its_going(
    current: Current, data: Path, name: str, text: str, found: Callable[[Runtime], bool]
) -> None:
    assert not found(current.runtime)
    (data / name).write_text(text, encoding="utf-8")
    assert found(current.runtime)
    (data / name).unlink()
    assert not found(current.runtime)
    assert current.trouble == ""


@pytest.mark.parametrize(
    ("name", "broken", "told"),
    [
        ("ladders.yaml", LADDER.replace("offset: 0", "offset: a"), "ladders.yaml 第 4 行"),
        ("ladders.yaml", "follow_up: [\n", "ladders.yaml 第 2 行"),
        ("programmes.yaml", "gaoqi:\n  kind: nothing\n", "programmes.yaml 第 2 行"),
        ("workdays/2027.yaml", "work: [2027-02-13]\noff: [soon]\n", "2027.yaml 第 2 行"),
        ("batches.yaml", "- {programme: gaoqi, year: 1}\n", "batches.yaml 第 1 行"),
        ("forms/mine.yaml", "title: [\n", "mine.yaml 第"),
        ("duban.toml", "link_days = 9\nlight_red = 200\n", "duban.toml 第 2 行的 light_red 写得不对：不能大于 100"),
        ("duban.toml", 'link_days = 9\nbureau = "云\n', "duban.toml 第 2 行读不懂"),
    ],
)
def test_a_broken_file_changes_nothing_is_told_with_its_line_and_heals(
    current: Current, data: Path, name: str, broken: str, told: str
) -> None:
    before = current.runtime
    (data / name).write_text(broken, encoding="utf-8")
    after = current.runtime
    assert told in current.trouble
    for part in ("settings", "ladders", "programmes", "workdays", "announced", "forms"):
        assert getattr(after, part) is getattr(before, part)
    (data / name).unlink()
    assert current.runtime.settings == before.settings
    assert current.trouble == ""


def test_one_broken_file_does_not_hold_up_the_others(current: Current, data: Path) -> None:
    (data / "ladders.yaml").write_text("follow_up: [\n", encoding="utf-8")
    assert current.runtime
    change_settings(current.runtime.settings, {"mail_host": "smtp.new.example"})
    assert "mail" in current.runtime.channels
    assert "ladders.yaml" in current.trouble


@pytest.mark.parametrize(
    "name", ["ladders.yaml", "programmes.yaml", "workdays/2027.yaml", "batches.yaml", "duban.toml"]
)
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"- 1", b"a: {b: [1, {c: d}]}", b"\x00", b"&a [*a]", b"1"])
def test_whatever_is_in_a_file_the_work_goes_on(current: Current, data: Path, name: str, content: bytes) -> None:
    before = current.runtime
    (data / name).write_bytes(content)
    assert current.runtime.settings == before.settings
    assert current.runtime.rules.ladders is before.ladders
    assert current.trouble


def test_what_needs_a_restart_stays_until_then(current: Current, data: Path) -> None:
    (data / "duban.toml").write_text('port = 9000\nhost = "0.0.0.0"\nlink_days = 9\n', encoding="utf-8")
    assert current.runtime.settings.link_days == 9
    assert current.runtime.settings.base_url == "http://127.0.0.1:8320"


def test_a_folder_that_is_broken_from_the_start_is_refused(data: Path) -> None:
    (data / "duban.toml").write_text("link_days = 0\n", encoding="utf-8")
    with pytest.raises(SettingsProblem, match=r"duban.toml 第 1 行的 link_days 写得不对：不能小于 1。"):
        read_settings(data=data)
