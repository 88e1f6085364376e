"""Audit 留痕: every change is an added row, and each row carries the hash of the one before it.

One chain a table. Whoever alters, removes or slips in a row breaks the chain there; ``verify`` names the first break.
Rows from before the chain began have no hash and are passed over.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from plans.database import one_at_a_time
from plans.roster_tables import EnterpriseChange
from tasks.tables import ItemChange, TaskChange

Row = TaskChange | ItemChange | EnterpriseChange
Change = type[TaskChange] | type[ItemChange] | type[EnterpriseChange]
CHAINS: dict[str, Change] = {"任务变更": TaskChange, "计划变更": ItemChange, "名册变更": EnterpriseChange}
OWN = ("id", "hash", "previous_hash")
LOCK = 20_260_702
CHUNK = 1_000


@dataclass(frozen=True)
class Verified:
    """What a walk along one chain found: how many links, the last hash, and the first broken link if any."""

    chain: str
    links: int
    head: str
    broken: str = ""


def append(session: Session, table: Change, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to the end of their chain, in order. Rows leave out id and hashes; ``at`` is an aware instant."""
    if not rows:
        return
    session.flush()
    # Two writers must not hang themselves on the same link.
    one_at_a_time(session, LOCK)
    previous = session.exec(select(table.hash).order_by(col(table.id).desc()).limit(1)).first() or ""
    linked = []
    for row in rows:
        whole = _defaults(table) | dict(row)
        whole |= {"previous_hash": previous, "hash": link(previous, whole)}
        previous = whole["hash"]
        linked.append(whole)
    session.connection().execute(insert(table), linked)


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row behind the previous hash: SHA-256 over both, fields by name, instants in UTC."""
    fields = {name: _plain(value) for name, value in row.items() if name not in OWN}
    written = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{written}".encode()).hexdigest()


def verify(session: Session, known_head: str = "") -> list[Verified]:
    """Walk every chain. A head written down earlier must still be a link of one of them."""
    found = [_walk(session, name, table) for name, table in CHAINS.items()]
    if known_head and not any(_is_link(session, table, known_head) for table in CHAINS.values()):
        found.append(
            Verified("末号", 0, known_head, f"以前记下的末号 {known_head[:12]}… 不在链上，后面的记录可能被删过。")
        )
    return found


def _walk(session: Session, name: str, table: Change) -> Verified:
    previous, links = "", 0
    for row in _hashed_rows(session, table):
        fields = row.model_dump()
        if fields["previous_hash"] != previous or fields["hash"] != link(previous, fields):
            told = f"{name}第{fields['id']}号对不上：{fields['by']}，{_plain(fields['at'])}。它或它前面的记录被改过。"
            return Verified(name, links, previous, told)
        previous, links = fields["hash"], links + 1
    return Verified(name, links, previous)


def _hashed_rows(session: Session, table: Change) -> Iterator[Row]:
    first = select(table.id).where(table.hash != "").order_by(col(table.id)).limit(1)
    after = (session.exec(first).first() or 1) - 1
    while chunk := _next_rows(session, table, after):
        yield from chunk
        after = chunk[-1].id or 0
        session.expunge_all()


def _next_rows(session: Session, table: Any, after: int) -> list[Row]:
    return list(session.exec(select(table).where(col(table.id) > after).order_by(col(table.id)).limit(CHUNK)))


def _is_link(session: Session, table: Change, head: str) -> bool:
    return session.exec(select(table.id).where(table.hash == head)).first() is not None


def _defaults(table: Change) -> dict[str, Any]:
    return {name: "" for name in ("note", "on_behalf_of") if name in table.model_fields}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if value is not None and not isinstance(value, int | str) else value
