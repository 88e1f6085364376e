"""A month's digest as files, from the database to the page: what a bureau recorded is what its document says."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from sqlmodel import select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from flows.summaries import WRITERS, month_digest
from notifications.digest import freeze
from plans.database import writing
from plans.errors import Refused
from plans.periods import Period
from plans.reading.opening import open_source
from plans.tables import PlanItem
from support.commands import duban
from support.word_xml import opened, paragraphs, rows, styled
from tasks.extensions import ask_extension
from tasks.tables import Extension, Task
from tasks.verbs import Act, Reading, complete, report, send_back

NOW = at("2026-11-02 09:00")
PLATFORM = """
  - title: 建设研发平台
    programme: pingtai
    owner: 王芳
    cadence: once:2026-10-30
    kind: review
    needs_review: true
"""


@pytest.fixture
def october(begin: Begin) -> Runtime:
    """李明 reported 4 with a note, was sent back, and wrote why; 王芳 asked for more time."""
    runtime = begin(GAOQI, MONTHLY_REPORT, PLATFORM, on="2026-10-01 08:00", period="2026Q4")
    tick(runtime, at("2026-10-20 08:30"))
    with writing(runtime.engine) as session:
        progress = session.exec(select(Task).where(Task.item_id == 1, Task.period == "2026-10")).one()
        act = Act("李明", "page", at("2026-10-26 09:00"))
        complete(session, progress, act, "4家已公示", (Reading(1, Decimal(4)),))
        send_back(session, progress, Act("陈平", "page", at("2026-10-27 09:00")), "缺公示文件", None)
        report(session, progress, Act("李明", "page", at("2026-10-28 09:00")), "等省厅公示")
        platform = session.exec(select(Task).where(Task.item_id == 3)).one()
        ask_extension(session, platform, date(2026, 11, 20), "评审推迟", Act("王芳", "page", at("2026-10-28 10:00")))
    return runtime


def test_the_document_says_what_was_recorded(october: Runtime) -> None:
    document = month_digest(october, "2026-10", NOW).docx

    told = "".join(paragraphs(document))
    assert "培育高新技术企业（创新股李明）。高新技术企业认定4家，" in told
    assert "退回李明：缺公示文件。李明说明：等省厅公示。" in told
    assert (
        "延期申请。王芳申请将“建设研发平台”（2026年10月30日）由2026年10月30日延至2026年11月20日，理由：评审推迟。"
        in told
    )
    assert styled(opened(document), "Heading2") == ["（一）高新技术企业", "（二）研发平台"]
    assert rows(document, -1)[1][5:7] == ["创新股", "李明"]


def test_an_item_whose_programme_is_known_no_more_is_other_work(october: Runtime) -> None:
    with writing(october.engine) as session:
        session.get_one(PlanItem, 3).programme = "gone"

    document = month_digest(october, "2026-10", NOW).docx

    assert styled(opened(document), "Heading2") == ["（一）高新技术企业", "（二）其他工作"]


def test_a_request_decided_after_the_month_was_waiting_when_it_ended(october: Runtime) -> None:
    with writing(october.engine) as session:
        asked = session.exec(select(Extension)).one()
        asked.state, asked.decided_at = "granted", at("2026-11-01 09:00")

    assert "延期申请。王芳申请" in "".join(paragraphs(month_digest(october, "2026-10", NOW).docx))


def test_a_frozen_digest_stays_the_same_document_whatever_happens_later(october: Runtime) -> None:
    with writing(october.engine) as session:
        freeze(session, Period.parse("2026-10"), NOW, october.gauge, programmes=october.programmes)
    before = month_digest(october, "2026-10", at("2026-11-02 10:00"))
    with writing(october.engine) as session:
        task = session.exec(select(Task).where(Task.item_id == 3)).one()
        report(session, task, Act("王芳", "page", at("2026-11-03 09:00")), "已签约")

    after = month_digest(october, "2026-10", at("2026-12-01 09:00"))

    assert (after.docx, after.xlsx) == (before.docx, before.xlsx)
    assert styled(opened(after.docx), "Subtitle") == []


def test_our_own_reader_finds_the_sections_it_wrote(october: Runtime) -> None:
    read = open_source("通报.docx", month_digest(october, "2026-10", NOW).docx)

    lines = read.text.splitlines()
    assert "一、需要研究决定的事项" in lines
    assert "二、工作进展情况" in lines
    assert read.tables


def test_the_bureaus_own_template_in_the_data_folder_is_used(october: Runtime) -> None:
    own = Document()
    own.add_paragraph("{{ 单位 }}简报{{ 草稿 }}")
    file = october.settings.data / "templates" / "digest.docx"
    file.parent.mkdir(parents=True)
    own.save(str(file))

    made = Document(BytesIO(month_digest(october, "2026-10", NOW).docx))

    assert [line.text for line in made.paragraphs] == ["云溪县科技局简报（草稿）"]


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".html", ".md", ".DOCX"])
def test_each_kind_of_file_is_written(october: Runtime, suffix: str) -> None:
    assert len(month_digest(october, "2026-10", NOW).written(suffix)) > 500


def test_a_kind_that_is_not_written_is_refused_with_those_that_are(october: Runtime) -> None:
    with pytest.raises(Refused, match=r"不会写 \.odt 文件：请用 \.docx、\.xlsx、\.pdf、\.html、\.md。"):
        month_digest(october, "2026-10", NOW).written(".odt")
    assert WRITERS.keys() == {".docx", ".xlsx", ".pdf", ".html", ".md"}


def test_the_command_writes_word_and_excel(october: Runtime, tmp_path: Path) -> None:
    settings = {"DUBAN_DATA": str(october.settings.data), "DUBAN_DATABASE_URL": october.settings.database}

    for name in ("通报.docx", "通报.xlsx"):
        assert duban(tmp_path, "digest", "2026-10", "-o", name, **settings).returncode == 0
        assert (tmp_path / name).read_bytes()[:2] == b"PK"
    refused = duban(tmp_path, "digest", "2026-10", "-o", "通报.odt", **settings)
    assert refused.returncode == 1
    assert ".docx" in refused.stderr
