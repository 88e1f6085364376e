"""The bases 基数 that documents left for 同比, as rows."""

from typing import Any

from flows.runtime import Runtime
from plans.columns import figure_text
from plans.database import reading
from plans.sheet.stretches import stretch_told
from plans.tables import BaseFigure
from plans.zone import local_day
from tasks.bases import base_rows


def base_lines(runtime: Runtime) -> list[dict[str, Any]]:
    """id, indicator, value, unit, period (key), label, calibre, quote, source and kept_on of each, oldest first."""
    with reading(runtime.engine) as session:
        return [_line(row) for row in base_rows(session)]


def _line(row: BaseFigure) -> dict[str, Any]:
    kept = row.model_dump(include={"id", "indicator", "unit", "period", "calibre", "quote", "source"})
    told = {"value": figure_text(row.value), "label": stretch_told(row.period)}
    return kept | told | {"kept_on": local_day(row.kept_at).isoformat()}
