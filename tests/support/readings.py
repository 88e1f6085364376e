"""Readings of targets, as 李明 reported them."""

from datetime import date
from decimal import Decimal
from typing import Any

from cast import at
from tasks.tables import Progress


def read_off(target: int, day: str, value: str) -> Progress:
    figures: dict[str, Any] = {"as_of": date.fromisoformat(day), "value": Decimal(value)}
    return Progress(target_id=target, by="李明", at=at("2026-09-30 12:00"), **figures)
