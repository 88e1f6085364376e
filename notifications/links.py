"""Personal links: signed tokens that name a purpose, a task or month, a person and that person's link version.

Opening one changes nothing and does not use it up: mail scanners open links. Behind every link is a page with a button.
"""

from dataclasses import astuple, dataclass
from datetime import date, timedelta
from functools import cached_property

from itsdangerous import BadData, URLSafeSerializer

from plans.errors import Refused


class LinkRefused(Refused):
    """这个链接已经过期：请用最近一封邮件里的链接。"""


@dataclass(frozen=True)
class Ticket:
    """What a token says. ``purpose``: desk (a person's work), filing (an enterprise's page), agency (all its
    enterprises' pages), office (everything), calendar (the days of a person's tasks, to read by a calendar program).

    ``until`` is the ordinal of the last day it is good for.
    """

    purpose: str
    subject: int
    version: int
    task: int
    until: int


@dataclass(frozen=True)
class Links:
    """Makes and reads links; the same secret on every machine of a bureau."""

    secret: str
    base_url: str
    days: int

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="duban-link")

    def read(self, token: str, purpose: str, today: date) -> Ticket:
        """The ticket of a token made for this purpose. Raises LinkRefused with what to do."""
        try:
            ticket = Ticket(*self._signer.loads(token))
        except (BadData, TypeError) as error:
            raise LinkRefused("这个链接不完整或已失效：请从邮件里重新点开，不要手工修改。") from error
        if ticket.purpose != purpose:
            raise LinkRefused("这个链接不是用来打开这一页的：请从邮件里重新点开。")
        if ticket.until < today.toordinal():
            raise LinkRefused("这个链接已经过期：请用最近一封邮件里的链接。")
        return ticket

    def desk(self, person_id: int, version: int, today: date) -> str:
        """A person's own work."""
        return self._address("desk", person_id, version, today)

    def desk_task(self, person_id: int, version: int, task_id: int, today: date) -> str:
        """One task on a person's own pages."""
        return f"{self.desk(person_id, version, today)}/tasks/{task_id}"

    def filing(self, enterprise_id: int, version: int, task_id: int, today: date) -> str:
        """One report of one enterprise."""
        return self._address("filing", enterprise_id, version, today, task_id)

    def agency(self, agency_id: int, version: int, today: date) -> str:
        """All reports of an agency's enterprises."""
        return self._address("agency", agency_id, version, today)

    def office(self, today: date) -> str:
        """The whole bureau's pages."""
        return self._address("office", 0, 1, today)

    def calendar(self, person_id: int, version: int, feed: int) -> str:
        """A person's calendar feed: always the same, and good until the person's or the feed's version is raised."""
        return f"{self._signed(Ticket('calendar', person_id, version, feed, date.max.toordinal()))}.ics"

    def setup(self, today: date) -> str:
        """The page on which the first administrator is made; worthless as soon as there is an account."""
        return self._address("setup", 0, 1, today)

    def _address(self, purpose: str, subject: int, version: int, today: date, task: int = 0) -> str:
        until = (today + timedelta(days=self.days)).toordinal()
        return self._signed(Ticket(purpose, subject, version, task, until))

    def _signed(self, ticket: Ticket) -> str:
        return f"{self.base_url}/{ticket.purpose}/{self._signer.dumps(astuple(ticket))!s}"
