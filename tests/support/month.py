"""A month that is played: five enterprises, a clock that is moved, every mail as it arrives, and who opens it."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import NamedTuple

from playwright.sync_api import Page
from sqlmodel import col, select

from cast import MONTHLY_REPORT, PEOPLE, at
from flows.running import tick
from flows.runtime import Runtime
from notifications.bundling import REMINDER
from notifications.digest import as_markdown
from notifications.ladder import Way
from notifications.rehearsal import Rehearsed, rehearse
from notifications.tables import Delivery, DeliveryState, Digest, Notice, NoticeState
from plans.database import reading
from plans.periods import Period
from plans.tables import PlanItem
from plans.zone import LOCAL, local_day
from support.smtp import ReceivingServer
from tasks.tables import Task

FIVE = """
enterprises:
  - {name: 云溪精工有限公司, contact: 赵会计, mail: zhao@jinggong.example, phone: "13900000001", weight: 900}
  - {name: 青禾药业有限公司, contact: 钱会计, mail: qian@qinghe.example, phone: "13900000002", weight: 500}
  - {name: 远山竹业有限公司, contact: 孙会计, mail: sun@yuanshan.example, phone: "13900000003", weight: 20}
  - {name: 松原农机有限公司, contact: 吴会计, mail: wu@songyuan.example, phone: "13900000004", weight: 60}
  - {name: 双溪机电有限公司, contact: 何经理, mail: he@shuangxi.example, phone: "13900000005", weight: 80}
  - {name: 白鹭新材有限公司, contact: 冯经理, mail: feng@bailu.example, phone: "13900000006", weight: 40}
"""
JINGGONG, QINGHE, YUANSHAN = "云溪精工有限公司", "青禾药业有限公司", "远山竹业有限公司"
SONGYUAN, SHUANGXI, BAILU = "松原农机有限公司", "双溪机电有限公司", "白鹭新材有限公司"
FIVE_DRAFT = (
    "bureau: 云溪县科技局\ntitle: 云溪县科技局2026年下半年工作计划\nperiod: 2026H2\nowner: 李明\n"
    f"{PEOPLE}{FIVE}\nitems:{MONTHLY_REPORT}"
)


class Mail(NamedTuple):
    """One mail of the month: the day as 11-03, to whom, and what its subject says."""

    day: str
    to: str
    subject: str


class Told(NamedTuple):
    """One report that one recipient is told of on a day, at a step; ``address`` is empty for a letter's draft."""

    day: date
    recipient: str
    address: str
    step: str
    title: str
    period: str
    due_on: date


class Month:
    """A runtime whose clock is moved by hand and whose mail arrives at ``mailbox``."""

    def __init__(self, mailbox: ReceivingServer, begins: str) -> None:
        self.mailbox, self.now = mailbox, at(begins)
        self.days: list[date] = []
        self.foretold: Counter[Told] = Counter()
        self.runtime: Runtime

    def clock(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        return local_day(self.now)

    def o_clock(self, hour: str) -> None:
        """Go on to that hour of the day, and let the clock tick."""
        self.now = datetime.combine(self.today, time.fromisoformat(hour), LOCAL)
        done = tick(self.runtime, self.now)
        assert [name for one in done.values() for name in one.failed] == []
        self.days += [self.today] * (len(self.mailbox.messages) - len(self.days))

    def pass_to(self, day: str) -> None:
        """Every morning up to that day: what is rehearsed the evening before is what then arrives."""
        while f"{self.today:%m-%d}" != day:
            tomorrow = self.today + timedelta(days=1)
            expected = rehearsed(self.runtime, tomorrow, tomorrow)
            self.now = datetime.combine(tomorrow, time(8), LOCAL)
            self.foretold += expected
            seen = len(self.mailbox.messages)
            self.o_clock("08:31")
            self.o_clock("09:05")
            assert sent(self.runtime, self, seen) + drafted(self.runtime, tomorrow) == expected, tomorrow

    @property
    def mails(self) -> list[Mail]:
        """All that arrived, by day and recipient."""
        mails = zip(self.days, self.mailbox.messages, strict=True)
        return sorted(
            Mail(f"{day:%m-%d}", to, str(one.message["subject"])) for day, one in mails for to in one.recipients
        )

    def newest_to(self, address: str) -> EmailMessage:
        return next(one.message for one in reversed(self.mailbox.messages) if address in one.recipients)

    def unsent(self) -> list[tuple[str, str]]:
        """The address and state of whatever was to be sent and was not."""
        query = select(Delivery).where(Delivery.state != DeliveryState.SENT)
        with reading(self.runtime.engine) as session:
            return [(one.to_address, one.state) for one in session.exec(query)]

    def digest(self, month: str) -> str:
        """The month's digest as it is kept."""
        with reading(self.runtime.engine) as session:
            (kept,) = session.exec(select(Digest)).all()
        assert kept.period == month
        return str(as_markdown(kept.facts, kept.made_at)).strip()

    def link_to(self, address: str, purpose: str) -> str:
        """The link of that kind in the newest mail to an address."""
        found: list[str] = re.findall(rf"https?://[^\s）]+/{purpose}/[^\s）]+", text_of(self.newest_to(address)))
        return found[-1]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return "\n".join(str(body.get_content()).splitlines()).strip()


def rehearsed(runtime: Runtime, first: date, last: date) -> Counter[Told]:
    """What `duban rehearse` foretells: mails to those who have an address, and drafts of letters."""
    with reading(runtime.engine) as session:
        rows = rehearse(session, first, last, runtime.rules, runtime.pen)
    return Counter(_foretold(row) for row in rows if row.address or row.way == Way.LETTER)


def _foretold(row: Rehearsed) -> Told:
    return Told(row.day, row.recipient, row.address, row.step, row.title, row.period, row.due_on)


def sent(runtime: Runtime, month: Month, since: int = 0) -> Counter[Told]:
    """What the reminders that arrived spoke of, by their Message-ID."""
    day_of = {
        str(one.message["message-id"]): (day, one.recipients[0])
        for day, one in list(zip(month.days, month.mailbox.messages, strict=True))[since:]
    }
    query = select(Delivery, Notice, Task, PlanItem.title)
    query = query.join(Notice, col(Notice.delivery_id) == col(Delivery.id)).join(Task).join(PlanItem)
    with reading(runtime.engine) as session:
        found = session.exec(query.where(Delivery.kind == REMINDER)).all()
    return Counter(
        Told(*_arrival(day_of[delivery.message_id], notice), title, _label(task), task.due_on)
        for delivery, notice, task, title in found
        if delivery.message_id in day_of
    )


def _arrival(arrived: tuple[date, str], notice: Notice) -> tuple[date, str, str, str]:
    return arrived[0], notice.recipient, arrived[1], notice.step


def drafted(runtime: Runtime, first: date, last: date | None = None) -> Counter[Told]:
    """The letters that were drafted in these days."""
    query = select(Notice, Task, PlanItem.title).join(Task, col(Notice.task_id) == col(Task.id)).join(PlanItem)
    with reading(runtime.engine) as session:
        found = session.exec(query.where(Notice.state == NoticeState.LETTER)).all()
    return Counter(
        Told(day, notice.recipient, "", notice.step, title, _label(task), task.due_on)
        for notice, task, title in found
        if first <= (day := local_day(notice.made_at)) <= (last or first)
    )


def _label(task: Task) -> str:
    return Period.parse(task.period).label


class Visitor:
    """Somebody at a browser without JavaScript; a picture of every page that is worth one is kept."""

    def __init__(self, page: Page, shoot: Callable[[Page, str], None]) -> None:
        self.page, self._shoot = page, shoot

    def goes(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None

    def types(self, **typed: str) -> None:
        for name, text in typed.items():
            self.page.locator(f"#{name}").fill(text)

    def presses(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def follows(self, link: str, within: str = "") -> None:
        """The first link of that name, in the table's row of ``within`` where it is given."""
        place = self.page.get_by_role("row").filter(has_text=within) if within else self.page
        with self.page.expect_navigation():
            place.get_by_role("link", name=link).first.click()

    def reads(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def was_told(self) -> str:
        return self.page.get_by_role("status").inner_text()

    def pictured(self, name: str) -> None:
        """No page is wider than the window."""
        assert self.page.viewport_size is not None
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]
        self._shoot(self.page, name)

    def files(self, button: str = "提交", **typed: str) -> None:
        """The report that is open, with figures nobody has to ask about."""
        self.types(**{"staff": "12", "cost_month": "40", "cost_year": "400", "phone": "13900000000"} | typed)
        self.presses(button)
        assert self.was_told().startswith("已收到，谢谢！")
