"""What the forms of a draft mean: each button's verb, and the typed fields put the way the verbs take them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from plans.errors import Refused
from plans.sheet import verbs
from plans.sheet.model import Sheet, SheetEnterprise, Standing, Use

Typed = Mapping[str, str]
FIRM_FIELDS = ("name", "contact", "mail", "phone")
PERSON_FIELDS = ("name", "mail", "office", "role")
FIGURE, FIGURE_DATE = "figure-", "figure-date-"
COLUMN = "column-"
LOST = "这一项已经不在了：请看最新内容后再改。"


@dataclass(frozen=True)
class Deed:
    """A button: what it does to a sheet, the code of what is then said, and the place on the page where."""

    change: Callable[[Sheet, Typed], Sheet]
    said: str
    place: Callable[[Typed], str]


def number_in(typed: Typed, name: str) -> int:
    """A number that a form of ours carries. Raises Refused for anything else."""
    text = typed.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(LOST)
    return int(text)


def _at_item(typed: Typed) -> str:
    return f"item-{typed.get('key', '')}"


def _at_goal_of_merge(typed: Typed) -> str:
    return f"item-{typed.get('into', '')}"


def _at(place: str) -> Callable[[Typed], str]:
    return lambda typed: place


def _on_item(verb: Callable[[Sheet, int], Sheet]) -> Callable[[Sheet, Typed], Sheet]:
    return lambda sheet, typed: verb(sheet, number_in(typed, "key"))


def _change(sheet: Sheet, typed: Typed) -> Sheet:
    return verbs.change(sheet, number_in(typed, "key"), typed)


def _merge(sheet: Sheet, typed: Typed) -> Sheet:
    if not typed.get("into"):
        raise Refused("请选择并入哪一项。")
    return verbs.merge(sheet, number_in(typed, "key"), number_in(typed, "into"))


def _split(sheet: Sheet, typed: Typed) -> Sheet:
    titles = [line.strip() for line in typed.get("titles", "").splitlines() if line.strip()]
    return verbs.split(sheet, number_in(typed, "key"), titles)


def _people(sheet: Sheet, typed: Typed) -> Sheet:
    return verbs.set_people(sheet, rows_in(typed))


def rows_in(typed: Typed) -> list[dict[str, str]]:
    """The rows of the people's table as they were typed: 0.name, 0.mail, … become the first."""
    count = 0
    while f"{count}.name" in typed:
        count += 1
    return [{field: typed.get(f"{row}.{field}", "").strip() for field in PERSON_FIELDS} for row in range(count)]


def _enterprise(standing: Standing) -> Callable[[Sheet, Typed], Sheet]:
    def keep(sheet: Sheet, typed: Typed) -> Sheet:
        position = number_in(typed, "position")
        return verbs.keep_enterprise(sheet, position, standing, _of_firm(typed))

    return keep


def _of_firm(typed: Typed) -> dict[str, str]:
    return {field: typed[field] for field in FIRM_FIELDS if field in typed}


def _all_enterprises(sheet: Sheet, typed: Typed) -> Sheet:
    for position, one in enumerate(sheet.enterprises):
        if one.standing is Standing.PROPOSED:
            sheet = verbs.keep_enterprise(sheet, position, Standing.CONFIRMED, _as_it_is(one))
    return sheet


def _as_it_is(one: SheetEnterprise) -> dict[str, str]:
    return {field: getattr(one.enterprise, field) for field in FIRM_FIELDS}


def _figures(sheet: Sheet, typed: Typed) -> Sheet:
    for position, figure in enumerate(sheet.figures):
        chosen, dated = typed.get(f"{FIGURE}{position}"), typed.get(f"{FIGURE_DATE}{position}", "").strip()
        if dated and not figure.as_of:
            sheet = verbs.date_figure(sheet, position, dated)
        if chosen is not None and chosen != figure_choice(figure.use, figure.target):
            sheet = verbs.use_figure(sheet, position, *chosen_use(chosen))
    return sheet


def figure_choice(use: Use, target: tuple[int, int] | None) -> str:
    """What a figure becomes, as one word of a select: "", base, or reading:3:0 for the first target of item 3."""
    return f"{use}:{target[0]}:{target[1]}" if target else use


def chosen_use(choice: str) -> tuple[Use, tuple[int, int] | None]:
    """What a word of the select means. Raises Refused for one that is not ours."""
    use, *target = choice.split(":")
    known: Use | None = next((one for one in get_args(Use) if one == use), None)
    if known is None or len(target) not in (0, 2) or not all(part.isdecimal() for part in target):
        raise Refused(LOST)
    return known, (int(target[0]), int(target[1])) if target else None


DEEDS = {
    "confirm": Deed(_on_item(verbs.confirm), "item_confirmed", _at_item),
    "confirm-all": Deed(lambda sheet, typed: verbs.confirm_all(sheet), "all_confirmed", _at("items")),
    "drop-item": Deed(_on_item(verbs.drop), "item_dropped", _at_item),
    "restore": Deed(_on_item(verbs.restore), "item_restored", _at_item),
    "change": Deed(_change, "item_changed", _at_item),
    "merge": Deed(_merge, "item_merged", _at_goal_of_merge),
    "split": Deed(_split, "item_split", _at_item),
    "add": Deed(verbs.add_item, "item_added", _at("items")),
    "answer": Deed(verbs.answer, "answered", _at("questions")),
    "people": Deed(_people, "saved", _at("people")),
    "header": Deed(verbs.set_header, "saved", _at("header")),
    "enlist": Deed(_enterprise(Standing.CONFIRMED), "enlisted", _at("enterprises")),
    "enlist-all": Deed(_all_enterprises, "enlisted", _at("enterprises")),
    "unlist": Deed(_enterprise(Standing.DROPPED), "unlisted", _at("enterprises")),
    "figures": Deed(_figures, "saved", _at("figures")),
}


def columns_in(typed: Typed) -> list[str]:
    """What each column of a table was said to be, in order; "" says nothing."""
    count = 0
    while f"{COLUMN}{count}" in typed:
        count += 1
    return [typed[f"{COLUMN}{position}"] for position in range(count)]
