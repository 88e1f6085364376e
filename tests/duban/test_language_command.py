"""duban language: the catalogue goes out as a file, and a translated one is told what it lacks."""

from pathlib import Path

from babel.messages.pofile import read_po

from duban.wordings import wordings_in_code
from support.commands import duban


def test_the_catalogue_holds_the_words_of_pages_mails_and_code(tmp_path: Path) -> None:
    done = duban(tmp_path, "language", "all.pot")
    assert done.returncode == 0
    with (tmp_path / "all.pot").open("rb") as file:
        known = {message.id for message in read_po(file)}
    assert {"我的工作", "还有 {1} 项要办", "没有叫“{1}”的人：现有 {2}。", "输出 JSON"} <= known


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "all.pot").write_text("mine", encoding="utf-8")
    done = duban(tmp_path, "language", "all.pot")
    assert done.returncode == 1
    assert "已经存在" in done.stderr
    assert (tmp_path / "all.pot").read_text(encoding="utf-8") == "mine"


def test_a_translation_is_told_how_much_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "en.po").write_text('msgid "我的工作"\nmsgstr "My work"\n', encoding="utf-8")
    done = duban(tmp_path, "language", "en.po")
    assert "已译1句" in done.stdout
    assert "还缺：" in done.stdout


def test_docstrings_and_names_are_no_wordings() -> None:
    code = 'def f(n):\n    """办结"""\n    return f"还有{n}项：{n + 1}", "done", "逾期"\n'
    assert list(wordings_in_code(code)) == [(3, "还有{1}项：{2}"), (3, "逾期")]
