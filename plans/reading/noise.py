"""What a web page or a sharing site put into a document: bold marks, adverts, an outline, page numbers.

Each function gives the spans to blank; all work on the folded text and look at bounded windows only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from plans.reading.document import Span
from plans.reading.markers import opens_with_mark
from plans.reading.rules import rule

LONGEST_JUNK = 150
_LONGEST_NOTICE, _FEWEST_SITE_WORDS = 250, 2
_OUTLINE_REACH, _LONGEST_ENTRY, _FEWEST_ENTRIES = 80, 45, 3
_SHORTEST_CHUNK, _LATER = 60, 20_000
_CHUNK = re.compile(r"(?:\A|(?<=\n)) {0,8}(\d{1,3})、")
_NUMBERED = re.compile(r"(\d{1,2})[.、]")
_BLANKS = re.compile(r"\s+")
_PAGE_AT_END = re.compile(r"[ .…·]*\d{0,3}$")
_REACH, _SENTENCE_BREAK, _SENTENCE_END = 60, re.compile(r"[。;!?\r\n ]"), re.compile(r"[。!?]|(?=[\r\n ])")
_STOPS = '。;:!?)”"》.'


def compact(piece: str) -> str:
    """The words without any blank."""
    return _BLANKS.sub("", piece)


def decoration(folded: str) -> Iterator[Span]:
    """The marks of bold and of headings, never the stars that hide a number: **5家** but not **家."""
    for match in rule("page", "bold").finditer(folded):
        opening = match.start() + match.group().index("**")
        yield Span(opening, opening + 2)
        yield Span(match.end() - 2, match.end())
    for match in rule("page", "heading_mark").finditer(folded):
        yield Span(match.start("mark"), match.end("mark"))


def adverts(folded: str) -> Iterator[Span]:
    """Words of the site inside a paragraph; a whole line of them is junk anyway."""
    for name in ("advert", "signed_inside"):
        for match in rule("page", name).finditer(folded):
            yield Span(match.start(), match.end())
    for match in rule("page", "site_sentence").finditer(folded):
        yield _around(folded, Span(match.start(), match.end()))


def _around(folded: str, words: Span) -> Span:
    """The sentence around the words, up to a blank."""
    lead, tail = folded[max(0, words.start - _REACH) : words.start], folded[words.end : words.end + _REACH]
    end = _SENTENCE_END.search(tail)
    return Span(words.start - len(_SENTENCE_BREAK.split(lead)[-1]), words.end + (end.end() if end else len(tail)))


def is_junk(folded: str, line: Span) -> bool:
    """A line of the site's own: where am I, who uploaded it, what the notice says."""
    words = folded[line.start : line.end]
    if rule("page", "abstract").search(words[:12]):
        return True
    if len(words) <= LONGEST_JUNK and rule("page", "junk").search(words):
        return not _reports(words)
    return len(words) <= _LONGEST_NOTICE and _is_site_talk(words)


def notices(folded: str, found: Iterable[Span]) -> Iterator[Span]:
    """A numbered notice of the site: all its lines when half of them are plainly the site's."""
    for run in _numbered_runs(folded, found):
        if len(run) >= _FEWEST_ENTRIES and 2 * sum(is_junk(folded, line) for line in run) >= len(run):
            yield from run


def _numbered_runs(folded: str, found: Iterable[Span]) -> Iterator[list[Span]]:
    run: list[Span] = []
    for line in found:
        match = _NUMBERED.match(folded, line.start, line.end)
        if run and (match is None or int(match.group(1)) != len(run) + 1):
            yield run
            run = []
        if match and int(match.group(1)) == len(run) + 1:
            run.append(line)
    yield run


def _reports(words: str) -> bool:
    """A sentence of the bureau's with an advert inside."""
    return "。" in words and len({match.group() for match in rule("page", "bureau_word").finditer(words)}) > 1


def _is_site_talk(words: str) -> bool:
    said = {match.group() for match in rule("page", "site_word").finditer(words)}
    return len(said) >= _FEWEST_SITE_WORDS and rule("page", "bureau_word").search(words) is None


def chunk_joints(folded: str) -> list[Span]:
    """The page numbers 1、 2、 3、 of a sharing site that cuts the text into pages, with the breaks before them.

    They count up over the whole text, and at least half of the pages break off in the middle of a sentence.
    """
    found = [(int(match.group(1)), match) for match in _CHUNK.finditer(folded)]
    counted = [match for index, (number, match) in enumerate(found, 1) if number == index]
    if len(counted) < 2 or len(counted) != len(found) or compact(folded[: counted[0].start()][-1:]):
        return []
    joints = [Span(_end_of_words(folded, match.start()), match.end()) for match in counted[1:]]
    cut = sum(_breaks_off(folded, counted[index].end(), joint.start) for index, joint in enumerate(joints))
    return [Span(counted[0].start(), counted[0].end()), *joints] if 2 * cut >= len(joints) else []


def _end_of_words(folded: str, position: int) -> int:
    lead = folded[max(0, position - 40) : position]
    return position - len(lead) + len(lead.rstrip())


def _breaks_off(folded: str, start: int, end: int) -> bool:
    return end - start >= _SHORTEST_CHUNK and folded[end - 1] not in _STOPS


def outline(folded: str, content: Sequence[Span]) -> list[Span]:
    """A table of contents before the body: headings, each alone on its line, that come again later."""
    first = next((index for index, line in enumerate(content[:12]) if _is_entry(folded, line)), None)
    if first is None:
        return []
    entries = []
    for line in content[first : first + _OUTLINE_REACH]:
        if not _is_entry(folded, line):
            break
        entries.append(line)
    return _repeated(folded, entries)


def _repeated(folded: str, entries: Sequence[Span]) -> list[Span]:
    """The entries up to the last that comes again; none when a heading of the first level does not."""
    words = [_PAGE_AT_END.sub("", compact(folded[line.start : line.end])) for line in entries]
    half = _restart(words)
    later = compact(folded[entries[half - 1].end : entries[half - 1].end + _LATER]) if entries else ""
    again = [bool(key) and key in later for key in words[:half]]
    outer = [seen for key, seen in zip(words, again, strict=False) if rule("page", "outer_mark").match(key)]
    if sum(again) < _FEWEST_ENTRIES or not outer or not all(outer) or 4 * sum(again) < 3 * half:
        return []
    return list(entries[:half])


def _restart(words: Sequence[str]) -> int:
    """Where the entries begin anew: a body of bare headings runs on right after its outline."""
    return next((index for index, key in enumerate(words) if index and key == words[0]), len(words))


def _is_entry(folded: str, line: Span) -> bool:
    words = folded[line.start : line.end]
    return len(words) <= _LONGEST_ENTRY and "。" not in words[:-1] and opens_with_mark(words)
