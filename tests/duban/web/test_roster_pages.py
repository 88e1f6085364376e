"""企业 on people's own pages: who looks, who changes, and a file that is looked at before it is imported."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from flows.roster import Filer, hand_over
from flows.runtime import Runtime
from flows.workbook import MEDIA_TYPE
from plans.database import reading, writing
from plans.tables import Enterprise
from support.rosters import excel
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act

Desk = Callable[[str], str]
Dump = Callable[[], dict[str, list[Any]]]
QINGHE = "青禾药业有限公司"
HEADS = "企业名称 填报人 手机 邮箱 上年研发费用（万元）"


@pytest.fixture
def roster(desk_of: Desk) -> str:
    """The roster of 李明, who owns the monthly report."""
    return f"{desk_of('李明')}/roster"


def named(session: Session, name: str) -> Enterprise:
    return session.exec(select(Enterprise).where(Enterprise.name == name)).one()


def upload(client: TestClient, roster: str, content: bytes, name: str = "名册.xlsx") -> Any:
    return client.post(f"{roster}/import", files={"file": (name, content, MEDIA_TYPE)})


def ticked(page: Any) -> dict[str, str]:
    """What a browser sends of the differences if nobody touched them."""
    form = BeautifulSoup(page.text, "lxml").select("main form")[-1]
    found = {str(box["name"]): "1" for box in form.select("input[type=checkbox][checked]")}
    return found | {"seen": str(form.select("input[name=seen]")[0]["value"])}


def test_the_list_says_who_files_what_is_owed_and_who_is_exempt(client: TestClient, roster: str) -> None:
    page = client.get(roster).text
    assert "钱会计 13900000002" in page
    assert "待报：2026年9月" in page
    assert page.index("云溪精工有限公司") < page.index(QINGHE)
    assert QINGHE in client.get(f"{roster}?q=钱会计").text
    assert QINGHE not in client.get(f"{roster}?q=赵会计").text
    assert "没有符合条件的企业" in client.get(f"{roster}?state=exempt").text


def test_looking_changes_nothing(client: TestClient, roster: str, everything: Dump) -> None:
    number = upload(client, roster, excel(HEADS, "新芽电子有限公司|吴|13900000009|wu@x.example|5")).headers["location"]
    before = everything()
    for address in (roster, f"{roster}/2", f"{roster}/next", f"{roster}/export", number):
        assert client.get(address).status_code == client.get(address).status_code == 200
    assert everything() == before


@pytest.mark.parametrize(("name", "status"), [("李明", 303), ("陈平", 303), ("周正", 303), ("王芳", 403)])
def test_who_leads_or_has_the_report_keeps_the_roster(
    client: TestClient, desk_of: Desk, name: str, status: int
) -> None:
    address = f"{desk_of(name)}/roster"
    assert (client.get(f"{address}/2").text.count("<form") > 0) == (status == 303)
    assert client.post(f"{address}/2/months", data={"first": "2026-07", "last": ""}).status_code == status
    assert upload(client, address, excel(HEADS, f"{QINGHE}||||560")).status_code == status


def test_a_hand_over_shows_who_it_was_and_who_it_is(client: TestClient, roster: str, filing_of: Desk) -> None:
    old = filing_of(QINGHE)
    answer = client.post(
        f"{roster}/2/hand-over", data={"name": "周会计", "mail": "zhou@q.example", "phone": "", "reason": "离职<b>"}
    )
    page = client.get(answer.headers["location"]).text
    assert "已移交" in page
    assert "钱会计 → 周会计" in page
    assert "离职&lt;b&gt;" in page
    assert client.get(old).status_code == 410


def test_what_is_refused_comes_back_with_what_was_typed(client: TestClient, roster: str, everything: Dump) -> None:
    before = everything()
    answer = client.post(f"{roster}/2/hand-over", data={"name": "周会计", "mail": "不是邮箱"})
    assert answer.status_code == 422
    assert "不是邮箱地址" in answer.text
    assert 'value="周会计"' in answer.text
    assert everything() == before


def test_an_agency_an_exemption_and_a_contact_each_have_their_form(
    client: TestClient, bureau: Runtime, roster: str
) -> None:
    assert client.post(f"{roster}/2/agency", data={"agency": "好算公司", "mail": "z@a.example"}).status_code == 303
    assert "好算公司（代账）" in client.get(f"{roster}/2").text
    assert client.post(f"{roster}/2/agency-edit", data={"contact": "郑", "mail": "z@a.example"}).status_code == 303
    assert client.post(f"{roster}/2/agency-end", data={}).status_code == 303
    assert client.post(f"{roster}/2/contact", data={"name": "王五", "phone": "13800000001"}).status_code == 303
    assert "王五" in client.get(f"{roster}/2").text
    assert client.post(f"{roster}/2/contact-remove", data={"contact": "1"}).status_code == 303
    assert client.post(f"{roster}/2/edit", data={"name": QINGHE, "weight": "560"}).status_code == 303
    assert client.post(f"{roster}/2/exempt", data={"reason": "停产", "month": "2026-09"}).status_code == 303
    with reading(bureau.engine) as session:
        states = session.exec(select(Task.state).where(Task.enterprise_id == 2, Task.period == "2026-09")).all()
    assert set(states) == {State.CANCELLED}
    assert client.post(f"{roster}/2/exempt-end").status_code == 303


def test_a_file_is_looked_at_and_what_was_ticked_is_imported(client: TestClient, bureau: Runtime, roster: str) -> None:
    content = excel(HEADS, "<b>新芽</b>有限公司|吴|1.39E+10|wu@x.example|5", f"{QINGHE}|||qian2@q.example|560")
    address = upload(client, roster, content).headers["location"]
    page = client.get(address)
    assert "&lt;b&gt;新芽&lt;/b&gt;有限公司" in page.text
    assert "第2行电话：“1.39E+10”是表格软件改写过的数字" in page.text
    sent = ticked(page)
    assert {"pick-add:0", "pick-2:email", "pick-2:weight"} <= sent.keys()
    assert "pick-2:contact" not in sent
    del sent["pick-2:email"]
    assert client.post(address, data=sent).headers["location"].endswith("said=roster_imported")
    with reading(bureau.engine) as session:
        assert (named(session, QINGHE).email, str(named(session, QINGHE).weight)) == ("qian@qinghe.example", "560.0000")
    assert "已由李明于 2026-10-12 10:00 导入" in client.get(address).text
    assert client.post(address, data=sent).status_code == 409


def test_a_roster_that_moved_meanwhile_is_shown_anew(
    client: TestClient, bureau: Runtime, roster: str, now: Any
) -> None:
    address = upload(client, roster, excel(HEADS, f"{QINGHE}||||560")).headers["location"]
    sent = ticked(client.get(address))
    with writing(bureau.engine) as session:
        hand_over(session, named(session, QINGHE), Filer("周会计", "zhou@q.example"), Act("陈平", "cli", now))
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert "名册刚被改过" in answer.text
    assert client.post(address, data=ticked(answer)).status_code == 303


def test_of_a_long_file_the_rest_has_one_box(client: TestClient, bureau: Runtime, roster: str) -> None:
    rows = (f"第{n}号材料有限公司|吴{n}|13900000009|wu{n}@x.example|5" for n in range(150))
    address = upload(client, roster, excel(HEADS, *rows)).headers["location"]
    sent = ticked(client.get(address))
    assert sum(name.startswith("pick-add") for name in sent) == 100
    assert client.post(address, data=sent | {"rest-added": "1"}).status_code == 303
    with reading(bureau.engine) as session:
        assert len(session.exec(select(Enterprise)).all()) == 153


@pytest.mark.parametrize(("content", "told"), [(b"", "请先选择一份名册文件"), (b"\x89PNG\r\n\x1a\n", "是图片")])
def test_a_file_that_is_no_roster_is_refused_on_the_list(
    client: TestClient, roster: str, content: bytes, told: str
) -> None:
    answer = upload(client, roster, content, "名册.xlsx") if content else client.post(f"{roster}/import", data={})
    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.parametrize("address", ["/99", "/import/99"])
def test_what_is_not_there_is_told(client: TestClient, roster: str, address: str) -> None:
    assert client.get(f"{roster}{address}").status_code == 404


def test_an_unknown_button_is_told(client: TestClient, roster: str) -> None:
    assert client.post(f"{roster}/2/vanish").status_code == 404
