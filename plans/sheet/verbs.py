"""What a person does to a sheet: each verb gives back a new sheet, or says in one sentence why not.

SheetRefused is one sentence; FieldFaults names the typed fields that are wrong.
"""

from plans.sheet.answers import answer
from plans.sheet.errors import FieldFaults, SheetRefused
from plans.sheet.items import add_item, change, confirm, confirm_all, drop, merge, restore, split
from plans.sheet.surroundings import date_figure, keep_enterprise, set_header, set_people, use_figure

__all__ = [
    "FieldFaults",
    "SheetRefused",
    "add_item",
    "answer",
    "change",
    "confirm",
    "confirm_all",
    "date_figure",
    "drop",
    "keep_enterprise",
    "merge",
    "restore",
    "set_header",
    "set_people",
    "split",
    "use_figure",
]
