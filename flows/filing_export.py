"""Excel files of the officer's side: the matrix, a month's reports, the phone list, and the table to hand out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from flows.views.filing_states import OWING, Facts, Stand, filer_text, newest, promised, standing
from flows.views.matrix import Column, Matrix, Wanted, whole_matrix
from flows.workbook import Page, Value, workbook_bytes
from notifications.phone_list import CallRow
from plans.periods import Period
from plans.tables import Enterprise, PlanItem
from plans.zone import local_day
from tasks.filings import form_of
from tasks.form import REASON, ZERO, Field, Form, Forms, derived_values, number_in
from tasks.tables import Filing, Task

WHO = ("企业名称", "统一社会信用代码")


def matrix_workbook(session: Session, item: PlanItem, wanted: Wanted, now: datetime) -> bytes:
    """The matrix as it is filtered, every enterprise of it, and the response rates."""
    matrix = whole_matrix(session, item, local_day(now), wanted)
    return workbook_bytes(_matrix_page(matrix), _rates_page(matrix))


def _matrix_page(matrix: Matrix) -> Page:
    heads = [*WHO, "代账公司", "联系人", "电话", "权重（上年研发，万元）", *(one.label for one in matrix.columns)]
    rows = (
        [*_who(row.enterprise), row.agency, row.enterprise.contact, row.enterprise.phone, row.enterprise.weight]
        + [_cell_words(cell.stand, cell.detail) for cell in row.cells]
        for row in matrix.page.rows
    )
    return Page("填报矩阵", heads, rows)


def _rates_page(matrix: Matrix) -> Page:
    heads = ["期间", "应报（家）", "截止时已报（家）", "现在已报（家）", "报送率（按家数）"]
    heads += ["应报权重（万元）", "已报权重（万元）", "报送率（按权重）"]
    return Page("报送率", heads, [_rates(one) for one in matrix.columns])


def _rates(one: Column) -> list[Value]:
    numbers: list[Value] = [one.label, one.due, one.at_cut_off, one.done, _percent(one.rate)]
    return [*numbers, one.weight_due, one.weight_done, _percent(one.weight_rate)]


def _cell_words(stand: Stand, detail: str) -> str:
    return f"{stand.word}（{detail}）" if detail else stand.word


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{rate * 100:.1f}%"


def _who(enterprise: Enterprise) -> list[Value]:
    return [enterprise.name, enterprise.credit_code or ""]


def filings_workbook(session: Session, item: PlanItem, month: str, now: datetime, forms: Forms) -> bytes:
    """Every report of a month with all its fields, units in the headers; who has not filed has empty ones."""
    form, period = form_of(item, forms), Period.parse(month)
    heads = [*WHO, "报告期", "状态", *(_head(field) for field in form.fields), "零报"]
    heads += [one.label for one in form.derived if one.kind == "share"]
    heads += [f"{form.by_key[key].label}的说明" for key in _asked_about(form)]
    rows = [_filed_row(form, period, *row) for row in _month_rows(session, item, month, local_day(now))]
    return workbook_bytes(Page(f"{item.title} {month}", [*heads, "到期日", "填报时间", "填报人", "第几次"], rows))


def _head(field: Field) -> str:
    return f"{field.label}（{field.unit}）" if field.unit else field.label


def _month_rows(session: Session, item: PlanItem, month: str, today: date) -> Iterator[Any]:
    last = select_columns(func.max(col(Filing.version))).where(col(Filing.task_id) == col(Task.id))
    same = (col(Filing.task_id) == col(Task.id)) & (col(Filing.version) == last.correlate(Task).scalar_subquery())
    told = (standing(today), col(Task.due_on), col(Task.done_on), promised(), newest(Filing.via))
    query = (
        select_columns(Enterprise, Filing, *told)
        .select_from(Task)
        .join(Enterprise, col(Enterprise.id) == col(Task.enterprise_id))
        .join(Filing, same, isouter=True)
        .where(col(Task.item_id) == item.id, col(Task.period) == month)
        .order_by(col(Enterprise.weight).desc(), col(Enterprise.id))
    )
    for enterprise, filing, stand, due_on, done_on, promised_on, via in session.execute(query):
        facts = Facts(Stand(stand), due_on, done_on, promised_on, via or "")
        yield enterprise, filing, facts, facts.detail(today)


def _filed_row(
    form: Form, period: Period, enterprise: Enterprise, filing: Filing | None, facts: Facts, detail: str
) -> Sequence[Value]:
    answers = {key: str(value) for key, value in filing.answers.items()} if filing else {}
    shares = [one.key for one in form.derived if one.kind == "share"]
    derived = derived_values(form, answers) if filing else {}
    return [
        *_who(enterprise),
        period.label,
        _cell_words(facts.stand, detail),
        *(_answer(field, answers) for field in form.fields),
        "是" if answers.get(ZERO) else "",
        *(derived.get(key, "") for key in shares),
        *(_reasons(form, key, answers) for key in _asked_about(form)),
        facts.due_on,
        *((filing.at, filer_text(filing), filing.version) if filing else (None, "", None)),
    ]


def _asked_about(form: Form) -> list[str]:
    return list(dict.fromkeys(one.field for one in form.soft))


def _reasons(form: Form, key: str, answers: Mapping[str, str]) -> str:
    given = (answers.get(REASON + one.key, "") for one in form.soft if one.field == key)
    return "；".join(reason for reason in given if reason)


def _answer(field: Field, answers: Mapping[str, str]) -> Value:
    number = None if field.text else number_in(answers, field.key)
    return answers.get(field.key, "") if number is None else number


def template_workbook(session: Session, item: PlanItem, month: str, now: datetime, forms: Forms) -> bytes:
    """The table to hand out: a row for each enterprise that has not filed, a column for each field."""
    form, period = form_of(item, forms), Period.parse(month)
    heads = [*WHO, "报告期", *(_head(field) for field in form.fields)]
    heads += ["零报", "情况说明"] if form.zero_reply else ["情况说明"]
    owing = [row for row in _month_rows(session, item, month, local_day(now)) if row[2].stand in OWING]
    return workbook_bytes(Page(f"{form.name} {month}", heads, [[*_who(one[0]), period.label] for one in owing]))


def calls_workbook(rows: Sequence[CallRow]) -> bytes:
    """The phone list."""
    heads = [
        "企业或代账公司",
        "权重（万元）",
        "电话",
        "缺报",
        "为什么打",
        "承诺",
        "上次联系",
        "上次说了什么",
        "暂不用打到",
    ]
    return workbook_bytes(Page("电话催报", heads, [_call_row(row) for row in rows]))


def _call_row(row: CallRow) -> list[Value]:
    last = row.last
    return [
        row.name,
        row.weight,
        "；".join(f"{one.name} {one.number}".strip() for one in row.phones),
        "；".join(f"{one.enterprise} {one.title} {Period.parse(one.period).label}" for one in row.owed),
        "；".join(row.reasons),
        row.promised_on,
        last.at if last else None,
        f"{last.spoke_with}：{last.said}" if last else "",
        row.quiet_until,
    ]
