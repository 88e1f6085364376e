"""The document reader: a bureau's own document in, a Reading out. Pure: no clock, no database, no network."""

from plans.reading.errors import DocumentError
from plans.reading.files import decode, read_file
from plans.reading.model import Figure, Item, Problem, Reading, RecurringDuty, Section, Severity, StatedTarget
from plans.reading.text import read_text

__all__ = [
    "DocumentError",
    "Figure",
    "Item",
    "Problem",
    "Reading",
    "RecurringDuty",
    "Section",
    "Severity",
    "StatedTarget",
    "decode",
    "read_file",
    "read_text",
]
