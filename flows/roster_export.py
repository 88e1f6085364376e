"""The roster as a workbook that can be filled in and imported again."""

import re

from sqlmodel import Session

from flows.roster_import import known_roster
from flows.workbook import Page, workbook_bytes
from plans.roster.fields import IGNORED, canonical, roster_columns

SHEET = "企业名册"
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def roster_workbook(session: Session) -> bytes:
    """Every enterprise under the labels of plans/roster/columns.yaml. Imported again it changes nothing."""
    columns = {name: column.label for name, column in roster_columns().items() if name != IGNORED}
    rows = [[_cell(one.values[name]) for name in columns] for one in known_roster(session)]
    return workbook_bytes(Page(SHEET, list(columns.values()), rows))


def _cell(text: str) -> str:
    # A workbook reads _x0041_ as A: a name that really holds it is written so that it stays.
    return _LIKE_AN_ESCAPE.sub("_x005F_", canonical(text))
