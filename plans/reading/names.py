"""What can be the name of an enterprise, and where a name begins in the words that lead to it."""

import re
from functools import cache

from plans.reading.document import Span
from plans.reading.rules import rule

LONGEST_NAME, LONGEST_SHORT_NAME, LONGEST_STEM = 26, 10, 5
_BREAKS = re.compile(r"[、,。;:!?()“”\"《》—–等\s]")
_JOINING = frozenset("和与及同跟")
_MASK = re.compile(r"[*xX×_]")
_REACH = 30
_REFUSED = ("not_firms", "pronoun", "figure", "opener")


def since_break(body: str, end: int) -> int:
    """Where the words without punctuation before `end` begin, at most 30 characters back."""
    window = body[max(0, end - _REACH) : end]
    found = [match.end() for match in _BREAKS.finditer(window)]
    return end - len(window) + (found[-1] if found else 0)


def company_before(body: str, start: int, ending: re.Match[str]) -> Span | None:
    """The registered name that ends with `ending`, after the last word since `start` that can lead to it."""
    for cut in (*reversed(_cuts(body, Span(start, ending.start()))), start):
        name = Span(cut, ending.end())
        if is_company(body, name, ending):
            return name
    return None


def is_company(body: str, name: Span, ending: re.Match[str]) -> bool:
    """江西晨星科技有限公司, xx公司; not 该公司, 三家公司, 上市公司."""
    stem = body[name.start : ending.start()]
    if not stem or name.end - name.start > LONGEST_NAME or rule("enterprises", "count").search(stem):
        return False
    short = "有限" not in ending.group()
    if rule("enterprises", "pronoun" if short or len(stem) <= 2 else "person").search(stem):
        return False
    return _MASK.search(stem) is not None or len(_core(stem)) > 1


def without_lead(body: str, piece: Span, trusted: bool = False) -> Span | None:
    """The short or full name at the end of a piece, after the last word that leads to one and still leaves a name."""
    ending = rule("enterprises", "company").search(body, piece.start, piece.end)
    if ending and ending.end() == piece.end:
        return company_before(body, piece.start, ending)
    for cut in reversed(_cuts(body, piece)):
        if is_name(body[cut : piece.end], trusted):
            return Span(cut, piece.end)
    return piece if is_name(body[piece.start : piece.end], trusted) else None


def is_name(words: str, trusted: bool = False) -> bool:
    """Whether a piece of a list can be a short name; `trusted` where the list has as many names as it says."""
    if not 1 < len(words) <= LONGEST_SHORT_NAME or _BREAKS.search(words) or not _MASK.sub("", words):
        return False
    if any(rule("enterprises", refused).search(words) for refused in _REFUSED):
        return False
    return not _is_general(words) or (trusted and words != "科技")


def is_short_name(body: str, name: Span, trade: int) -> bool:
    """晨星新材 outside a list: a stem of two to five characters before the trade, and no ordinary word in it."""
    stem = body[name.start : trade]
    if (
        not 1 < len(stem) <= LONGEST_STEM
        or _JOINING & {*stem[1:]} - {"和"}
        or rule("enterprises", "generic").search(stem)
    ):
        return False
    return not _is_general(stem) and not rule("enterprises", "pronoun").search(stem)


def names_a_trade(words: str) -> bool:
    """远山药业: something before a trade that is no ordinary word, as in 水产养殖."""
    plain = rule("enterprises", "plain_trade").search(words[-4:])
    return 1 < len(_core(words)) < len(words) and not (plain and words.endswith(plain.group()))


def names_something(words: str) -> bool:
    """晨星科技: a name whose stem is no ordinary word."""
    core = _core(words)
    return 1 < len(core) < len(words) and is_name(words) and rule("enterprises", "generic").search(core) is None


def _cuts(body: str, piece: Span) -> list[int]:
    """Where a name may begin inside a piece: after 深入, 推荐; after 和 only behind another body's name."""
    cuts = []
    for match in rule("enterprises", "lead").finditer(body, piece.start, piece.end):
        left = body[piece.start : match.start()]
        if len(match.group()) > 1 or _separates(body, match, left):
            cuts.append(match.end())
    return cuts


def _separates(body: str, match: re.Match[str], left: str) -> bool:
    """Whether a single character parts words here: 大学与晨星公司, but 泰和生物 and 华为 are names."""
    if match.group() in _JOINING:
        if not left:
            return match.group() != "和" or body[match.start() - 1 : match.start()] in tuple('、)”》"')
        return len(left) > 1 and _is_entity(left)
    if not left:
        return body[match.start() - 1 : match.start()] != "、"
    return len(left) > 1 or rule("enterprises", "adverb").match(left) is not None


def _is_entity(words: str) -> bool:
    ends = (rule("enterprises", name) for name in ("company", "not_firms"))
    return any(end.search(words) for end in ends) or _ends_in_trade().search(words) is not None


def _core(stem: str) -> str:
    """江西晨星 of 江西晨星新材料: what is left of a name without its lines of business."""
    return _ends_in_trade().sub("", stem)


def _is_general(words: str) -> bool:
    """机械制造, 高新技术: ordinary words from end to end, not names."""
    return _general_only().fullmatch(words) is not None


@cache
def _ends_in_trade() -> re.Pattern[str]:
    words = "|".join(rule("enterprises", name).pattern for name in ("trade", "generic", "company_word"))
    return re.compile(f"(?:{words}){{1,6}}$")


@cache
def _general_only() -> re.Pattern[str]:
    return re.compile(f"(?:{rule('enterprises', 'trade').pattern}|{rule('enterprises', 'generic').pattern}){{1,5}}")
