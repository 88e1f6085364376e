"""The demo's bureau after some months, with something on every page and an account for each seat."""

from datetime import datetime, timedelta
from pathlib import Path

import httpx
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cast import at
from duban.demo.browsing import Browser
from duban.demo.life import Life
from duban.demo.mailbox import Mailbox, mail_server
from duban.demo.show import FIRST, MovedClock, begin, demo_settings, free_port, fresh_folder, last_day, serving
from duban.web.menu import ENTRIES
from duban.web.rights import may_open
from duban.web.visit import ME
from flows.changing import revising
from flows.errands import Outcome
from flows.errands import begin as begin_errand
from flows.roster_import import hand_in_roster
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings
from flows.sheets import hand_in
from flows.supervising import ask
from flows.webhooks import new_webhook
from notifications.tables import Delivery
from plans.account_tables import Account
from plans.accounts import Seat, sign_in
from plans.api_tokens import Scope, new_token
from plans.database import reading, writing
from plans.deputies import add_deputy
from plans.people import find_person
from plans.roster_tables import Certificate
from plans.tables import Agency, Enterprise, PlanItem
from plans.zone import local_day
from support.papers import SUMMARY, table_in_excel, word
from support.rosters import excel
from tasks.calls import note_call
from tasks.changing import edit_item
from tasks.drafts import save_draft
from tasks.evidence import attach
from tasks.revision import find_item
from tasks.states import PENDING
from tasks.tables import Task
from tasks.verbs import Act, complete

SEATS = {Seat.ADMIN: "吴越", Seat.OFFICE: "王芳", Seat.LEADER: "林岚", Seat.HEAD: "陈平", Seat.STAFF: "李明"}
"""Who sits where in the demo."""

UNLINKED = ("desk/me/errands/2", "desk/me/roster/import/1", "office/me/drafts/1/columns/0")
"""Pages of the administrator to which only a button leads, never a link."""


def played(folder: Path, months: int) -> tuple[Settings, datetime]:
    """The settings of a bureau that lived so many months in the folder, and the instant at which it is looked at."""
    fresh_folder(folder)
    clock = MovedClock(at(f"{FIRST.isoformat()} 08:00"))
    mailbox = Mailbox(clock.now)
    with mail_server(mailbox) as mail_port:
        runtime = begin(demo_settings(folder, mail_port, "127.0.0.1", free_port()), clock.now)
        with serving(runtime, clock, mailbox), httpx.Client(follow_redirects=False, trust_env=False) as client:
            for _ in Life(runtime, mailbox, Browser(client), clock.set).days(FIRST, last_day(runtime, months)):
                pass
        _put_in(runtime, clock.now)
    runtime.engine.dispose()
    return runtime.settings, clock.now


def opened(settings: Settings, address: str) -> Runtime:
    """The played bureau, published at that address."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    return open_runtime(demo_settings(settings.data, settings.mail_port, host, int(port)))


def key_of(runtime: Runtime, seat: Seat, now: datetime) -> str:
    """What the browser of that seat's person has signed in with."""
    with writing(runtime.engine) as session:
        person = find_person(session, SEATS[seat])
        account = session.exec(select(Account).where(Account.person_id == person.id)).one()
        return sign_in(session, account, now)


def _put_in(runtime: Runtime, now: datetime) -> None:
    with writing(runtime.engine) as session:
        _wait_for_a_word(session, runtime, now)
        _chase(session, now)
        add_deputy(session, "陈平", "赵云舟", local_day(now), local_day(now) + timedelta(days=6))
        new_token(session, "大数据平台", "吴越", [Scope.READ], now)
        new_webhook(session, "https://203.0.113.7/hook", now)
        for state, delivery in zip(("unknown", "failed", "held"), _mails(session), strict=True):
            delivery.state = state
    with revising(runtime, Act("陈平", "page", now)) as revision:
        edit_item(revision, find_item(revision.session, 3), {"title": "培育高新技术企业和后备企业"})
    hand_in(runtime, "分解表.xlsx", table_in_excel(), "陈平", now)
    hand_in(runtime, "上半年工作总结.docx", word(SUMMARY), "吴越", now)
    hand_in_roster(runtime, "名册.xlsx", excel("企业名称 联系人", "云溪远山精工有限公司 | 郑会计"), "李明", now)
    for seat in (Seat.STAFF, Seat.ADMIN):
        _run_an_errand(runtime, SEATS[seat], now)


def _wait_for_a_word(session: Session, runtime: Runtime, now: datetime) -> None:
    asked, done = _task(session, "培育高新技术企业"), _task(session, "扩大科技型中小企业入库")
    act = Act("李明", "page", now)
    ask(session, asked.id or 0, asked.due_on + timedelta(days=5), "等省厅批次公布", act)
    session.get_one(PlanItem, done.item_id).needs_review = True
    attach(session, done, "入库名单.txt", "云溪精工".encode(), runtime.settings.data / "evidence", act)
    complete(session, done, act, "已入库41家")


def _chase(session: Session, now: datetime) -> None:
    owed = _owed(session)
    note_call(session, owed[0], Act("李明", "phone", now), "钱会计", "财务在外地，下周报")
    save_draft(session, owed[1], {"staff": "12"}, "钱会计", now, None)
    agency = Agency(name="瑞信代账", contact="周会计", email="ruixin@agency.example", phone="0791-1")
    session.add(agency)
    session.flush()
    for task in owed[2:4]:
        session.get_one(Enterprise, task.enterprise_id).agency_id = agency.id
    day = local_day(now)
    for nth, task in enumerate(owed[:3]):
        ends_on = day + timedelta(days=40 * (nth + 1))
        kept = Certificate(
            enterprise_id=task.enterprise_id or 0,
            kind="高新技术企业",
            issued_on=ends_on - timedelta(days=3 * 365),
            ends_on=ends_on,
        )
        session.add(kept)


def _task(session: Session, title: str) -> Task:
    query = select(Task).join(PlanItem).where(PlanItem.title == title, col(Task.state).in_(PENDING))
    return session.exec(query.order_by(col(Task.due_on).desc()).limit(1)).one()


def _owed(session: Session) -> list[Task]:
    return list(session.exec(_reports().where(col(Task.state).in_(PENDING)).order_by(col(Task.id))))


def _reports() -> SelectOfScalar[Task]:
    return select(Task).where(col(Task.enterprise_id).is_not(None))


def _mails(session: Session) -> list[Delivery]:
    query = select(Delivery).where(Delivery.state == "sent").order_by(col(Delivery.id).desc())
    return list(session.exec(query.limit(3)))


def _run_an_errand(runtime: Runtime, name: str, now: datetime) -> None:
    with writing(runtime.engine) as session:
        person = find_person(session, name).id or 0
    home = "/desk/me/filings"
    outcome = Outcome("收下3家的填报。", home)
    _, progress = begin_errand(runtime, "导入填报表格", lambda tell: outcome, person, home, now)
    progress.ended.wait(10)


def menu_pages(runtime: Runtime, seat: Seat) -> list[str]:
    """The addresses of the seat's menu, and of the pages only a name in the head leads to."""
    site = runtime.settings.base_url
    entries = [f"{site}/{entry.purpose}/{ME}{entry.path}" for entry in ENTRIES if may_open(seat, entry.route)]
    beside = (*UNLINKED, "account") if seat == Seat.ADMIN else ("account",)
    return [*entries, *(f"{site}/{path}" for path in beside)]


def front_doors(runtime: Runtime, now: datetime) -> list[str]:
    """Where somebody comes in who is not signed in: the door, and the links of mails."""
    day, site = local_day(now), runtime.settings.base_url
    with reading(runtime.engine) as session:
        owed, filed = _owed(session)[-1], session.exec(_reports().where(Task.state == "done").limit(1)).one()
        agency = session.exec(select(Agency.id).limit(1)).one() or 0
        staff = find_person(session, SEATS[Seat.STAFF])
    links = runtime.links
    filing = links.filing(owed.enterprise_id or 0, 1, owed.id or 0, day)
    done = links.filing(filed.enterprise_id or 0, 1, filed.id or 0, day)
    own = [f"{filing}/promise", f"{filing}/handover", f"{done}/receipt", f"{links.agency(agency, 1, day)}/promise"]
    desk = links.desk(staff.id or 0, staff.link_version, day)
    return [f"{site}/login", filing, done, *own, links.agency(agency, 1, day), desk, links.office(day)]
