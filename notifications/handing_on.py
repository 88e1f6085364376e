"""移交 said: the links a hand-over ended are written anew to whoever files from now on, late in the ladder too."""

from datetime import datetime

from sqlmodel import Session, col, select

from notifications.audience import Recipient, Staff
from notifications.ladder import Audience
from notifications.stepping import notice_row
from notifications.tables import HANDED, Notice, NoticeState
from plans.database import insert_new
from plans.tables import Enterprise
from tasks.states import PENDING
from tasks.tables import Task


def tell_new_filer(session: Session, enterprise: Enterprise, at: datetime) -> None:
    """Have whoever now hears for the enterprise told of the open reports its last filer was told of, in the next
    message: a promise cannot be kept without a link. Call it when the hand-over is written."""
    session.flush()
    tasks = _told_of(session, enterprise)
    hearer = Recipient(Staff.of(session, enterprises=[enterprise.id or 0]).hearer(enterprise.id or 0))
    step = f"{HANDED}{enterprise.link_version}"
    insert_new(session, Notice, [notice_row(task, step, Audience.ASSIGNEE, hearer, at) for task in tasks])


def _told_of(session: Session, enterprise: Enterprise) -> list[Task]:
    on_its_way = (NoticeState.WAITING, NoticeState.BUNDLED)
    told = select(Notice.task_id).where(Notice.audience == Audience.ASSIGNEE, col(Notice.state).in_(on_its_way))
    query = select(Task).where(Task.enterprise_id == enterprise.id, col(Task.state).in_(PENDING))
    return list(session.exec(query.where(col(Task.id).in_(told)).order_by(col(Task.id))))
