"""Checking a form: what was typed, against what must hold and against what was answered before. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plans.columns import figure_text
from tasks.form_answers import (
    COMPUTED,
    LONGEST_TEXT,
    NOTHING_BEFORE,
    ZERO,
    Answers,
    Before,
    number_in,
    read_answers,
)
from tasks.form_files import FormFileError, FormNotFound, Forms, load_forms
from tasks.form_model import (
    Against,
    Check,
    Derived,
    Field,
    Form,
    Question,
    Sum,
    UnitSuspect,
    Vanished,
    YearToDateAddsUp,
    against,
    suspected_unit,
)
from tasks.units import growth

__all__ = [
    "COMPUTED",
    "REASON",
    "ZERO",
    "Against",
    "Asked",
    "Before",
    "Check",
    "Checked",
    "Field",
    "Form",
    "FormFileError",
    "FormNotFound",
    "Forms",
    "Sum",
    "check",
    "derived_values",
    "load_forms",
    "number_in",
]

REASON = "reason:"


@dataclass(frozen=True)
class Asked:
    """A question about one field, and the reason that was written; ``fault`` while it is none yet."""

    key: str
    field: str
    says: str
    reason: str
    fault: str

    @property
    def name(self) -> str:
        """Under which the reason is typed and kept: reason:swing."""
        return REASON + self.key


@dataclass(frozen=True)
class Checked:
    """What came of checking: the answers as they are kept, the fault of each field by its key, and what was asked."""

    answers: dict[str, str]
    faults: dict[str, str]
    asked: tuple[Asked, ...] = ()

    @property
    def open(self) -> tuple[Asked, ...]:
        """The questions that still want a reason."""
        return tuple(one for one in self.asked if one.fault)


def check(form: Form, given: Mapping[str, str], before: Before = NOTHING_BEFORE) -> Checked:
    """Check what was typed. A sum waits until every field can be read; a question until its own field can.

    What was not answered before is not compared. The reasons given are kept among the answers.
    """
    answers, faults = read_answers(form, given, before)
    asked = tuple(_asked(form, answers, faults, given, before))
    faults = faults or dict(_broken(form, answers))
    reasons = {one.name: one.reason for one in asked if one.reason}
    return Checked(answers | reasons, faults, asked)


def derived_values(form: Form, answers: Answers, before: Before = NOTHING_BEFORE) -> dict[str, str]:
    """The derived figures that can be told, by key: 12.5%, 增长4.2%."""
    found = ((one.key, _derived(one, form, answers, before)) for one in form.derived)
    return {key: told for key, told in found if told}


def _derived(one: Derived, form: Form, answers: Answers, before: Before) -> str:
    now = number_in(answers, one.field)
    if one.kind == "growth":
        then = before.value(form.by_key[one.field], "last_year")
        change = None if now is None or then is None else growth(now, then)
        return change.label if change else ""
    whole = number_in(answers, one.of)
    return "" if now is None or not whole else f"{figure_text(round(now / whole * 100, 2))}%"


def _broken(form: Form, answers: Answers) -> Iterator[tuple[str, str]]:
    for field in form.fields:
        if field.part_of and _less(answers, field.part_of, field.key):
            yield field.key, f"{field.label}是{form.by_key[field.part_of].label}的一部分，不能比它大"
    for rule in form.checks:
        if _less(answers, rule.at_least, rule.than):
            yield rule.at_least, rule.says
    for one in form.sums:
        if said := _off(form, one, answers):
            yield one.total, said


def _less(answers: Answers, one: str, other: str) -> bool:
    this, that = number_in(answers, one), number_in(answers, other)
    return this is not None and that is not None and this < that


def _off(form: Form, rule: Sum, answers: Answers) -> str:
    total, parts = number_in(answers, rule.total), [number_in(answers, key) for key in rule.parts]
    known = [part for part in parts if part is not None]
    if total is None or not known:
        return ""
    difference = total - sum(known)
    # A part left open may be whatever is missing, but it is not below nought.
    is_whole = len(known) == len(parts)
    if abs(difference) <= rule.tolerance or (difference > 0 and not is_whole):
        return ""
    field = form.by_key[rule.total]
    told = {"now": total, "sum": sum(known, Decimal(0)), "difference": abs(difference)}
    return rule.says.format(label=field.label, unit=field.unit, **{key: figure_text(one) for key, one in told.items()})


def _asked(form: Form, answers: Answers, faults: Answers, given: Answers, before: Before) -> Iterator[Asked]:
    """One question a field: the first of the form's that applies."""
    seen: set[str] = set()
    for question in _questions(form, answers):
        if question.field in faults or question.field in seen:
            continue
        if says := _says(question, form, answers, before):
            seen.add(question.field)
            reason = " ".join(given.get(REASON + question.key, "").split())
            yield Asked(question.key, question.field, says, reason, _wanting(reason))


def _questions(form: Form, answers: Answers) -> Sequence[Question]:
    # Nothing of a zero reply but the nought itself is news.
    return [one for one in form.soft if isinstance(one, Vanished)] if answers.get(ZERO) else form.soft


def _wanting(reason: str) -> str:
    if len(reason) > LONGEST_TEXT:
        return f"原因太长，请在{LONGEST_TEXT}字以内"
    return "" if sum(char.isalpha() for char in reason) >= 2 else "请用文字写明原因"


def _says(question: Question, form: Form, answers: Answers, before: Before) -> str:
    field = form.by_key[question.field]
    now, then = number_in(answers, field.key), before.value(field, against(question))
    if isinstance(question, YearToDateAddsUp):
        then = _added(before.so_far(field), number_in(answers, field.of))
    if now is None or then is None or not question.asks(now, then):
        return ""
    told = {
        "label": field.label,
        "unit": field.unit,
        "when": before.label(against(question)),
        "change": _change(now, then),
    }
    figures = {"now": figure_text(now), "before": figure_text(then)}
    return question.says.format(**told, **figures, **_off_by(field, now, then))


def _added(so_far: Decimal | None, month: Decimal | None) -> Decimal | None:
    return None if so_far is None or month is None else so_far + month


def _change(now: Decimal, then: Decimal) -> str:
    found = growth(now, then)
    return found.label if found else f"变化{figure_text(abs(now - then))}"


def _off_by(field: Field, now: Decimal, then: Decimal) -> dict[str, str]:
    factor = UnitSuspect.factor(now, then)
    if factor is None:
        return {"times": "", "suspect": ""}
    times = f"{factor:f}倍" if factor > 1 else f"{1 / factor:f}分之一"
    return {"times": times, "suspect": suspected_unit(field.unit, factor)}
