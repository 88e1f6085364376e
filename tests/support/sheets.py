"""Sheets of the cast's bureau, read out of a text in sight."""

from datetime import date

from notifications.ladder import load_ladders
from plans.checking import Bureau
from plans.programmes import load_programmes
from plans.reading.source import Source
from plans.reading.text import read_source
from plans.sheet.model import Sheet
from plans.sheet.proposing import sheet_of
from plans.workdays import Workdays
from tasks.form import load_forms

TODAY = date(2026, 7, 1)
HEAD = "云溪县科技局2026年上半年工作总结和下半年工作打算\n"


def a_sheet(*plan: str, done: str = "", head: str = HEAD) -> Sheet:
    """The proposals of a summary with these plan items (without their markers) and this done part."""
    numbered = "\n".join(f"（{'一二三四五六七八九'[nth]}）{words}" for nth, words in enumerate(plan))
    return sheet_from(f"{head}一、上半年工作完成情况\n{done}\n二、下半年工作打算\n{numbered}\n")


def sheet_from(text: str) -> Sheet:
    """The proposals of a whole text."""
    source = Source(text)
    return sheet_of(read_source(source), "打算.docx", load_programmes(), source)


def a_bureau(known_people: dict[str, str] | None = None, has_roster: bool = False) -> Bureau:
    """A bureau without a plan yet."""
    return Bureau(
        programmes=load_programmes(),
        ladders=list(load_ladders()),
        forms=list(load_forms()),
        workdays=Workdays(),
        known_people=known_people or {},
        has_roster=has_roster,
    )
