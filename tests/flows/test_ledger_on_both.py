"""A ledger brought back on both databases: the verbs, their savepoints, and nothing half applied."""

from datetime import date

import pytest
from sqlmodel import select

from cast import GAOQI, at
from conftest import Begin
from flows.ledger import ledger_bytes
from flows.ledger_import import LedgerRefused, apply_ledger, hand_named, open_ledger
from notifications.documents.ledger_sheet import TARGETS, TASKS
from plans.database import reading
from support.ledgers import Clerk
from tasks.tables import Progress, TaskChange
from tasks.verbs import Act

NOW = at("2026-07-20 10:00")
EVIDENCE = """
  - title: 上报季度总结
    programme: other
    kind: filing
    owner: 王芳
    cadence: once:2026-07-31
    needs_evidence: true
"""


def test_what_a_verb_refuses_gives_everything_back_unless_the_rest_may_go_on(begin: Begin) -> None:
    runtime = begin(GAOQI, EVIDENCE)
    clerk = Clerk(ledger_bytes(runtime, NOW))
    clerk.write(TARGETS, 2, 当前进度=3, 截至=date(2026, 7, 15), 确保=6)
    row = clerk.column(TASKS, "事项").index("上报季度总结") + 2
    clerk.write(TASKS, row, 状态="已办结", 责任人="李明")
    file, act = open_ledger(runtime, "台账.xlsx", clerk.content), Act("林岚", "import", NOW)
    with reading(runtime.engine) as session:
        hand = hand_named(session, "林岚")

    with pytest.raises(LedgerRefused, match="要附材料才能办结"):
        apply_ledger(runtime, file, hand, act)
    with reading(runtime.engine) as session:
        assert session.exec(select(Progress)).all() == []

    done = apply_ledger(runtime, file, hand, act, partial=True)

    assert (done.rows, [fault.row for fault in done.left_out]) == (1, [row])
    with reading(runtime.engine) as session:
        assert [one.value for one in session.exec(select(Progress))] == [3]
        made = session.exec(select(TaskChange.verb).where(TaskChange.via == "import")).all()
    assert made == ["report"]
