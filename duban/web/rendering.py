"""Rendering: a template and its facts become a page. Everything is escaped; what is missing is an error."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from duban.web.menu import menu_of
from duban.web.visit import Visit, root_of
from flows.runtime import Runtime
from flows.views.outbox import delivery_badge
from flows.views.sheet import figure_words, stand_words
from notifications.language import Language, in_language
from notifications.writing import percent
from plans.columns import figure_text
from plans.periods import Period
from plans.reading.source import CELL_END
from plans.zone import local_text

TEMPLATES = Path(__file__).with_name("templates")
WEEKDAYS = "一二三四五六日"
EMPTY_CELLS = re.compile(f"{CELL_END}+(?=\n|$)")


@cache
def _environment(language: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "local": local_text,
        "percent": percent,
        "figure": figure_text,
        "day": day_text,
        "date": date_text,
        "delivery_badge": delivery_badge,
        "figure_words": figure_words,
        "stand_words": stand_words,
        "cells": cells,
        "period": period_text,
        "dial": dialled,
    }
    return in_language(made, language)


def cells(words: str) -> str:
    """The words of a document with the cells of its tables set apart."""
    return EMPTY_CELLS.sub("", words).replace(CELL_END, "　|　")


def period_text(key: str) -> str:
    """2026-10 as people read it: 2026年10月."""
    return Period.parse(key).label


def dialled(number: str) -> str:
    """A telephone number as an address can hold it; empty for what is none."""
    digits = "".join(char for char in number if char in "+0123456789")
    return digits if len(digits) >= 5 else ""


def date_text(day: date) -> str:
    """As people read it: 10月9日; the year is in the period beside it."""
    return f"{day.month}月{day.day}日"


def day_text(day: date) -> str:
    """With its weekday: 10月9日（周五）."""
    return f"{date_text(day)}（周{WEEKDAYS[day.weekday()]}）"


def piece(name: str, runtime: Runtime, facts: Mapping[str, Any]) -> Markup:
    """A part of a page that can be kept, as nothing in it depends on who looks."""
    return _environment(runtime.language).get_template(name).make_module(dict(facts)).__html__()


def page(name: str, visit: Visit, facts: Mapping[str, Any] | None = None, status: int = 200) -> HTMLResponse:
    """A page of ours with the menu of whoever is signed in."""
    shared = {"root": visit.root, "visitor": visit.visitor, "menu": menu_of(visit)}
    return HTMLResponse(_environment(visit.runtime.language).get_template(name).render(facts or {}, **shared), status)


def notice(runtime: Runtime, status: int, title: str, sentence: str) -> HTMLResponse:
    """A page that says one thing and what to do."""
    facts: dict[str, Any] = {
        "title": title,
        "sentence": sentence,
        "root": root_of(runtime),
        "visitor": None,
        "menu": [],
    }
    return HTMLResponse(_environment(runtime.language).get_template("notice.html.j2").render(facts), status)
