"""Whatever the plan and whatever the document: after everything was applied nothing differs, and the trail is whole."""

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from cast import at
from notifications.ladder import load_ladders
from plans.amending import Change, amendments
from plans.checking import Bureau
from plans.draft import Draft, DraftItem, DraftPerson, DraftTarget
from plans.programmes import load_programmes
from plans.starting import start_plan
from plans.tables import Plan
from plans.words import DuePolicy, Kind
from plans.workdays import Workdays
from support.rows import empty_memory
from tasks.amending import amend, running_of
from tasks.audit import verify
from tasks.revision import Revision
from tasks.verbs import Act

PEOPLE = [DraftPerson(name=name, mail=f"{name}@yunxi.example") for name in ("李明", "王芳")]
GOALS = st.none() | st.integers(0, 9).map(Decimal)
TARGETS = st.builds(
    DraftTarget,
    indicator=st.sampled_from(["高企认定", "合同成交额", "填报率", "高企认定数"]),
    floor=GOALS,
    unit=st.sampled_from(["家", "万元", ""]),
)
ITEMS = st.builds(
    DraftItem,
    title=st.sampled_from(["培育高企", "培育高新技术企业", "培育高新技术企业一批", "研发月报", "申报项目", "①"]),
    programme=st.sampled_from(["gaoqi", "rd_stats", "other"]),
    kind=st.none() | st.sampled_from([Kind.GOAL, Kind.REVIEW, Kind.DUTY]),
    owner=st.sampled_from(["", "李明", "王芳"]),
    cadence=st.none() | st.sampled_from(["monthly:10", "weekly:fri", "once:2026-11-20"]),
    due_policy=st.none() | st.sampled_from(DuePolicy),
    targets=st.lists(TARGETS, max_size=3, unique_by=lambda target: target.indicator),
    text=st.sampled_from(["", "按月推进。", "（二）年底前完成。"]),
)
DOCUMENTS = st.lists(ITEMS, max_size=5, unique_by=lambda item: item.title)
BUREAU = Bureau(load_programmes(), list(load_ladders()), (), Workdays())


def a_draft(items: Sequence[DraftItem]) -> Draft:
    return Draft(bureau="局", title="计划", period="2026H2", owner="李明", people=PEOPLE, items=list(items))


def differing(session: Session, plan: Plan, items: Sequence[DraftItem]) -> set[Change]:
    return {one.change for one in amendments(running_of(session, plan), a_draft(items), BUREAU.programmes)}


@settings(max_examples=20, deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_nothing_differs_any_more_after_everything_was_applied(before: list[DraftItem], after: list[DraftItem]) -> None:
    with empty_memory() as session:
        plan = start_plan(session, a_draft(before), BUREAU.programmes, "陈平", at("2026-10-01 08:00"))
        assert differing(session, plan, before) <= {Change.SAME}
        revision = Revision(session, Act("陈平", "cli", at("2026-10-09 09:12")), BUREAU, lambda *_: None)

        found = amendments(running_of(session, plan), a_draft(after), BUREAU.programmes)
        amend(revision, plan, [one for one in found if one.change is not Change.SAME], "李明", "不办了")

        assert differing(session, plan, after) <= {Change.SAME}
        assert len(running_of(session, plan)) == len(after)
        assert {chain.broken for chain in verify(session)} == {""}
