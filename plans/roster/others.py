"""Further contacts in one cell: 王五（厂长） 13900000002 wang@example.com；赵六 13900000003."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from plans.checking import is_address
from plans.errors import Refused
from plans.roster.fields import canonical, read_mail, read_phone

SEPARATORS = re.compile(r"[；;]")
_ROLE = re.compile(r"[（(]([^（()）]*)[)）]")
_NUMBER = re.compile(r"[\d+][\d\-+/]{5,39}")
_RESERVED = "；;（）()@"
LONGEST_PART = 50


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else to call at an enterprise."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""

    def __str__(self) -> str:
        role = f"（{self.role}）" if self.role else ""
        return " ".join(part for part in (f"{self.name}{role}", self.phone, self.email) if part)


def other_of(name: str, role: str, phone: str, email: str) -> Other:
    """A contact as typed into a form. Raises Refused."""
    name, role = canonical(name), canonical(role)
    if not name:
        raise Refused("请填写联系人的姓名。")
    for label, words in (("姓名", name), ("职务", role)):
        if len(words) > LONGEST_PART or any(char in _RESERVED for char in words):
            raise Refused(f"{label}最多{LONGEST_PART}个字，不能有括号、分号和 @：请改短些。")
    if _NUMBER.fullmatch(unicodedata.normalize("NFKC", name)):
        raise Refused("姓名一栏填的像是电话：请检查是不是填错了格子。")
    return Other(name, role, "".join(read_phone(canonical(phone)).split()), read_mail(canonical(email)))


def read_others(words: str) -> tuple[Other, ...]:
    """The contacts of a cell, in order; a piece without a name is called by its number or address. Raises Refused."""
    return tuple(_read_one(piece.strip()) for piece in SEPARATORS.split(words) if piece.strip())


def written_others(others: Iterable[Other]) -> str:
    """The same as one cell."""
    return "；".join(str(other) for other in others)


def _read_one(piece: str) -> Other:
    role = _ROLE.search(piece)
    rest = _ROLE.sub(" ", piece).split()
    plain = {word: unicodedata.normalize("NFKC", word) for word in rest}
    phones = [word for word in rest if _NUMBER.fullmatch(plain[word])]
    mails = [word for word in rest if is_address(plain[word])]
    name = " ".join(word for word in rest if word not in (*phones[:1], *mails[:1]))
    called = name or "联系人"
    return other_of(called, role[1] if role else "", plain[phones[0]] if phones else "", mails[0] if mails else "")
