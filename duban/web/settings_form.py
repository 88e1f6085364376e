"""What a settings form sent, and what was wrong with it."""

from collections.abc import Mapping, Sequence

from flows.settings import from_environment
from flows.settings_file import SECRET
from plans.errors import Refused
from plans.sheet.errors import FieldFaults


def changes_in(typed: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The settings that the form changes: a secret left empty stays, one that is ticked goes."""
    fixed = from_environment()
    return {
        name: "" if f"clear.{name}" in typed else typed[name]
        for name in names
        if name not in fixed and name in typed and (name not in SECRET or typed[name] or f"clear.{name}" in typed)
    }


def faults_of(refused: Refused | None) -> Mapping[str, str]:
    """What is wrong with which field."""
    return refused.faults if isinstance(refused, FieldFaults) else {}
