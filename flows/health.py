"""The doctor: what is set up, what is not, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from flows.runtime import Runtime, mail_server
from flows.settings import Settings
from notifications.tables import Delivery, DeliveryState
from plans.database import DatabaseProblem, reading, require_current
from plans.tables import Person
from plans.zone import local_day
from tasks.form_files import told_of_file
from tasks.states import PENDING
from tasks.tables import Task


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    good: bool
    told: str


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Look at everything; each finding says what to do."""
    runtime = Runtime(settings)
    findings = [_database(runtime), _mail(settings), _workdays(runtime, now), _forms(runtime)]
    if findings[0].good:
        with reading(runtime.engine) as session:
            findings += [_people(session), _left_behind(session), _outbox(session)]
    return findings


def _database(runtime: Runtime) -> Finding:
    try:
        require_current(runtime.engine)
    except DatabaseProblem as problem:
        return Finding("数据库", False, str(problem))
    return Finding("数据库", True, runtime.engine.url.render_as_string(hide_password=True))


def _mail(settings: Settings) -> Finding:
    from notifications.channels.mail import probe

    server = mail_server(settings)
    if server is None:
        return Finding("邮件", False, "还没有设置邮件服务器，邮件一律暂缓；请在“设置 · 邮件”里填写。")
    fault = probe(server)
    return Finding("邮件", fault is None, fault or f"{server.host}:{server.port} 登录正常")


def _workdays(runtime: Runtime, now: datetime) -> Finding:
    today = local_day(now)
    warnings = runtime.workdays.warnings(today, today + timedelta(days=92))
    return Finding("放假安排", not warnings, "".join(warnings) or "未来三个月都有")


def _forms(runtime: Runtime) -> Finding:
    found = "".join(told_of_file(name, problems) for name, problems in runtime.forms.broken.items())
    return Finding("报表", not found, found or f"{len(runtime.forms)}张都能用")


def _people(session: Session) -> Finding:
    missing = session.exec(select(Person.name).where(Person.email == "", col(Person.active))).all()
    told = f"{'、'.join(missing)}没有邮箱地址，收不到提醒" if missing else "都有邮箱地址"
    return Finding("人员", not missing, told)


def _left_behind(session: Session) -> Finding:
    query = (
        select(Person.name, func.count())
        .join(Task, col(Task.owner_id) == col(Person.id))
        .where(col(Person.active).is_(False), col(Task.state).in_(PENDING))
        .group_by(col(Person.name))
        .order_by(col(Person.name))
    )
    told = "；".join(f"{name}已离岗，还有{count}项待办任务" for name, count in session.exec(query))
    return Finding("离岗人员", not told, (told and f"{told}：请用 duban plan reassign 改派") or "没有遗留的任务")


def _outbox(session: Session) -> Finding:
    stuck = (DeliveryState.HELD, DeliveryState.FAILED, DeliveryState.UNKNOWN)
    query = select(Delivery.state, Delivery.reason, func.count()).where(col(Delivery.state).in_(stuck))
    rows = session.exec(query.group_by(col(Delivery.state), col(Delivery.reason))).all()
    told = "；".join(f"{DeliveryState(state).label}{count}封：{reason}" for state, reason, count in rows)
    return Finding("发件箱", not rows, told or "没有积压")
