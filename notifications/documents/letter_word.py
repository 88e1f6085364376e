"""Letters as Word documents in the house style: 催报函 to enterprises, and the three orders to people of the bureau.

Title, number, addressee, body, table, contact, signature and date. No link goes in: a link is one person's own.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from notifications.documents.paper import Paper
from notifications.documents.wordml import Cell, Column
from plans.zone import local_day

Facts = Mapping[str, Any]
ORDER_ROWS = {"工作事项": "matter", "工作要求": "require", "责任单位": "office", "责任人": "owner", "时限要求": "until"}


def letter_docx(facts: Facts, made_at: datetime) -> bytes:
    """A letter from what it says (see formal.py, orders.py): the same facts at the same instant are the same bytes."""
    return _order(facts, made_at) if "matter" in facts else _demand(facts, made_at)


def _order(facts: Facts, made_at: datetime) -> bytes:
    paper = _begun(facts, facts["name"], facts["office"])
    paper.body(facts["opening"])
    rows = [[Cell([head], "FormHead"), Cell(_lines(facts[name]), "FormText")] for head, name in ORDER_ROWS.items()]
    paper.table([Column("", 22), Column("", 78)], rows)
    paper.body(facts["closing"])
    return _ended(paper, facts, made_at, local_day(made_at))


def _demand(facts: Facts, made_at: datetime) -> bytes:
    said = facts["said"]
    paper = _begun(facts, said["title"], facts["addressee"])
    paper.body(said["owed"])
    columns = [Column("报告期", 34), Column("截止日期", 33), Column("状态", 33)]
    cells = ([month["period"], month["due_on"], f"未报，{month['left']}"] for month in facts["months"])
    paper.table(columns, [[Cell([text], "TableMiddle") for text in row] for row in cells])
    paper.body(said["please"])
    paper.body(said["closing"])
    return _ended(paper, facts, made_at, local_day(made_at))


def _begun(facts: Facts, title: str, addressee: str) -> Paper:
    paper = Paper(f"{title} {facts['number']}", facts["bureau"])
    paper.title(title)
    paper.subtitle(facts["number"])
    paper.blank()
    paper.addressee(addressee)
    return paper


def _ended(paper: Paper, facts: Facts, made_at: datetime, day: date) -> bytes:
    phone = f"，联系电话：{facts['phone']}" if facts.get("phone") else ""
    paper.body(f"联系人：{facts['contact']}{phone}")
    if facts.get("mail"):
        paper.body(f"邮箱：{facts['mail']}")
    paper.signature(facts["bureau"], day)
    return paper.finished(made_at)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()] or [""]
