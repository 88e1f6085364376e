"""Programmes 业务线: the lines of work a bureau knows, read from data a bureau can edit."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plans.errors import Broken
from plans.kept_files import Stamp, stamp_of
from plans.words import Assignees, DuePolicy, Kind

OWN = Path(__file__).with_name("programmes.yaml")


class Programme(BaseModel):
    """One line of work and what duban proposes for an item of it; see programmes.yaml for the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    name: str
    kind: Kind
    cadence: str = ""
    due_policy: DuePolicy = DuePolicy.PREVIOUS
    in_arrears: bool = False
    skip_months: tuple[int, ...] = ()
    assignees: Assignees = Assignees.OWNER
    ladder: str = ""
    form: str = ""
    cut_off_days: int | None = Field(None, ge=0, le=60)
    certificate: str = ""
    words: tuple[str, ...] = ()


Programmes = Mapping[str, Programme]


class ProgrammeFileError(Broken):
    """业务线文件 programmes.yaml 读不懂：……"""


def load_programmes(extra: Path | None = None) -> Programmes:
    """The 24 programmes of this package, overlaid key by key with the bureau's own file where there is one.

    Raises ProgrammeFileError.
    """
    return _overlaid(extra, stamp_of(extra) if extra else ())


@cache
def _overlaid(extra: Path | None, _stamp: Stamp) -> Programmes:
    entries = _entries(OWN)
    try:
        for key, changes in (_entries(extra) if extra else {}).items():
            entries[key] = entries.get(key, {}) | changes
        return {key: Programme(key=key, **entry) for key, entry in entries.items()}
    except (OSError, ValueError, TypeError, AttributeError, YAMLError) as error:
        raise ProgrammeFileError(f"业务线文件 {extra} 读不懂：请对照自带的 programmes.yaml 改正。") from error


def _entries(path: Path) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
    return loaded
