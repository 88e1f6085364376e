"""承诺 and 移交 on the enterprise's page: within bounds, and handed over only where it was said twice."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from cast import at
from duban.web.app import create_app
from flows.runtime import Runtime
from plans.database import reading, writing
from plans.roster_tables import Handover
from plans.tables import Agency, Enterprise
from plans.zone import local_day
from support.filler import DRAFT, FULL, HANDOVER, HOSTILE, PROMISE, fill, text_of, value_of, words
from tasks.chasing_tables import Call, FilingDraft
from tasks.cutoff import cut_off, due_cut_offs
from tasks.tables import Task

QINGHE = "青禾药业有限公司"
ZHOU = {"name": "周会计", "email": "zhou@qinghe.example", "phone": "13900000009", "reason": "钱会计离职"}


@pytest.fixture
def address(filing_of: Callable[[str], str]) -> str:
    return filing_of(QINGHE)


def qinghe(bureau: Runtime) -> Enterprise:
    with reading(bureau.engine) as session:
        return session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one()


def calls(bureau: Runtime) -> list[Call]:
    with reading(bureau.engine) as session:
        return list(session.exec(select(Call)))


def test_a_promise_is_kept_and_shown(client: TestClient, bureau: Runtime, address: str) -> None:
    bounds = text_of(client.get(address + PROMISE), "#promised-help")
    assert bounds.startswith("10月13日（周二）至10月16日（周五）之间")

    answer = client.post(address + PROMISE, data={"promised": "2026-10-15", "reason": " 等  审计 "})

    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "已记下承诺的日期" in text_of(page, "[role=status]")
    assert "承诺 10月15日前" in text_of(page, "dl.facts")
    [call] = calls(bureau)
    assert (call.by, call.via, call.said, str(call.promised_on)) == ("钱会计", "page", "等 审计", "2026-10-15")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "请选择哪天前报送"),
        ("2026-10-12", "要在今天（2026-10-12）之后"),
        ("2020-01-01", "要在今天"),
        ("2026-10-17", "最晚可以到 2026-10-16"),
        ("20日", "不是日期"),
        ("2026-02-30", "不是日期"),
        (HOSTILE, "不是日期"),
    ],
)
def test_a_promise_out_of_bounds_is_refused_and_what_was_typed_stays(
    client: TestClient, bureau: Runtime, address: str, typed: str, told: str
) -> None:
    page = client.post(address + PROMISE, data={"promised": typed, "reason": "等审计"})

    assert page.status_code == 422
    assert told in text_of(page, "#promised-fault")
    assert value_of(page, "reason") == "等审计"
    assert "<script>" not in page.text
    assert calls(bureau) == []


def test_a_reason_too_long_is_refused(client: TestClient, bureau: Runtime, address: str) -> None:
    page = client.post(address + PROMISE, data={"promised": "2026-10-15", "reason": "长" * 201})

    assert "请在200字以内" in page.text
    assert calls(bureau) == []


def test_nothing_is_promised_of_what_was_filed_or_cut_off(
    client: TestClient, bureau: Runtime, address: str, filing_of: Callable[[str], str]
) -> None:
    fill(client, address, **FULL)
    assert "都已经报送" in client.post(address + PROMISE, data={"promised": "2026-10-15"}).text
    with writing(bureau.engine) as session:
        for waiting in due_cut_offs(session, bureau.cut_off_days, at("2026-10-19 08:00")):
            cut_off(session, waiting, None)
    later = TestClient(create_app(bureau, lambda: at("2026-10-19 09:00")), bureau.settings.base_url)
    other = filing_of("云溪精工有限公司")
    assert "截止的仍请尽快补报" in later.post(other + PROMISE, data={"promised": "2026-10-21"}).text
    assert "/promise" not in later.get(other).text
    assert calls(bureau) == []


def test_the_first_step_of_a_hand_over_changes_nothing_and_tells_what_will_happen(
    client: TestClient, address: str, everything: Callable[[], dict[str, list[Any]]]
) -> None:
    before = everything()

    page = client.post(address + HANDOVER, data=ZHOU)

    assert page.status_code == 200
    assert everything() == before
    assert "发给您的链接立即停用" in words(page)
    assert "新的链接随下一封提醒邮件寄给对方" in words(page)
    changed = client.post(address + HANDOVER, data=ZHOU | {"step": "change"})
    assert (value_of(changed, "name"), value_of(changed, "email")) == ("周会计", "zhou@qinghe.example")
    assert everything() == before


def test_a_confirmed_hand_over_ends_the_old_link_and_keeps_the_work(
    client: TestClient, bureau: Runtime, address: str, task_of: Callable[..., Task]
) -> None:
    fill(client, address, DRAFT, staff="3")

    page = client.post(address + HANDOVER, data=ZHOU | {"step": "confirm"})

    assert page.status_code == 200
    assert "今后由周会计填报" in text_of(page, "[role=status]")
    now = qinghe(bureau)
    assert (now.contact, now.email, now.phone, now.link_version) == (*list(ZHOU.values())[:3], 2)
    with reading(bureau.engine) as session:
        [handover] = session.exec(select(Handover)).all()
        assert session.exec(select(FilingDraft)).one().answers == {"staff": "3"}
    told = (handover.before_name, handover.after_name, handover.reason, handover.by, handover.via)
    assert told == ("钱会计", "周会计", "钱会计离职", "钱会计", "page")
    new = bureau.links.filing(now.id or 0, 2, task_of("研发月报", QINGHE).id or 0, local_day(at("2026-10-12 10:00")))
    assert value_of(client.get(new), "staff") == "3"


def test_after_it_every_page_of_the_old_link_says_so_and_nothing_of_who_has_it_now(
    client: TestClient, address: str, everything: Callable[[], dict[str, list[Any]]]
) -> None:
    client.post(address + HANDOVER, data=ZHOU | {"step": "confirm"})
    before = everything()

    for below in ("", "/receipt", PROMISE, HANDOVER):
        page = client.get(address + below)
        assert page.status_code == 410
        assert "这个链接已移交给贵单位的新填报人" in page.text
        assert "有问题请联系 云溪县科技局 李明，邮箱 li@yunxi.example" in page.text
        assert not [word for word in (*ZHOU.values(), "钱会计", QINGHE, "研发") if word in page.text]
    for below in ("", DRAFT, PROMISE, HANDOVER):
        assert client.post(address + below, data=FULL | ZHOU | {"step": "confirm"}).status_code == 410
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "请填写接手人的姓名"),
        ({"email": "", "phone": ""}, "和邮箱或电话"),
        ({"email": "zhou@"}, "不是邮箱地址"),
        ({"email": "a@b.example\r\nBcc: all@b.example"}, "不是邮箱地址"),
        ({"phone": "打给我"}, "不是电话号码"),
        ({"name": "周" * 51}, "请在50字以内"),
        ({"reason": "长" * 201}, "请在200字以内"),
        ({"name": "钱会计", "email": "qian@qinghe.example", "phone": "13900000002", "step": "confirm"}, "不用移交"),
    ],
)
def test_a_hand_over_that_cannot_be_keeps_what_was_typed(
    client: TestClient, bureau: Runtime, address: str, typed: dict[str, str], told: str
) -> None:
    page = client.post(address + HANDOVER, data=ZHOU | typed)

    assert page.status_code == 422
    assert told in text_of(page, "[role=alert]")
    assert value_of(page, "name") == (ZHOU | typed)["name"]
    assert qinghe(bureau).contact == "钱会计"


def test_without_a_mail_address_it_says_whom_to_call(client: TestClient, address: str) -> None:
    page = client.post(address + HANDOVER, data=ZHOU | {"email": "", "step": "confirm"})

    assert "寄不了新的链接：请让周会计与联系人联系" in words(page)


def test_an_agency_hears_that_it_files_no_more(client: TestClient, bureau: Runtime, address: str) -> None:
    with writing(bureau.engine) as session:
        session.add(Agency(id=7, name="云账代理<b>有限公司"))
        session.flush()
        session.exec(select(Enterprise).where(Enterprise.name == QINGHE)).one().agency_id = 7

    page = client.post(address + HANDOVER, data=ZHOU)
    assert "“云账代理<b>有限公司”不再代报" in words(page)

    client.post(address + HANDOVER, data=ZHOU | {"step": "confirm"})
    assert qinghe(bureau).agency_id is None


def test_hostile_words_are_only_text_on_every_step(client: TestClient, address: str) -> None:
    typed = ZHOU | {"name": HOSTILE[:40], "reason": HOSTILE}

    for step in ("", "change", "confirm"):
        page = client.post(address + HANDOVER, data=typed | {"step": step})
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "alert(1)" in page.text
