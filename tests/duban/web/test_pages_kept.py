"""Pages made from what is kept: everybody still sees their own, and at once what was written since."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient

from flows.runtime import Runtime
from plans.agenda import assignee_of
from plans.database import writing
from plans.people import find_person
from plans.periods import Period, Span
from plans.tables import Enterprise
from tasks.states import State
from tasks.tables import Task

SIXTY_KB = 60_000
MONTHS = [*Period.parse("2024").split(Span.MONTH), *Period.parse("2025").split(Span.MONTH)]
CELL = re.compile(r'<a class="badge [a-z]+" href="([^"]+)"')


def test_each_person_sees_their_own_desk_whoever_looked_before(
    client: TestClient, desk_of: Callable[[str], str], seated: Callable[..., TestClient]
) -> None:
    signed_in = {name: seated(name) for name in ("李明", "王芳")}
    for _ in range(2):
        for name, other in (("李明", "王芳"), ("王芳", "李明")):
            for page in (client.get(desk_of(name)).text, signed_in[name].get("/desk/me").text):
                assert f"{name}，您好" in page
                assert f"{other}，您好" not in page


def test_a_link_and_an_account_lead_to_the_same_things_at_their_own_addresses(
    client: TestClient, desk_of: Callable[[str], str], seated: Callable[..., TestClient], task_of: Callable[..., Task]
) -> None:
    number = task_of("责任网格整治").id
    for _ in range(2):
        assert f'href="{desk_of("王芳").partition("8320")[2]}/tasks/{number}"' in client.get(desk_of("王芳")).text
        assert f'href="/desk/me/tasks/{number}"' in seated("王芳").get("/desk/me").text


def test_what_was_done_is_gone_from_the_desk_at_once(
    client: TestClient, desk_of: Callable[[str], str], task_of: Callable[..., Task]
) -> None:
    desk, number = desk_of("王芳"), task_of("责任网格整治").id
    assert f'id="t{number}"' in client.get(desk).text

    client.post(f"{desk}/tasks/{number}/done", data={"note": "已巡查"})

    assert f'id="t{number}"' not in client.get(desk).text


def test_a_link_that_was_ended_opens_nothing_though_its_page_was_just_looked_at(
    client: TestClient, bureau: Runtime, desk_of: Callable[[str], str]
) -> None:
    desk = desk_of("王芳")
    assert client.get(desk).status_code == 200
    with writing(bureau.engine) as session:
        find_person(session, "王芳").link_version += 1

    assert client.get(desk).status_code == 410


def test_the_cells_of_the_matrix_open_reports_from_either_page(
    client: TestClient, office: str, desk_of: Callable[[str], str]
) -> None:
    for address in (f"{desk_of('李明')}/filings", f"{office}/matrix", f"{desk_of('李明')}/filings?state=owing&page=1"):
        cells = CELL.findall(client.get(address).text)
        assert len(cells) == 3
        assert [client.get(urljoin(address, cell)).status_code for cell in cells] == [200] * 3


def test_what_is_filed_stands_in_the_matrix_at_once(
    client: TestClient, office: str, filing_of: Callable[[str], str]
) -> None:
    assert "已报 0/3" in client.get(f"{office}/matrix").text

    client.post(filing_of("青禾药业有限公司"), data={"zero": "1", "filler": "钱会计", "phone": "139"})

    assert "已报 1/3" in client.get(f"{office}/matrix").text


@pytest.fixture
def years_of_many(bureau: Runtime, task_of: Callable[..., Task]) -> None:
    """Two years of fifty enterprises: the last month of each is late, the others are in."""
    model = task_of("研发月报", "云溪精工有限公司").model_dump(exclude={"id", "period", "assignee", "enterprise_id"})
    usual: dict[str, Any] = {"contact": "赵会计", "phone": "13900000001", "weight": Decimal(1000)}
    with writing(bureau.engine) as session:
        firms = [Enterprise(name=f"云溪第{number}号新材料有限公司", **usual) for number in range(50)]
        session.add_all(firms)
        session.flush()
        for firm in firms:
            who: dict[str, Any] = {"assignee": assignee_of(firm.id or 0), "enterprise_id": firm.id}
            session.add_all(Task(**model | who | _state(month), period=month.key) for month in MONTHS)


def _state(month: Period) -> dict[str, Any]:
    return {"state": State.OPEN if month.first.month == 12 else State.DONE}


def test_a_full_page_of_the_matrix_stays_light(client: TestClient, years_of_many: None, office: str) -> None:
    page = client.get(f"{office}/matrix?month=2024-12")
    style = client.get("/static/duban.css").headers

    assert len(CELL.findall(page.text)) == 50 * 12
    assert len(page.content) + int(style["content-length"]) < SIXTY_KB


def test_styles_are_compressed_and_kept_but_asked_for_and_pages_are_neither(client: TestClient, office: str) -> None:
    style, page = client.get("/static/duban.css").headers, client.get(office).headers
    again = client.get("/static/duban.css", headers={"If-None-Match": style["etag"]})

    assert (style["content-encoding"], style["cache-control"], again.status_code) == ("gzip", "no-cache", 304)
    assert ("content-encoding" not in page, page["cache-control"]) == (True, "no-store")
