"""Settings as a form shows them: word, meaning, bounds, what stands there, and whether the environment decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal, get_args, get_origin

from flows.settings import Settings, from_environment
from flows.settings_file import SECRET
from plans.errors import Refused
from plans.kept_files import Overtaken
from plans.sheet.errors import FieldFaults

WORDS = {
    "ssl": "SSL（465 端口常用）",
    "starttls": "STARTTLS（587 端口常用）",
    "none": "不加密（只能用于内网）",
    "False": "否",
    "True": "是",
}


@dataclass(frozen=True)
class SettingField:
    """One field. ``value`` is in its input, ``default`` is what an empty one means; ``kept``: a secret is there."""

    name: str
    label: str
    hint: str
    value: str
    default: str
    fault: str
    locked: bool
    secret: bool
    kept: bool
    numeric: bool
    type: str
    choices: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> str:
        """What is told of a setting that cannot be changed here."""
        told = ("已设定" if self.kept else "") if self.secret else WORDS.get(self.value, self.value)
        return told or "空"


def setting_fields(
    settings: Settings,
    names: Sequence[str],
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> list[SettingField]:
    """The fields as they stand, or as they were just typed, with what is wrong."""
    fixed = from_environment()
    return [_field(settings, name, typed or {}, refused, name in fixed) for name in names]


def _field(
    settings: Settings, name: str, typed: Mapping[str, str], refused: Refused | None, locked: bool
) -> SettingField:
    about, stands = Settings.model_fields[name], getattr(settings, name)
    secret, number = name in SECRET, about.annotation in (int, float)
    value = _text(stands)
    return SettingField(
        name=name,
        label=about.title or name,
        hint=_hint(about.description or "", about.metadata, number, about.title or ""),
        value="" if secret else value if locked else typed.get(name, value),
        default=_text(about.default),
        fault=_fault(name, "" if secret else value, typed, refused),
        locked=locked,
        secret=secret,
        kept=secret and bool(stands),
        numeric=number,
        type="time" if about.annotation is time else "text",
        choices=_choices(about.annotation),
    )


def _fault(name: str, stands: str, typed: Mapping[str, str], refused: Refused | None) -> str:
    if isinstance(refused, FieldFaults):
        return refused.faults.get(name, "")
    moved = isinstance(refused, Overtaken) and typed.get(name, stands) != stands
    return f"现在保存的是 {stands or '空'}。" if moved else ""


def _text(value: object) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _hint(description: str, bounds: Sequence[Any], number: bool, label: str) -> str:
    told = description.removeprefix(label).lstrip("，；：")
    if not number:
        return told
    least = next((bound.ge for bound in bounds if hasattr(bound, "ge")), None)
    most = next((bound.le for bound in bounds if hasattr(bound, "le")), None)
    within = f"{least}至{most}" if least is not None and most is not None else ""
    return f"{told}（{within}）" if told and within else told or within


def _choices(annotation: object) -> tuple[tuple[str, str], ...]:
    values = get_args(annotation) if get_origin(annotation) is Literal else (False, True) if annotation is bool else ()
    return tuple((str(value), WORDS[str(value)]) for value in values)
