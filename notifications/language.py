"""Another language for what people read: a file of wordings (.po), beside the Chinese that stands in the house itself.

The Chinese sentences stay where they are written, in templates and in code; they are their own keys. ``Language`` holds
what they are in another language, ``Translated`` puts that into a template before it is compiled (so that Chinese costs
nothing), and ``Language.say`` is for what the code hands to a template: labels and whole sentences with values in them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import PoFileError, read_po
from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup, escape

from plans.errors import Broken

CHINESE = re.compile(r"[㐀-鿿]")
_PIECE = re.compile(
    r"""\{\#.*?\#\}|\{%.*?%\}|<!--.*?-->|<(?:"(?:\{\{.*?\}\}|[^"])*"|[^<>"])*>""",
    re.DOTALL,
)
_SHOWN = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_QUOTED = re.compile(r'="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{]|\{(?![{%]))*)"', re.DOTALL)
_LITERAL = re.compile(r'"([^"{}%]*[㐀-鿿][^"{}%]*)"')
_JOINT = re.compile(r"([；：，。·　\s]+)")
_SLOT = re.compile(r"\{(\d+)\}")


class LanguageProblem(Broken):
    """语言文件读不懂：……"""


class Language:
    """What each wording is in another language; one without wordings is Chinese as it is written."""

    def __init__(self, wordings: Mapping[str, str]) -> None:
        self.wordings = dict(wordings)
        self.say = lru_cache(maxsize=10_000)(self._say)

    def __bool__(self) -> bool:
        return bool(self.wordings)

    def _say(self, text: str) -> str:
        """The text in this language, with what stands in its slots; what has no wording stays as it is."""
        if not CHINESE.search(text):
            return text
        if text in self.wordings:
            return self.wordings[text]
        for pattern, wording in self._patterns:
            if found := pattern.fullmatch(text):
                # What stands in a slot may be one of our words too.
                values = {slot.removeprefix("s"): self.say(value) for slot, value in found.groupdict().items()}
                return _filled(wording, values)
        parts = _JOINT.split(text)
        # Some sentences are strung together of several.
        return "".join(map(self.say, parts)) if len(parts) > 1 else text

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        with_slots = [(key, told) for key, told in self.wordings.items() if _SLOT.search(key)]
        # The one with the most words of its own says most surely what it is.
        with_slots.sort(key=lambda row: len(_SLOT.sub("", row[0])), reverse=True)
        return [(_pattern(key), told) for key, told in with_slots if CHINESE.search(_SLOT.sub("", key))]


def _filled(wording: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), wording)


def _pattern(key: str) -> re.Pattern[str]:
    known: set[str] = set()
    parts = (_slot(part, known) if nth % 2 else re.escape(part) for nth, part in enumerate(_SLOT.split(key)))
    return re.compile("".join(parts), re.DOTALL)


def _slot(number: str, known: set[str]) -> str:
    if number in known:
        return f"(?P=s{number})"
    known.add(number)
    return f"(?P<s{number}>.*?)"


CHINESE_AS_WRITTEN = Language({})


def read_language(path: Path) -> Language:
    """The wordings of a .po file; entries without a translation stay Chinese. Raises LanguageProblem."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except (OSError, ValueError, PoFileError) as error:
        raise LanguageProblem(f"语言文件 {path.name} 读不懂：请检查是否为 UTF-8 的 .po 文件。{error}") from error
    told = ((message.id, message.string) for message in catalogue if message.id)
    return Language({str(key): str(words) for key, words in told if words})


class Translated(Extension):
    """Puts the environment's ``language`` into each template's own words before it is compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        language: Language = getattr(self.environment, "language", CHINESE_AS_WRITTEN)
        return _translate(source, language) if language else source


def in_language(made: Environment, language: Language) -> Environment:
    """The environment, speaking that language: its templates' words and the values shown in them."""
    if language:
        made.language = language  # type: ignore[attr-defined]
        made.add_extension(Translated)
        made.finalize = lambda value: _finalized(value, language)
    return made


def _finalized(value: Any, language: Language) -> Any:
    if isinstance(value, Markup):
        # What is rendered already stays, unless it is nothing but one of our words.
        return escape(language.wordings.get(str(value), value))
    return language.say(value) if isinstance(value, str) else value


def wordings_of(source: str) -> Iterator[str]:
    """The wordings of a template in the order they stand, with {1}, {2} for what is shown between the words."""
    for text in _texts(source):
        key, _ = _keyed(text)
        if CHINESE.search(key):
            yield key
    for code in re.findall(r"\{[{%].*?[%}]\}", source, re.DOTALL):
        yield from _LITERAL.findall(code)


def _texts(source: str) -> Iterator[str]:
    end = 0
    for piece in _PIECE.finditer(source):
        yield source[end : piece.start()]
        if piece[0].startswith("<"):
            for quoted in _QUOTED.finditer(piece[0]):
                yield from _texts(quoted[1])
        end = piece.end()
    yield source[end:]


def _keyed(text: str) -> tuple[str, list[str]]:
    """A piece of text as its wording, and the expressions that stand in its slots."""
    shown: list[str] = []

    def slot(found: re.Match[str]) -> str:
        shown.append(found[0])
        return f"{{{len(shown)}}}"

    return _SHOWN.sub(slot, text).strip(), shown


def _translate(source: str, language: Language) -> str:
    done, end = [], 0
    for piece in _PIECE.finditer(source):
        done.append(_told(source[end : piece.start()], language))
        tag = piece[0].startswith("<")
        done.append(_QUOTED.sub(lambda one: f'="{_translate(one[1], language)}"', piece[0]) if tag else piece[0])
        end = piece.end()
    return "".join([*done, _told(source[end:], language)])


def _told(text: str, language: Language) -> str:
    key, shown = _keyed(text)
    wording = language.wordings.get(key)
    if wording is None:
        return text
    start = text.index(text.strip()[0]) if text.strip() else 0
    said = _SLOT.sub(lambda slot: shown[int(slot[1]) - 1] if int(slot[1]) <= len(shown) else "", wording)
    return text[:start] + said + text[len(text.rstrip()) :]
