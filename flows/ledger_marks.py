"""The mark of a ledger's row: which target or task it is, what it was written from, and that it was written by us."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from itsdangerous import BadData, URLSafeSerializer

from notifications.documents.ledger_sheet import closed_fields, open_fields
from notifications.workbook import Value
from plans.columns import figure_text
from plans.typed import one_line


@dataclass(frozen=True)
class Mark:
    """``seen`` is the last thing that had happened (a change of the task, a reading of the target); ``was`` what the
    columns that may be changed held; ``closed`` the prints of the others."""

    sheet: str
    id: int
    seen: int
    was: Mapping[str, str]
    closed: Sequence[str]


@dataclass(frozen=True)
class Marks:
    """Makes and reads marks with the bureau's own secret, so that another bureau's rows are known as theirs."""

    secret: str

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="duban-ledger")

    def mark(self, sheet: str, number: int, seen: int, row: Mapping[str, Value]) -> str:
        """The mark of a row with these values."""
        was = {name: as_text(row[name]) for name in open_fields(sheet)}
        closed = [print_of(as_text(row[name])) for name in closed_fields(sheet)]
        return f"{self._signer.dumps([sheet, number, seen, was, closed])!s}"

    def read(self, text: str) -> Mark | None:
        """The mark, or None for one that is not ours or was changed."""
        try:
            return Mark(*self._signer.loads(text))
        except (BadData, TypeError):
            return None


def as_text(value: Value) -> str:
    """A value as a cell of it reads when it comes back."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return figure_text(value) if isinstance(value, Decimal) else bare(str(value))


def bare(text: str) -> str:
    """Text as it is compared: whatever cannot be seen is a blank, and blanks are one."""
    return one_line("".join(char if char.isprintable() else " " for char in text))


def print_of(text: str) -> str:
    """Enough of a text to know that it was changed."""
    return hashlib.blake2b(text.encode(), digest_size=3).hexdigest()
