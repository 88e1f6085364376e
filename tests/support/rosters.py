"""Roster files as people make them, and codes that hold."""

from hypothesis import strategies as st

from flows.workbook import Page, workbook_bytes
from plans.roster.codes import ALPHABET, check_digit

CODES = st.builds(
    lambda head, district, tail: _checked(f"{head}{district:06}{tail}"),
    st.text(ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999_999),
    st.text(ALPHABET, min_size=9, max_size=9),
)
"""Any code that GB 32100-2015 allows."""


def _checked(first: str) -> str:
    return first + check_digit(first)


def a_code(number: int) -> str:
    """A code of its own for a number."""
    return _checked(f"91360100MA{number:07}")


def excel(heads: str, *rows: str) -> bytes:
    """A roster in Excel: heads apart by blanks, the cells of a row by |."""
    return workbook_bytes(Page("名册", heads.split(), [[cell.strip() for cell in row.split("|")] for row in rows]))
