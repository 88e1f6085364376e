"""Half a year of a bureau: each day the clock ticks, mail arrives, and people do what they would do.

Everybody acts through the same doors as real people: enterprises and half of the staff open the link in their mail
and use its page, the others use the verbs behind ``duban task done``.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from duban.demo.browsing import Browser, links_in
from duban.demo.mailbox import Letter, Mailbox
from duban.demo.people import Temper, answer, temper_of
from flows.running import tick
from flows.runtime import Runtime
from flows.tasking import targets_of
from notifications.links import Ticket
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Enterprise, Person, Plan
from plans.zone import instant_at, local_day
from tasks.tables import Task
from tasks.verbs import Act, Reading, acknowledge, complete, find_task, is_pending, item_of

MORNING, NOON = time(9, 1), time(11, 0)
SEED = 2026


@dataclass
class Deed:
    """Something somebody means to do on a day."""

    on: date
    url: str
    ticket: Ticket
    promise: bool = False


@dataclass
class Day:
    """What one day brought."""

    today: date
    mails: int = 0
    reports: int = 0
    done: int = 0
    events: list[str] = field(default_factory=list)


@dataclass
class Life:
    """The bureau, its mail server and its pages, moved day by day."""

    runtime: Runtime
    mailbox: Mailbox
    browser: Browser
    set_clock: Callable[[datetime], None]
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - a play, not a secret
    letters: Counter[tuple[str, int]] = field(default_factory=Counter)
    tempers: dict[str, Temper] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)

    def days(self, first: date, last: date) -> Iterator[Day]:
        """Live through the days, one at a time."""
        today = first
        while today <= last:
            yield self._live(today)
            today += timedelta(days=1)

    def _live(self, today: date) -> Day:
        day = Day(today)
        self._tick(instant_at(today, MORNING))
        for letter in self.mailbox.unread():
            day.mails += 1
            self._take_in(letter, today)
        if self.runtime.workdays.is_workday(today):
            self._act(day, instant_at(today, NOON))
        return day

    def _tick(self, now: datetime) -> None:
        self.mailbox.now = now
        self.set_clock(now)
        tick(self.runtime, now)

    def _take_in(self, letter: Letter, today: date) -> None:
        for url in links_in(letter.part("plain")):
            ticket = self._ticket(url, today)
            if ticket is None or not ticket.task:
                continue
            self.letters[letter.to, ticket.task] += 1
            self._make_up_mind(letter, url, ticket, today)

    def _make_up_mind(self, letter: Letter, url: str, ticket: Ticket, today: date) -> None:
        name = self._name(ticket)
        temper = self.tempers.setdefault(name, temper_of(name, self.chance))
        nth = self.letters[letter.to, ticket.task]
        decided = answer(temper, nth, today, self.runtime.workdays, self.chance)
        if decided:
            if decided.promise:
                self.deeds.append(Deed(today, url, ticket, promise=True))
            self.deeds.append(Deed(decided.on, url, ticket))

    def _ticket(self, url: str, today: date) -> Ticket | None:
        purpose, _, rest = url.removeprefix(self.runtime.settings.base_url + "/").partition("/")
        token, _, tail = rest.partition("/tasks/")
        ticket = self.runtime.links.read(token, purpose, today)
        if purpose == "desk" and not tail:
            return None
        return Ticket(purpose, ticket.subject, ticket.version, int(tail or ticket.task), ticket.until)

    def _name(self, ticket: Ticket) -> str:
        with reading(self.runtime.engine) as session:
            if ticket.purpose == "filing":
                return session.get_one(Enterprise, ticket.subject).name
            return session.get_one(Person, ticket.subject).name

    def _act(self, day: Day, now: datetime) -> None:
        self.set_clock(now)
        today = local_day(now)
        due = [deed for deed in self.deeds if deed.on <= today]
        self.deeds = [deed for deed in self.deeds if deed.on > today]
        for deed in due:
            self._do(deed, day, now)

    def _do(self, deed: Deed, day: Day, now: datetime) -> None:
        with reading(self.runtime.engine) as session:
            task = find_task(session, deed.ticket.task)
            item, title = item_of(session, task), item_of(session, task).title
            pending, owner = is_pending(task), session.get_one(Person, item.owner_id)
        if not pending:
            return
        if deed.ticket.purpose == "filing":
            self._file(deed, day, task, title)
        elif owner.id == deed.ticket.subject:
            self._finish(deed, day, owner.name, title, now)

    def _file(self, deed: Deed, day: Day, task: Task, title: str) -> None:
        if deed.promise:
            return
        name = self._name(deed.ticket)
        if self.browser.press(deed.url, "", self._figures(task)):
            day.reports += 1
            day.events.append(f"{name} 报送了{title}（{Period.parse(task.period).label}）")

    def _figures(self, task: Task) -> dict[str, str]:
        month = int(task.period[-2:])
        with reading(self.runtime.engine) as session:
            enterprise = session.get_one(Enterprise, task.enterprise_id)
        if enterprise.weight < 50 and self.chance.random() < 0.3:
            return {"zero": "1", "filler": enterprise.contact, "phone": enterprise.phone}
        monthly = (enterprise.weight / 12).quantize(Decimal("0.1"))
        return {
            "staff": str(int(enterprise.weight // 30) + 2),
            "cost_month": str(monthly),
            "cost_year": str(monthly * month),
            "filler": enterprise.contact,
            "phone": enterprise.phone,
        }

    def _finish(self, deed: Deed, day: Day, name: str, title: str, now: datetime) -> None:
        figures = self._readings(deed.ticket.task, now)
        if deed.promise:
            acted = self._by_verb(deed, name, now, (), promise=True)
        elif deed.ticket.subject % 2:
            figure = {"figure": str(figures[0].value)} if figures else {}
            acted = self.browser.press(deed.url, "/done", figure | {"note": "按计划推进"})
        else:
            acted = self._by_verb(deed, name, now, figures)
        if acted and not deed.promise:
            day.done += 1
        if acted:
            day.events.append(f"{name} {'签收' if deed.promise else '办结'}了{title}")

    def _by_verb(
        self, deed: Deed, name: str, now: datetime, figures: tuple[Reading, ...], promise: bool = False
    ) -> bool:
        act = Act(name, "cli", now)
        try:
            with writing(self.runtime.engine) as session:
                task = find_task(session, deed.ticket.task)
                if promise:
                    acknowledge(session, task, act, "已收到，过几天报")
                else:
                    complete(session, task, act, "按计划推进", figures)
        except Refused:
            return False
        return True

    def _readings(self, task_id: int, now: datetime) -> tuple[Reading, ...]:
        # Most targets run a little ahead of time, every fourth one behind it.
        with reading(self.runtime.engine) as session:
            targets = targets_of(session, find_task(session, task_id))
            plan = session.get_one(Plan, 1)
        elapsed = Decimal(str(round(Period.parse(plan.period).elapsed(local_day(now)), 3)))
        readings = []
        for target in targets:
            goal = target.floor or target.stretch
            if goal is not None:
                pace = Decimal("0.6") if (target.id or 0) % 4 == 0 else Decimal("1.08")
                places = Decimal(1) if goal == goal.to_integral_value() else Decimal("0.01")
                readings.append(Reading(target.id or 0, (goal * elapsed * pace).quantize(places)))
        return tuple(readings)
