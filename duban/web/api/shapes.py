"""Shapes: what every part of the API is written in. Figures are strings, days 2026-10-20, instants have their zone."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema, field_validator

from duban.web.task_forms import LONGEST_NOTE
from flows.views.lines import PAGE, Paged
from plans.typed import plain
from plans.zone import LOCAL

Row = TypeVar("Row")
Shown = TypeVar("Shown")

Moment = Annotated[
    datetime,
    PlainSerializer(lambda instant: instant.astimezone(LOCAL).isoformat()),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-10-09T09:12:00+08:00"]}),
]
"""An instant as it leaves: in the bureau's time, with its zone."""

Number = Annotated[int, Path(ge=1, le=2_147_483_647, description="编号")]
Nth = Annotated[int, Query(alias="page", ge=1, le=1_000_000, description=f"第几页，每页{PAGE}行；超出就是最后一页")]
Sought = Annotated[str, Query(max_length=100, description="名称里的文字"), AfterValidator(plain)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE, description="说明", examples=["已和企业核对"])]
Reason = Annotated[str, Field(max_length=LONGEST_NOTE, description="原因", examples=["数据要再核对一次"])]


class Given(BaseModel):
    """What another program sends: nothing but the fields there are, without what no database keeps."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _keepable(cls, value: Any) -> Any:
        return _kept(value)


def _kept(value: Any) -> Any:
    if isinstance(value, list):
        return [_kept(one) for one in value]
    if isinstance(value, dict):
        return {_kept(key): _kept(one) for key, one in value.items()}
    return plain(value) if isinstance(value, str) else value


class Noted(Given):
    """办理时的说明"""

    note: Note = ""


class Reasoned(Given):
    """办理的原因"""

    reason: Reason


class Rows(BaseModel, Generic[Row]):
    """一页"""

    # A generic model does not hand its docstring on.
    model_config = ConfigDict(json_schema_extra={"description": "一页"})

    rows: list[Row] = Field(description="这一页的各行")
    page: int = Field(description="第几页")
    pages: int = Field(description="共几页")
    total: int = Field(description="共几行")


def one_page(found: Paged[Row], show: Callable[[Row], Shown]) -> Rows[Shown]:
    """A page as it leaves."""
    return Rows(rows=[show(row) for row in found.rows], page=found.number, pages=found.count, total=found.total)


def page_of(rows: Iterable[Row], number: int) -> Rows[Row]:
    """The numbered page of rows that are all at hand."""
    every = list(rows)
    number = max(1, min(number, -(-len(every) // PAGE)))
    return one_page(Paged(every[(number - 1) * PAGE : number * PAGE], number, len(every)), lambda row: row)
