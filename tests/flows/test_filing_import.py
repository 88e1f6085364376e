"""Returned tables: recognised, judged row by row, filed at once or not at all, and never twice."""

from collections.abc import Callable, Sequence
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlmodel import col, select

from cast import MONTHLY_REPORT, at
from flows.filing_import import Import, Judged, Look, Verdict
from flows.runtime import Runtime
from flows.views.matrix import filing_items
from plans.database import reading, writing
from plans.tables import Enterprise
from tasks.states import State
from tasks.tables import Filing, Task, TaskChange
from tasks.verbs import Act, MoveRefused, close

JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"
HEAD = ["企业名称", "研发人员（人）", "本月研发费用（万元）", "1月至本月累计研发费用", "填表人", "联系电话"]
GOOD = [JINGGONG, 12, 85.5, 610, "赵会计", "13900000001"]
ALSO = [QINGHE, 3, "1,200.5", 9000, "钱会计", "13900000002"]
OFFICER = Act("李明", "page", at("2026-10-12 10:00"))


@pytest.fixture
def bureau(begin: Callable[..., Runtime]) -> Runtime:
    return begin(MONTHLY_REPORT, on="2026-10-01 08:00")


def book(*rows: Sequence[object], name: str = "9月") -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def imported(bureau: Runtime, *files: bytes, month: str = "2026-09") -> Import:
    with reading(bureau.engine) as session:
        item = filing_items(session)[0]
    return Import.of(item, month, [(f"回表{nth}.xlsx", data) for nth, data in enumerate(files, 1)], bureau.forms)


def looked(bureau: Runtime, *files: bytes) -> Look:
    with reading(bureau.engine) as session:
        return imported(bureau, *files).look(session)


def applied(bureau: Runtime, *files: bytes, seal: str = "") -> Look:
    with writing(bureau.engine) as session:
        return imported(bureau, *files).apply(session, OFFICER, seal)


def filings(bureau: Runtime) -> list[Filing]:
    with reading(bureau.engine) as session:
        return list(session.exec(select(Filing).order_by(col(Filing.id))))


def only(look: Look) -> Judged:
    [row] = look.rows
    return row


def test_a_row_an_enterprise_becomes_a_filing_each(bureau: Runtime) -> None:
    look = applied(bureau, book(["9月研发月报"], HEAD, GOOD, ALSO, ["合计", 15, 1286, 9610]))

    assert [(one.name, one.verdict) for one in look.rows] == [
        (JINGGONG, Verdict.ACCEPTED),
        (QINGHE, Verdict.ACCEPTED),
    ]
    first, second = filings(bureau)
    assert (first.answers["cost_month"], second.answers["cost_month"]) == ("85.5", "1200.5")
    assert (first.by, first.via, first.version) == ("李明", "import", 1)
    with reading(bureau.engine) as session:
        task = session.get_one(Task, first.task_id)
        change = session.exec(select(TaskChange).where(TaskChange.task_id == task.id, TaskChange.verb == "complete"))
        assert (task.state, task.next_step_at) == (State.DONE, None)
        assert change.one().actor == f"李明（代{JINGGONG}）"


def test_looking_changes_nothing(bureau: Runtime) -> None:
    assert looked(bureau, book(HEAD, GOOD)).counts[Verdict.ACCEPTED] == 1
    assert filings(bureau) == []


def test_the_same_file_twice_changes_nothing(bureau: Runtime) -> None:
    file = book(HEAD, GOOD)
    applied(bureau, file)

    again = only(applied(bureau, file))

    assert (again.verdict, again.reason) == (Verdict.UNCHANGED, "和已收到的一样")
    assert len(filings(bureau)) == 1


def test_a_correction_is_the_next_version_and_says_so(bureau: Runtime) -> None:
    applied(bureau, book(HEAD, GOOD))

    corrected = only(applied(bureau, book(HEAD, [JINGGONG, 12, 86, 610.5, "赵会计", "139"])))

    assert corrected.verdict is Verdict.ACCEPTED
    assert "导入后作为更正" in corrected.reason
    assert [one.version for one in filings(bureau)] == [1, 2]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["云溪无名厂", 1, 1, 1, "甲乙", "139"], "名册里没有这家企业"),
        ([QINGHE, 1, "八十", 100, "钱会计", "139"], "本月研发费用请填数字"),
        ([QINGHE, 1, -5, 100, "钱会计", "139"], "不小于0"),
        ([QINGHE, 1, 50, 20, "钱会计", "139"], "累计研发费用不能小于本月研发费用"),
        ([QINGHE, 1, None, None, "钱会计", "139"], "请填写本月研发费用"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_the_others_go_on(
    bureau: Runtime, row: list[object], said: str
) -> None:
    look = applied(bureau, book(HEAD, row, GOOD))

    refused, accepted = look.rows
    assert (refused.verdict, accepted.verdict) == (Verdict.REFUSED, Verdict.ACCEPTED)
    assert said in refused.reason
    assert refused.row.where == "回表1.xlsx 9月 第2行"
    assert len(filings(bureau)) == 1


THOUSANDS = ["企业名称", "研发人员", "本月研发费用（千元）", "1月至本月累计研发费用（千元）", "填表人", "联系电话"]
BARE = ["企业名称", "研发人员", "本月研发费用", "1月至本月累计研发费用", "填表人", "联系电话"]


@pytest.mark.parametrize("rows", [[THOUSANDS, GOOD], [["研发月报（单位：千元）"], BARE, GOOD]])
def test_a_table_in_another_unit_is_refused_not_taken_ten_times_too_large(
    bureau: Runtime, rows: list[list[object]]
) -> None:
    refused = only(looked(bureau, book(*rows)))

    assert refused.verdict is Verdict.REFUSED
    assert "单位是万元，这里写的是千元" in refused.reason


def test_a_form_of_one_enterprise_label_beside_value_is_read(bureau: Runtime) -> None:
    one = book(
        ["研发投入月报"],
        ["企业名称", JINGGONG, "报告期", "2026年9月"],
        ["研发人员", 12, "人"],
        ["本月研发费用", 85.5, "万元"],
        ["1月至本月累计研发费用", 610, "万元"],
        ["填表人", "赵会计", "联系电话", "13900000001"],
    )
    other = book(["企业名称", QINGHE], ["零报", "是"], ["填表人", "钱会计"], ["联系电话", "139"])

    look = applied(bureau, one, other)

    assert [row.verdict for row in look.rows] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert [filing.answers.get("zero") for filing in filings(bureau)] == [None, "1"]


def test_the_credit_code_decides_and_a_contradiction_is_refused(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        for enterprise, code in zip(
            session.exec(select(Enterprise).order_by(col(Enterprise.id))), ("A", "B"), strict=False
        ):
            enterprise.credit_code = f"91360000MA000000{code}0"
    head = ["统一社会信用代码", *HEAD]
    look = looked(
        bureau,
        book(head, ["91360000ma000000a0", "精工", *GOOD[1:]]),
        book(head, ["91360000MA000000B0", JINGGONG, *GOOD[1:]]),
    )

    assert [(one.name, one.verdict) for one in look.rows] == [
        (JINGGONG, Verdict.ACCEPTED),
        (JINGGONG, Verdict.REFUSED),
    ]
    assert f"信用代码是{QINGHE}的" in look.rows[1].reason


def test_one_enterprise_in_two_files_is_taken_once(bureau: Runtime) -> None:
    look = applied(bureau, book(HEAD, GOOD), book(HEAD, GOOD))

    assert [one.verdict for one in look.rows] == [Verdict.ACCEPTED, Verdict.REFUSED]
    assert look.rows[1].reason == "和 回表1.xlsx 9月 第2行 是同一家企业"
    assert len(filings(bureau)) == 1


def test_another_month_in_the_row_is_refused(bureau: Runtime) -> None:
    refused = only(looked(bureau, book(["报告期", *HEAD], ["2026年8月", *GOOD])))

    assert refused.reason == "这一行是2026年8月的，现在导入的是2026年9月"


def test_what_was_accepted_by_the_bureau_is_not_overwritten(bureau: Runtime) -> None:
    applied(bureau, book(HEAD, GOOD))
    with writing(bureau.engine) as session:
        close(session, session.get_one(Task, filings(bureau)[0].task_id), OFFICER)

    refused = only(applied(bureau, book(HEAD, [JINGGONG, 12, 90, 700, "赵会计", "139"])))

    assert refused.reason == "这一期已经核定，不再接收"


def test_empty_rows_of_the_template_are_passed_over(bureau: Runtime) -> None:
    look = looked(bureau, book(HEAD, [YUANSHAN], GOOD))

    assert [one.verdict for one in look.rows] == [Verdict.EMPTY, Verdict.ACCEPTED]


def test_what_changed_since_the_look_is_not_applied(bureau: Runtime) -> None:
    file = book(HEAD, GOOD)
    seal = looked(bureau, file).seal
    applied(bureau, file)

    with pytest.raises(MoveRefused, match="情况有变"):
        applied(bureau, file, seal=seal)


def test_a_file_that_is_none_is_a_note_and_the_others_are_read(bureau: Runtime) -> None:
    look = looked(bureau, b"\x89PNG\r\n\x1a\n", book(["名单"], ["甲"]), book([*HEAD, "负责领导"], [*GOOD, "周正"]))

    assert only(look).verdict is Verdict.ACCEPTED
    assert "图片" in look.notes[0]
    assert "没有找到填报内容" in look.notes[1]
    assert "这几列不是报表的栏目，没有读：负责领导" in look.notes[2]


def test_a_question_is_answered_in_the_column_for_it(bureau: Runtime) -> None:
    applied(bureau, book(HEAD, GOOD))
    with writing(bureau.engine) as session:
        model = session.get_one(Task, filings(bureau)[0].task_id)
        kept = model.model_dump(exclude={"id", "period", "state", "done_at", "done_on"})
        session.add(Task(**kept, period="2026-10", state=State.OPEN))
    vanished = [JINGGONG, 12, 0, 610, "赵会计", "139"]
    with reading(bureau.engine) as session:
        refused = only(imported(bureau, book(HEAD, vanished), month="2026-10").look(session))
        file = book([*HEAD, "情况说明"], [*vanished, "项目已结题"])
        accepted = only(imported(bureau, file, month="2026-10").look(session))

    assert "写在“情况说明”一栏" in refused.reason
    assert accepted.verdict is Verdict.ACCEPTED
