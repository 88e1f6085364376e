"""措辞: the sentences of mails and letters that a bureau may change; the shipped ones are data (wordings.yaml).

A sentence has named places in braces and nothing else: no template language, so that whoever edits one can neither
read nor run anything. What is put in is escaped by the HTML templates like any other word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from plans.draft import UNREADABLE
from plans.errors import Broken, Refused
from plans.kept_files import Stamp, stamp_of
from plans.typed import one_line

OWN = Path(__file__).with_name("wordings.yaml")
LONGEST = 200


class Sentence(BaseModel):
    """One sentence as it is shipped; see wordings.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    text: str
    places: tuple[str, ...] = ()

    def read(self, typed: str) -> str:
        """The sentence in somebody's own words, on one line. Raises Refused naming the places there are."""
        text = one_line(typed)
        if len(text) > LONGEST:
            raise Refused(f"太长了，最多{LONGEST}字。")
        try:
            places = [place[1:] for place in Formatter().parse(text) if place[1] is not None]
        except ValueError as error:
            raise Refused(f"花括号不成对：{self._usable}。") from error
        for name, spec, how in places:
            if name not in self.places or spec or how:
                raise Refused(f"不认识“{{{name}}}”：{self._usable}。")
        return text

    @property
    def _usable(self) -> str:
        names = "、".join(f"{{{name}}}" for name in self.places)
        return f"这一句能用的有 {names}" if names else "这一句不能用花括号"


class Group(BaseModel):
    """The sentences that one kind of reader hears."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sentences: Mapping[str, Sentence]


class WordingFileError(Broken):
    """措辞文件 staff.yaml 读不懂：……"""


@dataclass(frozen=True)
class Wordings:
    """What the bureau says: its own sentences by group and key, the shipped ones where it has none."""

    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def said(self, group: str, **values: object) -> dict[str, str]:
        """Every sentence of a group with these values in its places."""
        return {key: self.text(group, key).format_map(values) for key in groups()[group].sentences}

    def text(self, group: str, key: str) -> str:
        """A sentence with its places still in braces."""
        return self.own.get(group, {}).get(key) or groups()[group].sentences[key].text


@cache
def groups() -> Mapping[str, Group]:
    """All sentences there are, as shipped."""
    loaded = YAML(typ="safe").load(OWN.read_text(encoding="utf-8"))
    return {key: Group.model_validate(entry) for key, entry in loaded.items()}


def load_wordings(folder: Path | None = None) -> Wordings:
    """The shipped sentences with the bureau's own from this folder over them. Raises WordingFileError."""
    files = {key: folder / f"{key}.yaml" for key in groups()} if folder else {}
    return _loaded(tuple(files.items()), stamp_of(*files.values()))


@cache
def _loaded(files: tuple[tuple[str, Path], ...], _stamp: Stamp) -> Wordings:
    return Wordings({key: _own(key, path) for key, path in files if path.exists()})


def _own(group: str, path: Path) -> dict[str, str]:
    try:
        return read_own(group, path.read_text(encoding="utf-8"))
    except (OSError, Refused) as error:
        raise WordingFileError(f"措辞文件 wordings/{path.name} 读不懂：{error}") from error
    except UNREADABLE as error:
        raise WordingFileError(f"措辞文件 wordings/{path.name} 读不懂：请写成每行一句，如 greeting: 您好。") from error


def read_own(group: str, written: str) -> dict[str, str]:
    """The bureau's own sentences of a group, as their file has them. Raises Refused for one that cannot be said."""
    entries = YAML(typ="safe").load(written) or {}
    known = groups()[group].sentences
    for key, text in entries.items():
        if key not in known or not isinstance(text, str):
            raise Refused(f"没有“{key}”这一句，或者它不是文字：可以写 {'、'.join(known)}。")
    return {key: known[key].read(text) for key, text in entries.items()}
