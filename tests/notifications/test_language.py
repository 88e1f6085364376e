"""Another language is a file: a template's words, the values shown in it and whole sentences of the code."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from notifications.language import (
    CHINESE_AS_WRITTEN,
    Language,
    LanguageProblem,
    in_language,
    read_language,
    wordings_of,
)

ENGLISH = Language(
    {
        "还有 {1} 项要办": "{1} to do",
        "{1}由{2}代理": "{2} acts for {1}",
        "菜单": "Menu",
        "逾期": "overdue",
        "没有叫“{1}”的人：现有 {2}。": "Nobody is called “{1}”: there are {2}.",
        "已逾期{1}个工作日": "{1} workdays overdue",
    }
)


def said(source: str, language: Language = ENGLISH, **facts: object) -> str:
    made = Environment(loader=DictLoader({"page": source}), autoescape=True)
    return in_language(made, language).get_template("page").render(facts)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>还有 {{ n }} 项要办</p>", "<p>3 to do</p>"),
        ("<p>{{ a }}由{{ b }}代理</p>", "<p>Li acts for Chen</p>"),
        ('<nav aria-label="菜单"></nav>', '<nav aria-label="Menu"></nav>'),
        ('<a title="{% if n %}逾期{% endif %}">{{ n }}</a>', '<a title="overdue">3</a>'),
        ("<b>{{ '逾期' }}</b>", "<b>overdue</b>"),
        ("<b>{{ late }}</b>", "<b>5 workdays overdue</b>"),
        ("  <p>\n  菜单\n</p>", "  <p>\n  Menu\n</p>"),
        ("<p>别的话</p>", "<p>别的话</p>"),
    ],
)
def test_a_page_says_it_in_the_other_language(source: str, shown: str) -> None:
    assert said(source, n=3, a="Chen", b="Li", late="已逾期5个工作日") == shown


def test_in_chinese_nothing_is_touched() -> None:
    assert said("<p>还有 {{ n }} 项要办</p>", CHINESE_AS_WRITTEN, n=3) == "<p>还有 3 项要办</p>"


def test_a_sentence_of_the_code_is_found_by_its_words_and_keeps_its_values() -> None:
    assert ENGLISH.say("没有叫“王五”的人：现有 陈平、李明。") == "Nobody is called “王五”: there are 陈平、李明."


def test_names_are_escaped_in_any_language_and_what_is_rendered_is_left_alone() -> None:
    assert said("{{ a }}由{{ b }}代理", a="<b>", b="Li") == "Li acts for &lt;b&gt;"
    assert said("{{ a }}", a=Markup("<i>逾期</i>")) == "<i>逾期</i>"


def test_the_wordings_of_a_template_have_slots_for_what_is_shown() -> None:
    source = '{% set x = "结束" %}<p title="菜单">还有 {{ n }} 项要办{% if y %}逾期{% endif %}</p>{# 注释 #}'
    assert list(wordings_of(source)) == ["菜单", "还有 {1} 项要办", "逾期", "结束"]


def test_a_value_that_is_said_twice_is_one_value() -> None:
    twice = Language({"{0}办{0}的": "{0} does what is {0}'s"})
    assert [twice.say("甲办甲的"), twice.say("甲办乙的")] == ["甲 does what is 甲's", "甲办乙的"]


@given(st.text(alphabet="还有项<>{}%#\"' ab\n", max_size=40))
def test_whatever_is_written_comes_out_as_it_went_in_when_nothing_is_known(text: str) -> None:
    assert Language({"没有这句": "x"}).say(text) == text


def test_a_file_of_wordings_is_read_and_the_untranslated_stay_chinese(tmp_path: Path) -> None:
    file = tmp_path / "en.po"
    file.write_text('msgid "逾期"\nmsgstr "overdue"\n\nmsgid "菜单"\nmsgstr ""\n', encoding="utf-8")
    language = read_language(file)
    assert [language.say("逾期"), language.say("菜单")] == ["overdue", "菜单"]


@pytest.mark.parametrize("content", [b"nothing of the kind", b"\xff\xfe\x00"])
def test_a_file_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "en.po"
    file.write_bytes(content)
    with pytest.raises(LanguageProblem, match=r"en\.po"):
        read_language(file)
    with pytest.raises(LanguageProblem, match=r"fehlt\.po"):
        read_language(tmp_path / "fehlt.po")
