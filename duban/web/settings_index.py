"""设置: the index of all sections and the frame of their pages. Whoever writes a settings page adds its line here."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import signed_in
from duban.web.office import office_page
from duban.web.rights import may_open
from duban.web.visit import SAID, Here, Visit, Words

ROUTE = "/office/{token}/settings"
pages = APIRouter(prefix=ROUTE)


@dataclass(frozen=True)
class Section:
    """One line of the index: the path below ``/settings``, its word, and what can be set there."""

    path: str
    word: str
    told: str


SECTIONS: dict[str, tuple[Section, ...]] = {
    "本局": (
        Section("/people", "人员与账号", "谁在哪个股室、什么职务、能不能登录，离岗和回岗。"),
        Section("/offices", "股室", "添加、改名、撤并。"),
        Section("/deputies", "代理", "谁外出由谁代理，从哪天到哪天。"),
        Section("/values/bureau", "局名与时间", "局名、联系电话、催报函字号，每天几点提醒、几点做通报。"),
        Section("/workdays", "放假安排", "哪些年份录入了放假和调休，贴上通知就能录入新的一年。"),
    ),
    "督办": (
        Section("/values/lights", "灯与天数", "落后多少亮黄灯、红灯，延期、催办、承诺、截止各等几个工作日。"),
        Section("/ladders", "催办阶梯", "到期前后哪天提醒谁、怎么说，改之前先看日期和措辞。"),
        Section("/wordings", "措辞", "邮件和催报函里的称呼、开头和结尾。"),
        Section("/forms", "报表", "企业填什么：看样子、上传、下载。"),
        Section("/programmes", "业务线", "本局做哪几类工作，用哪些词认出来。"),
    ),
    "系统": (
        Section("/mail", "邮件与群机器人", "发信服务器和群机器人，可以发一封测试邮件。"),
        Section("/tokens", "接口令牌", "别的程序凭令牌读取或办理，变更推送到哪里。"),
        Section("/values/sso", "统一登录", "用县里或单位的统一登录账号登录。"),
        Section("/first", "第一次使用", "回到设置步骤，看看还有哪一步没有做。"),
        Section("/server", "服务器", "数据在哪里、网页用哪个端口等在服务器上改的设置。"),
    ),
}
"""The sections by group, in the order in which they are shown. The page of each lies at ``/settings`` + its path."""


def settings_page(name: str, visit: Visit, token: str, facts: Mapping[str, object], status: int = 200) -> Response:
    """A page of the settings, for who is signed in and may. Raises TurnedAway, also for who comes by a link."""
    signed_in(visit, token)
    index = visit.home("office", token) + "/settings"
    return office_page(name, visit, token, "settings", {"index": index, **facts}, status)


@pages.get("")
def show_settings(token: str, visit: Here, said: Words = "") -> Response:
    """All sections, each with a sentence."""
    seat = signed_in(visit, token).seat
    mine = {group: [one for one in entries if may_open(seat, ROUTE + one.path)] for group, entries in SECTIONS.items()}
    facts = {"sections": mine, "message": SAID.get(said, "")}
    return settings_page("settings_index.html.j2", visit, token, facts)
