"""What people type into a field, read: numbers in any width, words without what no database keeps."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from plans.columns import fits
from plans.draft import TO_FILL
from plans.errors import Refused

LARGEST_GOAL = Decimal(10) ** 12
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def plain(text: str) -> str:
    """The text without the characters PostgreSQL refuses, blanks in their place: positions stay."""
    return _UNKEPT.sub(" ", text)


def one_line(text: str) -> str:
    """The words with single blanks between them."""
    return " ".join(plain(text).split())


def read_goal(label: str, text: str) -> Decimal | None:
    """A number of 确保 or 力争 as typed (5, 1,200, ３.２); None for 待填. Raises Refused."""
    written = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "")
    if written == TO_FILL:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise Refused(f"“{label}”请写数字，不知道就写“待填”。") from error
    if not number.is_finite() or not 0 <= number < LARGEST_GOAL:
        raise Refused(f"“{label}”不能是负数，也不能大到一万亿：请检查单位。")
    if not fits(number):
        raise Refused(f"“{label}”最多四位小数：请检查单位。")
    return number
