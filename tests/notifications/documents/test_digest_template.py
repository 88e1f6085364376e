"""The bureau's own template: filled in, or refused with the name nobody knows and those that are known."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from cast import at
from notifications.documents.digest_template import BadTemplate, placeholders
from notifications.documents.digest_word import digest_docx
from support.digests import cut, item, month, report, target

MADE_AT = at("2026-11-02 09:00")
FACTS = month(item(title="<b>培育</b> {{ 局长 }} &\x00", targets=[target()]), report(cut()))


def template(*lines: str, row: tuple[str, ...] = (), of: str = "进展表") -> bytes:
    """A bureau's file: these paragraphs, and a table whose second row repeats."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if row:
        table = document.add_table(3, len(row))
        table.cell(0, 0).text, table.cell(2, 0).text = f"{{%tr for 行 in {of} %}}", "{%tr endfor %}"
        for place, words in enumerate(row):
            table.cell(1, place).text = words
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def filled(made: bytes) -> list[str]:
    document = Document(BytesIO(digest_docx(FACTS, MADE_AT, template=made)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


def test_placeholders_are_filled_in() -> None:
    told = filled(template("{{ 单位 }}{{月份}}通报{{ 草稿 }}", "截至{{ 截至 }}，{{ 序时进度 }}，{{ 成文日期 }}"))

    assert told == ["云溪县科技局2026年10月通报", "截至2026年10月31日，66.8%，2026年11月2日"]


def test_a_row_repeats_for_each_entry_and_names_stay_text() -> None:
    told = filled(template(row=("{{ 行.工作任务 }}", "{{ 行.目标 }}", "{{ 行.完成率 }}")))

    assert told[:3] == ["<b>培育</b> {{ 局长 }} & ", "高新技术企业认定：确保5家，力争8家", "80%"]
    assert told[3:] == ["研发月报", "—", "66.7%"]


@pytest.mark.parametrize("words", ["{{ 局长 }}", "{% for 行 in 进展表 %}{{ 行.局长 }}{% endfor %}", "{{ 单位.局长 }}"])
def test_an_unknown_placeholder_is_named_with_those_that_are_known(words: str) -> None:
    with pytest.raises(BadTemplate, match=r"“局长”不认识：能用的有 单位、月份.*每行的序号、业务线、工作任务、目标"):
        filled(template(words))


@pytest.mark.parametrize(
    "words",
    [
        "{{ 单位",
        "{% for %}",
        "{{ 单位 | nonsense }}",
        "{{ 单位 * 1000000000000 }}",
        "{{ 1 / 0 }}",
        "{{ 单位.__class__.__mro__ }}",
        "{{ range(9) }}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_what_a_template_may_not_do_is_refused_in_a_sentence(words: str) -> None:
    with pytest.raises(BadTemplate):
        filled(template(words))


def test_a_file_that_is_no_document_is_refused() -> None:
    with pytest.raises(BadTemplate, match=r"不是 \.docx 文件"):
        filled(b"hello")


def test_every_placeholder_that_is_listed_can_be_used() -> None:
    lines = [
        f"{{% for 行 in {name} %}}{''.join(f'{{{{ 行.{key} }}}}' for key in one['of'])}{{% endfor %}}"
        if "of" in one
        else f"{{{{ {name} }}}}"
        for name, one in placeholders().items()
    ]
    late = {"day": "2026-10-20", "name": "远山竹业有限公司", "item": "研发月报", "label": "2026年8月", "late": "晚30天"}
    extended = {"title": "平台", "period": "2026年10月", "holder": "李明", "reason": "评审推迟"}
    days = {"original_due_on": "2026-10-20", "due_on": "2026-11-20"}
    facts = FACTS | {
        "decisions": [{"about": "延期申请", "told": "延到月底"}],
        "late_arrivals": [late],
        "changes": [{"number": 1, "title": "平台", "told": "期限改为年底"}],
        "extended": [extended | days],
        "next_month": [
            {"title": "月报", "purpose": "报送", "due_on": "2026-11-10", "owner": "李明", "count": 3},
        ],
    }

    made = digest_docx(facts, MADE_AT, template=template(*lines))

    told = [paragraph.text for paragraph in Document(BytesIO(made)).paragraphs]
    assert len(told) == len(lines)
    assert all(told[place] for place, name in enumerate(placeholders()) if name != "草稿")


def test_the_same_facts_in_the_same_template_are_the_same_bytes() -> None:
    own = template("{{ 单位 }}")

    assert digest_docx(FACTS, MADE_AT, template=own) == digest_docx(FACTS, MADE_AT, template=own)


def test_the_manual_lists_every_placeholder_with_its_names() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "admin.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in manual.splitlines() if line.startswith("| `")}

    for name, one in placeholders().items():
        assert all(f"`{key}`" in rows[name] for key in one.get("of", []))
