"""A saved web page: its article, without the menus around it. Scripts and styles are dropped, nothing is fetched."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plans.reading.errors import Unreadable
from plans.reading.formats.bounds import MOST_PAGE, MOST_TAGS
from plans.reading.formats.web_article import DROPPED, article, names, title_of
from plans.reading.formats.web_tables import data_table
from plans.reading.source import Block

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section summary table tbody"
    " td tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCKS.split())
LONGEST_TAG = 300
"""A tag over this keeps only the attributes that matter: parsing time grows with the square of their number."""
MATTERING = re.compile(
    r"""\s(colspan|rowspan|href|hidden|name|content|style|role|class)\s*=\s*("[^"<>]{0,300}"|'[^'<>]{0,300}'|[\w%]{1,50})""",
    re.IGNORECASE,
)
TOO_LARGE = "的网页过大，请复制正文，另存为 .docx 后再试。"
TOO_DEEP = "的网页结构过于复杂，请复制正文，另存为 .docx 后再试。"
_CONTROLS = {0x0B: " ", 0: None}
_TAG = re.compile(r"<[^<>]*>?")
_NAME = re.compile(r"</?[A-Za-z][\w:-]{0,30}")


def read_web(text: str, _notes: list[str]) -> Iterator[Block]:
    """The blocks of a web page's article; raises Unreadable when it is too large or nested too deeply."""
    page = _parsed(text)
    found = article(page)
    title = title_of(page, found)
    if title:
        yield title
    yield from blocks(found)


def blocks(found: "_Element") -> Iterator[Block]:
    """Paragraphs and data tables in order, without recursion: pages are nested as deep as they like."""
    from lxml import etree

    words: list[str] = []
    walk = etree.iterwalk(found, events=("start", "end"))
    for event, element in walk:
        name = names(element)
        table = data_table(element) if event == "start" and name == "table" else None
        if name in BLOCKS or name == "br":
            yield from _paragraph(words)
        if table is not None:
            yield table
        elif event == "start" and name not in DROPPED:
            words.append(_lines_kept(element) if name == "pre" else element.text or "")
        if event == "start" and (table is not None or name in DROPPED):
            walk.skip_subtree()
        if event == "end" and element is not found:
            words.append(element.tail or "")
    yield from _paragraph(words)


def _paragraph(words: list[str]) -> Iterator[str]:
    for line in "".join(words).split("\x0b"):
        if line := " ".join(line.split()):
            yield line
    words.clear()


def _lines_kept(element: "_Element") -> str:
    return (element.text or "").replace("\n", "\x0b")


def _parsed(text: str) -> "_Element":
    from lxml import etree

    clean = "" if text.count("<") > MOST_TAGS else _TAG.sub(_shortened, text.translate(_CONTROLS))
    if not clean or len(clean) > MOST_PAGE:
        raise Unreadable(TOO_LARGE)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        page = etree.fromstring(clean.encode("utf-8", "ignore"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(TOO_DEEP) from error
    if page is None or any("depth" in entry.message for entry in parser.error_log):
        raise Unreadable(TOO_DEEP)
    return page


def _shortened(found: re.Match[str]) -> str:
    tag = found.group()
    if len(tag) <= LONGEST_TAG:
        return tag
    name = _NAME.match(tag)
    if name is None:
        return tag if tag.startswith("<!") else tag.replace("<", "&lt;")
    kept = "".join(f" {key}={value}" for key, value in MATTERING.findall(tag[: 10 * LONGEST_TAG])[:10])
    return f"{name.group()}{kept}>"
