"""Whatever a table looks like, reading it ends, in order, and invents nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from plans.cadence import Cadence
from plans.reading.knowledge import Knowledge
from plans.reading.model import Reading
from plans.reading.source import Grid, Source, lay_out_source
from plans.reading.tables.columns import field_labels, load_columns
from plans.reading.text import read_source

HEADERS = [word for column in load_columns()["tasks"].values() for word in column.words[:3]]
SAID = ("", "1", "一、科技创新", "合计", "确保5家，力争8家", "*家", "5", "家", "2026年9月底", "每周五", "李明、王芳")
WORDS = st.one_of(
    st.sampled_from(HEADERS),
    st.sampled_from(SAID),
    st.text("科技企业培育确保力争家5，。；：（）\t\n 1x*年月底前|<", max_size=20),
)
PARAGRAPHS = st.sampled_from(["云溪县科技局2026年任务分解表", "一、下步打算"])


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Any table of at most seven rows and seven columns, with any merged cells."""
    width, height = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    rows = [[draw(WORDS) for _ in range(width)] for _ in range(height)]
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    for number in range(height):
        for column in range(width):
            way = draw(st.sampled_from(["", "", "", "left", "above"]))
            beside = (number, column - 1) if way == "left" else (number - 1, column)
            if way and min(beside) >= 0:
                origins[number, column] = origins.get(beside, beside)
    return Grid(rows, origins, draw(st.sampled_from(["", "Sheet1"])))


def documents() -> st.SearchStrategy[Source]:
    return st.lists(st.one_of(grids(), PARAGRAPHS), max_size=3).map(lay_out_source)


def check_nothing_is_invented(source: Source, reading: Reading) -> None:
    for item in reading.plan_items:
        assert source.text[item.start : item.end] == item.text
        assert item.title or not any(table.start <= item.start < table.end for table in reading.tables)
        said = [item.title, item.marker, item.owner or "", *item.deadlines, *item.counterparties]
        said += [words for goal in item.targets for words in (goal.indicator, goal.quote)]
        assert [words for words in said if words not in source.text] == []
        if item.cadence and item.cadence not in ("irregular", "periodic-unspecified"):
            assert str(Cadence.parse(item.cadence)) == item.cadence
    for problem in reading.problems:
        assert problem.quote in source.text
    for figure in reading.done_figures:
        assert figure.text in source.text
        assert figure.indicator in source.text


@given(documents())
@settings(max_examples=40, deadline=None)
def test_any_document_with_tables_is_read(source: Source) -> None:
    reading = read_source(source)

    check_nothing_is_invented(source, reading)
    assert [item.start for item in reading.plan_items] == sorted(item.start for item in reading.plan_items)
    assert reading == read_source(source)


@given(documents(), st.data())
@settings(max_examples=25, deadline=None)
def test_any_columns_that_a_person_says_are_taken(source: Source, data: st.DataObject) -> None:
    fields = st.sampled_from(["", *field_labels()])
    tables = read_source(source).tables
    columns = {table.key: tuple(data.draw(fields) for _ in table.header) for table in tables}

    reading = read_source(source, Knowledge(columns=columns))

    check_nothing_is_invented(source, reading)
