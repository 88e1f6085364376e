"""Who belongs in which month: next month's roster is this month's, without those who end and with those who begin."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from plans.agenda import belongs, is_exempt
from plans.periods import Period
from plans.tables import Enterprise


class Standing(StrEnum):
    """How an enterprise stands in a month, beside the month before."""

    STAYING = "staying"
    NEW = "new"
    LEAVING = "leaving"
    EXEMPT = "exempt"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        names = {"staying": "在册", "new": "新列入", "leaving": "停报", "exempt": "免报", "outside": "不在册"}
        return names[self.value]


@dataclass(frozen=True, slots=True)
class Proposed:
    """An enterprise in the roster proposed for a month, and why where it is not simply there again."""

    enterprise: Enterprise
    standing: Standing
    why: str = ""


def standing_in(enterprise: Enterprise, month: str) -> Standing:
    """How it stands in a month (YYYY-MM), beside the month before."""
    before = belongs(enterprise, Period.parse(month).previous().key)
    if belongs(enterprise, month):
        return Standing.STAYING if before else Standing.NEW
    on_the_list = _listed(enterprise, month)
    if is_exempt(enterprise, month) and on_the_list:
        return Standing.EXEMPT
    return Standing.LEAVING if before else Standing.OUTSIDE


def proposed(enterprises: Iterable[Enterprise], month: str) -> list[Proposed]:
    """The roster of a month, with who leaves it and who is exempt; those long gone are left out."""
    found = (Proposed(one, stands, _why(one, stands)) for one in enterprises for stands in [standing_in(one, month)])
    return [one for one in found if one.standing is not Standing.OUTSIDE]


def belonging_in(month: str) -> ColumnElement[bool]:
    """The same as plans.agenda.belongs, asked of the database."""
    return and_(listed_in(month), ~exempt_in(month))


def listed_in(month: Any) -> ColumnElement[bool]:
    """On the roster in that month (a value or a column), exempt or not."""
    begun = or_(col(Enterprise.first_month) == "", col(Enterprise.first_month) <= month)
    return and_(begun, or_(col(Enterprise.last_month) == "", col(Enterprise.last_month) >= month))


def exempt_in(month: Any) -> ColumnElement[bool]:
    """Exempt in that month (a value or a column such as Task.period)."""
    return and_(col(Enterprise.exempt_reason) != "", col(Enterprise.exempt_from) <= month)


def _listed(enterprise: Enterprise, month: str) -> bool:
    begun = not enterprise.first_month or enterprise.first_month <= month
    return begun and (not enterprise.last_month or month <= enterprise.last_month)


def _why(enterprise: Enterprise, standing: Standing) -> str:
    reasons = {
        Standing.NEW: f"{enterprise.first_month} 起报" if enterprise.first_month else "免报结束",
        Standing.LEAVING: f"报到 {enterprise.last_month} 为止",
        Standing.EXEMPT: enterprise.exempt_reason,
    }
    return reasons.get(standing, "")
