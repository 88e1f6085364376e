"""Traditional characters to Simplified, one for one, so that a position means the same in both."""

from functools import cache

_COMMON = frozenset("縣術業總結與時個會項萬億報導優進開關點產學實為這們對從級農園試檢講記設計劃構")
"""Some of these stand in any Traditional document; a Simplified one is not looked at any further."""


def simplify(text: str) -> str:
    """The same length of text with every Traditional character in its Simplified form."""
    return text if _COMMON.isdisjoint(text) else text.translate(_table())


def simplify_words(words: str) -> str:
    """The same for words too few to show what they are written in: a header, a heading."""
    return words.translate(_table())


@cache
def _table() -> dict[int, str]:
    import opencc  # 50 ms that a Simplified document need not pay

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simple, strict=True)
    return {ord(character): plain for character, plain in pairs if len(plain) == 1 and plain != character}
