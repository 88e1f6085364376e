"""The settings file: changed in place, whole or not at all, never against the environment."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.settings import Settings, read_settings
from flows.settings_file import change_settings, mark_of_settings
from plans.errors import Refused
from plans.kept_files import Overtaken
from plans.sheet.errors import FieldFaults

WRITTEN = """# 发信
mail_host = "smtp.old.example"  # 旧的

light_yellow = 12
remind_at = 08:10:00
"""


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    (tmp_path / "duban.toml").write_text(WRITTEN, encoding="utf-8")
    return read_settings(data=tmp_path)


def again(kept: Settings) -> Settings:
    return read_settings(data=kept.data)


def test_a_change_keeps_comments_order_and_everything_else(kept: Settings) -> None:
    change_settings(kept, {"mail_host": "smtp.new.example", "remind_at": "09:00", "cut_off_days": "7"})
    changed = kept.file.read_text(encoding="utf-8")
    assert changed == WRITTEN.replace("old", "new").replace("08:10", "09:00") + "cut_off_days = 7\n"
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    assert (again(kept).mail_host, again(kept).cut_off_days) == ("smtp.new.example", 7)


def test_an_emptied_field_goes_back_to_its_default(kept: Settings) -> None:
    change_settings(kept, {"light_yellow": "", "mail_host": " "})
    assert (again(kept).light_yellow, again(kept).mail_host) == (10, "")
    assert "light_yellow" not in kept.file.read_text(encoding="utf-8")


def test_a_default_that_was_never_written_is_not_written(kept: Settings) -> None:
    change_settings(kept, {"light_red": "30", "mail_port": "465"})
    assert kept.file.read_text(encoding="utf-8") == WRITTEN


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"mail_port": "99999"}, {"mail_port": "不能大于 65535。"}),
        ({"mail_port": "a"}, {"mail_port": "请写整数。"}),
        ({"mail_security": "tls"}, {"mail_security": "只能写 ssl、starttls、none。"}),
        ({"remind_at": "25点"}, {"remind_at": "请写时间，如 08:30。"}),
        ({"light_red": "5"}, {"light_red": "红灯的数不能比黄灯小。"}),
        (
            {"letter_mark": "催" * 41, "light_soon": "-1"},
            {"letter_mark": "最多 40 个字。", "light_soon": "不能小于 0。"},
        ),
    ],
)
def test_what_is_wrong_is_named_by_field_and_nothing_is_written(
    kept: Settings, typed: dict[str, str], faults: dict[str, str]
) -> None:
    with pytest.raises(FieldFaults) as refused:
        change_settings(kept, {"mail_host": "smtp.new.example"} | typed)
    assert refused.value.faults == faults
    assert kept.file.read_text(encoding="utf-8") == WRITTEN
    assert [path.name for path in kept.data.iterdir()] == ["duban.toml"]


def test_what_the_environment_sets_is_not_changed_here(kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_MAIL_HOST", "smtp.env.example")
    with pytest.raises(FieldFaults) as refused:
        change_settings(kept, {"mail_host": "smtp.new.example"})
    assert refused.value.faults == {"mail_host": "由环境变量设定，这里不能改"}
    change_settings(kept, {"mail_user": "duban"})
    assert (again(kept).mail_host, again(kept).mail_user) == ("smtp.env.example", "duban")


def test_the_second_of_two_tabs_is_told_and_another_page_is_not(kept: Settings) -> None:
    lights, mail = mark_of_settings(kept, ("light_yellow",)), mark_of_settings(kept, ("mail_host",))
    change_settings(kept, {"light_yellow": "15"}, lights, ["light_yellow"])
    with pytest.raises(Overtaken):
        change_settings(kept, {"light_yellow": "16"}, lights, ["light_yellow"])
    change_settings(kept, {"mail_host": "smtp.new.example"}, mail, ["mail_host"])
    assert (again(kept).light_yellow, again(kept).mail_host) == (15, "smtp.new.example")


def test_a_file_that_cannot_be_read_is_left_alone_and_its_line_named(kept: Settings) -> None:
    kept.file.write_text('light_yellow = 12\nmail_host = "x\n', encoding="utf-8")
    with pytest.raises(Refused, match="第 2 行读不懂"):
        change_settings(kept, {"light_yellow": "15"})
    kept.file.write_text("light_yellow = 12\nmail_prot = 25\n", encoding="utf-8")
    with pytest.raises(Refused, match="mail_prot"):
        change_settings(kept, {"light_yellow": "15"})


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=40))
def test_any_words_come_back_as_they_were_typed(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    kept = read_settings(data=tmp_path_factory.mktemp("any"))
    try:
        change_settings(kept, {"letter_mark": text, "office_phone": text})
    except (Refused, UnicodeEncodeError):
        assert not kept.file.exists()
    else:
        assert again(kept).office_phone == text.strip()
