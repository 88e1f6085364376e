"""设置·措辞: sentences are changed as a form, looked at before they are kept, and heard in the next mail."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from httpx import Response

from flows.current import follow
from flows.runtime import Runtime
from notifications.wordings import groups

Seated = Callable[..., TestClient]
WORDINGS = "/office/me/settings/wordings"


@pytest.fixture
def admin(seated: Seated) -> TestClient:
    return seated("陈平", "admin")


def shown(admin: TestClient, group: str) -> dict[str, str]:
    page = BeautifulSoup(admin.get(f"{WORDINGS}/{group}").text, "html.parser")
    sentences = {str(one["name"]): one.text for one in page.select("main form textarea")}
    return sentences | {str(one["name"]): str(one["value"]) for one in page.select("main form input")}


def post(admin: TestClient, group: str, do: str = "save", **typed: str) -> Response:
    answer: Response = admin.post(f"{WORDINGS}/{group}", data={**shown(admin, group), "do": do, **typed})
    return answer


@pytest.mark.parametrize(("name", "duty"), [("李明", ""), ("陈平", ""), ("林岚", ""), ("王芳", "office")])
def test_only_an_administrator_opens_wordings(seated: Seated, name: str, duty: str) -> None:
    browser = seated(name, duty)
    assert browser.get(WORDINGS).status_code == 403
    assert browser.post(f"{WORDINGS}/staff", data={"greeting": "您好"}).status_code == 403


@pytest.mark.parametrize("group", groups())
def test_a_group_is_shown_as_it_is_said_now(admin: TestClient, group: str) -> None:
    known = groups()[group]
    assert known.name in admin.get(WORDINGS).text
    fields = shown(admin, group)
    assert {key: fields[key] for key in known.sentences} == {key: one.text for key, one in known.sentences.items()}
    assert "现在是这样" in admin.get(f"{WORDINGS}/{group}").text


def test_nothing_changed_is_nothing_kept_and_a_change_is_heard(admin: TestClient, bureau: Runtime) -> None:
    following = follow(bureau)
    post(admin, "enterprise")
    assert following.runtime.wordings.own.get("enterprise", {}) == {}

    answer = post(admin, "enterprise", firm_subject="{title}请补报：已过期")

    assert answer.headers["location"].endswith("/wordings/enterprise?said=saved")
    assert following.runtime.wordings.own["enterprise"] == {"firm_subject": "{title}请补报：已过期"}
    assert "研发投入月报请补报：已过期" in admin.get(f"{WORDINGS}/enterprise").text
    assert "改了1句" in admin.get(WORDINGS).text
    post(admin, "enterprise", firm_subject="")
    assert following.runtime.wordings.own["enterprise"] == {}


def test_looking_shows_the_new_words_and_keeps_nothing(admin: TestClient, bureau: Runtime) -> None:
    hostile = "<b>{name}</b>"
    answer = post(admin, "staff", "look", greeting=hostile)
    page = BeautifulSoup(answer.text, "html.parser")
    assert "保存后是这样" in page.text
    assert "<b>责任人</b>" in page.text
    assert page.select_one("#greeting").text == hostile  # type: ignore[union-attr]
    assert not (bureau.settings.data / "wordings").exists()


def test_a_place_that_is_not_there_is_named_beside_its_sentence(admin: TestClient, bureau: Runtime) -> None:
    answer = post(admin, "letter", title="关于{thing}", please="请{速")
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    faults = {str(one["id"]): one.text for one in page.select(".fault")}
    assert faults == {
        "title-fault": "不认识“{thing}”：这一句能用的有 {title}。",
        "please-fault": "花括号不成对：这一句不能用花括号。",
    }
    assert page.select_one("#title").text == "关于{thing}"  # type: ignore[union-attr]
    assert not (bureau.settings.data / "wordings").exists()


def test_the_second_tab_sees_what_the_first_kept(admin: TestClient) -> None:
    before = shown(admin, "staff")
    post(admin, "staff", greeting="尊敬的{name}：")
    late = admin.post(f"{WORDINGS}/staff", data={**before, "greeting": "{name}："})
    assert late.status_code == 409
    assert "称呼：尊敬的{name}：" in late.text
    assert ">{name}：</textarea>" in late.text
    now = re.search(r'name="seen" value="(\w+)"', late.text)
    assert now
    again = admin.post(f"{WORDINGS}/staff", data={**before, "greeting": "{name}：", "seen": now[1]})
    assert again.status_code == 303


def test_a_group_that_is_not_there_is_not_found(admin: TestClient) -> None:
    assert admin.get(f"{WORDINGS}/nobody").status_code == 404
