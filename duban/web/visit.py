"""A visit: the runtime, the instant and the link with which somebody opened a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, TypeGuard
from urllib.parse import urlsplit

from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator
from sqlalchemy import Engine
from starlette.datastructures import UploadFile

from flows.current import Source
from flows.runtime import Runtime
from notifications.outbox import NO_CHANNEL
from plans.accounts import Seat, seat_of, signed_in_as
from plans.database import reading
from plans.zone import local_day
from tasks.lights import Gauge

# The short message behind a code in the address; free text there says nothing.
SAID = {
    "done": "已办结，提醒随即停止。",
    "acknowledged": "已签收。办完后请回到这里点“办结”。",
    "reported": "已反馈，任务继续办理。",
    "asked": "已申请延期，等待批复；批复前暂不催办。",
    "attached": "材料已收到。",
    "closed": "已确认销号。",
    "returned": "已退回，将继续提醒。",
    "decided": "已答复。",
    "changed": "已修改，待办任务随之调整。",
    "unchanged": "和原来一样，没有改动。",
    "split": "已拆分，新事项排在最后。",
    "cancelled": "事项已取消，待办任务一并取消。",
    "deputized": "已指定代理。",
    "ended": "代理已结束，由您本人办理。",
    "urged": "已催办，随下一封提醒发出。",
    "handed_in": "文件已读入。请先回答下面的问题，再核对各个事项。",
    "item_confirmed": "已确认。",
    "all_confirmed": "全部确认了。",
    "item_dropped": "不要了。改主意可以点“恢复”。",
    "item_restored": "已恢复。",
    "item_changed": "已保存，并已确认。",
    "item_merged": "已并入这一项。",
    "item_split": "已拆分，请核对。",
    "item_added": "已新增，排在最后。",
    "answered": "已保存。",
    "saved": "已保存。",
    "enlisted": "已列入名册。",
    "unlisted": "不列入名册。",
    "mapped": "已按您选的列重新读取，以后同样的表也这样读。",
    "started": "计划已启动。",
    "ledger_applied": "已按台账应用，待办任务随之调整。",
    "applied": "已按所选修订计划，待办任务随之调整。",
    "sheet_dropped": "草稿已收起，没有启动任何计划。",
    "filing_accepted": "已核定。",
    "filings_accepted": "已批量核定；刚刚有变动的没有核定，还在待核定里。",
    "filing_returned": "已退回，将通知企业改正。",
    "filing_taken": "已代报。",
    "call_noted": "已记下这次通话。",
    "imported": "已导入。",
    "handed_over": "已移交，原来的链接随即作废。",
    "agency_set": "已由代账公司代报，原来的链接随即作废。",
    "agency_ended": "已改回企业自己填报。",
    "exempted": "已登记免报，不用再报的任务随即取消。",
    "exempt_ended": "已恢复填报。",
    "months_set": "月份已修改，不用再报的任务随即取消。",
    "contact_added": "已添加联系人。",
    "contact_removed": "已删去联系人。",
    "roster_imported": "名册已导入。",
    "letter_approved": "已批准，编上文号，随后发出。",
    "letter_drafted": "已起草，等领导批准；批准时编号，随后发出。",
    "letter_void": "已记下：这封函不发。",
    "letter_filed": "企业已经报送或任务已经办结，这封函不用再发。",
    "filed": "已收到，谢谢！不用再做什么，需要更正时可以重新提交。",
    "drafted": "草稿已保存，还没有提交。再打开同一个链接可以接着填。",
    "digest_approved": "已定稿，随后发给各位领导。",
    "setup_done": "管理员账号已设好，您已登录。接着设下面几步，也可以以后再设。",
    "sample": "这是虚构的样例，可以随便改；看完在页面底部“收起草稿”。",
    "token_ended": "已停用，立即生效。",
    "removed": "已删去。",
    "signed_out": "已退出。",
    "password_changed": "密码已修改，请用新密码登录。",
    "person_added": "已添加。要登录的话，请在下面开账号。",
    "left": "已登记离岗，不再收提醒。手上有事项的请改派。",
    "came_back": "已登记回岗。",
    "reassigned": "已全部改派。",
    "links_ended": "以前的个人链接都已作废。",
    "account_closed": "账号已停用。",
    "account_opened": "账号已恢复。",
    "term_ended": "代理已结束，由本人办理。",
    "resent": "已排队重发，几分钟内发出；编号和原来一样。",
    "stopped": "已停发，记下了是谁、何时决定的。",
    "address_renewed": "新地址已生效，旧地址已停用。请在日历软件里换成下面的新地址。",
    "ladder_save": "已保存，下一轮提醒就按新的阶梯。",
    "ladder_reset": "已恢复自带的阶梯。",
    "form_saved": "已保存，事项可以用这张报表了。",
    "form_removed": "已删去。",
    "programmes_saved": "已保存，新读的计划就按它认业务线。",
    "programmes_removed": "已恢复自带的业务线。",
    "promised": "已记下承诺的日期，谢谢！到期前请提交。",
}


@dataclass(frozen=True)
class House:
    """What the application was made with."""

    source: Source
    clock: Callable[[], datetime]

    @property
    def runtime(self) -> Runtime:
        return self.source.runtime


COOKIE = "duban"
"""The cookie with the key of a browser that somebody signed in with."""
ME = "me"
"""What stands in an address in place of a link's token for whoever is signed in."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who signed in."""

    account_id: int
    person_id: int
    link_version: int
    name: str
    seat: Seat


@dataclass(frozen=True)
class Visit:
    """One request: one instant, however long it takes. ``key`` is what its browser signed in with, ``route`` the path
    of the page as the application names it, ``path`` as it was asked for, ``token`` the link's token in it (``me``
    where there is none), ``source`` the address it came from, ``trouble`` what of the bureau's files cannot be read,
    ``house`` what the application was made with."""

    runtime: Runtime
    now: datetime
    key: str = ""
    route: str = ""
    path: str = ""
    token: str = ME
    source: str = ""
    trouble: str = ""
    house: House | None = None

    @cached_property
    def visitor(self) -> Visitor | None:
        """Who is signed in with this browser, or None; read from the database once a visit."""
        if not self.key:
            return None
        with reading(self.engine) as session:
            found = signed_in_as(session, self.key, self.now)
        if found is None:
            return None
        account, person = found
        return Visitor(account.id or 0, person.id or 0, person.link_version, person.name, seat_of(account, person))

    def anew(self) -> "Visit":
        """The same visit after a file or a setting was changed in it."""
        return replace(self, runtime=self.house.runtime, trouble=self.house.source.trouble) if self.house else self

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def engine(self) -> Engine:
        return self.runtime.engine

    @property
    def gauge(self) -> Gauge:
        return self.runtime.gauge

    @property
    def root(self) -> str:
        return root_of(self.runtime)

    @property
    def no_mail(self) -> str:
        """Why mail is held, or nothing while it goes out."""
        return "" if "mail" in self.runtime.channels else NO_CHANNEL["mail"]

    def home(self, purpose: str, token: str) -> str:
        """The first page of a link; all its other pages lie below."""
        return f"{self.root}/{purpose}/{token}"


def root_of(runtime: Runtime) -> str:
    """The path under which a proxy publishes us, usually none."""
    return urlsplit(runtime.settings.base_url).path


async def _visit(request: Request) -> Visit:
    house: House = request.app.state.house
    route = getattr(request.scope.get("route"), "path", "")
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    token, source = request.path_params.get("token", ME), request.client.host if request.client else ""
    runtime, key = house.runtime, request.cookies.get(COOKIE, "")
    return Visit(runtime, house.clock(), key, route, asked, token, source, house.source.trouble, house)


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: _plain(value) for name, value in form.items() if isinstance(value, str)}


@dataclass(frozen=True)
class Upload:
    """A file that was sent; no name means that none was chosen."""

    name: str
    content: bytes


async def _uploaded(request: Request) -> Upload:
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile):
        return Upload("", b"")
    return Upload(_plain(file.filename or ""), await file.read())


async def _many_uploaded(request: Request) -> list[Upload]:
    files = (await request.form()).getlist("file")
    return [Upload(_plain(file.filename or ""), await file.read()) for file in files if _is_file(file)]


async def _scopes(request: Request) -> tuple[str, ...]:
    return tuple(_plain(str(one)) for one in (await request.form()).getlist("scope"))


def _is_file(file: object) -> TypeGuard[UploadFile]:
    return isinstance(file, UploadFile) and bool(file.filename)


def _plain(text: str) -> str:
    # PostgreSQL refuses NUL; the others are never typed by people.
    return "".join(char for char in text if char.isprintable() or char in "\r\n\t")


Here = Annotated[Visit, Depends(_visit)]
Typed = Annotated[Mapping[str, str], Depends(_typed)]
Uploaded = Annotated[Upload, Depends(_uploaded)]
ManyUploaded = Annotated[list[Upload], Depends(_many_uploaded)]
ManyChosen = Annotated[tuple[str, ...], Depends(_scopes)]
Words = Annotated[str, Query(max_length=100), AfterValidator(_plain)]
Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
Nth = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]
