"""Every link of every mail of a month may be opened by whoever scans mail, and every link on the pages behind it:
opening changes nothing."""

import html
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from sqlmodel import SQLModel

from cast import GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from duban.web.app import create_app
from flows.running import tick
from flows.runtime import Runtime
from plans.database import writing
from plans.zone import LOCAL
from support.chasing import JINGGONG, QINGHE, files, has_agency, task_of
from support.clerk import sent_untouched
from support.filings import again
from support.smtp import ReceivingServer


@pytest.fixture
def database_url(empty_file: str) -> str:
    return empty_file


def rows(runtime: Runtime) -> dict[str, list[Any]]:
    with runtime.engine.connect() as connection:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: [tuple(row) for row in connection.execute(table.select())] for table in tables}


def links_in(message: EmailMessage) -> list[str]:
    words = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    return [html.unescape(link) for part in words for link in re.findall(r"https?://[^\s\"'<>）)]+", part)]


def mornings(first: date, last: date) -> list[datetime]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [datetime.combine(day, time(8, 31), LOCAL) for day in days]


TODAY = date(2026, 11, 16)


@pytest.fixture
def month(begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer) -> Runtime:
    """A bureau whose October and half of November went by; an enterprise and an agency have filed for September."""
    runtime = begin(MONTHLY_REPORT, GAOQI, PATROL, on="2026-10-01 08:00", **with_mail)
    has_agency(runtime, QINGHE)
    for morning in mornings(date(2026, 10, 1), TODAY):
        tick(runtime, morning)
    with writing(runtime.engine) as session:
        for enterprise in (JINGGONG, QINGHE):
            again(session, task_of(session, enterprise, "2026-09"), "rd_monthly", 1)
    files(runtime, JINGGONG, "2026-11-16 08:40", "2026-09")
    files(runtime, QINGHE, "2026-11-16 08:40", "2026-09")
    return runtime


@pytest.fixture
def client(month: Runtime) -> TestClient:
    return TestClient(create_app(month, lambda: at("2026-11-16 09:00")), month.settings.base_url)


def test_every_link_of_every_mail_of_a_month_opened_twice_changes_nothing(
    month: Runtime, client: TestClient, mailbox: ReceivingServer
) -> None:
    links = {link for mail in mailbox.messages for link in links_in(mail.message)}
    before = rows(month)

    opened = {link: [client.get(link).status_code for _ in range(2)] for link in links}

    assert {link.split("/")[3] for link in links} >= {"desk", "filing", "agency"}
    assert all(codes == [200, 200] for codes in opened.values()), opened
    assert rows(month) == before


def test_every_page_that_can_be_reached_from_a_mail_opened_twice_changes_nothing(
    month: Runtime, client: TestClient, mailbox: ReceivingServer
) -> None:
    links = [link for mail in mailbox.messages for link in links_in(mail.message)]
    links.append(month.links.office(TODAY))
    before = rows(month)

    opened = dict(walk(month, client, links))

    assert {page: codes for page, codes in opened.items() if codes != [200, 200]} == {}
    assert {kind_of(page) for page in opened} >= PAGES
    assert rows(month) == before


OF_A_KIND = 12
PDF = "pdf"
"""LibreOffice takes seconds for each: one will do."""
PAGES = {
    "filing",
    "filing/receipt",
    "filing/promise",
    "filing/handover",
    "agency",
    "agency/promise",
    "agency/tasks/N",
    "agency/tasks/N/receipt",
    "desk",
    "desk/filings",
    "desk/filings/N",
    "desk/filings/N/file",
    "desk/filings/calls",
    "desk/filings/export/matrix",
    "desk/letters",
    "desk/letters/N",
    "desk/roster",
    "desk/roster/N",
    "desk/plan/N",
    "office",
    "office/outbox/N",
    "office/digests/2026-10",
}
"""Some that the walk must have come by, or it followed nothing."""


def kind_of(page: str) -> str:
    """desk 4 filings/12/file?said=… → desk/filings/N/file; a day leads to the next one without end."""
    purpose, _, _, rest = page.partition("?")[0].split(" ", 3)
    if rest.endswith(".pdf"):
        return PDF
    return re.sub(r"/\d+(?=/|$)", "/N", re.sub(r"/\d{4}-\d{2}-\d{2}", "/DAY", f"{purpose}{rest}"))


def walk(month: Runtime, client: TestClient, links: Iterable[str]) -> Iterator[tuple[str, list[int]]]:
    """The pages that can be reached by links and by forms that only ask, breadth first, each opened twice; of those
    that differ by a number or a question a dozen."""
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    ahead = deque(links)
    while ahead:
        address = ahead.popleft()
        most = 1 if kind_of(page := named(month, address)) == PDF else OF_A_KIND
        if page in seen or kinds[kind_of(page)] == most:
            continue
        seen.add(page)
        kinds[kind_of(page)] += 1
        answers = [client.get(address) for _ in range(2)]
        yield page, [answer.status_code for answer in answers]
        if "html" in answers[0].headers["content-type"]:
            ahead.extend(leads(address, answers[0].text, month.settings.base_url))


def named(month: Runtime, address: str) -> str:
    """A page by who opens it and where: every mail brings a token of its own for the same one."""
    found = urlsplit(address)
    purpose, _, rest = found.path.strip("/").partition("/")
    token, slash, below = rest.partition("/")
    if purpose not in ("desk", "filing", "agency", "office"):
        return f"{purpose} - - {rest}"
    ticket = month.links.read(token, purpose, TODAY)
    return f"{purpose} {ticket.subject} {ticket.task} {slash}{below}" + (f"?{found.query}" if found.query else "")


def leads(address: str, page: str, site: str) -> Iterator[str]:
    found = BeautifulSoup(page, "lxml")
    for link in found.select("a[href], link[href]"):
        yield from of_site(address, str(link["href"]), site)
    for form in found.select("form:not([method=post])"):
        yield from of_site(address, f"{form.get('action') or ''}?{urlencode(sent_untouched(form))}", site)


def of_site(address: str, link: str, site: str) -> Iterator[str]:
    whole = urldefrag(urljoin(address, link)).url
    if whole.startswith(f"{site}/"):
        yield whole
