"""What to look at after the play: addresses in plain words."""

from datetime import datetime

from sqlmodel import col, select

from duban.demo.accounts import PASSWORD
from flows.people import link_for
from flows.runtime import Runtime
from plans.database import reading
from plans.tables import Enterprise
from plans.zone import local_day
from tasks.states import PENDING
from tasks.tables import Task


def tour(runtime: Runtime, now: datetime) -> list[str]:
    """The lines to print, one thing to look at a line."""
    office = link_for(runtime, "", now)
    lines = [
        "",
        "网页已打开，按 Ctrl-C 结束。可以看看：",
        f"  登录          {runtime.settings.base_url}/login，密码都是 {PASSWORD}；账号：",
        "                吴越（管理员）、王芳（办公室）、林岚（局领导）、陈平（股室负责人）、李明（工作人员）",
        "不登录，也可以从链接进去：",
        f"  全局一览      {office}",
        f"  企业填报矩阵  {office}/matrix",
        f"  进展通报      {office}/digests",
        f"  发件箱        {office}/outbox",
        f"  收到的邮件    {runtime.settings.base_url}/demo/mail",
        f"  李明的工作    {link_for(runtime, '李明', now)}",
    ]
    if filing := unfiled_link(runtime, now):
        lines.append(f"  替企业填一张  {filing}")
    return [*lines, f"  数据在        {runtime.settings.data}"]


def unfiled_link(runtime: Runtime, now: datetime) -> str:
    """The page of a report that nobody has filed yet, or nothing."""
    with reading(runtime.engine) as session:
        found = session.exec(
            select(Task, Enterprise)
            .where(Task.enterprise_id == Enterprise.id, col(Task.state).in_(PENDING))
            .order_by(col(Task.due_on).desc(), col(Task.id))
        ).first()
    if found is None:
        return ""
    task, enterprise = found
    return runtime.links.filing(enterprise.id or 0, enterprise.link_version, task.id or 0, local_day(now))
