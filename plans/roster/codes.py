"""统一社会信用代码 (GB 32100-2015): 18 characters of which the last checks the others. Nothing is changed silently."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH, MODULUS, BASE = 18, 31, 3
DISTRICT = range(2, 8)
"""Where the six figures of the district stand."""
LOOKS_LIKE = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "Y", "B": "8", "L": "1", "0": "D", "D": "0", "Q": "0"}
"""What a character is often written for; only ever told."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code as read: half width, capitals, without blanks and dashes; ``fault`` is a sentence, or empty."""

    code: str
    fault: str = ""


def read_code(text: str) -> Code:
    """A code as somebody typed it; empty for nothing."""
    folded = unicodedata.normalize("NFKC", text).upper()
    code = "".join(char for char in folded if not char.isspace() and char not in "-‐‑‒–—'\"")
    return Code(code, fault_in(code)) if code else Code("")


def fault_in(code: str) -> str:
    """What is wrong with a folded code, and where; empty for a good one."""
    if len(code) != LENGTH:
        return _length_fault(code)
    for place, char in enumerate(code):
        if told := _character_fault(code, place, char):
            return told
    if code[-1] != check_digit(code):
        return _check_fault(code)
    return ""


def check_digit(code: str) -> str:
    """The character that the first seventeen ask for at the end."""
    total = sum(ALPHABET.index(char) * BASE**place for place, char in enumerate(code[: LENGTH - 1]))
    return ALPHABET[-total % MODULUS]


def _length_fault(code: str) -> str:
    if len(code) == 15 and code.isdecimal():
        return "这是15位的旧注册号：请填18位的统一社会信用代码。"
    if len(code) == 9:
        return "这是9位的组织机构代码：请填18位的统一社会信用代码。"
    return f"统一社会信用代码应为18位，这里有{len(code)}位：请核对。"


def _character_fault(code: str, place: int, char: str) -> str:
    if char in ALPHABET and not (place in DISTRICT and not char.isdecimal()):
        return ""
    what = "要是数字" if char in ALPHABET else "不能是这个字符"
    return f"第{place + 1}位是“{char}”，代码的这一位{what}{_likely(code, place)}。"


def _likely(code: str, place: int) -> str:
    """What was probably meant, where the whole code then holds."""
    for found in _repaired(code):
        return f"：是不是“{found[place]}”？改成 {found} 就对得上，请按营业执照核对后改"
    likely = LOOKS_LIKE.get(code[place], "")
    return f"：是不是“{likely}”？请按营业执照核对后改" if likely and likely in ALPHABET else "：请按营业执照核对"


def _repaired(code: str) -> Iterator[str]:
    """The code with every character that cannot stand there replaced by its look-alike, where that holds."""
    likely = "".join(
        LOOKS_LIKE.get(char, char) if char not in ALPHABET or (place in DISTRICT and not char.isdecimal()) else char
        for place, char in enumerate(code)
    )
    if all(char in ALPHABET for char in likely) and likely[-1] == check_digit(likely):
        yield likely


def _check_fault(code: str) -> str:
    if code.isdecimal() and code.endswith("000"):
        return "末三位都是0，像是表格软件把长数字改掉了：请把这一列设为文本格式，重新填写。"
    for place, char in enumerate(code):
        other = code[:place] + LOOKS_LIKE.get(char, char) + code[place + 1 :]
        if char in "0D" and place not in DISTRICT and other[-1] == check_digit(other):
            return f"校验位（第18位）对不上：第{place + 1}位的“{char}”是不是“{other[place]}”？请按营业执照核对。"
    return f"校验位（第18位）对不上：前17位要求“{check_digit(code)}”，写的是“{code[-1]}”，请逐位核对。"
