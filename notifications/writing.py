"""Writing: facts and a template folder become subject, plain text and HTML. Autoescape is on for every HTML file."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifications.language import CHINESE_AS_WRITTEN, Language, in_language
from plans.columns import figure_text
from plans.workdays import Workdays
from plans.zone import local_text

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Written:
    """A message ready to go."""

    subject: str
    text: str
    html: str


@cache
def environment(language: Language = CHINESE_AS_WRITTEN) -> Environment:
    """The one environment of mails and digests in a language. Jinja2's default extensions miss ``.html.j2``."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # They are part of the program; asking the disk at each letter whether one changed costs as much as writing.
        auto_reload=False,
    )
    made.filters |= {"figure": figure_text, "local": local_text, "percent": percent}
    return in_language(made, language)


def write(folder: str, facts: dict[str, Any], language: Language = CHINESE_AS_WRITTEN) -> Written:
    """Render ``templates/<folder>/`` (subject.txt.j2, text.txt.j2, page.html.j2); the subject is one line."""
    subject, text, html = (
        environment(language).get_template(f"{folder}/{name}").render(facts)
        for name in ("subject.txt.j2", "text.txt.j2", "page.html.j2")
    )
    return Written(" ".join(subject.split()), text.strip() + "\n", html)


def percent(share: float | None) -> str:
    """A share as people read it: 62.5%, or — where it is unknown."""
    return "—" if share is None else f"{share * 100:.1f}%".replace(".0%", "%")


def time_left(today: date, due_on: date, workdays: Workdays) -> str:
    """今天到期, 还有3个工作日, 还有1天 (a day off comes between) or 已逾期2个工作日."""
    if due_on == today:
        return "今天到期"
    if due_on < today:
        # Overdue over a weekend is at least one day late.
        return f"已逾期{max(1, workdays.between(due_on, today))}个工作日"
    days = workdays.between(today, due_on)
    return f"还有{days}个工作日" if days else f"还有{(due_on - today).days}天"
