"""全局 → 通报: a target's month with 同比 and what was put off, and digests frozen before there was either."""

from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient

from flows.runtime import Runtime
from notifications.digest import freeze
from notifications.tables import Digest
from plans.database import writing
from plans.periods import Period

OCTOBER = Period.parse("2026-10")
PUT_OFF = {
    "title": "培育高新技术企业",
    "period": "2026年10月",
    "holder": "李明",
    "original_due_on": "2026-10-30",
    "due_on": "2026-11-06",
    "reason": "等<b>批次</b>",
}


def frozen_with(bureau: Runtime, now: datetime, without: tuple[str, ...], extended: list[dict[str, Any]]) -> None:
    with writing(bureau.engine) as session:
        digest = session.get_one(Digest, freeze(session, OCTOBER, now, bureau.gauge).id)
        facts = {key: value for key, value in digest.facts.items() if key != "extended"}
        first = {"value": "3", "month_value": "2家", "yoy": "增长50%"}
        for item in facts["items"]:
            item["targets"] = [
                {key: value for key, value in (one | first).items() if key not in without} for one in item["targets"]
            ]
        digest.facts = facts | ({"extended": extended} if extended else {})


def test_the_page_shows_the_month_of_a_target_and_what_was_put_off(
    client: TestClient, bureau: Runtime, now: datetime, office: str
) -> None:
    frozen_with(bureau, now, (), [PUT_OFF])

    page = client.get(f"{office}/digests/2026-10").text

    assert '<td class="number">2家</td><td class="number">增长50%</td>' in page
    assert "五、延期" in page
    assert "原定 2026-10-30，延到 2026-11-06" in page
    assert "等&lt;b&gt;批次&lt;/b&gt;" in page


def test_an_old_digest_is_shown_without_them(client: TestClient, bureau: Runtime, now: datetime, office: str) -> None:
    frozen_with(bureau, now, ("month_value", "yoy"), [])

    answer = client.get(f"{office}/digests/2026-10")

    assert answer.status_code == 200
    assert '<td class="number">—</td><td class="number">—</td>' in answer.text
    assert "、延期" not in answer.text
