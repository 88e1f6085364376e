"""The fields of an item that can change while its plan runs: what they are called, how they are typed and read."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from plans.cadence import Cadence
from plans.checking import Bureau
from plans.columns import figure_text, fits
from plans.errors import Refused
from plans.words import DuePolicy, Kind

LONGEST = {"title": 200, "text": 5_000}
LARGEST_WEIGHT = Decimal(10) ** 6


@dataclass(frozen=True)
class ItemField:
    """One field. ``read`` makes its value of typed text or raises Refused; ``show`` writes it as people read it."""

    name: str
    label: str
    read: Callable[[str, Bureau], Any]
    show: Callable[[Any, Bureau], str]


def field_of(key: str) -> ItemField | None:
    """The field of that Chinese or English name."""
    return next((field for field in FIELDS if key in (field.name, field.label)), None)


def _as_typed(value: Any, _: Bureau) -> str:
    return str(value) or "无"


def _words(name: str, label: str, needed: bool = False) -> ItemField:
    longest = LONGEST.get(name, 50)

    def read(text: str, _: Bureau) -> str:
        if needed and not text.strip():
            raise Refused(f"“{label}”不能空着。")
        if len(text) > longest:
            raise Refused(f"“{label}”太长了，最多{longest}字。")
        return text.strip()

    return ItemField(name, label, read, _as_typed)


def _choice(name: str, label: str, choices: type[Kind] | type[DuePolicy]) -> ItemField:
    by_word: dict[str, StrEnum] = {word: one for one in choices for word in (one.value, one.label)}

    def read(text: str, _: Bureau) -> str:
        if text.strip() not in by_word:
            raise Refused(f"“{label}”没有“{text}”：可以写 {'、'.join(one.label for one in choices)}。")
        return by_word[text.strip()].value

    return ItemField(name, label, read, lambda value, _: choices(value).label)


_ANSWERS = {"是": True, "否": False, "true": True, "false": False}


def _yes_no(name: str, label: str) -> ItemField:
    def read(text: str, _: Bureau) -> bool:
        if text.strip() not in _ANSWERS:
            raise Refused(f"“{label}”只能写 是 或 否。")
        return _ANSWERS[text.strip()]

    return ItemField(name, label, read, lambda value, _: "是" if value else "否")


def _read_programme(text: str, bureau: Bureau) -> str:
    by_word = {word: key for key, programme in bureau.programmes.items() for word in (key, programme.name)}
    if text.strip() not in by_word:
        raise Refused(f"没有“{text}”这条业务线：请改成 {'、'.join(bureau.programmes)} 之一。")
    return by_word[text.strip()]


def _show_programme(key: str, bureau: Bureau) -> str:
    return bureau.programmes[key].name if key in bureau.programmes else key


def _read_cadence(text: str, _: Bureau) -> str:
    return str(Cadence.parse(text.strip())) if text.strip() else ""


def _show_cadence(value: str, _: Bureau) -> str:
    return Cadence.parse(value).label if value else "未写明"


def _read_weight(text: str, _: Bureau) -> Decimal:
    try:
        weight = Decimal(text.strip())
    except InvalidOperation as error:
        raise Refused(f"“权重”请写数字，“{text}”不是。") from error
    if not weight.is_finite() or not 0 < weight < LARGEST_WEIGHT or not fits(weight):
        raise Refused("“权重”要大于零，小于一百万，最多四位小数。")
    return weight


FIELDS = (
    _words("title", "标题", needed=True),
    _words("text", "内容"),
    ItemField("programme", "业务线", _read_programme, _show_programme),
    _choice("kind", "类别", Kind),
    ItemField("cadence", "频次", _read_cadence, _show_cadence),
    _choice("due_policy", "遇休息日", DuePolicy),
    _yes_no("in_arrears", "报上期"),
    _words("ladder", "催办阶梯", needed=True),
    _words("form", "报表"),
    _yes_no("needs_sign", "须签收"),
    _yes_no("needs_review", "须复核"),
    _yes_no("needs_evidence", "须佐证"),
    ItemField("weight", "权重", _read_weight, lambda value, _: figure_text(value)),
)
SCHEDULE = frozenset({"kind", "cadence", "due_policy", "in_arrears"})
OWNER = ("owner", "责任人")


def known_fields() -> str:
    """What can be changed, for people who typed something else."""
    return "、".join([*(field.label for field in FIELDS), OWNER[1], "确保", "力争", "单位"])
