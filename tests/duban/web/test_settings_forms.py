"""设置·报表 and 业务线: files are checked before they are kept; looking at a form hands nothing in."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from flows.current import follow
from flows.runtime import Runtime
from plans.database import writing
from plans.programmes import load_programmes
from plans.tables import PlanItem
from tasks.filings import file_answers
from tasks.form import load_forms
from tasks.tables import Task
from tasks.verbs import Act

Seated = Callable[..., TestClient]
FORMS = "/office/me/settings/forms"
PROGRAMMES = "/office/me/settings/programmes"
NEED = """key: xuqiu
name: 技术需求表<b>
fields:
  - {key: what, label: 需求<script>, text: true}
  - {key: sum, label: 预计投入, unit: 万元}
"""
OWN = """zhiku:
  name: 智库
  kind: goal
  words: [智库, 专家咨询]
rd_monthly:
  name: 研发费用月报
"""


@pytest.fixture
def admin(seated: Seated) -> TestClient:
    return seated("陈平", "admin")


def seen(admin: TestClient, address: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', admin.get(address).text)
    assert found
    return found[1]


def upload(admin: TestClient, address: str, content: str | bytes, mark: str = "", name: str = "x.yaml") -> Response:
    file = content.encode() if isinstance(content, str) else content
    answer: Response = admin.post(address, data={"seen": mark or seen(admin, address)}, files={"file": (name, file)})
    return answer


def wrong(answer: Response) -> list[tuple[str, str]]:
    page = BeautifulSoup(answer.text, "html.parser")
    quotes = [(one.select_one(".number"), one.select_one("code")) for one in page.select(".wrong li")]
    return [(line.text if line else "", quote.text if quote else "") for line, quote in quotes]


@pytest.mark.parametrize("address", [FORMS, PROGRAMMES])
@pytest.mark.parametrize(("name", "duty"), [("李明", ""), ("陈平", ""), ("林岚", ""), ("王芳", "office")])
def test_only_an_administrator_opens_them(seated: Seated, address: str, name: str, duty: str) -> None:
    browser = seated(name, duty)
    assert browser.get(address).status_code == 403
    assert browser.post(address, data={"seen": "x"}).status_code == 403


def test_a_form_is_seen_as_the_enterprise_sees_it_and_cannot_be_handed_in(admin: TestClient) -> None:
    listed = admin.get(FORMS).text
    assert all(form.name in listed for form in load_forms().known.values())
    page = BeautifulSoup(admin.get(f"{FORMS}/rd_monthly").text, "html.parser")
    form = load_forms()["rd_monthly"]
    assert {str(one["name"]) for one in page.select(".sample input")} == {"zero", *form.by_key}
    assert page.select(".sample form, .sample button") == []
    assert page.select("form input[name=zero]") == []


def test_a_form_is_uploaded_used_downloaded_and_removed(admin: TestClient, bureau: Runtime) -> None:
    following = follow(bureau)
    assert upload(admin, FORMS, "\ufeff" + NEED).headers["location"].endswith("/forms/xuqiu?said=form_saved")
    assert following.runtime.forms["xuqiu"].fields[1].unit == "万元"
    page = admin.get(f"{FORMS}/xuqiu")
    assert BeautifulSoup(page.text, "html.parser").find("script") is None
    assert "技术需求表&lt;b&gt;" in page.text
    file = admin.get(f"{FORMS}/xuqiu/file")
    assert (file.text, "attachment" in file.headers["content-disposition"]) == (NEED, True)
    assert admin.post(f"{FORMS}/xuqiu/remove", data={"seen": seen(admin, FORMS)}).status_code == 303
    assert "xuqiu" not in following.runtime.forms
    assert admin.get(f"{FORMS}/xuqiu").status_code == 404


def test_a_form_with_faults_is_told_line_by_line_and_not_kept(admin: TestClient, bureau: Runtime) -> None:
    broken = NEED.replace("unit: 万元", "unti: 万元").replace("text: true", "text: maybe")
    answer = upload(admin, FORMS, broken, name="<i>需求.yaml")
    assert answer.status_code == 422
    assert {line for line, _ in wrong(answer)} == {"第 4 行", "第 5 行"}
    assert "- {key: sum, label: 预计投入, unti: 万元}" in {quote for _, quote in wrong(answer)}
    assert "&lt;i&gt;需求.yaml" in answer.text
    assert not (bureau.settings.data / "forms").exists()


@pytest.mark.parametrize("address", [FORMS, PROGRAMMES])
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"- a\n- b", b"a: [", b"{" * 2000, "键: \0".encode(), b"x" * 1_100_000],
    ids=["nothing", "no utf-8", "a zip", "a list", "half", "braces", "a nul", "too long"],
)
def test_no_bad_file_is_kept(admin: TestClient, bureau: Runtime, address: str, content: bytes) -> None:
    answer = upload(admin, address, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert [path.name for path in bureau.settings.data.rglob("*.yaml")] == []


def test_a_form_that_items_use_stays(admin: TestClient, bureau: Runtime) -> None:
    shipped = admin.get(f"{FORMS}/rd_monthly/file").text
    assert upload(admin, FORMS, shipped.replace("name: ", "name: 云溪", 1)).status_code == 303
    assert "不能删去" in admin.get(f"{FORMS}/rd_monthly").text
    answer = admin.post(f"{FORMS}/rd_monthly/remove", data={"seen": seen(admin, FORMS)})
    assert (answer.status_code, "“研发月报”用着这张报表" in answer.text) == (422, True)
    foreign = admin.post(f"{FORMS}/gaoqi_annual/remove", data={"seen": seen(admin, FORMS)})
    assert "不是本局自己的" in foreign.text
    assert (bureau.settings.data / "forms" / "rd_monthly.yaml").exists()


def test_figures_that_were_filed_keep_their_unit(admin: TestClient, bureau: Runtime) -> None:
    form = load_forms()["rd_monthly"]
    with writing(bureau.engine) as session:
        task = session.exec(select(Task).join(PlanItem).where(PlanItem.form == "rd_monthly").limit(1)).one()
        typed = {field.key: "甲" if field.text else "1" for field in form.fields} | {"zero": "1"}
        file_answers(session, task, form, typed, Act("赵会计", "page", task.opened_at))
    shipped = admin.get(f"{FORMS}/rd_monthly/file").text
    assert "万元" in shipped
    answer = upload(admin, FORMS, shipped.replace("万元", "亿元"))
    assert (answer.status_code, "请另起一个 key" in answer.text) == (422, True)


@pytest.mark.parametrize(("address", "content"), [(FORMS, NEED), (PROGRAMMES, OWN)])
def test_the_second_tab_is_told(admin: TestClient, address: str, content: str) -> None:
    before = seen(admin, address)
    assert upload(admin, address, content, before).status_code == 303
    late = upload(admin, address, content.replace("name: ", "name: 新", 1), before)
    assert (late.status_code, "刚刚被别人改过" in late.text) == (409, True)
    assert "name: 新" not in admin.get(f"{FORMS}/xuqiu/file" if address == FORMS else f"{PROGRAMMES}/file/own").text


@pytest.mark.parametrize("key", ["nobody", "..%2Fsecret", "%2e%2e"])
def test_nothing_outside_the_forms_is_read(admin: TestClient, key: str) -> None:
    assert admin.get(f"{FORMS}/{key}/file").status_code == 404


def test_a_broken_own_form_is_shown_with_its_line(admin: TestClient, bureau: Runtime) -> None:
    folder = bureau.settings.data / "forms"
    folder.mkdir(parents=True)
    (folder / "kaput.yaml").write_text("key: kaput\nname: 破\nfields: 5\n", encoding="utf-8")
    assert "读不懂" in admin.get(FORMS).text
    assert wrong(admin.get(f"{FORMS}/kaput"))[0][0] == "第 3 行"
    assert admin.post(f"{FORMS}/kaput/remove", data={"seen": seen(admin, FORMS)}).status_code == 303
    assert not (folder / "kaput.yaml").exists()


def test_the_bureaus_programmes_are_kept_followed_downloaded_and_dropped(admin: TestClient, bureau: Runtime) -> None:
    following = follow(bureau)
    assert upload(admin, PROGRAMMES, OWN).status_code == 303
    assert following.runtime.programmes["zhiku"].words == ("智库", "专家咨询")
    assert following.runtime.programmes["rd_monthly"].form == "rd_monthly"
    assert "研发费用月报" in admin.get(PROGRAMMES).text
    assert admin.get(f"{PROGRAMMES}/file/own").text == OWN
    assert "cadence" in admin.get(f"{PROGRAMMES}/file/shipped").text
    assert admin.post(f"{PROGRAMMES}/remove", data={"seen": seen(admin, PROGRAMMES)}).status_code == 303
    assert following.runtime.programmes == load_programmes()
    assert admin.get(f"{PROGRAMMES}/file/own").status_code == 404


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("  knid: goal", "不认识“knid”这一项"),
        ("  kind: king", "“kind”只能写：goal、filing、review、duty"),
        ("  cadence: sometimes", "sometimes"),
        ("  ladder: 加急", "没有“加急”这个催办阶梯"),
        ("  form: rd_weekly", "没有“rd_weekly”这张报表"),
        ("  skip_months: [13]", "“skip_months”里请写1到12"),
        ("  cut_off_days: 99", "“cut_off_days”的数字太大了"),
        ("  words: 智库", "“words”请写在方括号里"),
    ],
)
def test_what_is_wrong_with_programmes_is_told_with_its_line(admin: TestClient, line: str, told: str) -> None:
    rest = "" if line.startswith("  kind") else "  kind: goal\n"
    answer = upload(admin, PROGRAMMES, f"zhiku:\n  name: 智库\n{line}\n{rest}")
    assert answer.status_code == 422
    assert ("第 3 行", line.strip()) in wrong(answer)
    assert told in BeautifulSoup(answer.text, "html.parser").text


def test_a_programme_that_items_have_stays(admin: TestClient, bureau: Runtime) -> None:
    upload(admin, PROGRAMMES, OWN)
    with writing(bureau.engine) as session:
        session.exec(select(PlanItem).limit(1)).one().programme = "zhiku"
    missing = upload(admin, PROGRAMMES, "rd_monthly: {name: 月报}\n")
    assert "少了“zhiku”" in missing.text
    dropped = admin.post(f"{PROGRAMMES}/remove", data={"seen": seen(admin, PROGRAMMES)})
    assert (dropped.status_code, "不能恢复自带的" in dropped.text) == (422, True)
    assert "智库" in admin.get(PROGRAMMES).text
