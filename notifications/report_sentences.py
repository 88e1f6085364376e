"""The sentences of a 工作总结 as data (report_sentences.yaml), and those a bureau says differently.

A sentence has named places in braces and nothing else, like every other wording (notifications/wordings.py). What a
line of work has no facts for is left out, sentence by sentence.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML

from notifications.wordings import Sentence
from plans.draft import UNREADABLE
from plans.errors import Broken, Refused
from plans.kept_files import Stamp, stamp_of

OWN = Path(__file__).with_name("report_sentences.yaml")
FACTS = ("指标", "办理", "报送", "说明")
DONE = ("期间", "截至", "全县", *FACTS)
PREFACE = ("期间", "单位", "计划", "截至", "到期", "办结", "按时")
COUNTED = ("到期", "办结", "按时")
OTHER = "other"
SHORT = 4
"""Characters of an indicator that says little by itself."""
_SENTENCE = re.compile(r"[^。]+(?:。|$)")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Strict):
    """What is said of one line of work."""

    heading: str
    done: str
    subject: str = ""

    def named(self, indicator: str) -> str:
        """技术合同成交额 of a bare 成交额."""
        is_bare = len(indicator) <= SHORT and not set(self.subject) & set(indicator)
        return f"{self.subject}{indicator}" if is_bare else indicator


class VerbRule(_Strict):
    """A verb for indicators that end so, or are counted in such a unit."""

    verb: str
    endings: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


class Verbs(_Strict):
    """Which verb stands before an indicator."""

    opening: tuple[str, ...]
    rules: tuple[VerbRule, ...]

    def before(self, indicator: str, unit: str) -> str:
        """完成 before 高新技术企业认定; nothing before 新建研发平台."""
        if indicator.startswith(self.opening):
            return ""
        fits = (one.verb for one in self.rules if indicator.endswith(one.endings) or unit in one.units)
        return next(fits, "")


class Sentences(_Strict):
    """Every sentence of a report; see report_sentences.yaml for the fields."""

    preface: str
    nothing: str
    no_plan: str
    headings: Mapping[str, str]
    verbs: Verbs
    empty_notes: tuple[str, ...]
    problem_words: tuple[str, ...]
    programmes: Mapping[str, Wording]

    def of(self, programme: str) -> Wording:
        """What is said of a line of work."""
        return self.programmes.get(programme) or self.programmes["default"]

    def tells_nothing(self, note: str) -> bool:
        """True for a note such as 已办结。"""
        return note.strip("。.！! ") in self.empty_notes

    def is_problem(self, note: str) -> bool:
        """True for a note that tells what is wrong."""
        return any(word in note for word in self.problem_words)


class ReportSentencesError(Broken):
    """工作总结的句子文件 wordings/report.yaml 读不懂：……"""


def filled(template: str, values: Mapping[str, str], facts: tuple[str, ...] = FACTS) -> str:
    """The template with the values in its places; a sentence whose facts are all empty is left out."""
    written = (_sentence(match.group(), values, facts) for match in _SENTENCE.finditer(template))
    return "".join(written)


def _sentence(template: str, values: Mapping[str, str], facts: tuple[str, ...]) -> str:
    named = [name for _, name, _, _ in Formatter().parse(template) if name in facts]
    if named and not any(values[name] for name in named):
        return ""
    said = template.format_map(values)
    # What people wrote may end in a stop of its own.
    return re.sub("([。！？!?])。$", r"\1", said)


def load_sentences(own: Path | None = None) -> Sentences:
    """The shipped sentences with the bureau's own over them. Raises ReportSentencesError, which names the fault."""
    return _loaded(own, stamp_of(own) if own else ())


@cache
def _loaded(own: Path | None, stamp: Stamp) -> Sentences:
    if own is None or not stamp:
        return Sentences.model_validate(_tree(OWN))
    try:
        return _overlaid(_tree(OWN), _tree(own))
    except (OSError, Refused) as error:
        raise ReportSentencesError(f"工作总结的句子文件 wordings/{own.name} 读不懂：{error}") from error
    except (*UNREADABLE, ValidationError) as error:
        told = "请对照自带的 report_sentences.yaml 改正。"
        raise ReportSentencesError(f"工作总结的句子文件 wordings/{own.name} 读不懂：{told}") from error


def _tree(path: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}


def _overlaid(shipped: dict[str, Any], own: dict[str, Any]) -> Sentences:
    known = "、".join(shipped)
    if strange := [str(key) for key in own if key not in shipped]:
        raise Refused(f"不认识“{strange[0]}”：可以写 {known}。")
    programmes = dict(shipped["programmes"])
    for key, changes in own.get("programmes", {}).items():
        programmes[key] = programmes.get(key, programmes["default"]) | changes
    headings = shipped["headings"] | own.get("headings", {})
    made = Sentences.model_validate(shipped | own | {"programmes": programmes, "headings": headings})
    for label, text, places in _written(made):
        _checked(label, text, places)
    return made


def _written(made: Sentences) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every sentence with what it may name."""
    said: list[tuple[str, str, tuple[str, ...]]] = [
        ("preface", made.preface, PREFACE),
        ("nothing", made.nothing, ("截至",)),
        ("no_plan", made.no_plan, ()),
    ]
    said += [(f"programmes.{key}.done", one.done, DONE) for key, one in made.programmes.items()]
    said += [(f"programmes.{key}.heading", one.heading, ()) for key, one in made.programmes.items()]
    return said + [(f"headings.{key}", text, ()) for key, text in made.headings.items()]


def _checked(label: str, text: str, places: tuple[str, ...]) -> None:
    try:
        Sentence(label=label, text=text, places=places).read(text)
    except Refused as error:
        raise Refused(f"{label}：{error}") from error
