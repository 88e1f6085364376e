"""What a person did to a delivery stays in its reason, in front of whatever the mail server says after it."""

from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, case
from sqlmodel import col

from notifications.tables import Delivery

BY_HAND = "（人工）"
"""How the words end that tell of a person's act: 2026-10-12 10:05 陈平再发（人工）."""


def said_after(reason: str, said: str) -> str:
    """The new reason of a delivery: ``said``, behind what a person did to it."""
    acts, mark, _ = reason.rpartition(BY_HAND)
    return "；".join(part for part in (acts + mark, said) if part)


def said_after_in_database(said: str | ColumnElement[str]) -> ColumnElement[str]:
    """The same, asked of the database, for a delivery about which nothing was said since."""
    told: Any = bindparam(None, said, type_=String) if isinstance(said, str) else said
    reason = col(Delivery.reason)
    return case((reason.contains(BY_HAND), reason.concat("；").concat(told)), else_=told)
