"""The reader's rules, read once from rules.yaml: group → name → pattern."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

OWN = Path(__file__).with_name("rules.yaml")


class Rule(BaseModel):
    """Words (any of them, longest first) or a pattern, and an example that it must find."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = ()
    pattern: str = ""
    example: str

    @property
    def source(self) -> str:
        if self.pattern:
            return self.pattern
        return "|".join(re.escape(word) for word in sorted(self.words, key=len, reverse=True))


@cache
def load_rules() -> Mapping[str, Mapping[str, Rule]]:
    """Every rule of rules.yaml, in the order written."""
    groups = YAML(typ="safe").load(OWN.read_text(encoding="utf-8"))
    return {group: {name: Rule(**fields) for name, fields in entries.items()} for group, entries in groups.items()}


@cache
def rule(group: str, name: str) -> re.Pattern[str]:
    """The compiled pattern of one rule."""
    return re.compile(load_rules()[group][name].source)


@cache
def named_rules(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every rule of a group with its name, in the order written: where several could match, the first wins."""
    return tuple((name, rule(group, name)) for name in load_rules()[group])
