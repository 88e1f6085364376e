"""The sentences of a report are data: a bureau changes what it likes, and hears in one sentence what it got wrong."""

from pathlib import Path
from textwrap import dedent

import pytest

from cast import GAOQI, at
from conftest import Begin
from flows.reporting import period_report
from notifications.report_sentences import ReportSentencesError, filled, load_sentences
from plans.programmes import load_programmes
from support.commands import duban


def own(folder: Path, text: str) -> Path:
    file = folder / "report.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_every_line_of_work_has_its_heading_and_its_sentences() -> None:
    sentences = load_sentences()

    assert load_programmes().keys() <= sentences.programmes.keys()
    assert all(sentences.of(key).heading for key in load_programmes())


def test_a_sentence_without_facts_is_left_out_and_one_of_words_alone_stays() -> None:
    values = {"全县": "全县", "指标": "", "说明": "走访12家！", "期间": "2026年"}

    assert filled("{期间}，{全县}{指标}。会同税务局办理。{说明}。", values) == "会同税务局办理。走访12家！"


def test_what_the_bureau_says_differently_replaces_that_alone(tmp_path: Path) -> None:
    file = own(tmp_path, "programmes:\n  gaoqi: {heading: 壮大创新主体}\n  hetong: {heading: 合同}\nno_plan: 待定。\n")

    sentences = load_sentences(file)

    assert sentences.of("gaoqi").heading == "壮大创新主体"
    assert sentences.of("gaoqi").done == load_sentences().of("gaoqi").done
    assert sentences.of("hetong").heading == "合同"
    assert sentences.no_plan == "待定。"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'programmes: {gaoqi: {done: "{局长}说{指标}。"}}',
            "programmes.gaoqi.done：不认识“{局长}”："
            "这一句能用的有 {期间}、{截至}、{全县}、{指标}、{办理}、{报送}、{说明}。",
        ),
        ('programmes: {gaoqi: {done: "{指标.__class__}。"}}', "不认识“{指标.__class__}”"),
        ('programmes: {gaoqi: {heading: "{指标}"}}', "programmes.gaoqi.heading：不认识“{指标}”：这一句不能用花括号。"),
        ('preface: "{期间"', "preface：花括号不成对"),
        ("前言: 今年以来", "不认识“前言”：可以写 preface、nothing、"),
        ("programmes: 高企", "请对照自带的 report_sentences.yaml 改正。"),
        ("- [", "请对照自带的 report_sentences.yaml 改正。"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_known(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ReportSentencesError) as refused:
        load_sentences(own(tmp_path, text))

    assert str(refused.value).startswith("工作总结的句子文件 wordings/report.yaml 读不懂：")
    assert told in str(refused.value)


def test_the_example_of_the_manual_is_one_that_works(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "admin.md").read_text(encoding="utf-8")
    example = page.partition("## 工作总结的句子")[2].partition("    preface:")[2].partition("\n\n")[0]

    sentences = load_sentences(own(tmp_path, dedent(f"    preface:{example}\n")))

    assert "坚强领导" in sentences.preface
    assert sentences.of("gaoqi").heading == "壮大创新主体"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_report_says_it_in_the_bureaus_own_words(begin: Begin) -> None:
    runtime = begin(GAOQI, period="2026", on="2026-01-04 08:00")
    own(runtime.settings.data / "wordings", 'programmes: {gaoqi: {heading: 壮大创新主体, done: "{期间}{指标}。"}}')

    told = period_report(runtime, "2026H1", at("2026-07-08 09:00")).facts

    assert told["done"] == [
        {"programme": "gaoqi", "heading": "壮大创新主体", "text": "2026年上半年高新技术企业认定待填。"}
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_writes_every_kind_of_file_and_says_what_is_missing(begin: Begin, tmp_path: Path) -> None:
    runtime = begin(GAOQI, period="2026", on="2026-01-04 08:00")
    settings = {"DUBAN_DATA": str(runtime.settings.data), "DUBAN_DATABASE_URL": runtime.settings.database}

    for name in ("总结.docx", "总结.html", "总结.md"):
        answer = duban(tmp_path, "report", "2026Q1", "-o", name, **settings)
        assert (answer.returncode, answer.stdout) == (0, f"草稿已写到 {name}。还有1处要补，列在文末。\n"), answer.stderr
        assert (tmp_path / name).stat().st_size > 500
    assert '"missing"' in duban(tmp_path, "report", "2026Q1", "--json", **settings).stdout
    assert "# 云溪县科技局2026年一季度工作总结" in duban(tmp_path, "report", "2026Q1", **settings).stdout
    refused = duban(tmp_path, "report", "2026Q1", "-o", "总结.odt", **settings)
    assert (refused.returncode, refused.stderr) == (1, "不会写 .odt 文件：请用 .docx、.pdf、.html、.md。\n")
