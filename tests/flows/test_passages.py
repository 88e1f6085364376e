"""The document beside its draft: cut where items begin and end, and nothing of it invented or lost."""

from hypothesis import given
from hypothesis import strategies as st

from flows.views.passages import Piece, excerpt, pieces

TEXT = "一、培育高企。二、研发月报。"


def places_in(length: int) -> st.SearchStrategy[list[tuple[int, int, int]]]:
    edge = st.integers(-3, length + 3)
    return st.lists(st.tuples(edge, edge, st.integers(1, 9)), max_size=12)


marked = st.text(max_size=60).flatmap(lambda text: st.tuples(st.just(text), places_in(len(text))))


def test_each_item_has_its_own_words_and_the_rest_has_none() -> None:
    assert pieces(TEXT, [(0, 7, 1), (9, 14, 2)]) == [
        Piece("一、培育高企。", (1,)),
        Piece("二、"),
        Piece("研发月报。", (2,)),
    ]


def test_two_items_out_of_the_same_words_share_them() -> None:
    assert pieces(TEXT, [(0, 7, 1), (2, 14, 2)]) == [
        Piece("一、", (1,)),
        Piece("培育高企。", (1, 2)),
        Piece("二、研发月报。", (2,)),
    ]


@given(marked)
def test_the_words_put_together_again_are_the_text(given_text: tuple[str, list[tuple[int, int, int]]]) -> None:
    text, places = given_text
    assert "".join(piece.words for piece in pieces(text, places)) == text


@given(marked)
def test_every_word_has_exactly_the_items_that_cover_it(given_text: tuple[str, list[tuple[int, int, int]]]) -> None:
    text, places = given_text
    keys = [set(piece.keys) for piece in pieces(text, places) for _ in piece.words]
    assert keys == [{key for start, end, key in places if start <= at < end} for at in range(len(text))]


@given(marked, st.integers(1, 40), st.integers(0, 10))
def test_of_a_long_text_what_is_shown_and_what_is_left_out_are_all_of_it(
    given_text: tuple[str, list[tuple[int, int, int]]], whole: int, around: int
) -> None:
    text, places = given_text
    shown = excerpt(text, places, whole, around)
    at = 0
    for piece in shown:
        assert text.startswith(piece.words, at)
        at += len(piece.words) + piece.left_out
    assert at == len(text)
    assert sum(len(piece.words) for piece in shown) <= whole


def test_a_document_of_two_megabytes_is_shown_around_its_items() -> None:
    text = "无" * 1_000_000 + "培育高企" + "无" * 1_000_000
    shown = excerpt(text, [(1_000_000, 1_000_004, 1)])
    assert [(len(piece.words), piece.keys, piece.left_out) for piece in shown] == [
        (0, (), 999_700),
        (300, (), 0),
        (4, (1,), 0),
        (300, (), 0),
        (0, (), 999_700),
    ]
