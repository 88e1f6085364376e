"""Charts as pictures: SVG for pages and mail, PNG for Word. The same facts give the same bytes.

matplotlib is imported when the first chart is drawn: nobody who draws none pays for it. An SVG keeps its text as text,
has no ground, and says its looks in attributes, so that it may stand inside a page that forbids inline style.
A PNG needs a Chinese font on this machine; without one there is no picture (None) rather than boxes.
"""

import logging
import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from threading import Lock
from typing import Any, Literal

from plans.columns import figure_text

Form = Literal["svg", "png"]
FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei"),
    *("SimHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Heiti SC"),
    *("Noto Sans CJK JP", "Noto Serif CJK SC", "Noto Serif CJK JP", "SimSun", "FangSong", "AR PL UMing CN"),
)
"""Fonts with Chinese characters, the best to read in a chart first."""
FAMILIES = ", ".join((*(f"'{name}'" for name in FONTS[:8]), "sans-serif"))
INK, MAIN, FAINT, GOALS = "#737d88", "#2f80d0", "#8a949e", ("#c77700", "#2f9e57")
"""Colours that read on white and on a dark page alike."""
LIGHTS = {"green": "#2f9e57", "yellow": "#d18b00", "red": "#d64541", "blue": "#2f80d0", "none": "#8a949e"}
LONGEST = 16
MOST_BARS = 24
PIXELS_AN_INCH = 200
# Pages are drawn by several threads, and the drawing's fonts and settings are shared.
_turn = Lock()
_STYLE = re.compile(r' style="([^"]*)"')
_GROUP = re.compile(r' id="[a-zA-Z0-9.]+_\d+"')
_NOT_DRAWN = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<defs>\s*</defs>", re.DOTALL)


def line_chart(
    points: Sequence[tuple[date, Decimal]], lines: Mapping[str, Decimal], unit: str, form: Form
) -> bytes | None:
    """A target's readings by day, with its goals (确保, 力争) as marked horizontal lines.

    None without a reading, and for a PNG where no Chinese font is installed.
    """
    if not points or not _can_write(form):
        return None
    with _turn:
        return _line(points, lines, unit, form)


def _line(points: Sequence[tuple[date, Decimal]], lines: Mapping[str, Decimal], unit: str, form: Form) -> bytes:
    figure, axes = _canvas(6.4, 2.8)
    days, values = [day for day, _ in points], [float(value) for _, value in points]
    axes.plot(days, values, color=MAIN, linewidth=2, marker="o", markersize=5, clip_on=False)
    _mark_goals(axes, lines, unit)
    _name_days(axes, days)
    _tell_last(axes, points[-1], unit)
    axes.set_ylim(*_span([*values, *map(float, lines.values())]))
    return _drawn(figure, form)


def bar_chart(bars: Sequence[tuple[str, float, str]], mark: tuple[str, float] | None, form: Form) -> bytes | None:
    """Shares (0 to 1 and over) as bars from the left: name, share, light (green, yellow, red, blue, none).

    ``mark`` is a share all of them are held against, such as 序时进度. None without bars, and for a PNG where no
    Chinese font is installed. At most MOST_BARS are drawn, the first ones.
    """
    if not bars or not _can_write(form):
        return None
    with _turn:
        return _bars(list(bars)[:MOST_BARS], mark, form)


def _bars(shown: Sequence[tuple[str, float, str]], mark: tuple[str, float] | None, form: Form) -> bytes:
    figure, axes = _canvas(6.4, 0.6 + 0.23 * len(shown))
    places, shares = range(len(shown)), [share * 100 for _, share, _ in shown]
    axes.barh(places, [min(share, 100) for share in shares], 0.62, color=[LIGHTS.get(one[2], FAINT) for one in shown])
    axes.set_yticks(places, [_short(name) for name, _, _ in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0, 112)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25%", "50%", "75%", "100%"])
    for place, share in zip(places, shares, strict=True):
        told = f"{share:.1f}%".replace(".0%", "%")
        axes.text(112, place, told, ha="right", va="center", fontsize=9, color=INK)
    _mark_share(axes, mark)
    return _drawn(figure, form)


def chinese_font() -> str | None:
    """The installed font that charts are written with, or None."""
    _plotting()
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return next((name for name in FONTS if name in installed), None)


def _can_write(form: Form) -> bool:
    return form == "svg" or chinese_font() is not None


@cache
def _plotting() -> Any:
    """matplotlib, set once to say the same thing in the same bytes; nobody else in this process draws with it."""
    import matplotlib as mpl

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    mpl.rcParams.update(
        {
            "svg.hashsalt": "duban",
            "svg.fonttype": "none",
            "text.parse_math": False,
            "axes.unicode_minus": False,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": FAINT,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "font.size": 10,
        }
    )
    return mpl


def _canvas(width: float, height: float) -> tuple[Any, Any]:
    mpl = _plotting()
    from matplotlib.figure import Figure

    if font := chinese_font():
        mpl.rcParams["font.family"] = [font]
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.tick_params(length=0)
    return figure, axes


def _short(name: str) -> str:
    seen = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    return seen if len(seen) <= LONGEST else f"{seen[: LONGEST - 1]}…"


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(0.0, *values), max(0.0, *values)
    return low, high + ((high - low) or 1) * 0.16


def _mark_goals(axes: Any, lines: Mapping[str, Decimal], unit: str) -> None:
    for (name, goal), colour in zip(lines.items(), GOALS * len(lines), strict=False):
        axes.axhline(float(goal), color=colour, linewidth=1.4, linestyle=(0, (5, 3)))
        told = f"{name} {figure_text(goal)}{unit}"
        place = {"xycoords": ("axes fraction", "data"), "xytext": (0, 3), "textcoords": "offset points"}
        axes.annotate(told, (0.005, float(goal)), va="bottom", fontsize=9, color=colour, **place)


def _name_days(axes: Any, days: Sequence[date]) -> None:
    """The months that have a reading, each named once; January and the first tell the year."""
    months = list(dict.fromkeys(day.replace(day=1) for day in days))
    firsts = {day.replace(day=1): day for day in reversed(days)}
    step = -(-len(months) // 12)
    shown = months[::step]
    names = [_month(month, tell_year=not place or month.month == 1) for place, month in enumerate(shown)]
    axes.set_xticks([firsts[month] for month in shown], names)
    axes.margins(x=0.06)


def _month(month: date, tell_year: bool) -> str:
    return f"{month.year}年{month.month}月" if tell_year else f"{month.month}月"


def _tell_last(axes: Any, last: tuple[date, Decimal], unit: str) -> None:
    day, value = last
    place = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "va": "bottom"}
    axes.annotate(f"{figure_text(value)}{unit}", (day, float(value)), color=MAIN, fontweight="bold", **place)


def _mark_share(axes: Any, mark: tuple[str, float] | None) -> None:
    if mark is None:
        return
    name, share = mark
    axes.axvline(share * 100, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    told = f"{name} {share * 100:.1f}%".replace(".0%", "%")
    place = {"xycoords": ("data", "axes fraction"), "xytext": (0, 2), "textcoords": "offset points"}
    axes.annotate(told, (share * 100, 1), ha="center", va="bottom", fontsize=9, annotation_clip=False, **place)


def _drawn(figure: Any, form: Form) -> bytes:
    written = BytesIO()
    if form == "png":
        figure.savefig(written, format="png", dpi=PIXELS_AN_INCH, facecolor="white", metadata={"Software": None})
        return written.getvalue()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Type": None})
    return _plain(written.getvalue().decode("utf-8")).encode("utf-8")


def _plain(svg: str) -> str:
    """The drawing alone, its style written as attributes, its text in whatever Chinese font the reader has."""
    drawing = _GROUP.sub("", _NOT_DRAWN.sub("", svg[svg.index("<svg") :]))
    drawing = drawing.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    return _STYLE.sub(lambda found: _attributes(found[1]), drawing)


def _attributes(style: str) -> str:
    pairs = (part.strip().split(": ", 1) for part in style.split(";") if ": " in part)
    return "".join(f' {name}="{FAMILIES if name == "font-family" else value}"' for name, value in pairs)
