"""The fields of a roster row and how each cell is read. A value is plain text in one canonical form, so that it is
compared, shown and sent as it stands; empty says nothing."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from plans.checking import is_address
from plans.columns import figure_text, fits
from plans.errors import Refused
from plans.reading.tables.columns import Column, columns_of
from plans.roster.codes import read_code
from plans.units import POWERS, convert

OWN = Path(__file__).with_name("columns.yaml")
LONGEST = 200
LARGEST = Decimal(10) ** 12
UNIT = "万元"
IGNORED = "remark"
NOTHING = ("无", "/", "-", "—", "--", "——", "否", "暂无", "不详")
"""What people write into a cell to leave it empty."""
_MONTH = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})(?:\s*月|\s*[-/.]\s*\d{1,2}|\s*月\s*\d{1,2}\s*日)?")
_DENSE_MONTH = re.compile(r"(20\d\d)(0[1-9]|1[0-2])")
_DAY = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DENSE_DAY = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_UNITS = re.compile(f"(?:{'|'.join(sorted(POWERS, key=len, reverse=True))})?元")
_PHONE = re.compile(r"[\d+(][\d\-+()/、,，;；转 ]{5,39}")
_POWER_OF_TEN = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")


class Unread(Refused):
    """“13月”不是月份：请写成 2026-10。"""


@cache
def roster_columns() -> Mapping[str, Column]:
    """Every field of columns.yaml by name, in the order in which it is written out."""
    return columns_of(YAML(typ="safe").load(OWN.read_text(encoding="utf-8")))


def label_of(field: str) -> str:
    """What people call a field, without its unit."""
    return roster_columns()[field].label.partition("（")[0]


def canonical(text: str) -> str:
    """The words with single blanks between them, without what no screen shows."""
    seen = "".join(char if char.isprintable() else " " if char.isspace() else "" for char in text)
    return " ".join(seen.split())


def folded_name(name: str) -> str:
    """What two spellings of one name share: half width, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", canonical(name)).split()).lower()


def read_field(field: str, text: str, unit: str = UNIT) -> str:
    """A cell in canonical form. Raises Unread with a sentence that says what to do."""
    words = canonical(text)
    if words in NOTHING and field != "name":
        return ""
    return READERS.get(field, _words)(words) if field != "weight" else read_weight(words, unit)


def _words(words: str) -> str:
    if len(words) > LONGEST:
        raise Unread(f"有{len(words)}个字，太长了：请在{LONGEST}字以内。")
    return words


def _code(words: str) -> str:
    read = read_code(words)
    if read.fault:
        raise Unread(read.fault)
    return read.code


def read_phone(words: str) -> str:
    """A telephone number, or several, as text: half width, without what a table program hangs on."""
    phone = unicodedata.normalize("NFKC", words).removesuffix(".0").strip()
    if _POWER_OF_TEN.fullmatch(phone):
        raise Unread(f"“{words}”是表格软件改写过的数字：请把这一列设为文本格式，重新填写。")
    if phone and not _PHONE.fullmatch(phone):
        raise Unread(f"“{words[:40]}”不是电话号码：请写成 13900000001 或 0791-88880000。")
    return phone


def read_mail(words: str) -> str:
    """A mail address."""
    mail = unicodedata.normalize("NFKC", words).removeprefix("mailto:").strip()
    if mail and (not is_address(mail) or len(mail) > LONGEST):
        raise Unread(f"“{words[:60]}”不是邮箱地址：请只写一个，如 zhao@example.com。")
    return mail


def read_month(words: str) -> str:
    """2026-10 of 2026年10月, 2026/10, 202610 or a day in it."""
    found = _MONTH.fullmatch(words) or _DENSE_MONTH.fullmatch(words)
    if not words:
        return ""
    if found is None or not 1 <= int(found[2]) <= 12:
        raise Unread(f"“{words[:20]}”不是月份：请写成 2026-10。")
    return f"{found[1]}-{int(found[2]):02}"


def read_day(words: str) -> str:
    """2026-10-09 of 2026年10月9日, 2026/10/9 or 20261009."""
    if not words:
        return ""
    found = _DAY.fullmatch(words) or _DENSE_DAY.fullmatch(words)
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found else _no_day(words)
    except ValueError as error:
        raise Unread(f"“{words[:20]}”不是日期：请写成 2023-11-22。") from error


def _no_day(words: str) -> str:
    raise Unread(f"“{words[:20]}”不是日期：请写成 2023-11-22。")


def unit_in(words: str) -> str:
    """元, 千元, 万元 or 亿元 in a header or a cell; empty where there is none."""
    found = _UNITS.search(words)
    return found[0] if found else ""


def read_weight(words: str, unit: str = UNIT) -> str:
    """An amount in 万元, converted exactly from the unit of its column or its own; empty for nothing or zero."""
    said = "".join(unicodedata.normalize("NFKC", words).split()).replace(",", "")
    if not said:
        return ""
    own = unit_in(said)
    try:
        amount = convert(Decimal(said.removesuffix(own)), own or unit, UNIT)
    except InvalidOperation as error:
        raise Unread(f"“{words[:30]}”不是数字：请只写数字，如 1200。") from error
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise Unread(f"“{words[:30]}”不能是负数，也不能这么大：请检查单位。")
    if not fits(amount):
        raise Unread(f"“{words[:30]}”换成万元后超过四位小数：请检查单位。")
    return figure_text(amount) if amount else ""


READERS: Mapping[str, Callable[[str], str]] = {
    "credit_code": _code,
    "phone": read_phone,
    "agency_phone": read_phone,
    "email": read_mail,
    "agency_email": read_mail,
    "first_month": read_month,
    "last_month": read_month,
    "exempt_from": read_month,
    "certificate_on": read_day,
}
