"""A ladder as it is typed and kept: read with every fault beside its field, written back as its file has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from notifications.ladder import Audience, Ladder, Step, Tone, Way
from plans.draft import UNREADABLE
from plans.errors import Refused
from plans.sheet.errors import FieldFaults
from plans.sheet.typed import words

BEFORE, ON, AFTER = "before", "on", "after"
MOST_STEPS = 20
LONGEST_NAME = 40
_FAULTS = {
    "offset": "天数请写整数：提前最多15个工作日，之后最多60个。",
    "audience": "请勾选提醒谁。",
    "needs_approval": "催报函只能发给承办人或企业：请只勾选它，或改用别的方式。",
}


@dataclass(frozen=True)
class TypedStep:
    """One row of the form, as it was typed."""

    when: str
    days: str
    audience: tuple[str, ...] = ()
    way: str = Way.MAIL.value
    tone: str = ""
    any_day: bool = False

    @property
    def offset(self) -> int | str:
        """The workdays from the due date; no number where none was typed."""
        if self.when == ON:
            return 0
        if not (self.days.isascii() and self.days.isdecimal() and 0 < len(self.days) < 4):
            return "—"
        return -int(self.days) if self.when == BEFORE else int(self.days)


def steps_in(typed: Mapping[str, str]) -> list[TypedStep]:
    """The rows of a form: ``when-0``, ``days-0``, ``audience-0-head``, … are the first."""
    rows: list[TypedStep] = []
    while len(rows) < MOST_STEPS and (nth := f"when-{len(rows)}") in typed:
        rows.append(_row(typed, nth.removeprefix("when")))
    return rows


def _row(typed: Mapping[str, str], nth: str) -> TypedStep:
    heard = tuple(one.value for one in Audience if f"audience{nth}-{one.value}" in typed)
    days, way, tone = (typed.get(f"{name}{nth}", "").strip() for name in ("days", "way", "tone"))
    return TypedStep(typed[f"when{nth}"], days, heard, way, tone, f"any_day{nth}" in typed)


def rows_of(ladder: Ladder) -> list[TypedStep]:
    """A ladder's steps as the form shows them."""
    return [
        TypedStep(
            BEFORE if step.offset < 0 else AFTER if step.offset else ON,
            str(abs(step.offset) or ""),
            tuple(one.value for one in step.audience),
            step.way.value,
            step.tone.value if step.tone else "",
            step.any_day,
        )
        for step in ladder.steps
    ]


def read_ladder(name: str, rows: Sequence[TypedStep]) -> Ladder:
    """The ladder of these rows, in the order of their days. Raises FieldFaults by the names of the form."""
    faults = _plain_faults(rows)
    steps = [_step(row, nth, faults) for nth, row in enumerate(rows)]
    faults |= {key: said for key, said in _twice(rows).items() if key not in faults}
    try:
        called = words("名称", LONGEST_NAME, needed=True)(name)
    except Refused as refused:
        faults["name"] = str(refused)
    if faults:
        raise FieldFaults(faults)
    return Ladder(name=called, steps=tuple(sorted((step for step in steps if step), key=lambda step: step.offset)))


def _plain_faults(rows: Sequence[TypedStep]) -> dict[str, str]:
    if not rows:
        return {"steps": "至少要有一级：请加一级。"}
    return {f"audience-{nth}": _FAULTS["audience"] for nth, row in enumerate(rows) if not row.audience}


def _twice(rows: Sequence[TypedStep]) -> dict[str, str]:
    first: dict[int | str, int] = {}
    found = {}
    for nth, row in enumerate(rows):
        if first.setdefault(row.offset, nth) != nth:
            found[f"days-{nth}"] = f"和第{first[row.offset] + 1}级是同一天：请合并成一级，或改一个日子。"
    return found


def _step(row: TypedStep, nth: int, faults: dict[str, str]) -> Step | None:
    given = {
        "offset": row.offset,
        "audience": row.audience,
        "any_day": row.any_day,
        "channel": Way.LIST.value if row.way == Way.LIST else Way.MAIL.value,
        "needs_approval": row.way == Way.LETTER,
        "tone": row.tone or None,
    }
    try:
        return Step.model_validate(given)
    except ValidationError as error:
        for fault in error.errors():
            where = str(fault["loc"][0]) if fault["loc"] else "needs_approval"
            field = {"offset": "days", "needs_approval": "way"}.get(where, where)
            faults.setdefault(f"{field}-{nth}", _FAULTS.get(where, "请从列表里选。"))
        return None


def entry_of(ladder: Ladder) -> dict[str, Any]:
    """A ladder as its file has it: what is as usual is left out."""
    steps = [step.model_dump(mode="json", exclude_defaults=True) for step in ladder.steps]
    return {"name": ladder.name, "steps": steps}


def with_entry(written: str, key: str, ladder: Ladder | None) -> str:
    """A ladder file with this ladder in it, or without it; other entries and comments stay. Raises Refused."""
    yaml = YAML()
    try:
        tree = yaml.load(written) or CommentedMap()
        if ladder is None:
            tree.pop(key, None)
        else:
            tree[key] = entry_of(ladder)
    except UNREADABLE as error:
        raise Refused("现在的 ladders.yaml 读不懂，没有保存：请先改正或移走数据文件夹里的这个文件。") from error
    out = StringIO()
    yaml.dump(tree, out)
    return out.getvalue() if tree else ""


TONES = {"": "按日子（到期前和气，之后催促）", Tone.FRIENDLY: "和气", Tone.FIRM: "催促", Tone.FORMAL: "郑重"}
WAYS = {Way.MAIL: "邮件", Way.LIST: "电话催报名单", Way.LETTER: "催报函，批准后才发"}
AUDIENCES = {
    Audience.ASSIGNEE: "承办人或企业",
    Audience.OFFICER: "本局责任人",
    Audience.HEAD: "股室负责人",
    Audience.LEADER: "分管副局长",
    Audience.DIRECTOR: "局长",
    Audience.GROUP: "工作群",
}
"""What the form calls them."""
