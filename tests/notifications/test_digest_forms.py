"""Every form of a 通报 tells the same: what was written in front at approval, and what needs a decision first."""

from io import BytesIO

import pytest
from docx import Document

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.digest_approval import approve, seal_of
from flows.running import tick
from flows.summaries import Summary, month_digest

NOW = at("2026-11-02 10:00")
REMARK = "请各股室抓紧。\n## 不是标题 <b>"


@pytest.fixture
def october(begin: Begin) -> Summary:
    """October as 林岚 froze it, with a word in front."""
    bureau = begin(GAOQI, MONTHLY_REPORT, on="2026-07-01 08:00", digest_approval=True)
    for day in ("2026-08-12 10:00", "2026-09-14 10:00", "2026-10-14 10:00"):
        tick(bureau, at(day))
    approve(bureau, "2026-10", seal_of(month_digest(bureau, "2026-10", NOW).facts), REMARK, "林岚", NOW)
    return month_digest(bureau, "2026-10", NOW)


def text_of(summary: Summary, form: str) -> str:
    if form != "docx":
        return str(getattr(summary, form))
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(summary.docx)).paragraphs)


@pytest.mark.parametrize(
    ("form", "then"), [("docx", "工作进展情况"), ("html", "一、逾期未办"), ("markdown", "一、逾期未办")]
)
def test_what_needs_a_decision_stands_before_everything_else(october: Summary, form: str, then: str) -> None:
    told = text_of(october, form)
    assert "请各股室抓紧。" in told
    assert told.index("请各股室抓紧。") < told.index("需要研究决定的事项") < told.index(then)
    assert "逾期没有回音" in told


def test_a_word_in_front_is_words_and_no_markup(october: Summary) -> None:
    assert "&lt;b&gt;" in october.html
    paragraphs = Document(BytesIO(october.docx)).paragraphs
    (remark,) = (one for one in paragraphs if "不是标题" in one.text)
    (opening,) = (one for one in paragraphs if "现将有关情况通报如下" in one.text)
    assert remark.style == opening.style
