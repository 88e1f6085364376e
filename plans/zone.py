"""Local dates and UTC instants: dates are Asia/Shanghai, instants are UTC."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


def local_day(instant: datetime) -> date:
    """The bureau's date at an instant."""
    return instant.astimezone(LOCAL).date()


def instant_at(day: date, at: time) -> datetime:
    """The UTC instant of a local wall-clock time."""
    return datetime.combine(day, at, LOCAL).astimezone(UTC)


def local_text(instant: datetime) -> str:
    """As people read it: 2026-10-09 08:30."""
    return instant.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
