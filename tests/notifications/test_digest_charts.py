"""The pictures of a 通报: targets against time, and how many enterprises reported month by month."""

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from notifications.digest import month_facts
from notifications.digest_charts import plots
from plans.database import reading
from plans.periods import Period
from tasks.lights import Light


def facts_of(begin: Begin, month: str) -> dict[str, object]:
    bureau = begin(GAOQI, MONTHLY_REPORT, on="2026-07-01 08:00")
    for day in ("2026-08-12 10:00", "2026-09-14 10:00", "2026-10-14 10:00"):
        tick(bureau, at(day))
    with reading(bureau.engine) as session:
        return month_facts(session, Period.parse(month), at("2026-10-31 10:00"), bureau.gauge)


def test_each_month_of_a_report_is_a_bar_with_its_rate(begin: Begin) -> None:
    (course,) = [plot for plot in plots(facts_of(begin, "2026-10")) if "报送率" in plot.name]
    assert course.name == "研发月报各月报送率"
    assert len(course.bars) > 1
    assert all(rate == 0 for _, rate, _ in course.bars)
    assert "0%" in course.told


def test_a_picture_says_in_words_what_it_shows_and_is_drawn_alike_each_time(begin: Begin) -> None:
    for plot in plots(facts_of(begin, "2026-10")):
        assert plot.told.startswith(plot.name)
        assert plot.drawn("svg") == plot.drawn("svg")


def test_a_month_without_anything_to_show_has_no_picture() -> None:
    empty = {"items": [], "elapsed": 0.5, "responses": [{"title": "研发月报", "months": []}]}
    assert plots(empty) == []


def test_one_month_alone_is_no_course_and_old_facts_have_none() -> None:
    month = {"month": "2026-09", "label": "2026年9月", "due": 3, "filed": 1}
    target = {"indicator": "认定", "floor_share": 0.4, "light": Light.RED.value}
    facts = {"items": [{"targets": [target]}], "elapsed": 0.7, "responses": [{"title": "月报", "months": [month]}]}
    assert [plot.name for plot in plots(facts)] == ["指标完成率"]
    assert plots({"items": [], "elapsed": 0.5}) == []
