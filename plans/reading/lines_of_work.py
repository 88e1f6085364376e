"""Which programme 业务线 an item belongs to, by the words of plans/programmes.yaml."""

import re
from collections import Counter
from functools import cache

from plans.programmes import load_programmes

OTHER = "other"


def programme_of(title: str, text: str) -> str:
    """The key of the programme. The longest word in the title decides; without one, the words most spoken of."""
    named = [word for word in _words().findall(title) if word]
    if named:
        return _keys()[max(named, key=len)]
    spoken: Counter[str] = Counter()
    for word in _words().findall(text):
        spoken[_keys()[word]] += len(word)
    return spoken.most_common(1)[0][0] if spoken else OTHER


@cache
def _keys() -> dict[str, str]:
    return {word: key for key, programme in load_programmes().items() for word in programme.words}


@cache
def _words() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(_keys(), key=len, reverse=True)))
