"""duban plan read tells the done part, and duban plan bases what documents left for 同比."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from cast import at
from conftest import Begin
from duban.cli import series_commands
from duban.cli.main import app
from flows.runtime import Runtime
from plans.database import writing
from plans.tables import BaseFigure, Target
from support.readings import read_off

PAPER = """云溪县科技局2026年上半年工作总结和下半年工作打算
一、上半年工作完成情况
上半年技术合同成交额达到1.2亿元，同比增长12%。走访了江西国化实业有限公司。服务国化、青禾药业等企业。
二、下半年工作打算
（一）做好技术合同登记。全年力争技术合同成交额达到3亿元。
"""
CONTRACTS = """
  - title: 技术合同登记
    programme: jishu_hetong
    owner: 王芳
    targets:
      - {indicator: 技术合同成交额, floor: 3, unit: 亿元}
"""
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def said(runtime: Runtime, *arguments: str) -> str:
    given = {"DUBAN_DATA": str(runtime.settings.data), "DUBAN_DATABASE_URL": runtime.settings.database_url}
    answer = CliRunner().invoke(app, list(arguments), env=given | {"COLUMNS": "200"})
    assert answer.exception is None
    return answer.stdout


def test_a_reading_tells_the_done_figures_and_the_enterprises(tmp_path: Path) -> None:
    paper = tmp_path / "总结.txt"
    paper.write_text(PAPER, encoding="utf-8")

    lines = CliRunner().invoke(app, ["plan", "read", str(paper)], env={"COLUMNS": "200"}).stdout.splitlines()

    figure = lines[lines.index("上期完成数（1）") + 2].split()
    assert figure == ["上半年技术合同成交额", "1.2亿元，同比12%", "2026年上半年", "首次进展"]
    at_firms = next(place for place, line in enumerate(lines) if line.startswith("企业（"))
    assert lines[at_firms + 2].split()[:2] == ["江西国化实业有限公司", "国化"]


@ON_SQLITE
def test_bases_are_listed_and_the_series_names_the_document(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = begin(CONTRACTS)
    with writing(runtime.engine) as session:
        session.add(a_base("2025H2", "1.2", "总结.docx"))
        session.add(read_off(session.exec(select(Target.id)).one() or 0, "2026-12-31", "1.5"))

    (row,) = json.loads(said(runtime, "plan", "bases", "--json"))
    assert (row["value"], row["unit"], row["period"], row["label"]) == ("1.2", "亿元", "2025H2", "2025年下半年")
    assert "总结.docx" in said(runtime, "plan", "bases")

    monkeypatch.setattr(series_commands, "now", lambda: at("2026-12-31 18:00"))
    assert "技术合同成交额（编号1） 1.5亿元 同比增长25%（基数来自《总结.docx》）" in said(
        runtime, "status", "--as-of", "2026-12-31"
    )
    told = said(runtime, "series", "1")
    assert "增长25% *" in told
    assert told.splitlines()[-1] == "带 * 的同比，基数来自《总结.docx》。"
    (december,) = (row for row in json.loads(said(runtime, "series", "1", "--json"))["months"] if row["reading"])
    assert (december["yoy"], december["base"]) == ("增长25%", "总结.docx")


def a_base(period: str, value: str, source: str) -> BaseFigure:
    return BaseFigure(
        indicator="全县技术合同成交额",
        unit="亿元",
        period=period,
        value=Decimal(value),
        source=source,
        kept_at=at(f"{date(2026, 1, 5)} 08:00"),
    )


@ON_SQLITE
def test_without_bases_there_is_one_sentence(begin: Begin) -> None:
    assert said(begin(CONTRACTS), "plan", "bases") == "还没有基数。\n"
