"""Charts: the same facts are the same bytes, text stays text, and nothing in them needs inline style."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from notifications.charts import MOST_BARS, Form, bar_chart, chinese_font, line_chart

POINTS = [(date(2026, 9, 28), Decimal(3)), (date(2026, 10, 28), Decimal(4)), (date(2027, 1, 3), Decimal("6.5"))]
GOALS = {"确保": Decimal(5), "力争": Decimal(8)}
BARS = [("高新技术企业认定", 0.8, "green"), ("科贷通新增贷款", 0.39, "red")]
needs_font = pytest.mark.skipif(chinese_font() is None, reason="no Chinese font is installed")


def words(svg: bytes | None) -> list[str]:
    assert svg is not None
    return [str(found.text) for found in etree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_a_line_chart_names_its_months_its_goals_and_its_last_value() -> None:
    told = words(line_chart(POINTS, GOALS, "家", "svg"))

    assert {"2026年9月", "10月", "2027年1月", "确保 5家", "力争 8家", "6.5家"} <= set(told)


def test_a_bar_chart_tells_each_share_and_what_it_is_held_against() -> None:
    told = words(bar_chart(BARS, ("序时进度", 0.668), "svg"))

    assert {"高新技术企业认定", "80%", "39%", "序时进度 66.8%"} <= set(told)


@pytest.mark.parametrize("form", ["svg", pytest.param("png", marks=needs_font)])
def test_the_same_facts_are_the_same_bytes(form: Form) -> None:
    assert line_chart(POINTS, GOALS, "家", form) == line_chart(POINTS, GOALS, "家", form)
    assert bar_chart(BARS, None, form) == bar_chart(BARS, None, form)


def test_an_svg_needs_no_inline_style_has_no_ground_and_names_no_moment() -> None:
    svg = line_chart(POINTS, GOALS, "家", "svg")

    assert svg is not None
    root = etree.fromstring(svg)
    assert not [found for found in root.iter() if "style" in found.attrib or str(found.tag).endswith("style")]
    assert not [found for found in root.iter() if "id" in found.attrib and found.get("id", "").startswith("figure")]
    assert b"metadata" not in svg
    assert b"sans-serif" in svg
    assert b'fill="#ffffff"' not in svg


def test_a_hostile_name_is_only_words() -> None:
    told = words(bar_chart([("$x^2$ <script>\x00\n" + "长" * 200, 0.5, "")], None, "svg"))

    assert [word for word in told if word.startswith("$x^2$ <script>")]
    assert max(map(len, told)) == 16


def test_without_points_there_is_no_chart() -> None:
    assert line_chart([], GOALS, "家", "svg") is None
    assert bar_chart([], None, "svg") is None


def test_more_bars_than_fit_are_left_out() -> None:
    told = words(bar_chart([(f"指标{number}", 0.5, "green") for number in range(99)], None, "svg"))

    assert sum(word.startswith("指标") for word in told) == MOST_BARS


@pytest.mark.parametrize("value", ["0", "-3", "999999999999"])
def test_any_figure_can_be_drawn(value: str) -> None:
    assert line_chart([(date(2026, 10, 1), Decimal(value))], {}, "万元", "svg")


def test_importing_charts_and_documents_is_cheap() -> None:
    modules = "notifications.charts, notifications.documents.digest_word, notifications.documents.digest_sheet"
    script = f"import {modules}, sys; print(*sorted(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=sys.path[0])

    assert not set(loaded.stdout.split()) & {"matplotlib", "docx", "openpyxl", "docxtpl", "numpy"}
