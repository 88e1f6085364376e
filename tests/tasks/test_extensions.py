"""延期, 反馈, 签收 and 佐证: what an item asks for, and what is refused in one sentence with nothing changed."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from cast import GAOQI, at
from conftest import Begin
from flows.runtime import Runtime
from flows.supervising import decide, history_sentences, light_rows
from flows.tasking import complete_with_figures
from plans.database import reading, writing
from plans.tables import PlanItem
from plans.zone import instant_at
from tasks.audit import verify
from tasks.evidence import LARGEST, attach, evidence_of
from tasks.extensions import ask_extension
from tasks.states import State
from tasks.tables import Extension, Progress, Task, TaskChange
from tasks.verbs import Act, MoveRefused, acknowledge, complete, report

PDF = b"%PDF-1.7 evidence"


def by(name: str, moment: str) -> Act:
    return Act(name, "page", at(moment))


def the_task(session: Session) -> Task:
    return session.exec(select(Task)).one()


def asking(runtime: Runtime, moment: str = "2026-07-20 10:00", until: date = date(2026, 8, 14)) -> int:
    with writing(runtime.engine) as session:
        extension = ask_extension(session, the_task(session), until, "等省厅批次", by("李明", moment))
        return extension.id or 0


def item_asks_for(runtime: Runtime, **wanted: bool) -> None:
    with writing(runtime.engine) as session:
        item = session.exec(select(PlanItem)).one()
        for name, value in wanted.items():
            setattr(item, name, value)
        session.add(item)


def test_a_granted_extension_moves_the_due_date_and_keeps_the_original(begin: Begin) -> None:
    runtime = begin(GAOQI)
    number = asking(runtime)

    with writing(runtime.engine) as session:
        decide(session, runtime, number, True, "", by("陈平", "2026-07-21 09:00"))

    with reading(runtime.engine) as session:
        task = the_task(session)
        assert (task.due_on, task.original_due_on) == (date(2026, 8, 14), date(2026, 7, 31))
        assert task.next_step_at == instant_at(date(2026, 8, 11), runtime.settings.remind_at)
        assert history_sentences(session, task)[1:] == [
            "2026-07-20 10:00 李明申请延期：延到 2026-08-14：等省厅批次。",
            "2026-07-21 09:00 陈平同意延期：延到 2026-08-14。",
        ]


def test_an_extension_to_a_day_off_counts_from_the_workday_before(begin: Begin) -> None:
    runtime = begin(GAOQI)
    number = asking(runtime, until=date(2026, 8, 15))

    with writing(runtime.engine) as session:
        task = decide(session, runtime, number, True, "", by("陈平", "2026-07-21 09:00"))

    assert (task.due_on, task.inner_on) == (date(2026, 8, 15), date(2026, 8, 14))


def test_a_refused_extension_leaves_the_due_date(begin: Begin) -> None:
    runtime = begin(GAOQI)
    number = asking(runtime)

    with writing(runtime.engine) as session:
        task = decide(session, runtime, number, False, "要按期完成", by("陈平", "2026-07-21 09:00"))

    assert (task.due_on, task.original_due_on) == (date(2026, 7, 31), None)


@pytest.mark.parametrize(
    ("moment", "until", "reason", "told"),
    [
        ("2026-07-31 10:00", date(2026, 8, 14), "忙", "延期要在到期日（2026-07-31）之前申请"),
        ("2026-08-05 10:00", date(2026, 8, 14), "忙", "延期要在到期日（2026-07-31）之前申请"),
        ("2026-07-20 10:00", date(2026, 7, 31), "忙", "要晚于现在的期限"),
        ("2026-07-20 10:00", date(2026, 6, 1), "忙", "要晚于现在的期限"),
        ("2026-07-20 10:00", date(9999, 12, 31), "忙", "请检查年份"),
        ("2026-07-20 10:00", date(2026, 8, 14), "  ", "要写明原因"),
    ],
)
def test_a_wrong_request_is_refused_and_changes_nothing(
    begin: Begin, moment: str, until: date, reason: str, told: str
) -> None:
    runtime = begin(GAOQI)

    with pytest.raises(MoveRefused, match=told), writing(runtime.engine) as session:
        ask_extension(session, the_task(session), until, reason, by("李明", moment))

    with reading(runtime.engine) as session:
        assert session.exec(select(Extension)).all() == []
        assert len(session.exec(select(TaskChange)).all()) == 1


def test_one_request_at_a_time(begin: Begin) -> None:
    runtime = begin(GAOQI)
    asking(runtime)

    with pytest.raises(MoveRefused, match="李明已于 2026-07-20 10:00 申请延期到 2026-08-14，还在等批复"):
        asking(runtime, "2026-07-21 10:00")


def test_the_second_to_decide_is_told_what_the_first_did(begin: Begin) -> None:
    runtime = begin(GAOQI)
    number = asking(runtime)
    with writing(runtime.engine) as session:
        decide(session, runtime, number, True, "", by("陈平", "2026-07-21 09:00"))

    with pytest.raises(MoveRefused, match="陈平已于 2026-07-21 09:00 已同意"), writing(runtime.engine) as session:
        decide(session, runtime, number, False, "不行", by("林岚", "2026-07-21 09:05"))


def test_done_meanwhile_needs_no_decision(begin: Begin) -> None:
    runtime = begin(GAOQI)
    number = asking(runtime)
    with writing(runtime.engine) as session:
        complete(session, the_task(session), by("李明", "2026-07-22 09:00"))

    with pytest.raises(MoveRefused, match="不用再批"), writing(runtime.engine) as session:
        decide(session, runtime, number, True, "", by("陈平", "2026-07-23 09:00"))


def test_a_report_keeps_the_figure_and_the_task_open(begin: Begin) -> None:
    runtime = begin(GAOQI)

    with writing(runtime.engine) as session:
        task = the_task(session)
        report(session, task, by("李明", "2026-07-10 09:00"), "已报3家")

    with reading(runtime.engine) as session:
        task = the_task(session)
        assert task.state == State.OPEN
        assert task.next_step_at is not None
        assert history_sentences(session, task)[-1] == "2026-07-10 09:00 李明反馈：已报3家。"


def test_a_task_that_was_red_and_is_caught_up_is_told_as_yellow_in_that_month(begin: Begin) -> None:
    runtime = begin(GAOQI)
    with writing(runtime.engine) as session:
        complete(session, the_task(session), by("李明", "2026-09-04 09:00"))

    with reading(runtime.engine) as session:
        rows = light_rows(session, runtime, the_task(session), at("2026-09-10 09:00"))

    assert [tuple(row.values()) for row in rows] == [
        ("2026年7月", "临期"),
        ("2026年8月", "偏慢"),
        ("2026年9月", "正常"),
    ]


def test_a_task_that_must_be_signed_for_is_not_done_before(begin: Begin) -> None:
    runtime = begin(GAOQI)
    item_asks_for(runtime, needs_sign=True)

    with pytest.raises(MoveRefused, match="要先签收"), writing(runtime.engine) as session:
        complete_with_figures(session, the_task(session), ["3"], "", by("李明", "2026-07-10 09:00"))

    with writing(runtime.engine) as session:
        assert session.exec(select(Progress)).all() == []
        acknowledge(session, the_task(session), by("李明", "2026-07-10 09:01"))
        complete_with_figures(session, the_task(session), ["3"], "", by("李明", "2026-07-10 09:02"))
        assert the_task(session).state == State.DONE


def test_a_task_that_needs_evidence_is_not_done_without(begin: Begin, tmp_path: Path) -> None:
    runtime = begin(GAOQI)
    item_asks_for(runtime, needs_evidence=True)

    with pytest.raises(MoveRefused, match="要附材料"), writing(runtime.engine) as session:
        complete(session, the_task(session), by("李明", "2026-07-10 09:00"))

    with writing(runtime.engine) as session:
        task = the_task(session)
        attach(session, task, "../../认定 文件.pdf", PDF, tmp_path / "evidence", by("李明", "2026-07-10 09:01"))
        complete(session, task, by("李明", "2026-07-10 09:02"))
        (kept,) = evidence_of(session, task.id or 0)
    assert kept.name == "认定 文件.pdf"
    assert (tmp_path / "evidence" / kept.sha256[:2] / kept.sha256).read_bytes() == PDF


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "是空的"), (b"MZ\x90\x00 program", "不是能收的文件"), (b"%PDF-" + b"x" * LARGEST, "超过20MB")],
)
def test_a_wrong_file_is_refused_by_name(begin: Begin, tmp_path: Path, content: bytes, told: str) -> None:
    runtime = begin(GAOQI)

    with pytest.raises(Exception, match=f"附件.exe.*{told}"), writing(runtime.engine) as session:
        attach(session, the_task(session), "附件.exe", content, tmp_path / "e", by("李明", "2026-07-10 09:00"))

    assert not (tmp_path / "e").exists()


def test_the_chain_holds_and_names_the_first_row_somebody_altered(begin: Begin) -> None:
    runtime = begin(GAOQI, GAOQI.replace("高新", "创新"))
    moment: datetime = at("2026-07-10 09:00")
    with writing(runtime.engine) as session:
        for task in session.exec(select(Task)).all():
            acknowledge(session, task, Act("李明", "page", moment))
    with reading(runtime.engine) as session:
        sound = verify(session)
        heads = [chain.head for chain in sound]
    assert [(chain.links, chain.broken) for chain in sound] == [(4, ""), (0, ""), (0, "")]

    with writing(runtime.engine) as session:
        change = session.get_one(TaskChange, 3)
        change.by = "王芳"
        session.add(change)

    with reading(runtime.engine) as session:
        assert verify(session)[0].broken.startswith("任务变更第3号对不上：王芳")
    with writing(runtime.engine) as session:
        session.delete(session.get_one(TaskChange, 4))
        session.delete(session.get_one(TaskChange, 3))
    with reading(runtime.engine) as session:
        assert [chain.broken for chain in verify(session)] == ["", "", ""]
        assert "后面的记录可能被删过" in verify(session, heads[0])[-1].broken
