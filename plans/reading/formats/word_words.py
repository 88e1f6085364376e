"""The words of one Word paragraph as they stand on the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from plans.reading.formats.package import attribute, child, local

if TYPE_CHECKING:
    from lxml.etree import _Element

DROPPED = frozenset({"del", "moveFrom", "pPr", "rPr", "instrText", "delText", "rt", "Fallback", "tbl", "sectPr"})
"""What a person does not read: deleted words, properties, field codes, pronunciation, the second of two choices."""
BREAKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
SIGNS = {
    "Wingdings": {0xFC: "✓", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0x6C: "●", 0x6E: "■", 0xD8: "➢"},
    "Wingdings 2": {0x52: "☑", 0xA3: "□", 0x50: "✓"},
    "Symbol": {0xB7: "·", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB1: "±"},
}
"""Signs of picture fonts (font, code) that mean something; the others say nothing."""
_UNSEEN = {0xAD: None, 0x200B: None, 0xFEFF: None, 0x0: None}


class Words:
    """`text` of a paragraph, its line breaks kept; `boxes` are the text boxes anchored in it."""

    def __init__(self, paragraph: "_Element") -> None:
        self.boxes: list[_Element] = []
        self._pieces: list[str] = []
        self._fields: list[bool] = []
        self._codes = 0
        self._walk(paragraph)
        self.text = "".join(self._pieces).translate(_UNSEEN)

    def _walk(self, paragraph: "_Element") -> None:
        """In order, without recursion: runs may be wrapped hundreds of times."""
        waiting = [*reversed(paragraph)]
        while waiting:
            element = waiting.pop()
            kind = local(element.tag)
            if kind == "txbxContent":
                self.boxes.append(element)
            elif kind in self._TAKEN:
                self._TAKEN[kind](self, element)
            elif kind not in DROPPED and not _is_hidden(element, kind):
                waiting += reversed(element)

    def _text(self, element: "_Element") -> None:
        self._say(element.text or "")

    def _break(self, element: "_Element") -> None:
        self._say(BREAKS[local(element.tag)])

    def _sign(self, element: "_Element") -> None:
        code = int(attribute(element, "char") or "0", 16) if _is_hex(attribute(element, "char")) else 0
        font = SIGNS.get(attribute(element, "font") or "", {})
        self._say(font.get(code & 0xFF, "") if 0xF000 <= code <= 0xF0FF else chr(code) if 0x20 < code < 0xD800 else "")

    def _field(self, element: "_Element") -> None:
        """A field's code, from its beginning to the separator, is not shown; its result is."""
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._codes -= self._fields[-1]
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._codes -= self._fields.pop()
        self._codes += kind == "begin"

    def _say(self, words: str) -> None:
        if not self._codes:
            self._pieces.append(words)

    _TAKEN: "dict[str, Callable[[Words, _Element], None]]" = {  # noqa: RUF012 (set once)
        "t": _text,
        "sym": _sign,
        "fldChar": _field,
        **dict.fromkeys(BREAKS, _break),
    }


def _is_hidden(element: "_Element", kind: str) -> bool:
    vanish = child(element, "rPr", "vanish") if kind == "r" else None
    return vanish is not None and attribute(vanish, "val") not in {"0", "false", "off"}


def _is_hex(value: str | None) -> bool:
    return bool(value) and len(value or "") <= 6 and all(letter in "0123456789abcdefABCDEF" for letter in value or "")
