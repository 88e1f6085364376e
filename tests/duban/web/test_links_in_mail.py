"""Every link of every mail of a month may be opened by whoever scans mail: opening changes nothing."""

import html
import re
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import SQLModel, select

from cast import GAOQI, MONTHLY_REPORT, PATROL, at
from conftest import Begin
from duban.web.app import create_app
from flows.running import tick
from flows.runtime import Runtime
from plans.database import writing
from plans.tables import Agency, Enterprise
from plans.zone import LOCAL
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


def test_every_link_of_every_mail_of_a_month_opened_twice_changes_nothing(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(MONTHLY_REPORT, GAOQI, PATROL, on="2026-10-01 08:00", **with_mail)
    with writing(runtime.engine) as session:
        agency = Agency(name="云账代理有限公司", contact="吴会计", email="wu@yunzhang.example")
        session.add(agency)
        session.flush()
        qinghe = session.exec(select(Enterprise).where(Enterprise.name == "青禾药业有限公司")).one()
        qinghe.agency_id = agency.id
        session.add(qinghe)
    for morning in mornings(date(2026, 10, 1), date(2026, 11, 4)):
        tick(runtime, morning)
    links = {link for mail in mailbox.messages for link in links_in(mail.message)}
    before = rows(runtime)

    client = TestClient(create_app(runtime, lambda: at("2026-11-04 09:00")), runtime.settings.base_url)
    opened = {link: [client.get(link).status_code for _ in range(2)] for link in links}

    assert {link.split("/")[3] for link in links} >= {"desk", "filing", "agency"}
    assert all(codes == [200, 200] for codes in opened.values()), opened
    assert rows(runtime) == before
