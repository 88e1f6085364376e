"""The rules are data: each shows what it finds."""

import re

import pytest

from plans.reading.document import fold
from plans.reading.rules import OWN, load_rules

SOURCES = "".join(path.read_text(encoding="utf-8") for path in OWN.parent.glob("*.py"))
RULES = [(group, name) for group, entries in load_rules().items() for name in entries]


@pytest.mark.parametrize(("group", "name"), RULES, ids=lambda part: part)
def test_every_rule_finds_its_own_example(group: str, name: str) -> None:
    rule = load_rules()[group][name]

    assert re.search(rule.source, fold(rule.example))


@pytest.mark.parametrize(("group", "name"), RULES, ids=lambda part: part)
def test_every_rule_of_the_file_is_used_by_the_reader(group: str, name: str) -> None:
    named = f'"{name}"' in SOURCES and f'"{group}"' in SOURCES

    assert named or f'named_rules("{group}")' in SOURCES
