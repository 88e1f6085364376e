"""One written numeral to its value: Arabic digits, Chinese numerals, circled numbers."""

import unicodedata
from functools import lru_cache

import cn2an

CHINESE = "零〇一二两三四五六七八九十百千"


@lru_cache(maxsize=4096)
def value_of(written: str) -> float | None:
    """The value of 1,533.7 or 四十 or ㈢; None when it is not a number (masked, or numerals that mean nothing)."""
    try:
        if len(written) == 1 and written not in CHINESE:
            return unicodedata.numeric(written)
        if written[0] in CHINESE:
            return float(cn2an.cn2an(written, "normal"))
        return float(written.replace(",", ""))
    except (ValueError, TypeError, KeyError, IndexError):
        return None
