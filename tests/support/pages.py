"""Every page there is, with a row behind each that shows one."""

from datetime import datetime

from sqlmodel import select

from flows.people import link_for
from flows.runtime import Runtime
from flows.sheets import hand_in
from flows.work import FLOWS, due_jobs, run_job
from notifications.tables import Delivery
from plans.database import reading
from plans.tables import PlanItem
from plans.zone import local_day
from support.papers import table_in_excel
from tasks.tables import Task


def do_all_work(bureau: Runtime, now: datetime) -> None:
    for flow in FLOWS:
        for job in due_jobs(flow, bureau, now):
            run_job(job, bureau, now)


def all_addresses(bureau: Runtime, now: datetime) -> list[str]:
    """Every kind of page there is, with a row behind each that shows one."""
    day = local_day(now)
    with reading(bureau.engine) as session:
        filing = session.exec(select(Task).where(Task.enterprise_id == 2)).first()
        own = session.exec(select(Task).join(PlanItem).where(PlanItem.title == "培育高新技术企业")).first()
        letter = session.exec(select(Delivery.id)).first()
    assert filing is not None
    assert own is not None
    assert letter is not None
    desk, office = link_for(bureau, "李明", now), bureau.links.office(day)
    sheet = hand_in(bureau, "分解表.xlsx", table_in_excel(), "", now)
    leader = bureau.links.desk(3, 1, day)
    pages = ["", "/tasks", f"/tasks/{own.id}", f"/tasks/{filing.id}", "/matrix", "/outbox", f"/outbox/{letter}"]
    pages += ["/drafts", f"/drafts/{sheet}", f"/drafts/{sheet}/columns/0"]
    pages += [f"/outbox/{letter}/html", "/digests", "/digests/2026-10", "/digests/2026-10.html", "/digests/2026-10.md"]
    return [
        bureau.settings.base_url + "/",
        bureau.settings.base_url + "/healthz",
        desk,
        f"{desk}/tasks/{own.id}",
        f"{desk}/tasks/{filing.id}",
        f"{desk}/matters/{filing.item_id}/{filing.period}",
        f"{desk}/deputy",
        leader,
        f"{leader}/decisions",
        f"{leader}/plan",
        f"{leader}/plan/{own.item_id}",
        bureau.links.filing(2, 1, filing.id or 0, day),
        *(office + page for page in pages),
    ]
