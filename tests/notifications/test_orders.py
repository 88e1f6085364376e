"""三单: drafted by a person, numbered at approval by kind and year, sent once with their Word file."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.letters import letter_text
from flows.running import tick
from flows.runtime import Runtime
from notifications.drafting import DEMAND
from notifications.formal import LetterRefused, decline, label, next_number
from notifications.orders import DONE_AFTER, DONE_BEFORE, approve_order, draft_order, kind_named, order_kinds
from notifications.tables import Delivery, Letter, LetterState
from plans.database import reading, writing
from plans.errors import Refused
from plans.tables import Person, PlanItem
from support.smtp import ReceivingServer
from tasks.tables import Task
from tasks.verbs import Act, complete

NOW = at("2026-07-20 10:00")
SENT = at("2026-07-20 10:05")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def drafted(runtime: Runtime, kind: str = "remind", require: str = "", when: datetime = NOW) -> int:
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).order_by(col(Task.id))).first()
        assert task is not None
        return draft_order(session, kind, task, require, "", Act("陈平", "page", when)).id or 0


def approved(runtime: Runtime, number: int, when: datetime = NOW) -> str:
    with writing(runtime.engine) as session:
        letter = approve_order(session, session.get_one(Letter, number), Act("林岚", "page", when), runtime.press)
        return label(letter, order_kinds()[letter.kind].mark) or letter.state


def finish(runtime: Runtime, when: datetime = NOW) -> None:
    with writing(runtime.engine) as session:
        for task in session.exec(select(Task)).all():
            complete(session, task, Act("李明", "page", when), "已办好")


def letter_of(runtime: Runtime, number: int) -> Letter:
    with reading(runtime.engine) as session:
        return session.get_one(Letter, number)


@SQLITE
def test_an_order_is_drafted_approved_and_sent_once_with_its_word_file(
    begin: Begin, with_mail: dict[str, Any], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, office_phone="0791-8888", **with_mail)
    number = drafted(runtime, "assign", "逐户辅导\n每周反馈")
    mailbox.clear()
    tick(runtime, NOW)
    assert not [one for one in mailbox.messages if "交办" in str(one.message["Subject"])]

    assert approved(runtime, number) == "交办〔2026〕1号"
    tick(runtime, SENT)
    tick(runtime, at("2026-07-20 10:10"))

    (mail,) = [one.message for one in mailbox.messages if "交办" in str(one.message["Subject"])]
    assert str(mail["Subject"]) == "【云溪县科技局】工作交办单（交办〔2026〕1号）：培育高新技术企业（2026年7月报进度）"
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "交办〔2026〕1号.docx"
    document = Document(BytesIO(file.get_content()))
    rows = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert rows == {
        "工作事项": "培育高新技术企业（2026年7月报进度）",
        "工作要求": "逐户辅导\n每周反馈",
        "责任单位": "创新股",
        "责任人": "李明",
        "时限要求": "2026年7月31日",
    }
    said = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert said[:3] == ["工作交办单", "交办〔2026〕1号", "创新股："]
    assert said[-3:] == ["联系人：陈平，联系电话：0791-8888", "云溪县科技局", "2026年7月20日"]


@SQLITE
def test_the_proof_of_delivery_says_when_to_whom_and_what_the_server_answered(
    begin: Begin, with_mail: dict[str, Any], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    number = drafted(runtime)
    approved(runtime, number)
    tick(runtime, SENT)

    row = letter_text(runtime, number, at("2026-07-20 10:30"))

    assert row["state"] == "已发出"
    assert row["proof"].startswith("2026-07-20 10:05 已送达 李明 <li@yunxi.example>")


def test_each_kind_and_year_has_its_own_numbers_without_gap_or_double(begin: Begin) -> None:
    runtime = begin(GAOQI)
    given = []
    for kind, when in (("remind", NOW), ("remind", NOW), ("supervise", NOW), ("remind", at("2027-01-04 10:00"))):
        given.append(approved(runtime, drafted(runtime, kind, when=when), when))

    assert given == ["催办〔2026〕1号", "催办〔2026〕2号", "督办〔2026〕1号", "催办〔2027〕1号"]
    with reading(runtime.engine) as session:
        assert next_number(session, DEMAND, 2026) == 1


def test_two_who_approve_at_once_give_two_numbers_and_a_declined_one_none(begin: Begin) -> None:
    runtime = begin(GAOQI)
    first = drafted(runtime)
    with writing(runtime.engine) as session:
        decline(session, session.get_one(Letter, first), Act("林岚", "page", NOW), "先电话问过了")
    numbers = [drafted(runtime, "supervise"), drafted(runtime, "remind")]
    with writing(runtime.engine) as session:
        # A second waiting draft of the kind, as another process could have made it a moment ago.
        one = session.get_one(Letter, numbers[1])
        session.add(Letter(**one.model_dump(exclude={"id", "about", "facts"}), about="1/99", facts=one.facts))
    wanted = [numbers[1], numbers[1] + 1]

    with ThreadPoolExecutor(2) as pool:
        given = sorted(pool.map(lambda number: approved(runtime, number), wanted))

    assert given == ["催办〔2026〕1号", "催办〔2026〕2号"]
    assert letter_of(runtime, first).number is None


@SQLITE
def test_a_letter_says_what_was_approved_whatever_is_changed_after(begin: Begin) -> None:
    runtime = begin(GAOQI)
    number = drafted(runtime)
    approved(runtime, number)
    before = letter_text(runtime, number, NOW)["text"]

    with writing(runtime.engine) as session:
        session.get_one(PlanItem, 1).title = "别的事"
        session.exec(select(Person).where(Person.name == "李明")).one().name = "李小明"

    assert letter_text(runtime, number, NOW)["text"] == before


@SQLITE
def test_an_order_about_what_is_done_is_not_sent(
    begin: Begin, with_mail: dict[str, Any], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    early, late, waiting = drafted(runtime), drafted(runtime, "assign"), drafted(runtime, "supervise")
    approved(runtime, late)
    finish(runtime)

    assert approved(runtime, early) == LetterState.VOID
    mailbox.clear()
    tick(runtime, SENT)
    tick(runtime, at("2026-07-20 10:06"))

    assert mailbox.messages == []
    found = [letter_of(runtime, number) for number in (early, late, waiting)]
    assert [(one.state, one.facts["reason"], one.number) for one in found] == [
        (LetterState.VOID, DONE_BEFORE, None),
        (LetterState.VOID, DONE_AFTER, 1),
        (LetterState.VOID, DONE_BEFORE, None),
    ]


@SQLITE
def test_what_cannot_be_drafted_says_what_to_do(begin: Begin) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT)
    drafted(runtime)

    with pytest.raises(LetterRefused, match="已有一份工作催办单在等批准"):
        drafted(runtime)
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).where(col(Task.enterprise_id).is_not(None))).first()
        assert task is not None
        with pytest.raises(LetterRefused, match="催企业用催报函"):
            draft_order(session, "remind", task, "", "", Act("陈平", "page", NOW))
    with pytest.raises(Refused, match="可以起草 交办单、催办单、督办单"):
        kind_named("表扬信")
    assert [kind_named(name) for name in ("交办单", "工作催办单", "supervise")] == ["assign", "remind", "supervise"]
    with reading(runtime.engine) as session:
        assert session.exec(select(Delivery).where(Delivery.kind == "letter")).all() == []
