"""The roster as a workbook that can be filled in and imported again."""

from sqlmodel import Session

from flows.roster_import import known_roster
from flows.workbook import Page, workbook_bytes
from plans.roster.fields import IGNORED, canonical, roster_columns

SHEET = "企业名册"


def roster_workbook(session: Session) -> bytes:
    """Every enterprise under the labels of plans/roster/columns.yaml. Imported again it changes nothing."""
    columns = {name: column.label for name, column in roster_columns().items() if name != IGNORED}
    rows = [[canonical(one.values[name]) for name in columns] for one in known_roster(session)]
    return workbook_bytes(Page(SHEET, list(columns.values()), rows))
