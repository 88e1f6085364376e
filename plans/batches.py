"""Batches 批次: when the province takes applications, kept by the bureau in ``batches.yaml`` as each is announced.

    - programme: gaoqi          # the line of work, as in programmes.yaml
      year: 2026
      name: 第二批
      opens: 2026-05-06
      closes: 2026-07-31
      lead: 10                  # workdays before the close at which reviews are due; may be left out
      enterprises: [云溪精工有限公司]   # who chose this batch; everybody else goes by the last one in time

Years differ in how many batches there are, and nothing is assumed of a year that has none yet (domain.md §2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plans.errors import Broken
from plans.workdays import Workdays

LEAD = 10


class Batch(BaseModel):
    """One batch of one programme; both days are inside."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    programme: str
    year: int = Field(ge=2000, le=2100)
    name: str = Field(min_length=1, max_length=60)
    opens: date
    closes: date
    lead: int | None = Field(None, ge=1, le=120)
    enterprises: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes < self.opens:
            raise ValueError("a batch closes after it opens")
        return self


class BatchFileError(Broken):
    """批次文件 batches.yaml 读不懂：……"""


def load_batches(path: Path) -> tuple[Batch, ...]:
    """The batches of a file as it stands, none where there is no file; read again when it changed. Raises
    BatchFileError."""
    return _read(path, path.stat().st_mtime_ns) if path.exists() else ()


@cache
def _read(path: Path, _changed: int) -> tuple[Batch, ...]:
    try:
        entries = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or []
        return TypeAdapter(tuple[Batch, ...]).validate_python(entries)
    except (OSError, ValueError, YAMLError, ValidationError) as error:
        raise BatchFileError(
            f"批次文件 {path.name} 读不懂：每一批写明 programme、year、name、opens 和 closes，写法见 docs/admin.md。"
        ) from error


@dataclass(frozen=True)
class Timing:
    """When a review is due and by which batch; ``batch`` is None while none is announced that would be in time."""

    due_on: date
    batch: Batch | None

    @property
    def told(self) -> str:
        """By what the due date goes, in Chinese."""
        if self.batch is None:
            return "批次未公布，暂按证书到期日倒排"
        return f"{self.batch.year}年{self.batch.name}（{self.batch.closes} 截止）"


@dataclass(frozen=True)
class Batches:
    """The batches there are, which kind of certificate each programme renews, and the usual lead in workdays."""

    rows: Sequence[Batch] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    lead: int = LEAD

    def timing(self, programme: str, enterprise: str, ends_on: date, workdays: Workdays) -> Timing:
        """The batch an enterprise chose for the year its certificate ends, else the last that closes by that day.

        The review is due its lead before the batch closes, though never before it opens; without a batch its lead
        before the certificate ends.
        """
        own = [one for one in self.rows if one.programme == programme and one.year == ends_on.year]
        batch = _chosen(own, enterprise) or _last(one for one in own if one.closes <= ends_on)
        if batch is None:
            return Timing(workdays.shifted(ends_on, -self.lead), None)
        due_on = workdays.shifted(batch.closes, -(batch.lead or self.lead))
        if due_on < batch.opens:
            due_on = min(workdays.on_or_after(batch.opens), batch.closes)
        return Timing(due_on, batch)


NO_BATCHES = Batches()


def _chosen(batches: Iterable[Batch], enterprise: str) -> Batch | None:
    return _last(one for one in batches if enterprise in one.enterprises)


def _last(batches: Iterable[Batch]) -> Batch | None:
    return max(batches, key=lambda one: (one.closes, one.opens), default=None)
