"""The figures and enterprises of the done part on a draft's page: shown with what they become, dated by a person."""

from datetime import datetime
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from cast import at
from flows.runtime import Runtime
from flows.sheets import hand_in, open_sheet
from plans.database import writing
from plans.sheet.model import SheetFigure
from plans.tables import Enterprise
from support.clerk import one, sent_untouched, soup

NOW = at("2026-07-06 09:00")
PAPER = """云溪县科技局2026年上半年工作总结和下半年工作打算
一、上半年工作完成情况
上半年技术合同成交额达到1.2亿元，同比增长12%。20_年1-4月研发投入预报数据1533.7万元。培训企业120家。
走访了云溪晨星新材料有限公司。服务晨星新材、远山竹业、青禾药业等3家企业。
二、下半年工作打算
（一）做好技术合同登记。全年力争技术合同成交额达到3亿元。
"""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def bureau(new_bureau: Runtime) -> Runtime:
    with writing(new_bureau.engine) as session:
        session.add(Enterprise(name="云溪县远山竹业有限公司", weight=Decimal(20)))
    return new_bureau


@pytest.fixture
def address(bureau: Runtime, office: str) -> str:
    return f"{office}/drafts/{hand_in(bureau, '总结.txt', PAPER.encode(), '', NOW)}"


def figures(bureau: Runtime) -> tuple[SheetFigure, ...]:
    return open_sheet(bureau, 1, NOW).sheet.figures


def test_each_figure_shows_its_day_its_calibre_and_what_it_becomes(client: TestClient, address: str) -> None:
    shown = [row.get_text(" ", strip=True) for row in soup(client.get(address)).select("#figures .figure label")]

    assert shown[0].endswith("1.2亿元，同比12% 2026年上半年")
    assert shown[1].endswith("1533.7万元 预报 20_年1-4月")
    assert shown[2].endswith("120家 2026年上半年（文中没写，按文件的期间）")
    form = sent_untouched(one(soup(client.get(address)), "#figures form"))
    assert [form[f"figure-{place}"] for place in range(3)] == ["reading:1:0", "", ""]


def test_sent_back_untouched_the_proposals_stay(client: TestClient, bureau: Runtime, address: str) -> None:
    before = figures(bureau)

    client.post(f"{address}/figures", data=sent_untouched(one(soup(client.get(address)), "#figures form")))

    assert figures(bureau) == before


def test_a_hidden_day_is_typed_beside_the_figure(client: TestClient, bureau: Runtime, address: str) -> None:
    form = sent_untouched(one(soup(client.get(address)), "#figures form"))
    refused = client.post(f"{address}/figures", data=form | {"figure-1": "base"})
    wrong = client.post(f"{address}/figures", data=form | {"figure-1": "base", "figure-date-1": "<b>不知道"})

    assert (refused.status_code, wrong.status_code) == (422, 422)
    assert "没有写明截至哪天" in refused.text
    assert "“&lt;b&gt;不知道”看不出截至哪天" in wrong.text
    client.post(f"{address}/figures", data=form | {"figure-1": "base", "figure-date-1": "2026年4月底"})
    assert [(one.use, one.as_of) for one in figures(bureau)][1] == ("base", "2026-04-30")


def test_known_enterprises_and_lone_short_names_are_told(client: TestClient, address: str) -> None:
    rows = [row.get_text(" ", strip=True) for row in soup(client.get(address)).select("#enterprises li p")]

    assert "云溪晨星新材料有限公司 待确认 文中也写作 晨星新材" in rows
    assert "远山竹业 待确认 已在名册" in rows
    assert "名册里是“云溪县远山竹业有限公司”，不会重复列入。" in rows
    assert "文中只有简称：列入前请补全称。" in rows
