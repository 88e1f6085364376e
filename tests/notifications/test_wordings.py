"""措辞: the bureau's own sentences take the place of the shipped ones, and nothing hostile comes with them."""

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from cast import MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from notifications.examples import examples_of
from notifications.formal import letter_written
from notifications.letters import Pen
from notifications.links import Links
from notifications.wordings import WordingFileError, Wordings, groups, load_wordings
from plans.errors import Refused
from plans.kept_files import replace_file
from plans.workdays import Workdays
from support.smtp import ReceivingServer

SENTENCES = [(group, key) for group, found in groups().items() for key in found.sentences]
PEN = Pen(Links("s" * 32, "http://duban.example", 30), Workdays())
MONDAY = date(2026, 10, 12)


def keep(folder: Path, group: str, text: str) -> Path:
    (folder / f"{group}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("group", "key"), SENTENCES)
def test_every_shipped_sentence_can_be_said_and_is_heard(group: str, key: str) -> None:
    sentence = groups()[group].sentences[key]
    assert sentence.read(sentence.text) == sentence.text
    said = Wordings({group: {key: "换成这一句"}})
    heard = examples_of(group, Pen(PEN.links, PEN.workdays, wordings=said), MONDAY)
    assert any("换成这一句" in part for one in heard for part in (one.subject, one.text))
    assert any("换成这一句" in part for one in heard for part in (one.subject, one.html))


def test_a_bureaus_own_sentence_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    said = load_wordings(keep(tmp_path, "staff", 'greeting: "尊敬的{name}："\n'))
    assert said.said("staff", name="李明", now="今天")["greeting"] == "尊敬的李明："
    assert said.said("staff", name="李明", now="今天")["own"] == "请办理下列工作："
    keep(tmp_path, "staff", "greeting: 您好\n")
    assert load_wordings(tmp_path).text("staff", "greeting") == "您好"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{who}您好", "不认识“{who}”：这一句能用的有 {name}。"),
        ("{name.__class__}", "不认识“{name.__class__}”"),
        ("{name[0]}", "不认识“{name[0]}”"),
        ("{name!r}", "不认识“{name}”"),
        ("{name:>999999999}", "不认识“{name}”"),
        ("{}", "不认识“{}”"),
        ("{0}", "不认识“{0}”"),
        ("{name", "花括号不成对"),
        ("name}", "花括号不成对"),
        ("您" * 201, "太长了，最多200字。"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_places_there_are(text: str, fault: str) -> None:
    with pytest.raises(Refused) as refused:
        groups()["staff"].sentences["greeting"].read(text)
    assert fault in str(refused.value)


def test_a_sentence_without_places_takes_none() -> None:
    with pytest.raises(Refused, match=r"不认识“\{name\}”：这一句不能用花括号。"):
        groups()["staff"].sentences["own"].read("{name}请办理")


@pytest.mark.parametrize("written", ["greeting: '{who}'", "hello: 您好", "greeting: 5", "- 您好", "greeting: ["])
def test_a_broken_file_is_named(tmp_path: Path, written: str) -> None:
    with pytest.raises(WordingFileError, match=r"措辞文件 wordings/staff\.yaml 读不懂"):
        load_wordings(keep(tmp_path, "staff", written))


def test_template_code_and_markup_in_a_sentence_are_only_words() -> None:
    hostile = "<script>alert(1)</script>{{{{ 7*7 }}}}{{% raw %}}"
    assert groups()["enterprise"].sentences["zero"].read(hostile) == hostile
    said = Wordings({"enterprise": {"zero": hostile}})
    for written in examples_of("enterprise", Pen(PEN.links, PEN.workdays, wordings=said), MONDAY):
        page = BeautifulSoup(written.html, "html.parser")
        assert page.find("script") is None
        assert "<script>alert(1)</script>{{ 7*7 }}{% raw %}" in page.text
        assert "49" not in written.text


def test_braces_in_a_name_are_put_in_as_they_are() -> None:
    assert Wordings().said("staff", name="{now}{name}", now="今天")["greeting"] == "{now}{name}，您好："


@given(st.sampled_from(SENTENCES), st.text(alphabet="{}名a.[]!:0 \n\r", max_size=20))
def test_whatever_is_taken_can_be_said_on_one_line(where: tuple[str, str], text: str) -> None:
    group, key = where
    sentence = groups()[group].sentences[key]
    try:
        taken = sentence.read(text)
    except Refused:
        return
    values = dict.fromkeys(("name", "enterprise", "title", "month", "day", "now"), "x")
    said = Wordings({group: {key: taken}}).said(group, **values)[key]
    assert len(said.splitlines()) <= 1


def test_the_next_mail_says_it_in_the_bureaus_words(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    replace_file(runtime.settings.data / "wordings" / "enterprise.yaml", 'greeting: "尊敬的{name}<i>："\n')
    runtime = Runtime(runtime.settings)

    tick(runtime, at("2026-07-15 08:31"))

    (mail,) = [one for one in mailbox.messages if one.recipients == ("zhao@jinggong.example",)]
    text, html = mail.message.get_body(("plain",)), mail.message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert str(text.get_content()).startswith("尊敬的赵会计<i>：")
    assert "尊敬的赵会计&lt;i&gt;：" in html.get_content()


def test_a_letter_says_what_was_approved_and_one_before_approval_what_is_said_now() -> None:
    changed = Pen(PEN.links, PEN.workdays, wordings=Wordings({"letter": {"title": "关于{title}的函"}}))
    facts = dict.fromkeys(("number", "addressee", "contact", "phone", "mail", "bureau", "day"), "")
    facts |= {"title": "年报", "as_of": "2026-10-12 08:30"}
    fresh = letter_written({**facts, "months": []}, [], changed)
    then = PEN.wordings.said("letter", title="年报", now="")
    approved = letter_written({**facts, "months": [], "said": then}, [], changed)
    assert "关于年报的函" in fresh.subject
    assert "关于报送年报的催报函" in approved.subject
