"""What this bureau takes the columns of its task tables for: kept by the table's header, the latest word counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from plans.reading.tables.columns import field_said
from plans.tables import ColumnMapping


@dataclass(frozen=True, slots=True)
class Remembered:
    """One mapping: `columns` are field names by position, `header` the folded words it is kept under."""

    id: int
    header: str
    columns: tuple[str, ...]
    set_at: datetime


def remembered_columns(session: Session) -> dict[str, tuple[str, ...]]:
    """Field names by column position under each header: what a Knowledge takes."""
    return {one.header: one.columns for one in list_columns(session)}


def list_columns(session: Session) -> list[Remembered]:
    """Every mapping, the oldest first."""
    rows = session.exec(select(ColumnMapping).order_by(col(ColumnMapping.id))).all()
    return [Remembered(row.id or 0, row.header, tuple(row.columns), row.set_at) for row in rows]


def remember_columns(session: Session, header: str, columns: Sequence[str], now: datetime) -> None:
    """Keep a mapping, in place of the one there is for this header. Raises UnknownField."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"header": header, "columns": [field_said(name) for name in columns], "set_at": now}
    insert = dialect.insert(ColumnMapping).values(row)
    changed = {name: insert.excluded[name] for name in ("columns", "set_at")}
    session.connection().execute(insert.on_conflict_do_update(index_elements=["header"], set_=changed))


def forget_columns(session: Session, number: int) -> str | None:
    """Forget a mapping by its number; the header it was kept under, None where there is none of this number."""
    row = session.get(ColumnMapping, number)
    if row is None:
        return None
    session.delete(row)
    return row.header
