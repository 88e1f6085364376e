"""Renewals from the list of certificates to the mail: opened once, moved with their batch, off when renewed."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlmodel import col, select

from cast import MONTHLY_REPORT, at, draft
from conftest import Begin
from flows.certificates import batch_lines, certificate_lines, take_certificates
from flows.planning import start_from_text
from flows.running import tick
from flows.runtime import Runtime
from flows.settings import Settings
from notifications.rehearsal import rehearse
from notifications.tables import Notice, NoticeState
from plans.database import reading, writing
from plans.draft import DraftRefused
from plans.roster_tables import Certificate
from plans.tables import Enterprise
from tasks.extensions import ask_extension, grant_extension
from tasks.lights import Light
from tasks.states import State
from tasks.tables import Task, TaskChange
from tasks.verbs import Act

RENEWAL = """
  - title: 高企复审
    programme: gaoqi
    kind: review
    owner: 李明
    cadence: certificate
    assignees: enterprises
    ladder: enterprise
    form: gaoqi_renewal
"""
HEADS = ("企业名称", "高企证书编号", "发证日期", "有效期")
JINGGONG = ("云溪精工有限公司", "GR202336000001", "2023-11-22", "三年")


def a_list(folder: Path, *rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("高新技术企业证书清单",), heads, *rows):
        sheet.append(row)
    path = folder / "certificates.xlsx"
    book.save(path)
    return path


def announce(settings: Settings, closes: str, *enterprises: str) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    batch = f"programme: gaoqi, year: 2026, name: 第二批, opens: 2026-07-01, closes: {closes}"
    (settings.data / "batches.yaml").write_text(f"- {{{batch}, enterprises: [{'、'.join(enterprises)}]}}\n", "utf-8")


def again(runtime: Runtime) -> Runtime:
    """The same bureau in a process that reads its files anew."""
    return Runtime(runtime.settings)


def open_reviews(runtime: Runtime) -> list[tuple[str, str, date]]:
    with reading(runtime.engine) as session:
        reviews = select(Enterprise, Task).join(Task, col(Task.enterprise_id) == col(Enterprise.id))
        found = reviews.where(Task.purpose == "renewal", Task.state == State.OPEN).order_by(col(Task.id))
        return [(enterprise.name[:4], task.period, task.due_on) for enterprise, task in session.exec(found)]


def test_a_certificate_that_ends_is_chased_ahead_of_its_batch(begin: Begin, settings: Settings, tmp_path: Path) -> None:
    announce(settings, "2026-08-31")
    runtime = begin(RENEWAL)
    take_certificates(runtime, a_list(tmp_path, JINGGONG))

    for day in ("2026-07-20", "2026-08-10", "2026-08-10", "2026-08-18"):
        tick(runtime, at(f"{day} 08:31"))

    assert open_reviews(runtime) == [("云溪精工", "2026", date(2026, 8, 17))]
    with reading(runtime.engine) as session:
        wanted = select(Notice.step, Notice.recipient).where(Notice.state != NoticeState.SKIPPED)
        said = session.exec(wanted.order_by(col(Notice.id))).all()
    assert said == [("-5", "enterprise:1"), ("+1", "enterprise:1")]


def test_the_rehearsal_says_the_same_before_the_review_is_open(
    begin: Begin, settings: Settings, tmp_path: Path
) -> None:
    announce(settings, "2026-08-31")
    runtime = begin(RENEWAL)
    take_certificates(runtime, a_list(tmp_path, JINGGONG))

    with reading(runtime.engine) as session:
        said = rehearse(session, date(2026, 8, 1), date(2026, 8, 18), runtime.rules, runtime.pen)

    assert [(one.day.isoformat(), one.step, one.purpose) for one in said] == [
        ("2026-08-10", "-5", "复审"),
        ("2026-08-14", "-1", "复审"),
        ("2026-08-18", "+1", "复审"),
    ]


def test_a_batch_that_is_announced_moves_the_open_review_once(begin: Begin, settings: Settings, tmp_path: Path) -> None:
    runtime = begin(RENEWAL)
    take_certificates(runtime, a_list(tmp_path, ("云溪精工有限公司", "", "2023-08-21", "三年")))
    tick(runtime, at("2026-07-20 08:31"))
    assert open_reviews(runtime) == [("云溪精工", "2026", date(2026, 8, 7))]

    announce(settings, "2026-08-20")
    for _ in range(3):
        tick(again(runtime), at("2026-07-21 08:31"))

    assert open_reviews(runtime) == [("云溪精工", "2026", date(2026, 8, 6))]
    with reading(runtime.engine) as session:
        notes = session.exec(select(TaskChange.note).where(TaskChange.verb == "change")).all()
    assert notes == ["2026年第二批（2026-08-20 截止）；到期日 2026-08-07 改为 2026-08-06"]


def test_an_extension_that_was_granted_is_not_moved_by_a_batch(
    begin: Begin, settings: Settings, tmp_path: Path
) -> None:
    runtime = begin(RENEWAL)
    take_certificates(runtime, a_list(tmp_path, ("云溪精工有限公司", "", "2023-08-21", "三年")))
    tick(runtime, at("2026-07-20 08:31"))
    with writing(runtime.engine) as session:
        task = session.exec(select(Task)).one()
        act = Act("李明", "page", at("2026-07-20 09:00"))
        asked = ask_extension(session, task, date(2026, 8, 12), "材料未齐", act)
        grant_extension(session, asked, act, runtime.workdays, lambda *_: None)

    announce(settings, "2026-08-20")
    tick(again(runtime), at("2026-07-21 08:31"))

    assert open_reviews(runtime) == [("云溪精工", "2026", date(2026, 8, 12))]


def test_a_new_certificate_takes_the_open_review_off(begin: Begin, tmp_path: Path) -> None:
    runtime = begin(RENEWAL)
    take_certificates(runtime, a_list(tmp_path, ("云溪精工有限公司", "", "2023-08-21", "三年")))
    tick(runtime, at("2026-07-20 08:31"))

    take_certificates(runtime, a_list(tmp_path, ("云溪精工有限公司", "", "2026-07-28", "2029年7月27日")))
    for day in ("2026-07-29", "2026-07-30"):
        tick(runtime, at(f"{day} 08:31"))

    with reading(runtime.engine) as session:
        assert session.exec(select(Task.state)).all() == [State.CANCELLED]


def test_a_certificate_known_only_after_its_batch_closed_is_opened_at_once(
    begin: Begin, settings: Settings, tmp_path: Path
) -> None:
    announce(settings, "2026-07-31")
    runtime = begin(RENEWAL, MONTHLY_REPORT)
    tick(runtime, at("2026-10-08 08:31"))
    take_certificates(runtime, a_list(tmp_path, JINGGONG))

    for _ in range(2):
        tick(runtime, at("2026-10-09 08:31"))

    assert open_reviews(runtime) == [("云溪精工", "2026", date(2026, 7, 17))]


def test_rows_are_taken_by_name_or_code_and_refused_with_the_reason(begin: Begin, tmp_path: Path) -> None:
    runtime = begin(RENEWAL)
    path = a_list(
        tmp_path,
        JINGGONG,
        ("不认识有限公司", "GR1", "2023-11-22", "三年"),
        ("青禾药业有限公司", "GR2", "", "三年"),
        ("青禾药业有限公司", "GR2", "2023-11-22", ""),
        ("<b>远山竹业有限公司</b>", "GR3", "2023-11-22", "2020-01-01"),
    )

    first, second = take_certificates(runtime, path), take_certificates(runtime, path)

    assert (first.added, second.added, second.same) == (1, 0, 1)
    assert [str(problem) for problem in first.problems] == [
        "第4行：名册里没有“不认识有限公司”：请先列入名册，或核对名称。",
        "第5行：没有发证日期，没有读取：请补上。",
        "第6行：没有写有效期：请写到期日期，或写“三年”。",
        "第7行：有效期 2020-01-01 不在发证日期 2023-11-22 之后：请核对。",
    ]
    with reading(runtime.engine) as session:
        (kept,) = session.exec(select(Certificate)).all()
    assert (kept.number, kept.ends_on) == ("GR202336000001", date(2026, 11, 22))


def test_a_file_without_such_columns_is_told_what_they_are(begin: Begin, tmp_path: Path) -> None:
    runtime = begin(RENEWAL)

    taken = take_certificates(runtime, a_list(tmp_path, ("云溪精工有限公司", "好"), heads=("企业名称", "评价")))

    assert [problem.message for problem in taken.problems] == [
        "没有读到证书：表头要有“企业名称”和“发证日期”两列，下面每行一张证书。"
    ]


@pytest.mark.parametrize(
    ("today", "light", "state"), [("2026-07-02", Light.GREEN, "未开出"), ("2026-08-18", Light.RED, "待办")]
)
def test_the_list_has_the_light_and_by_what_the_date_goes(
    begin: Begin, settings: Settings, tmp_path: Path, today: str, light: Light, state: str
) -> None:
    announce(settings, "2026-08-31", "云溪精工有限公司")
    runtime = begin(RENEWAL)
    take_certificates(runtime, a_list(tmp_path, JINGGONG, ("青禾药业有限公司", "GR2", "2024-11-22", "三年")))
    if state == "待办":
        tick(runtime, at(f"{today} 08:31"))

    first, second = certificate_lines(runtime, date.fromisoformat(today))

    assert (first.due_on, first.batch, first.light, first.state) == (
        date(2026, 8, 17),
        "2026年第二批（2026-08-31 截止）",
        light,
        state,
    )
    assert (second.batch, second.announced) == ("批次未公布，暂按证书到期日倒排", False)
    assert [(one.name, one.enterprises) for one in batch_lines(runtime, date(2026, 8, 31))] == [
        ("第二批", ("云溪精工有限公司",))
    ]


def test_an_item_that_follows_certificates_is_each_enterprises_own(settings: Settings) -> None:
    owners = RENEWAL.replace("assignees: enterprises", "assignees: owner")

    with pytest.raises(DraftRefused) as refused:
        start_from_text(settings, draft(owners), "draft.yaml", "陈平", at("2026-07-01 08:00"))

    assert [problem.message for problem in refused.value.problems if problem.severity == "error"] == [
        "按证书到期安排的事项由企业各办各的：请把 assignees 写成 enterprises。"
    ]
