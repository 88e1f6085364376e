"""A form made ready to fill: each field with what was typed, what is wrong, and the figures of earlier periods."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from plans.columns import figure_text
from tasks.form import COMPUTED, Against, Asked, Before, Checked, Field, Form


@dataclass(frozen=True)
class Earlier:
    """A figure of an earlier period, with its unit: 2026年9月, 85.5 万元."""

    when: str
    text: str


@dataclass(frozen=True)
class FormLine:
    """One field on the page."""

    field: Field
    typed: str
    fault: str
    asked: Asked | None
    earlier: list[Earlier]


@dataclass(frozen=True)
class FormGroup:
    """Fields under one heading, which may be empty."""

    heading: str
    lines: list[FormLine]


@dataclass(frozen=True)
class FormView:
    """The whole form. ``to_mend`` counts faults, ``to_explain`` the questions without a reason."""

    form: Form
    zero_hint: str
    groups: list[FormGroup]
    to_mend: int
    to_explain: int


def form_view(form: Form, before: Before, typed: Mapping[str, str], checked: Checked | None) -> FormView:
    """The form with what was typed; ``checked`` what came of it, None for a form nobody has touched."""
    checked = checked or Checked({}, {})
    asked = {one.field: one for one in checked.asked}
    lines = [
        FormLine(
            field,
            typed.get(field.key, ""),
            checked.faults.get(field.key, ""),
            asked.get(field.key),
            list(_earlier(field, before)),
        )
        for field in form.fields
    ]
    groups = [FormGroup(heading, list(some)) for heading, some in groupby(lines, key=lambda line: line.field.group)]
    return FormView(form, _zero_hint(form, before), groups, len(checked.faults), len(checked.open))


def answered(checked: Checked) -> Checked:
    """Without its faults and open questions: nobody has handed this in yet, so nothing is wrong with it."""
    return replace(checked, faults={}, asked=tuple(one for one in checked.asked if not one.fault))


def typed_again(answers: Mapping[str, object]) -> dict[str, str]:
    """Kept answers as they would be typed, without what was computed from them."""
    computed = str(answers.get(COMPUTED, "")).split()
    return {key: str(value) for key, value in answers.items() if key not in (COMPUTED, *computed)}


def _earlier(field: Field, before: Before) -> Iterator[Earlier]:
    both: tuple[Against, ...] = ("last_month", "last_year")
    for against in both if not field.text else ():
        value = before.value(field, against)
        if value is not None:
            yield Earlier(before.label(against), f"{figure_text(value)} {field.unit}")


def _zero_hint(form: Form, before: Before) -> str:
    still = [field.label for field in form.fields if (field.text or field.stays) and not field.optional]
    hint = f"勾选后数字不用填，只填{'、'.join(still)}" if still else "勾选后数字不用填"
    run_up = [field for field in form.fields if field.calibre == "year_to_date" and not field.stays]
    if not run_up:
        return hint
    if any(before.so_far(field) is None for field in run_up):
        return f"{hint}；累计数请照实填，空着按0"
    return hint + ("；累计数按0" if before.begins_year else f"；累计数按{before.last_month_label}的")
