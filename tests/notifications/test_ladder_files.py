"""A ladder as a form and as a file: what is shown is what is read, and what is written is what is loaded."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.ladder import Audience, Ladder, Step, Tone, load_ladders
from notifications.ladder_files import read_ladder, rows_of, with_entry
from plans.errors import Refused

heard = st.lists(st.sampled_from(Audience), min_size=1, unique=True).map(
    lambda some: tuple(one for one in Audience if one in some)
)
steps = st.one_of(
    st.builds(
        Step,
        offset=st.integers(-15, 60),
        audience=heard,
        any_day=st.booleans(),
        channel=st.sampled_from(["mail", "list"]),
        tone=st.none() | st.sampled_from(Tone),
    ),
    st.builds(Step, offset=st.integers(-15, 60), audience=st.just((Audience.ASSIGNEE,)), needs_approval=st.just(True)),
)
ladders = st.builds(
    lambda name, some: Ladder(name=name, steps=tuple(sorted(some, key=lambda step: step.offset))),
    st.text(alphabet="报送甲乙<b>:#'", min_size=1, max_size=20),
    st.lists(steps, min_size=1, max_size=12, unique_by=lambda step: step.offset),
)


@given(ladders)
def test_what_the_form_shows_is_what_it_reads(ladder: Ladder) -> None:
    assert read_ladder(ladder.name, rows_of(ladder)) == ladder


@pytest.mark.parametrize("key", load_ladders())
def test_every_shipped_ladder_can_be_shown_and_read(key: str) -> None:
    ladder = load_ladders()[key]
    assert read_ladder(ladder.name, rows_of(ladder)) == ladder


@settings(max_examples=20)
@given(ladders, ladders)
def test_what_is_written_is_loaded_beside_what_was_there(
    tmp_path_factory: pytest.TempPathFactory, one: Ladder, other: Ladder
) -> None:
    path = tmp_path_factory.getbasetemp() / "ladders.yaml"
    path.write_text(with_entry(with_entry("", "own", one), "staff", other), encoding="utf-8")
    loaded = load_ladders(path)
    assert (loaded["own"], loaded["staff"]) == (one, other)


def test_an_entry_taken_out_leaves_the_comments_of_others(tmp_path: Path) -> None:
    written = with_entry("# 说明\nduty: {name: 日常, steps: []}  # 少\n", "staff", load_ladders()["staff"])
    assert with_entry(written, "staff", None) == "# 说明\nduty: {name: 日常, steps: []}  # 少\n"


@pytest.mark.parametrize("written", ["- staff", "staff: [", "5", "\0"])
def test_a_file_that_cannot_be_read_is_not_written_over(written: str) -> None:
    with pytest.raises(Refused, match="读不懂，没有保存"):
        with_entry(written, "staff", load_ladders()["staff"])
