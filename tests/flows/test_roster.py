"""The roster in the database: imported as looked at, handed over, exempt, out and back in; on both databases."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, col, select

from cast import MONTHLY_REPORT, at
from flows.changing import revising
from flows.roster import (
    Filer,
    add_contact,
    agency_of,
    assign_agency,
    edit_agency,
    edit_enterprise,
    end,
    end_agency,
    end_exemption,
    exempt,
    filer_of,
    find_enterprise,
    hand_over,
    keep_agency,
    remove_contact,
)
from flows.roster_export import roster_workbook
from flows.roster_import import (
    Imported,
    RosterMoved,
    apply_file,
    apply_handed_in,
    hand_in_roster,
    handed_in,
    look,
    look_at_file,
    read_roster_file,
)
from flows.runtime import Runtime
from flows.views.roster import propose_next
from flows.work import due_jobs, run_job
from plans.database import reading, writing
from plans.errors import Refused
from plans.roster_tables import Certificate, Contact, EnterpriseChange, Handover
from plans.tables import Agency, Enterprise
from support.rosters import a_code, excel
from tasks.audit import verify
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act, complete

Begin = Callable[..., Runtime]
JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"
ACT = Act("陈平", "cli", at("2026-10-12 10:00"))
HEADS = "企业名称 填报人 手机 邮箱 代账公司 上年研发费用（万元） 停报月份 免报原因 发证日期 其他联系人"


@pytest.fixture
def bureau(begin: Begin) -> Runtime:
    """云溪县科技局 on 12 October: September's reports are open."""
    return begin(MONTHLY_REPORT, on="2026-10-01 08:00")


def load(bureau: Runtime, *rows: str, heads: str = HEADS) -> Imported:
    """Import a file as a person does who agrees to everything that is usual."""
    found = look_at_file(bureau, "名册.xlsx", excel(heads, *rows))
    return apply_file(bureau, found.reading, found.changes.usual(), found.seen, ACT)


def named(session: Session, name: str) -> Enterprise:
    return session.exec(select(Enterprise).where(Enterprise.name == name)).one()


def report_of(session: Session, name: str) -> Task:
    return session.exec(select(Task).where(Task.enterprise_id == named(session, name).id)).one()


def changes(session: Session) -> list[tuple[str, str, str]]:
    rows = session.exec(select(EnterpriseChange).order_by(col(EnterpriseChange.id)))
    return [(row.field, row.before, row.after) for row in rows]


def test_looking_writes_nothing(bureau: Runtime) -> None:
    found = look_at_file(bureau, "名册.xlsx", excel(HEADS, "新芽电子有限公司|吴|13900000009|wu@xinya.example||5||||"))
    assert [one.row.name for one in found.changes.added] == ["新芽电子有限公司"]
    assert [one.name for one in found.changes.absent] == [JINGGONG, QINGHE, YUANSHAN]
    with reading(bureau.engine) as session:
        assert session.exec(select(Enterprise).where(Enterprise.name == "新芽电子有限公司")).first() is None


def test_an_import_adds_and_changes_and_each_change_is_a_row(bureau: Runtime) -> None:
    done = load(
        bureau,
        "新芽电子有限公司|吴|13900000009|wu@xinya.example|好算公司|5|||2024-11-22|王五（厂长） 13800000001",
        f"{QINGHE}|||||560||||",
    )
    assert done == Imported(added=1, changed=1, agencies=1, cancelled=0)
    with reading(bureau.engine) as session:
        new = named(session, "新芽电子有限公司")
        agency = agency_of(session, new)
        assert agency is not None
        assert (agency.name, agency.email) == ("好算公司", "wu@xinya.example")
        assert session.exec(select(Contact.name)).all() == ["王五"]
        assert [str(one.ends_on) for one in session.exec(select(Certificate))] == ["2027-11-22"]
        assert changes(session) == [
            ("列入名册", "（空）", "新芽电子有限公司"),
            ("上年研发费用", "500", "560"),
        ]
        assert all(not one.broken for one in verify(session))


def test_only_what_was_chosen_is_applied(bureau: Runtime) -> None:
    found = look_at_file(bureau, "名册.xlsx", excel(HEADS, f"{QINGHE}|周会计|13900000009|zhou@q.example||560||||"))
    key = next(one.key for one in found.changes.changed[0].changes if one.field == "weight")
    apply_file(bureau, found.reading, [key], found.seen, ACT)
    with reading(bureau.engine) as session:
        assert (named(session, QINGHE).contact, str(named(session, QINGHE).weight)) == ("钱会计", "560.0000")


def test_choosing_nothing_is_refused(bureau: Runtime) -> None:
    found = look_at_file(bureau, "名册.xlsx", excel(HEADS, f"{QINGHE}|||||560||||"))
    with pytest.raises(Refused, match="请先勾选"):
        apply_file(bureau, found.reading, ["2:no such"], found.seen, ACT)


def test_a_roster_that_moved_since_the_look_is_not_touched(bureau: Runtime) -> None:
    found = look_at_file(bureau, "名册.xlsx", excel(HEADS, f"{QINGHE}|||||560||||"))
    with writing(bureau.engine) as session:
        hand_over(session, named(session, QINGHE), Filer("周会计", "zhou@q.example"), ACT)
    with pytest.raises(RosterMoved):
        apply_file(bureau, found.reading, found.changes.usual(), found.seen, ACT)
    with reading(bureau.engine) as session:
        assert str(named(session, QINGHE).weight) == "500.0000"


def test_a_file_handed_in_is_applied_once(bureau: Runtime) -> None:
    number = hand_in_roster(bureau, "名册.xlsx", excel(HEADS, f"{QINGHE}|||||560||||"), "李明", ACT.at)
    with reading(bureau.engine) as session:
        found = look(session, handed_in(session, number)[1])
    apply_handed_in(bureau, number, found.changes.usual(), found.seen, ACT)
    with pytest.raises(Refused, match="已由陈平导入"):
        apply_handed_in(bureau, number, found.changes.usual(), "", ACT)


def test_one_mail_for_several_becomes_one_agency_when_chosen(bureau: Runtime) -> None:
    rows = ("新芽电子有限公司|郑|13900000009|z@a.example||5||||", "春雨农业有限公司|郑|13900000009|z@a.example||5||||")
    found = look_at_file(bureau, "名册.xlsx", excel(HEADS, *rows))
    chosen = found.changes.usual() | {found.reading.shared[0].key}
    assert apply_file(bureau, found.reading, chosen, found.seen, ACT).agencies == 1
    with reading(bureau.engine) as session:
        agency = session.exec(select(Agency)).one()
        assert (agency.name, agency.email) == ("郑", "z@a.example")
        assert {named(session, row.partition("|")[0]).agency_id for row in rows} == {agency.id}


def test_an_exported_roster_imported_again_changes_nothing(bureau: Runtime) -> None:
    hostile = [
        "=1+1",
        "+86有限公司",
        "-甲<script>",
        "@SUM(A1)",
        "_x0041_有限公司",
        "换\n行\t有限公司",
        "长" * 200,
        "注：某某有限公司",
    ]
    with writing(bureau.engine) as session:
        session.add_all(Enterprise(name=name, contact=f"={name[:9]}", exempt_reason="'=A1") for name in hostile)
        one = named(session, QINGHE)
        one.credit_code, one.weight, one.first_month = a_code(7), one.weight, "2026-07"
        add_contact(session, one, "王五", "厂长", "13800000001", "w@q.example", ACT)
        assign_agency(session, one, keep_agency(session, "=好算 公司", "郑", "z@a.example"), ACT)
    with reading(bureau.engine) as session:
        found = look(session, read_roster_file("名册.xlsx", roster_workbook(session)))
    assert [str(problem) for problem in found.problems if problem.severity == "error"] == []
    assert found.changes.every() == set()
    assert found.changes.absent == ()
    assert found.changes.same == 3 + len(hostile)


def test_a_hand_over_ends_old_links_and_keeps_who_it_was(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        hand_over(session, named(session, QINGHE), Filer("周会计", "zhou@q.example"), ACT, "钱会计离职")
    with reading(bureau.engine) as session:
        one, told = named(session, QINGHE), session.exec(select(Handover)).one()
        assert (one.contact, one.email, one.phone, one.link_version) == ("周会计", "zhou@q.example", "", 2)
        assert (told.before_name, told.after_name, told.reason, told.by) == ("钱会计", "周会计", "钱会计离职", "陈平")
        assert [field for field, _, _ in changes(session)] == ["填报人"]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (Filer("", "a@b.example"), "姓名"),
        (Filer("周会计"), "邮箱或电话"),
        (Filer("周会计", "不是邮箱"), "不是邮箱地址"),
        (Filer("钱会计", "qian@qinghe.example", "13900000002"), "不用移交"),
    ],
)
def test_a_hand_over_to_nobody_is_refused(bureau: Runtime, after: Filer, told: str) -> None:
    with pytest.raises(Refused, match=told), writing(bureau.engine) as session:
        hand_over(session, named(session, QINGHE), after, ACT)
    with reading(bureau.engine) as session:
        assert named(session, QINGHE).link_version == 1


def test_an_agency_files_until_it_is_ended(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        one = named(session, QINGHE)
        assign_agency(session, one, keep_agency(session, "好算公司", "郑", "z@a.example"), ACT)
        assert filer_of(session, one) == Filer("好算公司", "z@a.example")
        end_agency(session, one, ACT, "合同到期")
        assert filer_of(session, one) == Filer("钱会计", "qian@qinghe.example", "13900000002")
        assert one.link_version == 3
        assert [(row.before_name, row.after_name) for row in session.exec(select(Handover))] == [
            ("钱会计", "好算公司"),
            ("好算公司", "钱会计"),
        ]


def test_an_agency_with_a_new_accountant_ends_its_old_links(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        agency = keep_agency(session, "好算公司", "郑", "z@a.example")
        assign_agency(session, named(session, QINGHE), agency, ACT)
        assert edit_agency(session, agency, Filer("吴", "w@a.example"), ACT)
        assert not edit_agency(session, agency, Filer("吴", "w@a.example"), ACT)
        assert agency.link_version == 2
        assert changes(session)[-1] == ("代账公司联系方式", "郑 z@a.example", "吴 w@a.example")


def test_a_phone_put_right_takes_nobodys_links_away(bureau: Runtime) -> None:
    load(bureau, f"{QINGHE}||13900000077|||||||")
    with reading(bureau.engine) as session:
        assert named(session, QINGHE).phone == "13900000077"
        assert named(session, QINGHE).link_version == 1
        assert session.exec(select(Handover)).all() == []


def test_exempt_cancels_what_is_open_with_the_reason_and_lifted_takes_it_up_again(bureau: Runtime) -> None:
    with revising(bureau, ACT) as revision:
        assert exempt(revision, named(revision.session, QINGHE), "停产", "2026-09") == 1
    with reading(bureau.engine) as session:
        task = report_of(session, QINGHE)
        assert (task.state, task.next_step_at) == (State.CANCELLED, None)
        assert report_of(session, JINGGONG).state == State.OPEN
    early = Act("陈平", "cli", at("2026-10-08 10:00"))
    with revising(bureau, early) as revision:
        end_exemption(revision, named(revision.session, QINGHE))
    with reading(bureau.engine) as session:
        task = report_of(session, QINGHE)
        assert task.state == State.OPEN
        assert task.next_step_at is not None


def test_exempt_from_a_later_month_leaves_what_is_owed(bureau: Runtime) -> None:
    with revising(bureau, ACT) as revision:
        assert exempt(revision, named(revision.session, QINGHE), "停产", "2026-10") == 0
    with reading(bureau.engine) as session:
        assert report_of(session, QINGHE).state == State.OPEN


def test_what_is_done_is_never_cancelled(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        complete(session, report_of(session, QINGHE), ACT)
    with revising(bureau, ACT) as revision:
        exempt(revision, named(revision.session, QINGHE), "停产", "")
    with reading(bureau.engine) as session:
        assert report_of(session, QINGHE).state == State.DONE


def test_an_end_cancels_the_months_after_it_and_next_months_roster_says_so(bureau: Runtime) -> None:
    with revising(bureau, ACT) as revision:
        assert end(revision, named(revision.session, QINGHE), "2026-08") == 1
        assert end(revision, named(revision.session, YUANSHAN), "2026-10") == 0
    with reading(bureau.engine) as session:
        rows = propose_next(session, "2026-11")
    assert [(row.enterprise.name, row.standing.label, row.why) for row in rows] == [
        (JINGGONG, "在册", ""),
        (YUANSHAN, "停报", "报到 2026-10 为止"),
    ]


def test_an_import_that_exempts_cancels_too(bureau: Runtime) -> None:
    assert load(bureau, f"{QINGHE}|||||||停产||").cancelled == 1


def test_a_new_enterprise_is_asked_at_the_next_tick(bureau: Runtime) -> None:
    load(bureau, "新芽电子有限公司|吴|13900000009|wu@xinya.example||5||||")
    for job in due_jobs("open_tasks", bureau, ACT.at):
        run_job(job, bureau, ACT.at)
    with reading(bureau.engine) as session:
        assert report_of(session, "新芽电子有限公司").state == State.OPEN


def test_a_taken_name_or_code_is_refused(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        edit_enterprise(session, named(session, QINGHE), {"credit_code": a_code(1), "short_name": "青禾"}, ACT)
    with pytest.raises(Refused, match="已经是“青禾药业有限公司”的"), writing(bureau.engine) as session:
        edit_enterprise(session, named(session, JINGGONG), {"credit_code": a_code(1)}, ACT)
    with reading(bureau.engine) as session:
        assert find_enterprise(session, "青禾").name == find_enterprise(session, a_code(1)).name == QINGHE


def test_contacts_come_and_go_with_a_row_each(bureau: Runtime) -> None:
    with writing(bureau.engine) as session:
        one = named(session, QINGHE)
        contact = add_contact(session, one, "王五", "厂长", "13800000001", "", ACT)
        session.flush()
        with pytest.raises(Refused, match="没有这位联系人"):
            remove_contact(session, named(session, JINGGONG), contact.id or 0, ACT)
        remove_contact(session, one, contact.id or 0, ACT)
        assert [after for _, _, after in changes(session)] == ["王五（厂长） 13800000001", "（空）"]
