"""Which programme 业务线 an item belongs to, by the words of plans/programmes.yaml and the bureau's own."""

import re
from collections import Counter
from functools import lru_cache

from plans.programmes import Programmes

OTHER = "other"


def programme_of(title: str, text: str, programmes: Programmes) -> str:
    """The key of the programme. The longest word in the title decides; without one, the words most spoken of."""
    words, keys = _vocabulary(tuple((key, programme.words) for key, programme in programmes.items()))
    named = [word for word in words.findall(title) if word]
    if named:
        return keys[max(named, key=len)]
    spoken: Counter[str] = Counter()
    for word in words.findall(text):
        spoken[keys[word]] += len(word)
    return spoken.most_common(1)[0][0] if spoken else OTHER


@lru_cache(maxsize=8)
def _vocabulary(programmes: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Every programme's words as one pattern, longest first, and the programme each belongs to."""
    keys = {word: key for key, words in programmes for word in words if word}
    return re.compile("|".join(re.escape(word) for word in sorted(keys, key=len, reverse=True))), keys
