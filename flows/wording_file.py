"""措辞 kept by the bureau: the sentences of one group in DATA/wordings, each checked before any is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from flows.runtime import Runtime
from notifications.letters import Pen
from notifications.wordings import Group, Sentence, Wordings, groups, load_wordings
from plans.database import one_at_a_time, writing
from plans.errors import Refused
from plans.kept_files import FILES_LOCK, mark_of, replace_file, require_unchanged, text_of
from plans.sheet.errors import FieldFaults

HEAD = "# 本局的措辞，由“设置 › 措辞”保存；花括号里的字会换成实际内容。\n"


class NoSuchGroup(Refused):
    """没有这一组措辞：请从列表里打开。"""


@dataclass(frozen=True)
class KeptSentence:
    """A sentence as it is shipped, and as the bureau says it: empty where it says the shipped one."""

    key: str
    sentence: Sentence
    own: str


@dataclass(frozen=True)
class KeptGroup:
    """A group as its file has it now."""

    key: str
    group: Group
    sentences: tuple[KeptSentence, ...]
    seen: str

    @property
    def changed(self) -> int:
        return sum(bool(one.own) for one in self.sentences)


def kept_groups(runtime: Runtime) -> list[KeptGroup]:
    """Every group. Raises WordingFileError."""
    wordings = _now(runtime)
    return [_kept(runtime, key, group, wordings) for key, group in groups().items()]


def kept_group(runtime: Runtime, key: str) -> KeptGroup:
    """The group of that key. Raises NoSuchGroup, WordingFileError."""
    if key not in groups():
        raise NoSuchGroup("没有这一组措辞：请从列表里打开。")
    return _kept(runtime, key, groups()[key], _now(runtime))


def keep_wordings(runtime: Runtime, key: str, typed: Mapping[str, str], seen: str) -> None:
    """Keep the sentences of a group as typed; one left empty is said as shipped. Raises FieldFaults, Overtaken."""
    read = read_sentences(key, typed)
    with writing(runtime.engine) as session:
        one_at_a_time(session, FILES_LOCK)
        path = _file(runtime, key)
        require_unchanged(seen, text_of(path), "这一组措辞")
        replace_file(path, _written(read))


def read_sentences(key: str, typed: Mapping[str, str]) -> dict[str, str]:
    """The bureau's own sentences of a group, without those that are as shipped. Raises FieldFaults."""
    read, faults = {}, {}
    for name, sentence in groups()[key].sentences.items():
        try:
            text = sentence.read(typed.get(name, ""))
        except Refused as refused:
            faults[name] = str(refused)
            continue
        if text and text != sentence.text:
            read[name] = text
    if faults:
        raise FieldFaults(faults)
    return read


def pen_saying(runtime: Runtime, key: str, own: Mapping[str, str]) -> Pen:
    """The pen that says a group in these words, to look at them before they are kept. Raises WordingFileError."""
    now = _now(runtime)
    return replace(runtime.pen, wordings=Wordings({**now.own, key: own}))


def _now(runtime: Runtime) -> Wordings:
    return load_wordings(runtime.settings.data / "wordings")


def _kept(runtime: Runtime, key: str, group: Group, wordings: Wordings) -> KeptGroup:
    own = wordings.own.get(key, {})
    sentences = tuple(KeptSentence(name, one, own.get(name, "")) for name, one in group.sentences.items())
    return KeptGroup(key, group, sentences, mark_of(text_of(_file(runtime, key))))


def _file(runtime: Runtime, key: str) -> Path:
    return runtime.settings.data / "wordings" / f"{key}.yaml"


def _written(own: Mapping[str, str]) -> str:
    yaml, out = YAML(), StringIO()
    yaml.width = 10_000
    yaml.dump(dict(own), out)
    return HEAD + (out.getvalue() if own else "")
