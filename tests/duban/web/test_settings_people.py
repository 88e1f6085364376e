"""设置·人员: people are added, moved, let go and given accounts; who may not is refused, who comes second is told."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import col, select

from flows.runtime import Runtime
from plans.account_tables import Account
from plans.accounts import check_password
from plans.database import reading
from plans.people import find_person
from plans.tables import Deputy, Office, Person
from tasks.tables import ItemChange

Seated = Callable[..., TestClient]
PEOPLE = "/office/me/settings/people"
HOSTILE = '<img src=x onerror=alert(1)>=cmd|"'


@pytest.fixture
def admin(seated: Seated) -> TestClient:
    return seated("陈平", "admin")


def person(bureau: Runtime, name: str) -> Person:
    with reading(bureau.engine) as session:
        return find_person(session, name)


def account(bureau: Runtime, name: str) -> Account | None:
    with reading(bureau.engine) as session:
        return session.exec(select(Account).where(Account.person_id == find_person(session, name).id)).first()


def page_of(admin: TestClient, bureau: Runtime, name: str) -> tuple[str, str]:
    """A person's address and what its forms carry."""
    address = f"{PEOPLE}/{person(bureau, name).id}"
    found = re.search(r'name="seen" value="(\w+)"', admin.get(address).text)
    assert found
    return address, found[1]


def press(admin: TestClient, bureau: Runtime, name: str, verb: str, **typed: str) -> Response:
    address, seen = page_of(admin, bureau, name)
    answer: Response = admin.post(f"{address}/{verb}", data={"seen": seen, **typed})
    return answer


@pytest.mark.parametrize("path", ["people", "people/1", "offices", "deputies"])
@pytest.mark.parametrize(("name", "duty", "status"), [("王芳", "", 403), ("林岚", "", 403), ("王芳", "office", 200)])
def test_the_pages_of_people_are_for_administrators_and_the_office(
    seated: Seated, path: str, name: str, duty: str, status: int
) -> None:
    assert seated(name, duty).get(f"/office/me/settings/{path}").status_code == status


def test_a_link_of_the_whole_bureau_does_not_open_them(client: TestClient, office: str) -> None:
    assert client.get(f"{office}/settings/people").status_code == 403


def test_the_office_keeps_people_but_no_accounts(seated: Seated, bureau: Runtime) -> None:
    clerk = seated("王芳", "office")
    address, seen = page_of(clerk, bureau, "李明")
    assert "开账号" not in clerk.get(address).text
    for verb in ("open", "password", "duty", "close", "again"):
        typed = {"seen": seen, "login": "li", "duty": "admin"}
        assert clerk.post(f"{address}/account/{verb}", data=typed).status_code == 403
    assert account(bureau, "李明") is None


def test_a_person_is_added_and_found(admin: TestClient, bureau: Runtime) -> None:
    typed = {"name": " 何静 ", "mail": "he@yunxi.example", "office": "1", "role": "staff"}
    answer = admin.post(PEOPLE, data=typed)
    assert answer.status_code == 303
    made = person(bureau, "何静")
    assert (made.email, made.office_id, made.role, made.active) == ("he@yunxi.example", 1, "staff", True)
    assert "何静" in admin.get(f"{PEOPLE}?q=yunxi").text
    assert "没有找到" in admin.get(f"{PEOPLE}?q=%25").text


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(admin: TestClient) -> None:
    answer = admin.post(PEOPLE, data={"name": "李明", "mail": HOSTILE, "office": "99", "role": "king"})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    faults = {one["id"]: one.text for one in page.select(".fault")}
    assert faults.keys() == {"add-name-fault", "add-mail-fault", "add-office-fault", "add-role-fault"}
    assert "已经有叫李明的人" in faults["add-name-fault"]
    assert page.select_one("#add-mail")["value"] == HOSTILE  # type: ignore[index]
    assert page.find("img", src="x") is None


def test_mail_office_and_role_are_changed_and_the_second_tab_is_told(admin: TestClient, bureau: Runtime) -> None:
    address, seen = page_of(admin, bureau, "李明")
    first = {"seen": seen, "mail": "new@yunxi.example", "office": "2", "role": "office_head"}
    assert admin.post(f"{address}/change", data=first).headers["location"].endswith("?said=changed")
    second = admin.post(f"{address}/change", data={**first, "mail": "late@yunxi.example"})
    assert second.status_code == 409
    assert "刚刚被别人改过" in second.text
    changed = person(bureau, "李明")
    assert (changed.email, changed.office_id, changed.role) == ("new@yunxi.example", 2, "office_head")


def test_who_leaves_is_shown_with_what_is_left_and_it_is_given_on(admin: TestClient, bureau: Runtime) -> None:
    before = person(bureau, "李明").link_version
    assert press(admin, bureau, "李明", "leave").headers["location"].endswith("said=left")
    gone = person(bureau, "李明")
    assert (gone.active, gone.link_version) == (False, before + 1)
    address, _ = page_of(admin, bureau, "李明")
    assert "培育高新技术企业" in admin.get(address).text
    assert press(admin, bureau, "李明", "reassign", to="").status_code == 422
    assert press(admin, bureau, "李明", "reassign", to="王芳").status_code == 303
    assert "没有交接" not in admin.get(address).text
    with reading(bureau.engine) as session:
        trail = session.exec(select(ItemChange).order_by(col(ItemChange.id))).all()
    assert {row.by for row in trail} == {"陈平"}
    assert ("李明（在岗）", "李明（离岗）") in {(row.before, row.after) for row in trail}
    assert press(admin, bureau, "李明", "back").status_code == 303
    assert person(bureau, "李明").active


def test_the_last_administrator_neither_leaves_nor_loses_it(admin: TestClient, bureau: Runtime) -> None:
    for verb, typed in {"leave": {}, "account/close": {}, "account/duty": {"duty": "office"}}.items():
        answer = press(admin, bureau, "陈平", verb, **typed)
        assert answer.status_code == 422
        assert "最后一" in answer.text
    assert person(bureau, "陈平").active


def test_an_administrator_who_left_does_not_count_as_one(admin: TestClient, bureau: Runtime) -> None:
    press(admin, bureau, "王芳", "account/open", login="wang", duty="admin")
    press(admin, bureau, "王芳", "leave")
    assert press(admin, bureau, "陈平", "leave").status_code == 422


def test_an_account_is_opened_with_a_password_that_is_shown_once(admin: TestClient, bureau: Runtime) -> None:
    answer = press(admin, bureau, "李明", "account/open", login="LiMing", duty="office")
    key = BeautifulSoup(answer.text, "html.parser").select(".key b")[1].text
    with reading(bureau.engine) as session:
        opened = check_password(session, "liming", key)
        assert opened is not None
        assert (opened.duty, key in opened.password_hash) == ("office", False)
    address, _ = page_of(admin, bureau, "李明")
    assert key not in admin.get(address).text
    again = press(admin, bureau, "李明", "account/password")
    new = BeautifulSoup(again.text, "html.parser").select(".key b")[1].text
    with reading(bureau.engine) as session:
        assert check_password(session, "liming", key) is None
        assert check_password(session, "liming", new) is not None


def test_a_refused_account_keeps_what_was_typed(admin: TestClient, bureau: Runtime) -> None:
    answer = press(admin, bureau, "李明", "account/open", login="a b", duty="office")
    assert answer.status_code == 422
    assert 'value="a b"' in answer.text


def test_an_account_is_given_a_duty_closed_and_opened_again(admin: TestClient, bureau: Runtime) -> None:
    press(admin, bureau, "李明", "account/open", login="liming", duty="")
    press(admin, bureau, "李明", "account/duty", duty="admin")
    press(admin, bureau, "李明", "account/close")
    closed = account(bureau, "李明")
    assert closed is not None
    assert (closed.duty, closed.active) == ("admin", False)
    press(admin, bureau, "李明", "account/again")
    assert (account(bureau, "李明") or closed).active


def test_links_sent_so_far_open_nothing_any_more(
    admin: TestClient, client: TestClient, bureau: Runtime, desk_of: Callable[[str], str]
) -> None:
    link = desk_of("李明")
    assert client.get(link).status_code == 200
    press(admin, bureau, "李明", "links")
    assert client.get(link).status_code == 410
    assert client.get(desk_of("李明")).status_code == 200


@pytest.mark.parametrize("address", [f"{PEOPLE}/999", f"{PEOPLE}/1/fly"])
def test_nobody_and_no_such_button_are_not_found(admin: TestClient, address: str) -> None:
    answer = admin.get(address) if address.endswith("999") else admin.post(address, data={})
    assert answer.status_code == 404


def test_an_office_is_added_named_anew_and_removed_when_nobody_is_in_it(admin: TestClient, bureau: Runtime) -> None:
    offices = "/office/me/settings/offices"
    assert admin.post(offices, data={"name": "规划股"}).status_code == 303
    twice = admin.post(offices, data={"name": "规划股"})
    assert twice.status_code == 422
    assert "已经有“规划股”了" in twice.text

    def seen(number: int) -> str:
        page = BeautifulSoup(admin.get(offices).text, "html.parser")
        form = page.select_one(f'form[action$="/offices/{number}/rename"] [name=seen]')
        return str(form["value"]) if form else ""

    before = seen(3)
    assert admin.post(f"{offices}/3/rename", data={"name": "成果股", "seen": before}).status_code == 303
    late = admin.post(f"{offices}/3/rename", data={"name": "外资股", "seen": before})
    assert late.status_code == 409
    assert "外资股" in late.text
    held = admin.post(f"{offices}/1/remove", data={"seen": seen(1)})
    assert held.status_code == 422
    assert "创新股里还有陈平、李明" in held.text
    assert admin.post(f"{offices}/3/remove", data={"seen": seen(3)}).status_code == 303
    assert admin.post(f"{offices}/3/remove", data={"seen": "x"}).status_code == 422
    with reading(bureau.engine) as session:
        assert set(session.exec(select(Office.name))) == {"创新股", "综合股"}


def test_a_deputy_is_set_and_ended_for_anybody(admin: TestClient, bureau: Runtime) -> None:
    deputies = "/office/me/settings/deputies"
    wrong = admin.post(deputies, data={"name": "李明", "to": "", "from": "morgen", "until": "2026-10-16"})
    assert wrong.status_code == 422
    assert wrong.text.count('class="fault"') == 2
    typed = {"name": "李明", "to": "王芳", "from": "2026-10-12", "until": "2026-10-16"}
    assert admin.post(deputies, data=typed).status_code == 303
    twice = admin.post(deputies, data=typed)
    assert (twice.status_code, "已由王芳代理" in twice.text) == (422, True)
    assert "代理中" in admin.get(deputies).text
    assert admin.post(f"{deputies}/1/end").status_code == 303
    assert admin.post(f"{deputies}/1/end").status_code == 409
    with reading(bureau.engine) as session:
        assert session.exec(select(Deputy)).all() == []


def test_the_index_names_what_the_seat_may_open_and_nothing_else(seated: Seated) -> None:
    page = BeautifulSoup(seated("王芳", "office").get("/office/me/settings").text, "html.parser")
    links = [str(one["href"]).rpartition("/")[2] for one in page.select("main .sections a")]
    assert links == ["people", "offices", "deputies"]
