"""Every kind of page there is, with a row behind each that shows one."""

from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from flows.people import link_for
from flows.roster_import import hand_in_roster
from flows.runtime import Runtime
from flows.sheets import hand_in
from flows.work import FLOWS, due_jobs, run_job
from notifications.drafting import draft_letters
from notifications.tables import Delivery, Letter
from plans.database import reading, writing
from plans.roster_tables import Certificate
from plans.tables import Agency, Enterprise, PlanItem
from plans.zone import local_day
from support.filings import again
from support.papers import table_in_excel
from support.rosters import excel
from tasks.calls import note_call
from tasks.drafts import save_draft
from tasks.tables import Task
from tasks.verbs import Act, complete

FILED, OWED, BY_AGENCY = 1, 2, 3
"""The cast's enterprises: one has filed, one owes its report, for one an agency files."""
LEADER = 2


class Rows(NamedTuple):
    """The rows that pages are about."""

    own: Task
    owed: Task
    filed: Task
    by_agency: Task
    delivery: int
    letter: int
    agency: int


def do_all_work(bureau: Runtime, now: datetime) -> None:
    """All that the clock has to do."""
    for flow in FLOWS:
        for job in due_jobs(flow, bureau, now):
            run_job(job, bureau, now)


def put_in(bureau: Runtime, now: datetime) -> None:
    """What enterprises, their agency and the officer have done, so that there is something on each page."""
    with writing(bureau.engine) as session:
        agency = Agency(name="瑞信代账", contact="周会计", email="ruixin@agency.example", phone="0791-1")
        session.add(agency)
        session.flush()
        session.get_one(Enterprise, BY_AGENCY).agency_id = agency.id
        for enterprise in (FILED, BY_AGENCY):
            task = _report(session, enterprise)
            again(session, task, "rd_monthly", 1)
            complete(session, task, Act("赵会计", "page", now), "已填报")
        _be_owed(session, _report(session, OWED), now)


def _be_owed(session: Session, task: Task, now: datetime) -> None:
    note_call(session, task, Act("李明", "phone", now), "钱会计", "下周报")
    draft_letters(session, [(task, "+5")], now)
    ends_on = date(now.year + 1, 11, 22)
    session.add(
        Certificate(enterprise_id=OWED, kind="高新技术企业", issued_on=ends_on.replace(now.year - 2), ends_on=ends_on)
    )
    save_draft(session, task, {"staff": "12"}, "钱会计", now, None)


def _report(session: Session, enterprise: int) -> Task:
    query = select(Task).where(Task.enterprise_id == enterprise).order_by(col(Task.due_on))
    return session.exec(query.limit(1)).one()


def all_addresses(bureau: Runtime, now: datetime) -> list[str]:
    """One address of every kind of page."""
    rows = _rows(bureau)
    site = bureau.settings.base_url
    return [
        f"{site}/",
        f"{site}/healthz",
        *_of_desk(bureau, rows, now),
        *_of_leader(bureau, rows, now),
        *_of_enterprises(bureau, rows, now),
        *_of_office(bureau, rows, now),
    ]


def _rows(bureau: Runtime) -> Rows:
    with reading(bureau.engine) as session:
        goal = select(Task).join(PlanItem).where(PlanItem.title == "培育高新技术企业")
        return Rows(
            own=session.exec(goal.limit(1)).one(),
            owed=_report(session, OWED),
            filed=_report(session, FILED),
            by_agency=_report(session, BY_AGENCY),
            delivery=session.exec(select(Delivery.id).limit(1)).one() or 0,
            letter=session.exec(select(Letter.id).limit(1)).one() or 0,
            agency=session.exec(select(Agency.id).limit(1)).one() or 0,
        )


def _of_desk(bureau: Runtime, rows: Rows, now: datetime) -> list[str]:
    desk = link_for(bureau, "李明", now)
    where = f"item={rows.owed.item_id}&month={rows.owed.period}"
    kinds = (f"matrix?{where}", f"month?{where}", f"template?{where}", "calls")
    list_ = hand_in_roster(bureau, "名册.xlsx", excel("企业名称 联系人", "云溪精工有限公司 | 郑会计"), "李明", now)
    pages = ["", f"/tasks/{rows.own.id}", f"/tasks/{rows.owed.id}", "/deputy"]
    pages += [f"/matters/{rows.owed.item_id}/{rows.owed.period}"]
    pages += ["/filings", f"/filings?{where}", f"/filings/{rows.owed.id}", f"/filings/{rows.filed.id}"]
    pages += [f"/filings/{rows.owed.id}/file", "/filings/calls", f"/filings/approve?{where}"]
    pages += [f"/filings/import?{where}", *(f"/filings/export/{kind}" for kind in kinds)]
    pages += ["/roster", "/roster?state=all", f"/roster/{OWED}", f"/roster/{BY_AGENCY}", "/roster/next"]
    pages += ["/roster/export", f"/roster/import/{list_}", "/letters"]
    return [desk + page for page in pages]


def _of_leader(bureau: Runtime, rows: Rows, now: datetime) -> list[str]:
    leader = bureau.links.desk(LEADER, 1, local_day(now))
    pages = ["", "/decisions", "/plan", f"/plan/{rows.own.item_id}", "/letters", f"/letters/{rows.letter}"]
    return [leader + page for page in [*pages, "/certificates"]]


def _of_enterprises(bureau: Runtime, rows: Rows, now: datetime) -> list[str]:
    day = local_day(now)
    owed = bureau.links.filing(OWED, 1, rows.owed.id or 0, day)
    filed = bureau.links.filing(FILED, 1, rows.filed.id or 0, day)
    agency = bureau.links.agency(rows.agency, 1, day)
    report = f"{agency}/tasks/{rows.by_agency.id}"
    pages = [owed, f"{owed}/promise", f"{owed}/handover", filed, f"{filed}/receipt", f"{filed}/handover"]
    return [*pages, agency, f"{agency}?show=done", f"{agency}/promise", report, f"{report}/receipt"]


def _of_office(bureau: Runtime, rows: Rows, now: datetime) -> list[str]:
    office = bureau.links.office(local_day(now))
    sheet = hand_in(bureau, "分解表.xlsx", table_in_excel(), "", now)
    pages = ["", "/tasks", f"/tasks/{rows.own.id}", f"/tasks/{rows.owed.id}", "/matrix"]
    pages += ["/plan", "/plan?q=nothing", f"/plan/{rows.own.item_id}", f"/plan/{rows.owed.item_id}"]
    pages += ["/outbox", f"/outbox/{rows.delivery}", f"/outbox/{rows.delivery}/html"]
    pages += ["/drafts", f"/drafts/{sheet}", f"/drafts/{sheet}/columns/0"]
    pages += ["/digests", "/digests/2026-10", "/digests/2026-10.html", "/digests/2026-10.md"]
    return [office + page for page in pages]
