"""Wording: facts and a marked text (templates/…/word.txt.j2) become the lines that a Paper writes.

Whatever a name holds, it stays on the line it was put in.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from notifications.documents.progress_rows import day_told, pace_told, stale_since
from notifications.documents.wordml import seen
from notifications.writing import TEMPLATES, percent

MOST_NAMES = 15
"""Names a paragraph tells; where there are more, they are in an attachment."""


@cache
def _environment() -> Environment:
    made = Environment(  # noqa: S701 - what it writes is not HTML: wordml escapes it
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=one_line,
        auto_reload=False,
    )
    made.filters |= {"percent": percent, "listed": listed, "ended": ended, "quoted": quoted}
    made.filters |= {"day": _day, "stale": _stale, "pace": _pace}
    return made


def worded(template: str, facts: Mapping[str, Any], **also: Any) -> str:
    """The marked text of a document."""
    return _environment().get_template(template).render(facts=facts, most_names=MOST_NAMES, **also)


@pass_context
def _day(context: Context, day: str) -> str:
    return day_told(day, context["facts"])


@pass_context
def _stale(context: Context, target: Mapping[str, Any]) -> str:
    return stale_since(context["facts"], target)


@pass_context
def _pace(context: Context, target: Mapping[str, Any]) -> str:
    return pace_told(context["facts"], target)


def one_line(value: object) -> object:
    """Text on one line; anything else as it is."""
    return seen(value) if isinstance(value, str) else value


def listed(names: Sequence[str]) -> str:
    """The names, or how many they are and where they are told."""
    return "、".join(names) if len(names) <= MOST_NAMES else f"共{len(names)}家，名单见附件"


def ended(told: str) -> str:
    """A sentence of somebody's with one full stop."""
    told = told.strip()
    return told if told.endswith(("。", "！", "？", "!", "?")) else f"{told.rstrip('.；;，,')}。"


def quoted(title: str) -> str:
    """《…》 around a title that has none."""
    return title if title.startswith("《") else f"《{title}》"
