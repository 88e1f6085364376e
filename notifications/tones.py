"""Tones 语气: the words of a mail to an enterprise, firmer with each step; the words are data (tones.yaml)."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from notifications.ladder import Tone


class Words(BaseModel):
    """The words of one tone; see tones.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    opening: str
    colour: str

    def subject_for(self, title: str, due_on: date) -> str:
        """The subject for a report and its due date."""
        return self.subject.format(title=title, month=due_on.month, day=due_on.day)


@cache
def load_tones() -> Mapping[Tone, Words]:
    """The words of every tone."""
    text = Path(__file__).with_name("tones.yaml").read_text(encoding="utf-8")
    return {Tone(key): Words.model_validate(words) for key, words in YAML(typ="safe").load(text).items()}
