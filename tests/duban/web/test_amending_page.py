"""修订 on the office's pages: what differs is looked at first, and only what is ticked is changed."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from sqlmodel import col, select

from cast import ANNUAL_RETURN, GAOQI, MONTHLY_REPORT, at, draft
from flows.changing import revising
from flows.runtime import Runtime
from plans.database import reading, writing
from plans.draft import parse_draft
from plans.sheet.model import Sheet, SheetItem
from plans.tables import PlanItem, PlanSheet, Target
from tasks.changing import edit_item
from tasks.revision import find_item
from tasks.tables import ItemChange
from tasks.verbs import Act

TODAY = at("2026-10-12 09:00")
HOSTILE = "<script>alert(1)</script>对接会"
FAIR = f"\n  - {{title: {HOSTILE}, programme: other, kind: review, cadence: monthly:25, text: 每月办一场对接会。}}\n"
AMENDED = (GAOQI.replace("floor: 5", "floor: 6"), MONTHLY_REPORT, ANNUAL_RETURN, FAIR)


def handed_in(runtime: Runtime, *items: str, owner: str = "李明") -> int:
    """A sheet of these items, open."""
    wanted = parse_draft(draft(*items)).draft
    assert wanted is not None
    proposed = tuple(SheetItem(key=key, item=item) for key, item in enumerate(wanted.items, start=1))
    sheet = Sheet(title=wanted.title, period=wanted.period, owner=owner, items=proposed, next_key=9)
    with writing(runtime.engine) as session:
        row = PlanSheet(
            name="修订.docx", sha256="0", handed_in_at=at("2026-10-12 09:00"), changed_at=at("2026-10-12 09:00")
        )
        row.sheet = sheet.model_dump(mode="json")
        row.document = {"text": "修订后的计划。", "tables": [], "notes": []}
        session.add(row)
        session.flush()
        return row.id or 0


def boxes(page: Any) -> dict[str, bool]:
    """Every box of the page and whether it is ticked."""
    found = BeautifulSoup(page.text, "html.parser").select("input[type=checkbox]")
    return {str(box["name"]).removeprefix("pick-"): box.has_attr("checked") for box in found}


def sent(page: Any, **typed: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    hidden = BeautifulSoup(page.text, "html.parser").select("main input[type=hidden]")
    ticked = {f"pick-{key}": "1" for key, is_ticked in boxes(page).items() if is_ticked}
    return {str(one["name"]): str(one["value"]) for one in hidden} | ticked | {"by": "林岚", "reason": ""} | typed


def every(runtime: Runtime, table: type[Any]) -> list[Any]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))))


def test_looking_shows_each_difference_and_changes_nothing(
    client: TestClient, bureau: Runtime, office: str, everything: Callable[[], dict[str, list[Any]]]
) -> None:
    address = f"{office}/drafts/{handed_in(bureau, *AMENDED)}/changes"
    before = everything()

    page = client.get(address)

    assert page.status_code == 200
    assert boxes(page) == {"item:1:target:1:floor": True, "add:4": True, "drop:3": False}
    words = re.sub(r"\s+", " ", BeautifulSoup(page.text, "html.parser").get_text(" "))
    assert "高新技术企业认定的确保 5家 → 6家" in words
    assert f"{HOSTILE} 李明" in words
    assert "<script>alert" not in page.text
    assert "不变的 2 项" in words
    assert everything() == before


def test_what_is_ticked_is_applied_and_the_sheet_is_done_with(client: TestClient, bureau: Runtime, office: str) -> None:
    number = handed_in(bureau, *AMENDED)
    address = f"{office}/drafts/{number}/changes"

    answer = client.post(address, data=sent(client.get(address)))

    assert (answer.status_code, answer.headers["location"].split("/drafts/")[1]) == (303, f"{number}?said=applied")
    assert [one.floor for one in every(bureau, Target)] == [6]
    assert [(one.title, one.cancelled_at) for one in every(bureau, PlanItem)][2:] == [
        ("责任网格整治", None),
        ("研发投入年报", None),
        (HOSTILE, None),
    ]
    assert {change.by for change in every(bureau, ItemChange)} == {"林岚"}
    assert "已按所选修订计划" in client.get(answer.headers["location"]).text
    assert client.get(address).status_code == 404


def test_a_fault_keeps_what_was_ticked_and_typed(client: TestClient, bureau: Runtime, office: str) -> None:
    address = f"{office}/drafts/{handed_in(bureau, *AMENDED)}/changes"
    typed = sent(client.get(address)) | {"pick-drop:3": "1"}
    del typed["pick-add:4"]

    page = client.post(address, data=typed)

    assert page.status_code == 422
    assert "“责任网格整治”没有改成：取消事项要写明原因" in page.text
    assert boxes(page) == {"item:1:target:1:floor": True, "add:4": False, "drop:3": True}
    assert "<option selected>林岚</option>" in page.text
    assert every(bureau, ItemChange) == []


@pytest.mark.parametrize("by", ["", "李明", "无此人"])
def test_only_who_leads_amends(client: TestClient, bureau: Runtime, office: str, by: str) -> None:
    address = f"{office}/drafts/{handed_in(bureau, *AMENDED)}/changes"

    page = client.post(address, data=sent(client.get(address), by=by))

    assert (page.status_code, "请选择由谁修订" in page.text) == (422, True)
    assert every(bureau, ItemChange) == []


def test_a_plan_that_moved_meanwhile_is_shown_anew(
    client: TestClient, bureau: Runtime, office: str, now: datetime
) -> None:
    address = f"{office}/drafts/{handed_in(bureau, *AMENDED)}/changes"
    typed = sent(client.get(address))
    with revising(bureau, Act("周正", "page", now)) as revision:
        edit_item(revision, find_item(revision.session, 1), {"力争": "9"})
        edit_item(revision, find_item(revision.session, 1), {"确保": "7"})

    page = client.post(address, data=typed)

    assert (page.status_code, "请重新查看后再选" in page.text, "7家" in page.text) == (409, True, True)
    assert "周正 2026-10-12 10:00 改过" in page.text
    assert boxes(page)["item:1:target:1:floor"] is False
    assert [one.floor for one in every(bureau, Target)] == [7]


def test_a_new_item_without_an_owner_asks_who_has_it(client: TestClient, bureau: Runtime, office: str) -> None:
    address = f"{office}/drafts/{handed_in(bureau, *AMENDED, owner='')}/changes"
    page = client.get(address)
    assert "有 1 项没写责任人" in page.text

    assert client.post(address, data=sent(page)).status_code == 422
    assert client.post(address, data=sent(page, owner="王芳")).status_code == 303

    assert every(bureau, PlanItem)[-1].owner_id == 5


def test_the_draft_leads_to_its_changes_while_a_plan_of_its_period_runs(
    client: TestClient, bureau: Runtime, office: str
) -> None:
    number = handed_in(bureau, *AMENDED)

    page = client.get(f"{office}/drafts/{number}")

    assert f"/drafts/{number}/changes" in page.text
    assert client.get(f"{office}/drafts/99/changes").status_code == 404
    assert client.get(f"{office}x/drafts/{number}/changes").status_code == 403
