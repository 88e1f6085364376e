"""The cut-off: what a month was at its instant, whoever writes it down and however late; and what came after."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from cast import at
from plans.database import ensure_current, make_engine, reading, writing
from plans.tables import Enterprise, PlanItem
from plans.words import Assignees, Kind
from plans.workdays import Workdays
from support.rows import a_task, empty_memory, two_items
from tasks.chasing_tables import CutOff
from tasks.cutoff import CutOffDays, cut_off, cut_off_of, due_cut_offs, is_cut_off
from tasks.extensions import ask_extension, grant_extension
from tasks.filings import file_answers
from tasks.form import load_forms
from tasks.late import corrections, cuts_touched, late_arrivals
from tasks.states import State
from tasks.tables import Task
from tasks.verbs import Act, cancel, complete, send_back

FORM = load_forms()["rd_monthly"]
DAYS = CutOffDays(Workdays(), 5)
# Due on Saturday 10 October 2026, which is a workday; the fifth workday after it is Friday the 16th.
CUT_AT = at("2026-10-17 00:00")
JINGGONG, QINGHE, YUANSHAN = 1, 2, 3
WEIGHTS = {JINGGONG: 900, QINGHE: 500, YUANSHAN: 20}


def roster(session: Session) -> None:
    """Three enterprises that owe item 1 their report on September by 10 October."""
    two_items(session)
    names = {JINGGONG: "云溪精工有限公司", QINGHE: "青禾药业有限公司", YUANSHAN: "远山竹业有限公司"}
    session.add_all(Enterprise(id=key, name=name, weight=Decimal(WEIGHTS[key])) for key, name in names.items())
    item = session.get_one(PlanItem, 1)
    item.kind, item.assignees, item.form = Kind.FILING.value, Assignees.ENTERPRISES.value, "rd_monthly"
    item.title, item.programme = "研发月报", "rd_monthly"
    session.add(item)
    session.flush()
    session.add_all(_owed(key) for key in names)
    session.flush()


def _owed(enterprise: int) -> Task:
    due = date(2026, 10, 10)
    who = {"assignee": f"enterprise:{enterprise}", "enterprise_id": enterprise, "purpose": "filing"}
    return a_task(period="2026-09", due_on=due, inner_on=due, **who)


@pytest.fixture
def engine(database_url: str, made_once: Path, database_file: Path) -> Iterator[Engine]:
    made = make_engine(database_url)
    if database_url.startswith("sqlite"):
        shutil.copy(made_once, database_file)
    else:
        ensure_current(made)
    with writing(made) as session:
        roster(session)
    yield made
    made.dispose()


def of(session: Session, enterprise: int) -> Task:
    return session.exec(select(Task).where(Task.enterprise_id == enterprise)).one()


def by(moment: datetime | str) -> Act:
    return Act("赵会计", "page", at(moment) if isinstance(moment, str) else moment)


def files(session: Session, enterprise: int, moment: datetime | str, cost: str = "10", zero: bool = False) -> None:
    answers = {"staff": "12", "cost_month": cost, "cost_year": "900", "filler": "赵会计", "phone": "13900000001"}
    file_answers(session, of(session, enterprise), FORM, answers | ({"zero": "1"} if zero else {}), by(moment))


def cut(session: Session, now: datetime = CUT_AT) -> CutOff:
    (waiting,) = due_cut_offs(session, DAYS, now)
    return cut_off(session, waiting, FORM)


def names(entries: list[dict[str, str]]) -> list[str]:
    return [entry["name"][:2] for entry in entries]


def test_a_month_is_cut_off_with_who_filed_in_time_late_and_not_at_all(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-10 23:59", "30")
        files(session, QINGHE, "2026-10-12 09:00", "10")
        facts = cut(session).facts

    assert facts["due"] == {"count": 3, "weight": "1420"}
    assert facts["filed"] == {"count": 2, "weight": "1400"}
    assert facts["on_time"] == {"count": 1, "weight": "900"}
    assert facts["late"] == {"count": 1, "weight": "500"}
    assert facts["missing"] == [{"id": YUANSHAN, "name": "远山竹业有限公司", "weight": "20", "told": ""}]
    assert (facts["due_on"], facts["cut_on"]) == ("2026-10-10", "2026-10-16")


def test_it_adds_up_each_number_with_who_makes_up_how_much(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-09 09:00", "30")
        files(session, QINGHE, "2026-10-09 10:00", "10")
        total = next(one for one in cut(session).facts["totals"] if one["key"] == "cost_month")

    assert (total["total"], total["unit"], total["calibre"], total["count"]) == ("40", "万元", "month", 2)
    assert [(one["id"], one["value"], one["share"]) for one in total["largest"]] == [(1, "30", 0.75), (2, "10", 0.25)]


def test_a_zero_reply_is_an_answer(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-09 09:00", zero=True)
        facts = cut(session).facts

    assert (facts["zero"], facts["filed"]["count"]) == (1, 1)


def test_before_its_instant_nothing_is_cut_off(engine: Engine) -> None:
    with reading(engine) as session:
        assert due_cut_offs(session, DAYS, CUT_AT - timedelta(seconds=1)) == []
        assert [one.cut_at for one in due_cut_offs(session, DAYS, CUT_AT)] == [CUT_AT]


def test_a_programme_may_have_days_of_its_own(engine: Engine) -> None:
    own = CutOffDays(Workdays(), 5, {"rd_monthly": 0})

    with reading(engine) as session:
        assert [one.cut_at for one in due_cut_offs(session, own, CUT_AT)] == [at("2026-10-11 00:00")]


def test_it_is_written_once_and_never_changes(engine: Engine) -> None:
    with writing(engine) as session:
        (waiting,) = due_cut_offs(session, DAYS, CUT_AT)
        first = cut_off(session, waiting, FORM).facts
        files(session, JINGGONG, "2026-10-19 09:00")
        assert cut_off(session, waiting, FORM).facts == first
        assert due_cut_offs(session, DAYS, CUT_AT) == []

    with reading(engine) as session:
        kept = cut_off_of(session, 1, "2026-09")
    assert kept is not None
    assert kept.facts["due"]["count"] == len(kept.facts["missing"]) == 3


def test_a_report_that_was_sent_back_and_not_filed_again_is_missing(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-09 09:00")
        send_back(session, of(session, JINGGONG), by("2026-10-12 09:00"), "漏填", None)
        facts = cut(session).facts

    assert facts["missing"][0] == {"id": 1, "name": "云溪精工有限公司", "weight": "900", "told": "退回未重报"}
    assert facts["totals"][0]["count"] == 0


def test_what_happened_after_the_instant_does_not_count_however_late_it_is_written_down(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-09 09:00", "30")
        files(session, QINGHE, "2026-10-10 09:00")
        files(session, JINGGONG, "2026-10-19 09:00", "99")
        send_back(session, of(session, QINGHE), by("2026-10-20 09:00"), "漏填", None)
        cancel(session, of(session, YUANSHAN), by("2026-10-21 09:00"), "已停产")
        late = cut(session, at("2026-12-01 09:00"))

    assert late.cut_at == CUT_AT
    assert names(late.facts["missing"]) == ["远山"]
    assert late.facts["on_time"]["count"] == 2
    assert next(one for one in late.facts["totals"] if one["key"] == "cost_month")["total"] == "40"


def test_an_extension_moves_its_enterprise_and_not_the_cut_off(engine: Engine) -> None:
    with writing(engine) as session:
        asked = ask_extension(session, of(session, JINGGONG), date(2026, 11, 20), "会计病假", by("2026-10-08 09:00"))
        grant_extension(session, asked, by("2026-10-09 09:00"), Workdays(), lambda *_: None)
        assert [one.cut_at for one in due_cut_offs(session, DAYS, CUT_AT)] == [CUT_AT]
        facts = cut(session).facts

    assert facts["missing"][0]["told"] == "延期到2026-11-20"


def test_the_exempt_are_named_with_the_reason_and_not_counted(engine: Engine) -> None:
    with writing(engine) as session:
        enterprise = session.get_one(Enterprise, YUANSHAN)
        enterprise.exempt_reason = "停产"
        session.add(enterprise)
        session.flush()
        facts = cut(session).facts

    assert facts["exempt"] == [{"id": 3, "name": "远山竹业有限公司", "reason": "停产"}]
    assert facts["due"]["count"] == 2


def test_a_late_arrival_says_how_late_and_comes_once(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-10 09:00")
        made = cut(session)
        files(session, QINGHE, "2026-10-19 09:00", "10")
        files(session, QINGHE, "2026-10-20 09:00", "12")
        found = late_arrivals(session, made, Workdays())

    assert [(one.enterprise_id, one.days, one.workdays) for one in found] == [(QINGHE, 9, 6)]
    assert found[0].at == at("2026-10-19 09:00")


def test_a_correction_tells_each_figure_before_and_after(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-09 09:00", "10")
        files(session, JINGGONG, "2026-10-13 09:00", "11")
        made = cut(session)
        files(session, JINGGONG, "2026-10-19 09:00", "12.5")
        files(session, JINGGONG, "2026-10-20 09:00", "12.5")
        (found,) = corrections(session, made)

    assert (found.version, found.by) == (3, "赵会计")
    assert [(one.label, one.before, one.after, one.unit) for one in found.changes] == [
        ("本月研发费用", "11", "12.5", "万元")
    ]


def test_a_first_late_answer_is_no_correction_but_a_second_one_is(engine: Engine) -> None:
    with writing(engine) as session:
        files(session, JINGGONG, "2026-10-09 09:00", "10")
        send_back(session, of(session, JINGGONG), by("2026-10-12 09:00"), "漏填", None)
        made = cut(session)
        files(session, JINGGONG, "2026-10-19 09:00", "20")
        files(session, JINGGONG, "2026-10-20 09:00", "30")

        assert [one.enterprise_id for one in late_arrivals(session, made, Workdays())] == [JINGGONG]
        assert [(one.version, one.changes[0].before) for one in corrections(session, made)] == [(3, "20")]


def test_what_arrived_in_a_span_is_found_by_its_cut_off(engine: Engine) -> None:
    with writing(engine) as session:
        made = cut(session)
        files(session, JINGGONG, "2026-11-02 09:00")
        november = at("2026-11-01 00:00"), at("2026-12-01 00:00")

        assert [one.id for one in cuts_touched(session, *november)] == [made.id]
        assert cuts_touched(session, at("2026-10-01 00:00"), november[0]) == []


def test_a_page_knows_of_the_cut_off_before_anybody_wrote_it_down(engine: Engine) -> None:
    with writing(engine) as session:
        task = of(session, JINGGONG)
        assert not is_cut_off(session, task, DAYS, CUT_AT - timedelta(seconds=1))
        assert is_cut_off(session, task, DAYS, CUT_AT)
        cut(session)
        assert is_cut_off(session, task, CutOffDays(Workdays(), 60), CUT_AT)


def test_an_item_of_the_bureau_is_never_cut_off(engine: Engine) -> None:
    with writing(engine) as session:
        task = a_task(item_id=2, due_on=date(2026, 9, 10))
        session.add(task)
        session.flush()

        assert not is_cut_off(session, task, DAYS, at("2027-01-01 09:00"))
        assert {one.item.id for one in due_cut_offs(session, DAYS, at("2027-01-01 09:00"))} == {1}


MOMENTS = st.integers(0, 40 * 24).map(lambda hours: at("2026-09-25 09:00") + timedelta(hours=hours))
DEEDS = st.lists(st.tuples(MOMENTS, st.sampled_from(list(WEIGHTS)), st.sampled_from(["file", "return", "cancel"])))


@settings(max_examples=15, deadline=None)
@given(deeds=DEEDS, ticks=st.lists(MOMENTS, max_size=4))
def test_any_order_of_filings_and_ticks_gives_the_facts_of_a_punctual_tick(
    deeds: list[tuple[datetime, int, str]], ticks: list[datetime]
) -> None:
    last = at("2027-01-04 09:00")

    assert _facts(deeds, [*ticks, last]) == _facts(deeds, [CUT_AT, last])


def _facts(deeds: list[tuple[datetime, int, str]], ticks: list[datetime]) -> list[object]:
    with empty_memory() as session:
        roster(session)
        happenings = chain(((*deed, "deed") for deed in deeds), ((tick, 0, "", "tick") for tick in ticks))
        # A tick and a filing in the same second: the tick comes first, as the cut-off does.
        for moment, enterprise, deed, kind in sorted(happenings, key=lambda one: (one[0], one[3] == "deed")):
            if kind == "tick":
                for waiting in due_cut_offs(session, DAYS, moment):
                    cut_off(session, waiting, FORM)
            else:
                _do(session, of(session, enterprise), deed, moment)
        (made,) = session.exec(select(CutOff)).all()
        told = [made.cut_at, made.facts, late_arrivals(session, made, Workdays()), corrections(session, made)]
        session.rollback()
        return told


def _do(session: Session, task: Task, deed: str, moment: datetime) -> None:
    if deed == "file" and task.state != State.CANCELLED:
        files(session, task.enterprise_id or 0, moment, str(moment.day))
    elif deed == "return" and task.state == State.DONE:
        send_back(session, task, by(moment), "请核对", None)
    elif deed == "cancel" and task.state == State.OPEN:
        cancel(session, task, by(moment), "已停产")
    elif deed == "cancel" and task.state == State.RETURNED:
        complete(session, task, by(moment), "电话报数")
