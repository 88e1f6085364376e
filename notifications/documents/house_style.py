"""The house style of documents as data (house_style.yaml), and its lengths in the units of Word."""

from functools import cache
from math import floor
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

MM = 1440 / 25.4
"""Twentieths of a point in a millimetre."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sheet(_Strict):
    """A sheet of paper in millimetres."""

    width: float
    height: float


class Margins(_Strict):
    """The margins of a page in millimetres, and how far the page number is from the paper's edge."""

    top: float
    bottom: float
    left: float
    right: float
    footer: float


class Grid(_Strict):
    """So many lines of so many characters of a size in points."""

    lines: int
    characters: int
    size: float


class Style(_Strict):
    """One style of paragraph; see house_style.yaml for the fields."""

    name: str
    font: str
    size: float
    align: Literal["left", "center", "right", "both"]
    line: float | None = None
    indent: int = 0
    before: float = 0
    after: float = 0
    keep: bool = False
    outline: int | None = None


class HouseStyle(_Strict):
    """How every document looks."""

    paper: Sheet
    upright: Margins
    lying: Margins
    grid: Grid
    latin: str
    fonts: dict[str, tuple[str, ...]]
    styles: dict[str, Style]

    @property
    def line_pitch(self) -> int:
        """The height of a line of the grid, in twentieths of a point."""
        return int((self.paper.height - self.upright.top - self.upright.bottom) * MM / self.grid.lines)

    @property
    def narrowing(self) -> int:
        """What a character of the grid is set apart from the next, in twentieths of a point: below nothing, for 28
        characters of 16 points are wider than 156 mm."""
        return floor((self.text_width(lying=False) / 20 / self.grid.characters - self.grid.size) * 20)

    def text_width(self, lying: bool) -> int:
        """The width of what is printed, in twentieths of a point."""
        margins, across = (self.lying, self.paper.height) if lying else (self.upright, self.paper.width)
        return int((across - margins.left - margins.right) * MM)


@cache
def house_style() -> HouseStyle:
    """The style of this house."""
    text = Path(__file__).with_name("house_style.yaml").read_text(encoding="utf-8")
    return HouseStyle.model_validate(YAML(typ="safe").load(text))
