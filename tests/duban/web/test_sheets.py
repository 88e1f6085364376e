"""起草: what every button of a draft does, and that looking and pages of yesterday do nothing."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from cast import at
from flows.runtime import Runtime
from plans.database import reading
from plans.sheet.model import Standing
from plans.tables import Plan, PlanItem, SheetState
from support.clerk import LEADER, PAPER, Clerk, one, sent_untouched, soup

Dump = Callable[[], dict[str, list[Any]]]


@pytest.fixture
def now() -> datetime:
    return at("2026-07-06 09:00")


@pytest.fixture
def bureau(new_bureau: Runtime) -> Runtime:
    return new_bureau


@pytest.fixture
def clerk(client: TestClient, bureau: Runtime, office: str, now: datetime) -> Clerk:
    return Clerk(client, bureau, office, now)


def test_looking_at_a_draft_changes_nothing(clerk: Clerk, everything: Dump) -> None:
    before = everything()
    for query in ("", "?said=started&at=start", "?page=7", "?at=item-99", "?at=%3Cb%3E"):
        assert clerk.client.get(clerk.address + query).status_code == 200
    assert clerk.client.get(f"{clerk.address}/confirm").status_code == 405
    assert everything() == before


def test_nobody_acts_through_a_link_that_was_tampered_with(clerk: Clerk, everything: Dump) -> None:
    before = everything()
    wrong = re.sub(r"/office/[^/]+", lambda found: found.group()[:-2] + "xx", clerk.address)
    drafts = wrong.rpartition("/")[0]
    assert clerk.client.get(wrong).status_code == 403
    for path in ("confirm-all", "start", "drop", "columns/0"):
        assert clerk.client.post(f"{wrong}/{path}", data={"version": "1", "by": "周正"}).status_code == 403
    assert clerk.client.post(drafts, files={"file": ("总结.txt", PAPER + b"x")}).status_code == 403
    assert everything() == before


def test_every_item_is_linked_with_the_words_it_comes_from(clerk: Clerk) -> None:
    page = clerk.page()
    for item in clerk.sheet().sheet.items:
        assert one(page, f"#item-{item.key} a[href='#from-{item.key}']")
        mark = one(page, f"#from-{item.key} + a")
        assert mark["href"] == f"#item-{item.key}"
        assert mark.get_text() in item.item.text
    told = one(page, ".document .text").get_text()
    assert told == clerk.sheet().source.text


def test_an_item_is_confirmed_dropped_and_restored(clerk: Clerk) -> None:
    answer = clerk.press("confirm", key="2")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("?said=item_confirmed&at=item-2#item-2")
    assert clerk.item(2).standing is Standing.CONFIRMED
    assert "已确认。" in one(soup(clerk.client.get(answer.headers["location"])), "#item-2").text

    clerk.press("drop-item", key="2")
    assert clerk.item(2).standing is Standing.DROPPED
    assert one(clerk.page(), "#item-2").find("button", string="恢复")
    clerk.press("restore", key="2")
    assert clerk.item(2).standing is Standing.PROPOSED
    clerk.press("confirm-all")
    assert {item.standing for item in clerk.sheet().sheet.items} == {Standing.CONFIRMED}


def test_a_card_sent_back_untouched_changes_nothing_but_confirms(clerk: Clerk) -> None:
    page = clerk.page()
    for item in clerk.sheet().sheet.items:
        form = sent_untouched(one(page, f"#item-{item.key} form[action*='/change']"))
        assert (
            clerk.press("change", **{name: text for name, text in form.items() if name != "version"}).status_code == 303
        )
        after = clerk.item(item.key)
        assert after.standing is Standing.CONFIRMED
        assert after.item.targets == item.item.targets
        assert (after.item.cadence or "", after.item.owner) == (item.item.cadence or "", item.item.owner)


def test_a_changed_card_takes_words_and_figures_as_people_write_them(clerk: Clerk) -> None:
    typed = {"cadence": "每月15日", "target__0__floor": "19", "target__0__unit": "户", "owner": "", "title": "高企"}
    clerk.press("change", key="1", **typed)
    item = clerk.item(1).item
    assert (item.cadence, item.title) == ("monthly:15", "高企")
    assert (item.targets[0].floor, item.targets[0].unit) == (Decimal(19), "户")
    assert "每月15日" in one(clerk.page(), "#item-1 dl").text


def test_a_fault_is_told_beside_its_field_and_what_was_typed_is_kept(clerk: Clerk, everything: Dump) -> None:
    before = everything()
    answer = clerk.press("change", key="3", cadence="明年某天", title="新标题")
    assert answer.status_code == 422
    card = one(soup(answer), "#item-3")
    assert one(card, "[name=title]")["value"] == "新标题"
    assert one(card, "[name=cadence]")["aria-invalid"] == "true"
    assert "看不出是哪天" in one(card, ".fault").text
    assert card.select_one("details[open]")
    assert everything() == before


def test_items_are_merged_split_and_added(clerk: Clerk) -> None:
    assert clerk.press("merge", key="2", into="1").headers["location"].endswith("#item-1")
    assert 2 not in [item.key for item in clerk.sheet().sheet.items]
    assert clerk.press("merge", key="1").status_code == 422
    clerk.press("split", key="3", titles="特派员考核\r\n\r\n特派员培训")
    clerk.press("add", title="年终盘点", programme="other", kind="duty", cadence="12月20日")
    titles = [item.item.title for item in clerk.sheet().sheet.items]
    assert titles[-1] == "年终盘点"
    assert {"特派员考核", "特派员培训"} < set(titles)


def test_who_comes_second_is_told_and_sees_what_was_typed(clerk: Clerk, everything: Dump) -> None:
    old = str(clerk.sheet().version)
    clerk.press("change", key="1", title="别人改的")
    before = everything()

    answer = clerk.client.post(f"{clerk.address}/change", data={"version": old, "key": "1", "title": "我改的<b>"})

    assert answer.status_code == 409
    page = soup(answer)
    told = one(page, "#item-1 [role=alert]").text
    assert "别人刚刚改过，您的改动没有保存：请看最新内容后再改" in told
    assert "我改的<b>" in told
    assert one(page, "#item-1 [name=title]")["value"] == "别人改的"
    assert everything() == before


def test_two_who_start_at_once_start_one_plan(clerk: Clerk) -> None:
    clerk.make_ready()
    version = str(clerk.sheet().version)
    answers = [clerk.client.post(f"{clerk.address}/start", data={"version": version, "by": "周正"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "已启动，不能再改" in answers[1].text
    with reading(clerk.bureau.engine) as session:
        assert len(session.exec(select(Plan)).all()) == 1


def test_a_started_draft_says_what_was_made_and_where_to_go(clerk: Clerk) -> None:
    clerk.make_ready()
    page = clerk.client.get(clerk.press("start", by="周正").headers["location"]).text
    assert clerk.sheet().state is SheetState.STARTED
    with reading(clerk.bureau.engine) as session:
        plan = session.exec(select(Plan)).one()
        assert (plan.started_by, plan.period) == ("周正", "2026H2")
        assert len(session.exec(select(PlanItem)).all()) == 4
    for shown in ("计划已启动。", "<b>4</b>个事项", "<b>1</b>人负责", "周正", "/tasks"):
        assert shown in page
    assert "没有启动任何计划" not in page


def test_what_stands_in_the_way_is_told_and_nothing_starts(clerk: Clerk, everything: Dump) -> None:
    clerk.press("people", **{name.replace(".", "__"): text for name, text in LEADER.items()})
    page = clerk.page()
    assert one(page, "#start button").has_attr("disabled")
    assert "没有责任人" in one(page, "#start").text
    before = everything()
    for by, told in (("", "请选择由谁启动"), ("不认识", "请选择由谁启动"), ("周正", "处要改，没有启动")):
        answer = clerk.press("start", by=by)
        assert answer.status_code == 422
        assert told in one(soup(answer), "#start [role=alert]").text
    assert everything() == before


def test_questions_are_answered_in_one_form_and_disappear(clerk: Clerk) -> None:
    form = one(clerk.page(), "#questions form")
    filled = sent_untouched(form) | {"owner": "李明", "items.2.targets.0.floor": "5.2"}
    clerk.client.post(f"{clerk.address}/answer", data=filled)
    assert clerk.sheet().sheet.owner == "李明"
    assert str(clerk.item(2).item.targets[0].floor) == "5.2"
    assert "李明的邮箱" in one(clerk.page(), "#questions").text
    refused = clerk.press("answer", people__李明__mail="不是地址")
    assert refused.status_code == 422
    assert one(soup(refused), "#questions [aria-invalid]")["value"] == "不是地址"


def test_people_keep_their_rows_when_one_is_wrong(clerk: Clerk) -> None:
    rows = {"0__name": "李明", "0__mail": "li@yunxi.example", "1__name": "王芳", "1__mail": "没有"}
    refused = clerk.press("people", **rows)
    page = soup(refused)
    assert refused.status_code == 422
    assert one(page, "[name='1.mail']")["aria-invalid"] == "true"
    assert [one(page, f"[name='{row}.name']")["value"] for row in range(3)] == ["李明", "王芳", ""]
    clerk.press("people", **rows | {"1__mail": "wang@yunxi.example", "1__role": "office_head"})
    assert [person.name for person in clerk.sheet().sheet.people] == ["李明", "王芳"]
    assert clerk.sheet().sheet.people[1].role == "office_head"


def test_enterprises_are_listed_one_by_one_or_all(clerk: Clerk) -> None:
    clerk.press("unlist", position="1")
    clerk.press("enlist", position="0", name="云溪精工有限公司", contact="赵会计", phone="13900000001")
    kept = clerk.sheet().sheet.enterprises
    assert [one.standing.value for one in kept] == ["confirmed", "dropped"]
    assert kept[0].enterprise.contact == "赵会计"
    clerk.press("enlist-all")
    assert clerk.sheet().sheet.enterprises == kept
    assert clerk.press("enlist", position="99").status_code == 422


def test_a_done_figure_becomes_a_first_reading_or_a_base(clerk: Clerk) -> None:
    form = sent_untouched(one(clerk.page(), "#figures form"))
    answer = clerk.client.post(f"{clerk.address}/figures", data=form | {"figure-0": "reading:1:0", "figure-1": "base"})
    assert answer.status_code == 303
    figures = clerk.sheet().sheet.figures
    assert [(one.use, one.target) for one in figures] == [("reading", (1, 0)), ("base", None)]
    for wrong in ("reading:1:99", "reading:x:0", "rm -rf", "reading", "base:1:0"):
        assert clerk.press("figures", **{"figure-1": wrong}).status_code == 422


@pytest.mark.parametrize("typed", [{}, {"key": "x"}, {"key": "9" * 5000}, {"key": "99"}, {"version": "-1", "key": "1"}])
def test_a_form_that_is_not_ours_changes_nothing(clerk: Clerk, everything: Dump, typed: dict[str, str]) -> None:
    before = everything()
    for verb in ("change", "merge", "enlist"):
        answer = clerk.client.post(f"{clerk.address}/{verb}", data={"version": "1"} | typed)
        assert answer.status_code in (409, 422)
        assert 'role="alert"' in answer.text
    assert clerk.press("nothing").status_code == 404
    assert everything() == before


def test_a_draft_put_away_takes_no_more_changes(clerk: Clerk) -> None:
    answer = clerk.press("drop")
    assert "草稿已收起" in clerk.client.get(answer.headers["location"]).text
    assert clerk.press("confirm-all").status_code == 422
    assert "没有启动" in clerk.client.get(clerk.address).text
