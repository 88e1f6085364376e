"""The number formats of Word's automatic numbering: how the n-th label is written."""

from collections.abc import Callable

NO_LABEL = frozenset({"bullet", "none"})
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_DIGITS = "〇一二三四五六七八九"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_SMALL_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
LARGEST = 9_999


def written(number: int, style: str) -> str:
    """A label's number in Word's format of that name, e.g. (11, chineseCounting) 十一; plain digits when unknown."""
    if style in NO_LABEL:
        return ""
    if not 0 < number <= LARGEST:
        return str(number)
    return _STYLES.get(style, str)(number)


def _counted(number: int) -> str:
    import cn2an

    words: str = cn2an.an2cn(number, "low")
    return words


def _formal(number: int) -> str:
    import cn2an

    words: str = cn2an.an2cn(number, "up")
    return words


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _run(first: str, count: int) -> Callable[[int], str]:
    """Signs that follow one another in Unicode, such as ① to ⑳."""
    return _one_of("".join(chr(ord(first) + step) for step in range(count)))


def _letters(first: str) -> Callable[[int], str]:
    """a … z, aa … zz, as Word counts on."""
    return lambda number: chr(ord(first) + (number - 1) % 26) * min(1 + (number - 1) // 26, 10)


def _roman(number: int) -> str:
    letters = ""
    for value, sign in (*_ROMAN, *_SMALL_ROMAN):
        letters += sign * (number // value)
        number %= value
    return letters


def _full_width(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


_STYLES: dict[str, Callable[[int], str]] = {
    "chineseCounting": _counted,
    "chineseCountingThousand": _counted,
    "japaneseCounting": _counted,
    "taiwaneseCounting": _counted,
    "taiwaneseCountingThousand": _counted,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographDigital": _digit_by_digit,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal,
    "ideographTraditional": _one_of(STEMS),
    "ideographZodiac": _one_of(BRANCHES),
    "ideographEnclosedCircle": _run("㊀", 10),
    "decimalEnclosedCircle": _run("①", 20),
    "decimalEnclosedCircleChinese": _run("①", 20),
    "decimalEnclosedParen": _run("⑴", 20),
    "decimalEnclosedFullstop": _run("⒈", 20),
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalZero": "{:02d}".format,
    "lowerLetter": _letters("a"),
    "upperLetter": _letters("A"),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
