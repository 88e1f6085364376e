"""The R&D report of October 2026 as five enterprises and the bureau live it, from the first mail to the digest.

精工 is punctual, 青禾 promises and breaks it, 远山 files after the letter and the cut-off, 双溪 and 白鹭 file through
one agency, and at 松原 the accountant hands over. The report is due on Tuesday, 10 November; nobody has a link that was
not in a mail. MAILS is every mail of the month; every morning is compared with its rehearsal of the evening before.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from flows.planning import start_from_text
from flows.runtime import Runtime, open_runtime
from flows.settings import Settings
from support.chasing import has_agency
from support.month import (
    BAILU,
    FIVE_DRAFT,
    JINGGONG,
    QINGHE,
    SHUANGXI,
    SONGYUAN,
    YUANSHAN,
    Mail,
    Month,
    Visitor,
    text_of,
)
from support.serving import served
from support.smtp import ReceivingServer

pytestmark = [pytest.mark.browser, pytest.mark.server]
PHONE, DESKTOP = 390, 1280
ZHAO, QIAN, SUN = "zhao@jinggong.example", "qian@qinghe.example", "sun@yuanshan.example"
WU, ZHENG, RUIXIN = "wu@songyuan.example", "zheng@songyuan.example", "ruixin@agency.example"
LI, LIN, ZHOU = "li@yunxi.example", "lin@yunxi.example", "zhou@yunxi.example"

ASKED = "【云溪县科技局】请报送：研发月报（11月10日截止）"
LATE = "【云溪县科技局】请尽快报送：研发月报已逾期"
DIGEST = "【云溪县科技局】2026年11月工作进展通报"
URGED_BY_LETTER = "【云溪县科技局】关于报送研发月报的催报函（催报函〔2026〕1号）"
MAILS = sorted(
    [
        Mail("11-03", ZHAO, ASKED),
        Mail("11-03", QIAN, ASKED),
        Mail("11-03", SUN, ASKED),
        Mail("11-03", WU, ASKED),
        Mail("11-03", RUIXIN, f"{ASKED}，贵方代报2家企业2项"),
        Mail("11-04", ZHENG, ASKED),
        Mail("11-09", SUN, ASKED),
        Mail("11-09", ZHENG, ASKED),
        Mail("11-09", RUIXIN, f"{ASKED}，贵方代报1家企业1项"),
        Mail("11-11", SUN, LATE),
        Mail("11-13", LI, "【督办】今日电话催报1家"),
        Mail("11-16", QIAN, LATE),
        Mail("11-16", RUIXIN, f"{LATE}，贵方代报1家企业1项"),
        Mail("11-19", LIN, "【督办】请您关注1件事"),
        Mail("11-19", SUN, URGED_BY_LETTER),
        Mail("12-01", ZHOU, DIGEST),
        Mail("12-01", LIN, DIGEST),
    ]
)


@pytest.fixture
def month(
    settings: Settings, made_once: Path, database_file: Path, mailbox: ReceivingServer, with_mail: dict[str, object]
) -> Iterator[Month]:
    month = Month(mailbox, "2026-11-02 08:00")

    def make(address: str) -> Runtime:
        chosen = settings.model_copy(update={**with_mail, "public_url": address})
        start_from_text(chosen, FIVE_DRAFT, "draft.yaml", "陈平", month.now)
        return open_runtime(chosen)

    with served(make, month.clock) as runtime:
        month.runtime = runtime
        has_agency(runtime, SHUANGXI, BAILU)
        yield month
        runtime.engine.dispose()


@pytest.fixture
def visitors(browser: Browser, tmp_path: Path) -> Iterator[tuple[Visitor, Visitor]]:
    """An enterprise's telephone and the bureau's screen."""

    def shoot(page: Page, name: str) -> None:
        page.screenshot(path=tmp_path / "pages" / f"{name}.png", full_page=True)

    pages = [
        browser.new_page(viewport={"width": width, "height": 844}, java_script_enabled=False)
        for width in (PHONE, DESKTOP)
    ]
    for page in pages:
        page.set_default_timeout(5000)
    yield Visitor(pages[0], shoot), Visitor(pages[1], shoot)
    for page in pages:
        page.close()


def test_a_month_of_five_enterprises(month: Month, visitors: tuple[Visitor, Visitor]) -> None:
    phone, desk = visitors
    for play in (before_the_day, after_the_day, the_letter, the_digest):
        play(month, phone, desk)
    assert month.mails == MAILS
    assert month.unsent() == []
    assert month.foretold.total() == 15, "each of these was compared with what was sent"


def before_the_day(month: Month, phone: Visitor, desk: Visitor) -> None:
    month.pass_to("11-04")
    month.o_clock("10:00")
    phone.goes(month.link_to(ZHAO, "filing"))
    phone.pictured("01-fresh")
    phone.files(filler="赵会计", cost_month="85.5", cost_year="912")
    phone.pictured("02-receipt")
    hands_over(month, phone)

    month.pass_to("11-05")
    phone.goes(month.link_to(RUIXIN, "agency"))
    assert "还没有报 2" in phone.reads()
    phone.pictured("04-agency")
    phone.follows(SHUANGXI)
    phone.files(filler="周会计")

    month.pass_to("11-06")
    phone.goes(month.link_to(QIAN, "filing"))
    phone.follows("先承诺一个日期")
    phone.types(promised="2026-11-13", reason="等审计")
    phone.presses("承诺")
    assert phone.was_told().startswith("已记下承诺的日期")
    phone.pictured("05-promised")

    month.pass_to("11-09")
    month.o_clock("15:00")
    phone.goes(month.link_to(RUIXIN, "agency"))
    phone.follows(BAILU)
    phone.files(filler="周会计", cost_month="12", cost_year="90")

    month.pass_to("11-10")
    phone.goes(month.link_to(ZHENG, "filing"))
    phone.files(filler="郑会计", cost_month="30", cost_year="310")
    assert SONGYUAN in phone.reads()


def hands_over(month: Month, phone: Visitor) -> None:
    old = month.link_to(WU, "filing")
    phone.goes(old)
    phone.follows("移交给同事")
    phone.types(name="郑会计", email=ZHENG, phone="13900000044")
    phone.presses("下一步")
    phone.presses("确认移交")
    assert "今后由郑会计填报" in phone.was_told()
    phone.goes(old)
    assert "这个链接已移交给贵单位的新填报人" in phone.reads()
    phone.pictured("03-old-link")
    month.o_clock("10:05")


def after_the_day(month: Month, phone: Visitor, desk: Visitor) -> None:
    month.pass_to("11-13")
    month.o_clock("09:30")
    notes_a_call(month, desk)
    accepts_and_returns(month, desk)

    month.pass_to("11-16")
    month.o_clock("14:00")
    phone.goes(month.link_to(RUIXIN, "agency"))
    phone.follows(BAILU)
    assert "漏了委外的费用" in phone.reads()
    phone.files("提交更正", filler="周会计", cost_month="15", cost_year="93")

    month.pass_to("11-17")
    month.o_clock("16:00")
    phone.goes(month.link_to(QIAN, "filing"))
    phone.files(filler="钱会计", cost_month="55", cost_year="610")


def notes_a_call(month: Month, desk: Visitor) -> None:
    desk.goes(month.link_to(LI, "desk"))
    desk.pictured("06-desk")
    desk.follows("填报")
    desk.pictured("07-matrix")
    desk.follows("电话催报")
    assert QINGHE not in desk.reads(), "what is promised is waited for"
    row = desk.page.get_by_role("listitem").filter(has_text=YUANSHAN)
    row.get_by_text("记一次通话").click()
    row.get_by_label("说了什么").fill("会计住院，下周报")
    desk.presses("记下")
    assert desk.was_told() == "已记下这次通话。"
    assert "会计住院，下周报" in row.inner_text()
    desk.pictured("08-calls")


def accepts_and_returns(month: Month, desk: Visitor) -> None:
    reviews(month, desk, JINGGONG)
    desk.pictured("09-review")
    desk.presses("核定，看下一份")
    assert desk.was_told().startswith("已核定")
    reviews(month, desk, BAILU)
    desk.page.get_by_label("退回原因").fill("漏了委外的费用")
    desk.presses("退回")
    assert desk.was_told().startswith("已退回")
    desk.pictured("10-returned")


def reviews(month: Month, desk: Visitor, enterprise: str, state: str = "已报") -> None:
    desk.goes(month.link_to(LI, "desk"))
    desk.follows("填报")
    desk.follows(state, within=enterprise)


def the_letter(month: Month, phone: Visitor, desk: Visitor) -> None:
    month.pass_to("11-19")
    month.o_clock("10:00")
    desk.goes(month.link_to(LIN, "desk"))
    desk.follows("函件")
    desk.follows(YUANSHAN)
    desk.pictured("11-letter")
    desk.presses("批准")
    assert "催报函〔2026〕1号" in desk.reads()
    desk.pictured("12-letters")
    month.o_clock("10:01")

    month.pass_to("11-20")
    phone.goes(month.link_to(SUN, "filing"))
    assert "这一期已经截止" in phone.reads()
    phone.pictured("13-past-the-cut-off")
    phone.files("提交补报", filler="孙会计", cost_month="8", cost_year="70")
    reviews(month, desk, YUANSHAN, "补报")
    desk.presses("核定")


def the_digest(month: Month, phone: Visitor, desk: Visitor) -> None:
    month.pass_to("12-01")
    told = text_of(month.newest_to(ZHOU))
    assert "应报 6 家，按时 3 家，迟报 2 家，未报 1 家" in told
    assert f"- 研发月报：{YUANSHAN}（已补报）" in told
    assert f"- 2026-11-20 {YUANSHAN}补报研发月报（2026年10月），晚10天（8个工作日）" in told
    assert "报送率 83.3%，按去年研发费用计 98.8%，按时率 50%" in told

    phone.goes(month.link_to(QIAN, "filing"))
    phone.files("提交更正", filler="钱会计", cost_month="56", cost_year="611")
    month.pass_to("12-02")
    assert text_of(month.newest_to(ZHOU)) == told
    assert month.digest("2026-11") == told, "what was sent is what stays"
