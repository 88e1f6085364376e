"""The columns of a bureau's task tables: looked up before a document is read, kept when a person says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flows.runtime import Runtime
from plans.columns_memory import Remembered, forget_columns, list_columns, remember_columns, remembered_columns
from plans.database import ensure_current, is_empty, reading, require_current, writing
from plans.errors import Refused
from plans.reading.knowledge import Knowledge
from plans.reading.model import Reading
from plans.reading.tables.columns import bare, field_said


def knowledge_of(runtime: Runtime) -> Knowledge:
    """The bureau's programmes and remembered columns; no columns where there is no database. Raises DatabaseProblem."""
    if is_empty(runtime.engine):
        return Knowledge(runtime.programmes)
    require_current(runtime.engine)
    with reading(runtime.engine) as session:
        return Knowledge(runtime.programmes, remembered_columns(session))


def corrected_columns(found: Reading, typed: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What ``表头=字段``, typed several times, makes of the columns of the tables it names, by their header's key.

    Raises Refused where a sentence cannot be read, a field is unknown, or no table has such a header.
    """
    said = dict(_read(text) for text in typed)
    unseen, corrected = set(said), {}
    for table in found.tables:
        heads = [bare(words) for words in table.header]
        if said.keys() & set(heads):
            unseen -= set(heads)
            named = zip(heads, table.columns, strict=True)
            corrected[table.key] = tuple(said.get(head, field) for head, field in named)
    if unseen:
        raise Refused(f"文件里没有一个表格有“{'”“'.join(sorted(unseen))}”这样的列：请照表头的字写。")
    return corrected


def keep_columns(runtime: Runtime, columns: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Remember the columns of these headers; makes the database where there is none."""
    runtime.settings.data.mkdir(parents=True, exist_ok=True)
    ensure_current(runtime.engine)
    with writing(runtime.engine) as session:
        for header, fields in columns.items():
            remember_columns(session, header, fields, now)


def kept_columns(runtime: Runtime) -> list[Remembered]:
    """Every remembered mapping, the oldest first."""
    with reading(runtime.engine) as session:
        return list_columns(session)


def drop_columns(runtime: Runtime, number: int) -> str:
    """Forget a mapping by its number; the header it was kept under. Raises Refused."""
    with writing(runtime.engine) as session:
        header = forget_columns(session, number)
    if header is None:
        raise Refused(f"没有编号是{number}的列：用 duban plan columns 看有哪些。")
    return header


def _read(text: str) -> tuple[str, str]:
    head, equals, field = text.rpartition("=")
    if not equals or not bare(head):
        raise Refused(f"“{text}”读不懂：请写成 表头=列，如 重点事项=工作任务。")
    return bare(head), field_said(field)
