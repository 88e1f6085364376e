"""The month's digest by its cut-off: the denominators stay, what comes later is told once, where it arrived."""

import pytest
from sqlmodel import select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from flows.summaries import month_digest
from notifications.digest import as_html, as_markdown
from notifications.tables import Digest
from plans.database import reading, writing
from plans.tables import Enterprise
from tasks.chasing_tables import CutOff
from tasks.filings import file_answers, form_of
from tasks.tables import Task
from tasks.verbs import Act, item_of

ANNUAL = """
  - title: 高企发展情况年报
    programme: gaoqi
    kind: filing
    owner: 李明
    cadence: annual:05-31
    in_arrears: true
    assignees: enterprises
    ladder: enterprise
    form: gaoqi_annual
"""
ANSWERS = {"staff": "12", "cost_year": "900", "filler": "赵会计", "phone": "13900000001"}


def files(runtime: Runtime, enterprise: int, moment: str, cost: str = "30", period: str = "2026-09") -> None:
    with writing(runtime.engine) as session:
        wanted = select(Task).where(Task.enterprise_id == enterprise, Task.period == period)
        task = session.exec(wanted).one()
        form = form_of(item_of(session, task), runtime.forms)
        file_answers(session, task, form, ANSWERS | {"cost_month": cost}, Act("赵会计", "page", at(moment)))


def markdown(runtime: Runtime, month: str) -> str:
    with reading(runtime.engine) as session:
        kept = session.exec(select(Digest).where(Digest.period == month)).one()
    return as_markdown(kept.facts, kept.made_at)


@pytest.fixture
def october(begin: Begin) -> Runtime:
    """September's report: 精工 in time, 青禾 late, 远山 only after the cut-off; then 精工 corrects in November."""
    runtime = begin(MONTHLY_REPORT, on="2026-10-01 08:00", period="2026Q4")
    files(runtime, 1, "2026-10-09 09:00")
    files(runtime, 2, "2026-10-12 09:00", "10")
    tick(runtime, at("2026-10-17 08:31"))
    files(runtime, 3, "2026-10-20 09:00", "2")
    tick(runtime, at("2026-11-02 09:01"))
    return runtime


def test_the_digest_counts_by_the_cut_off_and_names_who_came_after(october: Runtime) -> None:
    told = markdown(october, "2026-10")

    assert "截至 2026-10-16（2026-10-10 到期）：应报 3 家，按时 1 家，迟报 1 家，未报 1 家；已报的有零报 0 家。" in told
    assert "报送率 66.7%，按去年研发费用计 98.6%，按时率 33.3%。" in told
    assert "未报：远山竹业有限公司（已补报）" in told
    assert "| 本月研发费用 | 40万元 | 2 | 云溪精工有限公司 75%、青禾药业有限公司 25% |" in told
    assert "- 2026-10-20 远山竹业有限公司补报研发月报（2026年9月），晚10天（7个工作日）" in told
    assert "| 1 | 研发月报 | 李明 | 3 | 1 | 1 | 1 | 0 |" in told


def test_each_item_that_is_overdue_has_a_line_of_its_own(begin: Begin) -> None:
    runtime = begin(GAOQI, MONTHLY_REPORT, on="2026-10-01 08:00", period="2026Q4")
    tick(runtime, at("2026-11-02 09:01"))

    lines = markdown(runtime, "2026-10").splitlines()

    begin_at = lines.index("## 一、逾期未办")
    late = [line for line in lines[begin_at:] if line.startswith("- ") and "没有回音" in line]
    assert [line[:9] for line in late] == ["- 培育高新技术企", "- 研发月报：云溪"]
    assert "## 二、指标进度" in lines


def test_what_arrives_later_is_told_once_in_its_own_month_and_the_frozen_one_stays(october: Runtime) -> None:
    before = markdown(october, "2026-10")
    files(october, 1, "2026-11-03 09:00", "31.5")
    tick(october, at("2026-12-01 09:01"))

    told = markdown(october, "2026-11")
    assert "- 2026-11-03 云溪精工有限公司更正研发月报（2026年9月）：本月研发费用 30万元 改为 31.5万元" in told
    assert "补报研发月报（2026年9月）" not in told
    assert markdown(october, "2026-10") == before
    tick(october, at("2027-01-04 09:01"))
    assert "更正" not in markdown(october, "2026-12")


def test_a_server_that_slept_over_the_cut_off_writes_the_same_digest(october: Runtime, begin: Begin) -> None:
    with reading(october.engine) as session:
        (punctual,) = session.exec(select(CutOff)).all()
    with writing(october.engine) as session:
        session.delete(session.get_one(CutOff, punctual.id))
        session.delete(session.exec(select(Digest)).one())

    tick(october, at("2026-11-05 09:01"))

    with reading(october.engine) as session:
        (late,) = session.exec(select(CutOff)).all()
    assert (late.cut_at, late.facts) == (punctual.cut_at, punctual.facts)


def test_a_month_that_is_not_cut_off_yet_says_so(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-10-01 08:00", period="2026Q4")
    files(runtime, 1, "2026-10-09 09:00")

    told = month_digest(runtime, "2026-10", at("2026-10-13 09:00")).markdown

    assert "应报 3 家，已报 1 家（其中零报 0 家），按时 1 家，未报 2 家。还没有截止，数字未定。" in told


def test_a_bureau_sets_how_long_it_waits(begin: Begin) -> None:
    runtime = begin(MONTHLY_REPORT, on="2026-10-01 08:00", period="2026Q4", cut_off_days=0)

    tick(runtime, at("2026-10-11 00:00"))

    with reading(runtime.engine) as session:
        assert [one.cut_at for one in session.exec(select(CutOff))] == [at("2026-10-11 00:00")]


def test_hostile_names_are_told_and_harmless(october: Runtime) -> None:
    with writing(october.engine) as session:
        enterprise = session.get_one(Enterprise, 3)
        enterprise.name = "<img src=x>\n# 竹业"
        session.add(enterprise)
    files(october, 3, "2026-11-04 09:00", "3")
    tick(october, at("2026-12-01 09:01"))

    with reading(october.engine) as session:
        kept = session.exec(select(Digest).where(Digest.period == "2026-11")).one()
    assert "&lt;img src=x&gt; # 竹业更正研发月报" in as_html(kept.facts, kept.made_at)
    assert "\n# 竹业" not in as_markdown(kept.facts, kept.made_at)


def test_a_yearly_report_missed_twice_running_is_warned_of(begin: Begin) -> None:
    runtime = begin(ANNUAL, on="2026-05-06 08:00", period="2026")
    with writing(runtime.engine) as session:
        missed = {"missing": [{"id": key, "name": "", "told": ""} for key in (1, 2)]}
        year_before = CutOff(item_id=1, period="2024", cut_at=at("2025-06-07 00:00"), facts=missed)
        session.add(year_before)
    file_annual(runtime, 1)

    tick(runtime, at("2026-07-01 09:01"))

    warned = "青禾药业有限公司连续两年未报“高企发展情况年报”（2024年和2025年），可能被取消高新技术企业资格，请核实。"
    assert f"需要核实。{warned}" in markdown(runtime, "2026-06")
    assert "云溪精工有限公司连续" not in markdown(runtime, "2026-06")


def file_annual(runtime: Runtime, enterprise: int) -> None:
    numbers = dict.fromkeys(("staff", "rd_staff", "revenue", "products", "profit", "taxes", "cost", "cost_home"), "5")
    given = numbers | {"certificate": "GR1", "patents": "1", "filler": "赵会计", "phone": "13900000001"}
    with writing(runtime.engine) as session:
        task = session.exec(select(Task).where(Task.enterprise_id == enterprise)).one()
        form = form_of(item_of(session, task), runtime.forms)
        file_answers(session, task, form, given, Act("赵会计", "page", at("2026-05-20 09:00")))
