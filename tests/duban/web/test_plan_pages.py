"""计划 on people's own pages: who looks, who changes, and that only what was changed is changed."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from sqlmodel import col, select

from cast import at
from flows.changing import revising
from flows.runtime import Runtime
from plans.database import reading, writing
from plans.tables import Person, Plan, PlanItem
from tasks.changing import edit_item
from tasks.revision import find_item
from tasks.states import State
from tasks.tables import ItemChange, Task
from tasks.verbs import Act

Desk = Callable[[str], str]
Dump = Callable[[], dict[str, list[Any]]]
GAOQI, REPORT, PATROL = 1, 2, 3


def form_of(page: Any) -> dict[str, str]:
    """What a browser would send from the page's first form if nobody touched it."""
    form = BeautifulSoup(page.text, "html.parser").find("form", action=lambda to: bool(to) and to.endswith("/edit"))
    assert form is not None
    found: dict[str, str] = {}
    for field in form.find_all("input"):
        if field.get("type") != "checkbox" or field.has_attr("checked"):
            found[str(field["name"])] = str(field["value"])
    for choice in form.find_all("select"):
        option = choice.find("option", selected=True)
        assert option is not None
        found[str(choice["name"])] = str(option.get("value", option.get_text()))
    return found


def edit(client: TestClient, address: str, **changes: str) -> Any:
    """Open the page, type the changes over the form and send it."""
    return client.post(f"{address}/edit", data=form_of(client.get(address)) | changes)


def stored(bureau: Runtime, number: int) -> PlanItem:
    with reading(bureau.engine) as session:
        return session.get_one(PlanItem, number)


def changes(bureau: Runtime) -> list[tuple[str, str, str, str, str]]:
    with reading(bureau.engine) as session:
        rows = session.exec(select(ItemChange).order_by(col(ItemChange.id)))
        return [(row.field, row.before, row.after, row.by, row.via) for row in rows]


def test_leaders_see_every_item_with_its_programme_owner_and_cadence(client: TestClient, desk_of: Desk) -> None:
    assert '/plan">计划</a>' in client.get(desk_of("陈平")).text
    page = client.get(f"{desk_of('陈平')}/plan")

    assert page.status_code == 200
    for told in ("1. 培育高新技术企业", "3. 责任网格整治", "王芳", "每周五下午", "执行中", "2026年下半年"):
        assert told in page.text


def test_staff_have_no_plan_page(client: TestClient, desk_of: Desk, everything: Dump) -> None:
    before = everything()
    assert "/plan" not in client.get(desk_of("李明")).text
    for path in ("/plan", f"/plan/{GAOQI}"):
        assert client.get(desk_of("李明") + path).status_code == 403
    for deed in ("edit", "split", "cancel"):
        answer = client.post(f"{desk_of('李明')}/plan/{GAOQI}/{deed}", data={"title": "试", "reason": "试"})
        assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize(
    ("name", "number", "may"),
    [("陈平", GAOQI, True), ("陈平", PATROL, False), ("林岚", PATROL, True), ("周正", GAOQI, True)],
)
def test_a_head_changes_items_of_the_own_office_and_directors_any(
    client: TestClient, bureau: Runtime, desk_of: Desk, name: str, number: int, may: bool
) -> None:
    address = f"{desk_of(name)}/plan/{number}"
    page = client.get(address)
    assert page.status_code == 200
    assert ("保存修改" in page.text) is may

    answer = client.post(f"{address}/edit", data={"title": "新标题"})

    assert answer.status_code == (303 if may else 403)
    assert (stored(bureau, number).title == "新标题") is may
    assert [row[3:] for row in changes(bureau)] == ([(name, "page")] if may else [])


def test_a_form_sent_back_untouched_changes_nothing_and_says_so(
    client: TestClient, desk_of: Desk, everything: Dump
) -> None:
    before = everything()
    for number in (GAOQI, REPORT, 4):
        answer = edit(client, f"{desk_of('陈平')}/plan/{number}")
        assert answer.headers["location"].endswith(f"/plan/{number}?said=unchanged")
    assert everything() == before
    assert "和原来一样，没有改动。" in client.get(f"{desk_of('陈平')}/plan/1?said=unchanged").text


def test_every_field_is_changed_once_and_told_in_the_history(
    client: TestClient, bureau: Runtime, desk_of: Desk
) -> None:
    address = f"{desk_of('陈平')}/plan/{GAOQI}"
    form = form_of(client.get(address))
    typed = {"title": "高企培育", "owner": "王芳", "cadence": "monthly:15", "due_policy": "next", "weight": "2.5"}
    typed |= {"floor-1": "6", "stretch-1": "待填", "needs_review": "是"}

    first = client.post(f"{address}/edit", data=form | typed)
    rows = changes(bureau)
    again = client.post(f"{address.replace(desk_of('陈平'), desk_of('周正'))}/edit", data=form | typed)

    assert first.headers["location"].endswith("?said=changed")
    assert again.headers["location"].endswith("?said=unchanged")
    assert changes(bureau) == rows
    assert sorted(row[:3] for row in rows) == sorted(
        [
            ("标题", "培育高新技术企业", "高企培育"),
            ("责任人", "李明", "王芳"),
            ("频次", "未写明", "每月15日"),
            ("遇休息日", "提前", "顺延"),
            ("权重", "1", "2.5"),
            ("高新技术企业认定的确保", "5", "6"),
            ("高新技术企业认定的力争", "8", "待填"),
            ("须复核", "否", "是"),
        ]
    )
    assert "陈平 2026-10-12 10:00 把 责任人 从 李明 改为 王芳" in client.get(address).text


def test_a_box_that_is_no_longer_ticked_is_off(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    address = f"{desk_of('林岚')}/plan/{PATROL}"
    edit(client, address, needs_evidence="是")
    assert stored(bureau, PATROL).needs_evidence

    form = form_of(client.get(address))
    assert form.pop("needs_evidence") == "是"
    client.post(f"{address}/edit", data=form)

    assert not stored(bureau, PATROL).needs_evidence
    assert [row[:3] for row in changes(bureau)] == [("须佐证", "否", "是"), ("须佐证", "是", "否")]


def test_what_another_changed_meanwhile_is_not_changed_back(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    address = f"{desk_of('林岚')}/plan/{PATROL}"
    form = form_of(client.get(address))
    with revising(bureau, Act("周正", "cli", at("2026-10-12 10:00"))) as revision:
        edit_item(revision, find_item(revision.session, PATROL), {"频次": "monthly:20"})

    client.post(f"{address}/edit", data=form | {"title": "网格"})

    assert (stored(bureau, PATROL).cadence, stored(bureau, PATROL).title) == ("monthly:20", "网格")


def test_a_cadence_nobody_understands_is_shown_again_with_the_sentence(
    client: TestClient, desk_of: Desk, everything: Dump
) -> None:
    before = everything()

    refused = edit(client, f"{desk_of('陈平')}/plan/{GAOQI}", cadence="每月<b>45", title="另一个标题", needs_sign="是")

    assert refused.status_code == 422
    assert "频次“每月&lt;b&gt;45”读不懂" in refused.text
    form = form_of(refused)
    assert (form["cadence"], form["title"], form["needs_sign"]) == ("每月<b>45", "另一个标题", "是")
    assert (form["was-title"], form["was-needs_sign"]) == ("培育高新技术企业", "")
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title": " "}, "“标题”不能空着"),
        ({"title": "长" * 201}, "太长了"),
        ({"weight": "很大"}, "请写数字"),
        ({"floor-1": "9"}, "确保（9）比力争（8）还高"),
        ({"floor-1": ""}, "不知道就写“待填”"),
        ({"owner": "没有的人"}, "没有叫“没有的人”的人"),
        ({"due_policy": "随便"}, "没有“随便”"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    client: TestClient, desk_of: Desk, everything: Dump, typed: dict[str, str], told: str
) -> None:
    before = everything()
    refused = edit(client, f"{desk_of('陈平')}/plan/{GAOQI}", **({"cadence": "monthly:15"} | typed))
    assert refused.status_code == 422
    assert told in refused.text
    assert everything() == before


def test_an_item_is_split_into_two_that_are_at_the_end(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    address = f"{desk_of('陈平')}/plan/{GAOQI}"
    refused = client.post(f"{address}/split", data={"first": "高企培育", "second": ""})
    assert refused.status_code == 422
    assert 'value="高企培育"' in refused.text

    done = client.post(f"{address}/split", data={"first": "高企培育", "second": "高企认定"})

    assert done.headers["location"].endswith("/plan?said=split")
    page = client.get(f"{desk_of('陈平')}/plan?said=split").text
    assert "已拆分，新事项排在最后。" in page
    assert "5. 高企培育" in page
    assert "6. 高企认定" in page
    assert client.post(f"{address}/split", data={"first": "一", "second": "二"}).status_code == 422
    assert len(changes(bureau)) == 3


def test_an_item_is_cancelled_with_a_reason_and_then_left_alone(
    client: TestClient, bureau: Runtime, desk_of: Desk
) -> None:
    address = f"{desk_of('陈平')}/plan/{GAOQI}"
    assert "取消事项要写明原因" in client.post(f"{address}/cancel", data={"reason": " "}).text

    assert client.post(f"{address}/cancel", data={"reason": "并入<i>省厅"}).status_code == 303

    page = client.get(f"{address}?said=cancelled").text
    assert "事项已取消，待办任务一并取消。" in page
    assert "从 执行中 改为 已取消（并入&lt;i&gt;省厅）" in page
    assert "保存修改" not in page
    again = client.post(f"{address}/cancel", data={"reason": "再来"})
    assert again.status_code == 422
    assert "取消，不能再改" in again.text
    with reading(bureau.engine) as session:
        states = session.exec(select(Task.state).where(Task.item_id == GAOQI)).all()
    assert set(states) == {State.CANCELLED}


def test_a_deputy_of_the_head_changes_in_the_heads_name(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    client.post(f"{desk_of('陈平')}/deputy", data={"to": "李明", "from": "2026-10-12", "until": "2026-10-12"})

    assert "/plan" in client.get(desk_of("李明")).text
    assert edit(client, f"{desk_of('李明')}/plan/{REPORT}", title="研发报表").status_code == 303
    assert client.get(f"{desk_of('李明')}/plan/{PATROL}").status_code == 200
    assert client.post(f"{desk_of('李明')}/plan/{PATROL}/edit", data={"title": "x"}).status_code == 403

    assert changes(bureau) == [("标题", "研发月报", "研发报表", "李明（代陈平）", "page")]


def test_a_hostile_title_is_only_text(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    evil = '"><script>alert(1)</script>'
    address = f"{desk_of('陈平')}/plan/{GAOQI}"
    assert edit(client, address, title=evil).status_code == 303
    for path in ("/plan", f"/plan/{GAOQI}"):
        page = client.get(desk_of("陈平") + path).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page
    assert edit(client, address).headers["location"].endswith("unchanged")
    assert len(changes(bureau)) == 1


def test_looking_changes_no_row_and_there_is_no_other_item(client: TestClient, desk_of: Desk, everything: Dump) -> None:
    before = everything()
    for path in ("/plan", f"/plan/{GAOQI}", f"/plan/{PATROL}?said=nonsense", "/plan?said=split"):
        assert client.get(desk_of("陈平") + path).status_code == 200
    missing = client.get(f"{desk_of('陈平')}/plan/99")
    assert missing.status_code == 404
    assert "请从计划里打开" in missing.text
    assert client.get(f"{desk_of('陈平')}/plan/{GAOQI}/edit").status_code == 405
    assert everything() == before


def test_an_old_link_changes_nothing(client: TestClient, bureau: Runtime, desk_of: Desk) -> None:
    address = f"{desk_of('陈平')}/plan/{GAOQI}"
    with writing(bureau.engine) as session:
        session.exec(select(Person).where(Person.name == "陈平")).one().link_version += 1
    assert client.post(f"{address}/edit", data={"title": "x"}).status_code == 410
    assert changes(bureau) == []


def test_a_plan_that_ended_is_not_listed_and_cannot_be_changed(
    client: TestClient, bureau: Runtime, desk_of: Desk
) -> None:
    with writing(bureau.engine) as session:
        session.exec(select(Plan)).one().closed_at = at("2026-10-11 10:00")
    assert "眼下没有执行中的计划" in client.get(f"{desk_of('周正')}/plan").text
    address = f"{desk_of('周正')}/plan/{GAOQI}"
    assert "保存修改" not in client.get(address).text
    refused = client.post(f"{address}/edit", data={"title": "x"})
    assert refused.status_code == 422
    assert "结束，不能再改" in refused.text
    assert changes(bureau) == []
