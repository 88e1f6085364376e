"""Working on a document that was handed in, from its reading to the started plan.

Every change is one conditional update of its row: who comes second with an old version is told so. `open_sheet` and
`sheet_rows` take `now`, as questions and problems hang on today.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from flows.planning import Started, bureau_of, start_checked
from flows.runtime import Runtime
from plans.checking import Bureau
from plans.columns_memory import remember_columns, remembered_columns
from plans.database import one_at_a_time, reading, writing
from plans.draft import DraftRefused, has_errors
from plans.errors import Refused
from plans.reading.knowledge import Knowledge
from plans.reading.model import Problem, Reading, Severity, TableReading, TableUse
from plans.reading.source import Source
from plans.reading.tables.columns import field_said
from plans.reading.text import read_source
from plans.sheet.enlisting import already_listed, known_names, with_known
from plans.sheet.model import Sheet
from plans.sheet.proposing import sheet_of
from plans.sheet.questions import Question, problems, questions
from plans.sheet.rereading import reread
from plans.tables import PlanSheet, SheetState
from plans.typed import one_line, plain
from plans.zone import local_day, local_text
from tasks.first_figures import items_by_key, keep_figures

HAND_IN_LOCK = 20_261_122
LONGEST_NAME = 200


class SheetMoved(Refused):
    """别人刚改过这份草稿，您的改动没有保存：请刷新页面后再改。"""


@dataclass(frozen=True)
class SheetTable:
    """A table of the document: its header's words, and the field each column is taken for ("" = says nothing).

    ``number`` is its position in ``source.tables``, the one ``remap`` takes; ``header_row`` is 1-based; ``use`` is
    tasks, figures, unread or ignored; ``remembered``: a person said so before.
    """

    number: int
    name: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    use: TableUse
    header_row: int
    remembered: bool
    items: int


@dataclass(frozen=True)
class OpenSheet:
    """A sheet with everything a page shows of it. ``problems`` are (item key or None, problem).

    ``listed``: by its position, the name under which an enterprise of the roster draft is in the roster already.
    """

    number: int
    version: int
    state: SheetState
    name: str
    sheet: Sheet
    source: Source
    reading_problems: tuple[Problem, ...]
    questions: tuple[Question, ...]
    problems: tuple[tuple[int | None, Problem], ...]
    tables: tuple[SheetTable, ...]
    plan_id: int | None = None
    listed: Mapping[int, str] = field(default_factory=dict)


def hand_in(runtime: Runtime, name: str, data: bytes, by: str, now: datetime) -> int:
    """Read a document and keep its sheet; its number. The same file twice while open gives the same sheet.

    Raises DocumentError.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    with reading(runtime.engine) as session:
        if known := _open_with(session, sha256):
            return known
        columns = remembered_columns(session)
    source, name = _opened(name, data), one_line(name)[:LONGEST_NAME]
    found = read_source(source, Knowledge(runtime.programmes, columns))
    row = PlanSheet(
        name=name,
        sha256=sha256,
        document=_codec().dump_python(source, mode="json"),
        handed_in_at=now,
        handed_in_by=one_line(by)[:LONGEST_NAME],
        changed_at=now,
        **_read_again(found, source),
        sheet=_of_bureau(sheet_of(found, name, runtime.programmes, source), runtime).model_dump(mode="json"),
    )
    with writing(runtime.engine) as session:
        one_at_a_time(session, HAND_IN_LOCK)
        return _open_with(session, sha256) or _added(session, row)


def _of_bureau(sheet: Sheet, runtime: Runtime) -> Sheet:
    return sheet if sheet.bureau else sheet.model_copy(update={"bureau": runtime.settings.bureau})


def _opened(name: str, data: bytes) -> Source:
    # The formats' libraries are slow to import, and only a new document needs them.
    from plans.reading.opening import open_source

    source: Source = open_source(name, data)
    if plain(source.text) == source.text:
        return source
    rows = (
        tuple(tuple(replace(cell, words=plain(cell.words)) for cell in row) for row in table.rows)
        for table in source.tables
    )
    tables = tuple(replace(table, rows=told) for table, told in zip(source.tables, rows, strict=True))
    return replace(source, text=plain(source.text), tables=tables)


def _added(session: Session, row: PlanSheet) -> int:
    session.add(row)
    session.flush()
    return row.id or 0


def _open_with(session: Session, sha256: str) -> int | None:
    query = select(PlanSheet.id).where(PlanSheet.sha256 == sha256, PlanSheet.state == SheetState.OPEN.value)
    return session.exec(query.limit(1)).first()


def _read_again(found: Reading, source: Source) -> dict[str, Any]:
    """What a row keeps of a reading besides the sheet."""
    notes = [Problem(line=1, severity=Severity.WARNING, message=note, quote="") for note in source.notes]
    return {
        "problems": [problem.model_dump(mode="json") for problem in (*notes, *found.problems)],
        "mapping": {"tables": [table.model_dump(mode="json") for table in found.tables]},
    }


@cache
def _codec() -> TypeAdapter[Source]:
    return TypeAdapter(Source)


def sheet_rows(runtime: Runtime, now: datetime) -> list[dict[str, Any]]:
    """id, name, title, state (label), items, questions, handed_in_at (local), by, plan (id or None); newest first."""
    # Their documents may be megabytes each, and a list shows nothing of them.
    unseen: list[Any] = [PlanSheet.document, PlanSheet.mapping, PlanSheet.problems]
    with reading(runtime.engine) as session:
        bureau = bureau_of(runtime, session)
        rows = session.exec(select(PlanSheet).options(*map(defer, unseen)).order_by(col(PlanSheet.id).desc())).all()
    return [_listed(row, bureau, now) for row in rows]


def _listed(row: PlanSheet, bureau: Bureau, now: datetime) -> dict[str, Any]:
    sheet, state = Sheet.model_validate(row.sheet), SheetState(row.state)
    return {
        "id": row.id,
        "name": row.name,
        "title": sheet.title,
        "state": state.label,
        "items": len(sheet.kept()),
        "questions": len(questions(sheet, bureau, local_day(now))) if state is SheetState.OPEN else 0,
        "handed_in_at": local_text(row.handed_in_at),
        "by": row.handed_in_by,
        "plan": row.plan_id,
    }


def open_sheet(runtime: Runtime, number: int, now: datetime) -> OpenSheet:
    """The sheet of that number. Raises Refused when there is none."""
    with reading(runtime.engine) as session:
        row, bureau, known = _row(session, number), bureau_of(runtime, session), known_names(session)
    sheet, source, today = Sheet.model_validate(row.sheet), _codec().validate_python(row.document), local_day(now)
    return OpenSheet(
        number=number,
        version=row.version,
        state=SheetState(row.state),
        name=row.name,
        sheet=sheet,
        source=source,
        reading_problems=tuple(Problem.model_validate(problem) for problem in row.problems),
        questions=questions(sheet, bureau, today),
        problems=tuple(problems(sheet, bureau, today)),
        tables=tuple(_table(*one) for one in _tables(row, source).items()),
        plan_id=row.plan_id,
        listed=already_listed(sheet, known),
    )


def _tables(row: PlanSheet, source: Source) -> dict[int, TableReading]:
    """The reading of each table, by the table's position in the document."""
    numbers = {table.span.start: number for number, table in enumerate(source.tables)}
    found = [TableReading.model_validate(table) for table in row.mapping.get("tables", [])]
    return {numbers[table.start]: table for table in found if table.start in numbers}


def _table(number: int, found: TableReading) -> SheetTable:
    kept = found.model_dump(include={"name", "header", "columns", "use", "header_row", "remembered", "items"})
    return SheetTable(number=number, **kept)


def revise_sheet(runtime: Runtime, number: int, version: int, change: Callable[[Sheet], Sheet], now: datetime) -> int:
    """Change an open sheet; its new version. Raises SheetMoved, and what the verb raises."""
    with writing(runtime.engine) as session:
        kept = session.exec(select(PlanSheet.sheet).where(PlanSheet.id == number, PlanSheet.version == version)).first()
        if kept is None:
            raise _why_not(session, number)
        sheet = change(Sheet.model_validate(kept))
        return _update(session, number, version, now, sheet=sheet.model_dump(mode="json"))


def _update(session: Session, number: int, version: int, now: datetime, **values: Any) -> int:
    """Write one row, if it is still open and of this version; the new version."""
    still = (
        col(PlanSheet.id) == number,
        col(PlanSheet.version) == version,
        col(PlanSheet.state) == SheetState.OPEN.value,
    )
    written = update(PlanSheet).where(*still).values(version=version + 1, changed_at=now, **values)
    if session.connection().execute(written).rowcount != 1:
        raise _why_not(session, number)
    return version + 1


def _why_not(session: Session, number: int) -> Refused:
    state = SheetState(_row(session, number).state)
    if state is SheetState.OPEN:
        return SheetMoved("别人刚改过这份草稿，您的改动没有保存：请刷新页面后再改。")
    return Refused(f"这份草稿{state.label}，不能再改。")


def _row(session: Session, number: int) -> PlanSheet:
    row = session.get(PlanSheet, number, populate_existing=True)
    if row is None:
        raise Refused("没有这份草稿：请从草稿列表里打开。")
    return row


def remap(runtime: Runtime, number: int, version: int, table: int, columns: Sequence[str], now: datetime) -> int:
    """Read the document anew with these columns of a table, and remember them; the new version.

    What a person confirmed, changed or dropped stays. Raises SheetMoved, and Refused for a column there cannot be.
    """
    said = tuple(field_said(column) for column in columns)
    with reading(runtime.engine) as session:
        row, known = _row(session, number), remembered_columns(session)
    source = _codec().validate_python(row.document)
    found = _tables(row, source).get(table)
    if found is None or len(said) != len(found.columns):
        raise Refused("文件里没有这张表：请从草稿页面打开。")
    # A large document takes its time: nobody waits for it, and the version fences what is written.
    again = read_source(source, Knowledge(runtime.programmes, known | {found.key: said}))
    fresh = sheet_of(again, row.name, runtime.programmes, source)
    sheet = reread(Sheet.model_validate(row.sheet), fresh).model_dump(mode="json")
    with writing(runtime.engine) as session:
        new = _update(session, number, version, now, sheet=sheet, **_read_again(again, source))
        remember_columns(session, found.key, said, now)
    return new


def start_sheet(runtime: Runtime, number: int, version: int, by: str, now: datetime) -> Started:
    """Start a sheet's plan, with the figures of its done part. Raises DraftRefused with every problem, SheetMoved."""
    with writing(runtime.engine) as session:
        # First the fence: of two who start at once the second finds the sheet started.
        _update(session, number, version, now, state=SheetState.STARTED.value)
        row = _row(session, number)
        sheet = with_known(session, Sheet.model_validate(row.sheet))
        found = [one for _, one in problems(sheet, bureau_of(runtime, session), local_day(now))]
        if has_errors(found):
            raise DraftRefused(row.name, found)
        started = start_checked(session, runtime, sheet.draft(), found, by, now)
        row.plan_id = started.plan_id
        session.add(row)
        keep_figures(session, sheet, items_by_key(session, sheet, started.plan_id), by, now)
    return started


def drop_sheet(runtime: Runtime, number: int, version: int, now: datetime) -> None:
    """Put a sheet away; nothing of it is lost. Raises SheetMoved."""
    with writing(runtime.engine) as session:
        _update(session, number, version, now, state=SheetState.DROPPED.value)
