"""What a report writes is what bureaus write: our own reader finds in it the plan and the figures that went in."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from cast import ENTERPRISES, at
from conftest import Begin
from duban.demo.show import PLAN
from flows.planning import start_from_text
from flows.reporting import period_report
from flows.runtime import open_runtime
from flows.settings import Settings
from notifications.report import DONE, PROBLEMS
from plans.columns import figure_text
from plans.database import writing
from plans.draft import parse_draft
from plans.programmes import load_programmes
from plans.reading.files import read_file
from plans.reading.lines_of_work import programme_of
from plans.reading.model import Reading
from plans.reading.opening import open_source
from plans.reading.text import read_source
from plans.sheet.figures import calibre_of
from plans.sheet.stretches import squeezed
from plans.tables import BaseFigure, Target
from support.grading import OWN, SHARED, document_of, load
from support.papers import SUMMARY, word
from support.reports import below, entries, entry, goals, read_back, section
from tasks.tables import Progress

FIRST, SECOND = f"一、{DONE}", f"二、{PROBLEMS}"
DOCUMENTS = {gold.stem: document_of(gold) for gold in OWN if load(gold)["plan_items"]}
ON_A_FILE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SEEDS = {
    "002_73aecaf7c93fded6": ("2026Q1", "2026-03-31", "2026-04-01"),
    "004_971f75f910563c26": ("2021H1", "2021-06-30", "2021-07-01"),
}
"""The period, its last day, and the day after it, on which the report is written."""


def reported(target: Target, day: str, value: Decimal, calibre: str = "") -> Progress:
    noon = at(f"{day} 12:00")
    return Progress(target_id=target.id or 0, as_of=noon.date(), value=value, calibre=calibre, by="李明", at=noon)


def test_the_plan_that_went_in_and_the_figures_come_out_of_the_report(begin: Begin) -> None:
    comes_out(begin, read_source(open_source("总结.docx", word(SUMMARY))))


@ON_A_FILE
@pytest.mark.parametrize("name", DOCUMENTS)
def test_so_do_those_of_every_document_of_our_own(begin: Begin, name: str) -> None:
    comes_out(begin, read_file(DOCUMENTS[name]))


def comes_out(begin: Begin, paper: Reading) -> None:
    runtime = begin(*entries(paper.plan_items), period="2026", on="2026-03-31 08:00")
    with writing(runtime.engine) as session:
        measured = session.exec(select(Target).where(~col(Target.qualitative)).order_by(col(Target.id))).all()
        given = [(one, below(*map(_number, (one.floor, one.stretch)))) for one in measured]
        session.add_all(reported(one, "2026-03-31", value, "网报") for one, value in given)

    document = period_report(runtime, "2026Q1", at("2026-04-02 09:00")).docx
    back = read_back(document)

    assert [one.kind for one in back.sections] == ["done", "problems", "plan"]
    assert goals(back.plan_items) == goals(paper.plan_items)
    done = section(document, FIRST, SECOND)
    told = Counter(f"{one.indicator}网报数据{figure_text(value)}{one.unit}" for one, value in given)
    assert {words: done.count(words) for words in told} == told


def test_the_plan_of_the_demo_comes_out_of_its_report_with_every_goal(settings: Settings) -> None:
    written = PLAN.read_text(encoding="utf-8").replace("enterprises: []", ENTERPRISES)
    start_from_text(settings, written, "plan.yaml", "吴越", at("2026-07-01 08:00"))
    runtime = open_runtime(settings)

    back = read_back(period_report(runtime, "2026Q3", at("2026-10-08 09:00")).docx)

    plan = parse_draft(written).draft
    assert plan is not None
    assert [one.title for one in back.plan_items] == [one.title for one in plan.items]
    assert [_numbers(one.targets) for one in back.plan_items] == [_numbers(one.targets) for one in plan.items]
    runtime.engine.dispose()


def _numbers(targets: Sequence[Any]) -> list[tuple[float | None, float | None, str, bool]]:
    """What was promised, without the words for it; 零的突破 names no unit."""
    return [(_number(one.floor), _number(one.stretch), one.unit or "家", one.masked) for one in targets]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


@ON_A_FILE
@pytest.mark.parametrize("name", SEEDS)
def test_every_figure_of_a_seed_is_told_once_with_its_unit_and_calibre(begin: Begin, name: str) -> None:
    path = SHARED / "gold" / f"{name}.json"
    if not path.exists():
        pytest.skip("没有 ../shared，不能用样本核对")
    gold, (period, day, after) = load(path), SEEDS[name]
    figures = gold["done_figures"]
    runtime = begin(*_with_figures(gold), period=period[:4], on=f"{after} 08:00")
    with writing(runtime.engine) as session:
        targets = session.exec(select(Target).order_by(col(Target.id)).where(Target.quote == "")).all()
        for target, figure in zip(targets, _in_order(figures), strict=True):
            value = Decimal(str(figure["value"]))
            session.add(reported(target, day, value, calibre_of(figure["text"])))
            if figure["yoy"]:
                session.add(_a_year_before(figure, value, period))

    document = period_report(runtime, period, at(f"{after} 18:00")).docx
    back = read_back(document)

    done = section(document, FIRST, SECOND)
    told = [_told(figure) for figure in figures]
    assert {words: done.count(words) for words in told} == dict.fromkeys(told, 1)
    wanted = Counter((one["value"], one["unit"], one["yoy"]) for one in figures)
    assert Counter((one.value, one.unit, one.yoy) for one in back.done_figures) == wanted
    assert [one.kind for one in back.sections] == ["done", "problems", "plan"]
    planned = back.plan_items[: len(gold["plan_items"])]
    assert [one.title for one in planned] == [one["title"] for one in gold["plan_items"]]
    promised = [(one.floor, one.stretch, one.unit) for item in planned for one in item.targets if _is_measured(one)]
    assert promised == [
        (one["floor"], one["stretch"], one["unit"])
        for item in gold["plan_items"]
        for one in item["targets"]
        if not one["qualitative"] and one["level"] != "workload"
    ]


def _is_measured(target: Any) -> bool:
    return not target.qualitative and target.level != "workload"


def _in_order(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The figures as their items stand in the plan: by programme."""
    return [figure for group in _by_programme(figures).values() for figure in group]


def _by_programme(figures: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for figure in figures:
        words = squeezed(f"{figure['indicator']}{figure['text']}")
        grouped.setdefault(programme_of(words, "", load_programmes()), []).append(figure)
    return grouped


def _with_figures(gold: dict[str, Any]) -> list[str]:
    """The plan of a seed, and an item a programme that holds what its done part measured."""
    planned = [_planned(item) for item in gold["plan_items"]]
    measured = [
        entry(
            f"已完成的{programme}", programme, "", [_counted(one) for one in figures], kind="goal", cadence="", form=""
        )
        for programme, figures in _by_programme(gold["done_figures"]).items()
    ]
    return [*planned, *measured]


def _planned(item: dict[str, Any]) -> str:
    known = ("indicator", "floor", "stretch", "masked", "qualitative", "level", "quote")
    promised = [one for one in item["targets"] if one["level"] != "workload"]
    targets = [{name: one[name] for name in known} | {"unit": one["unit"] or ""} for one in promised]
    return entry(item["title"], item["programme"], item["text"], targets, kind="duty", cadence="", form="")


def _counted(figure: dict[str, Any]) -> dict[str, Any]:
    return {"indicator": figure["indicator"], "unit": figure["unit"]}


def _told(figure: dict[str, Any]) -> str:
    """The indicator, its calibre where it does not name it itself, the figure and its unit, and what it grew by."""
    calibre = calibre_of(figure["text"])
    said = f"{calibre}数据" if calibre and calibre not in figure["indicator"] else ""
    grown = f"，同比增长{figure['yoy']}%" if figure["yoy"] else ""
    return f"{figure['indicator']}{said}{figure_text(Decimal(str(figure['value'])))}{figure['unit']}{grown}"


def _a_year_before(figure: dict[str, Any], value: Decimal, period: str) -> BaseFigure:
    """What the figure grew from, as a document of the year before gave it."""
    before = (value / (1 + Decimal(str(figure["yoy"])) / 100)).quantize(Decimal("0.0001"))
    year = int(period[:4]) - 1
    return BaseFigure(
        indicator=figure["indicator"],
        unit=figure["unit"],
        period=f"{year}{period[4:]}",
        value=before,
        source="上年总结",
        kept_at=at(f"{year}-12-31 12:00"),
    )
