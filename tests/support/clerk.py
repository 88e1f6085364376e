"""Somebody at a draft: sees its page, and presses its buttons with the version the page showed."""

from datetime import datetime
from typing import Any

from bs4 import BeautifulSoup, Tag
from fastapi.testclient import TestClient

from flows.runtime import Runtime
from flows.sheets import OpenSheet, hand_in, open_sheet
from plans.sheet.model import SheetItem

PAPER = """云溪县科技局2026年上半年工作总结及下半年工作打算
一、上半年工作完成情况
（一）创新主体稳步壮大。上半年申报高新技术企业12家，科技型中小企业入库46家。走访云溪精工有限公司、青禾药业有限公司。
每周五下午组织干部到责任网格开展环境整治。
二、下半年工作打算
（一）培育高新技术企业。确保全年认定高新技术企业18家，力争20家。
（二）抓好研发投入统计。力争全年规上企业研发投入达到*亿元。
（三）强化科技特派员服务。10月底前完成特派员年度考核，组织技术培训20场以上。
""".encode()
LEADER = {"0.name": "周正", "0.mail": "zhou@yunxi.example", "0.office": "", "0.role": "director"}


class Clerk:
    """A draft of PAPER on the pages of ``office``."""

    def __init__(self, client: TestClient, bureau: Runtime, office: str, now: datetime) -> None:
        self.client, self.bureau, self.now = client, bureau, now
        self.address = f"{office}/drafts/{hand_in(bureau, '总结.txt', PAPER, '', now)}"

    def sheet(self) -> OpenSheet:
        return open_sheet(self.bureau, 1, self.now)

    def press(self, verb: str, **typed: str) -> Any:
        given = {"version": str(self.sheet().version)} | {name.replace("__", "."): text for name, text in typed.items()}
        return self.client.post(f"{self.address}/{verb}", data=given)

    def page(self) -> BeautifulSoup:
        return soup(self.client.get(self.address))

    def item(self, key: int) -> SheetItem:
        return next(one for one in self.sheet().sheet.items if one.key == key)

    def make_ready(self) -> None:
        self.press("people", **{name.replace(".", "__"): text for name, text in LEADER.items()})
        self.press("header", owner="周正")
        self.press("enlist-all")


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "lxml")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def sent_untouched(form: Tag) -> dict[str, str]:
    """What a browser sends of a form nobody touched."""
    found = {str(field["name"]): str(field.get("value", "")) for field in form.select("input:not([type=checkbox])")}
    for choice in form.select("select"):
        option = choice.select_one("option[selected]") or one(choice, "option")
        found[str(choice["name"])] = str(option.get("value", option.get_text()))
    return found
