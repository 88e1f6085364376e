"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Context, Decimal

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SCALE = 4
EXACT = Context(prec=400)
"""Room for every digit of any number that a document or a float can hold."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is taken off and put back there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Figure(TypeDecorator[Decimal]):
    """A decimal with four places, kept as a whole number of ten-thousandths: exact, summed and compared in SQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * 10**SCALE).to_integral_value())

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-SCALE)


def fits(value: Decimal) -> bool:
    """True for a number that a Figure keeps exactly: finite, four decimals at most."""
    if not value.is_finite():
        return False
    scaled = value.scaleb(SCALE, EXACT)
    return scaled == scaled.to_integral_value()


def figure_text(value: Decimal | None) -> str:
    """A figure as people write it: no trailing zeros, and 待填 where nobody knows it."""
    if value is None:
        return "待填"
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
