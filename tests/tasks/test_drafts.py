"""Drafts: kept as they were typed, given back on the same link; nobody writes over what somebody else kept unseen."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cast import at
from plans.database import ensure_current, make_engine, reading, writing
from plans.tables import Enterprise
from support.filings import a_report, again, filed
from support.rows import two_items
from tasks.chasing_tables import FilingDraft
from tasks.drafts import DraftTooLong, Moved, Seen, draft_of, refuse_moved, save_draft, seen_now
from tasks.filings import FilingRefused, file_answers
from tasks.form import load_forms
from tasks.tables import Task
from tasks.verbs import Act

FORM = load_forms()["rd_monthly"]
FULL = {"staff": "12", "cost_month": "85.5", "cost_year": "610", "filler": "赵会计", "phone": "13900000001"}
NOW = at("2026-10-12 10:00")
LATER = at("2026-10-12 10:05")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    ensure_current(made)
    with writing(made) as session:
        two_items(session)
        session.add(Enterprise(id=1, name="云溪精工有限公司"))
        session.flush()
        a_report(session, "2026-09")
    yield made
    made.dispose()


def the_task(session: Session) -> Task:
    return session.exec(select(Task)).one()


def save(engine: Engine, given: Mapping[str, str], by: str = "赵会计", version: int | None = None) -> FilingDraft:
    with writing(engine) as session:
        return save_draft(session, the_task(session), given, by, NOW, version)


def kept(engine: Engine) -> FilingDraft | None:
    with reading(engine) as session:
        return draft_of(session, the_task(session))


def test_a_draft_comes_back_as_it_was_typed(engine: Engine) -> None:
    typed = {"cost_month": "八十五?", "staff": "-3", "remark": "=1+1\n<b>换行</b>", "zero": "1", "phone": "  "}
    save(engine, typed)

    draft = kept(engine)

    assert draft is not None
    assert draft.answers == {key: text for key, text in typed.items() if key != "phone"}
    assert (draft.by, draft.at, draft.version) == ("赵会计", NOW, 1)


def test_saving_again_writes_over_the_version_that_was_seen(engine: Engine) -> None:
    save(engine, {"staff": "1"})
    save(engine, {"staff": "2"}, version=1)

    draft = kept(engine)

    assert draft is not None
    assert (draft.answers, draft.version) == ({"staff": "2"}, 2)


@pytest.mark.parametrize("seen", [None, 1, 3])
def test_the_second_of_two_is_told_of_the_first_and_writes_over_nothing(engine: Engine, seen: int | None) -> None:
    save(engine, {"staff": "1"})
    save(engine, {"staff": "2"}, version=1)

    with pytest.raises(Moved, match="赵会计 已于 2026-10-12 10:00 存过草稿") as moved:
        save(engine, {"staff": "9"}, "钱会计", seen)

    assert moved.value.theirs == {"staff": "2"}
    draft = kept(engine)
    assert draft is not None
    assert (draft.answers, draft.by) == ({"staff": "2"}, "赵会计")


def test_of_two_first_drafts_at_the_same_moment_one_is_kept_and_the_other_told(engine: Engine) -> None:
    together = Barrier(2)

    def first(by: str) -> str:
        together.wait()
        try:
            save(engine, {"staff": by}, by)
        except Moved as moved:
            return moved.by
        return ""

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(first, ["甲", "乙"]))

    draft = kept(engine)
    assert draft is not None
    assert sorted(told) == ["", draft.by]
    assert draft.answers == {"staff": draft.by}


def test_a_draft_has_a_size_and_a_refused_one_leaves_the_last(engine: Engine) -> None:
    save(engine, {"staff": "1"})

    with pytest.raises(DraftTooLong, match="最多50000字"):
        save(engine, {f"f{number}": "长" * 500 for number in range(100)}, version=1)

    draft = kept(engine)
    assert draft is not None
    assert draft.answers == {"staff": "1"}


def test_filing_ends_the_draft_and_a_refused_filing_does_not(engine: Engine) -> None:
    save(engine, {"staff": "1"})
    act = Act("赵会计", "page", LATER)
    with pytest.raises(FilingRefused), writing(engine) as session:
        file_answers(session, the_task(session), FORM, {"staff": "1"}, act)
    assert kept(engine) is not None

    with writing(engine) as session:
        file_answers(session, the_task(session), FORM, FULL, act)

    assert kept(engine) is None


def test_only_the_tasks_own_draft_ends(engine: Engine) -> None:
    with writing(engine) as session:
        other = a_report(session, "2026-10")
        save_draft(session, other, {"staff": "7"}, "赵会计", NOW)
        september = session.exec(select(Task).where(Task.period == "2026-09")).one()
        file_answers(session, september, FORM, FULL, Act("赵会计", "page", LATER))

        assert draft_of(session, other) is not None


def test_what_was_filed_since_the_page_was_shown_is_told_before_any_draft(engine: Engine) -> None:
    with writing(engine) as session:
        task = filed(session, "2026-08")
        assert seen_now(session, task) == Seen(1, 0)
        save_draft(session, task, {"staff": "1"}, "钱会计", NOW)
        assert seen_now(session, task) == Seen(1, 1)
        refuse_moved(session, task, Seen(1, 1))
        with pytest.raises(Moved, match=r"钱会计 .*存过草稿"):
            refuse_moved(session, task, Seen(1, 0))
        again(session, task, "rd_monthly", 2)

        with pytest.raises(Moved, match=r"赵会计 .*提交过这份报表") as moved:
            refuse_moved(session, task, Seen(1, 0))

        assert moved.value.theirs["cost_month"] == "85.5"
        with pytest.raises(Moved, match=r"钱会计 .*存过草稿"):
            refuse_moved(session, task, moved.value.seen)
