"""填报 as other programs read it: the matrix, and one report with its form."""

from datetime import date

from pydantic import BaseModel, Field
from sqlmodel import Session

from duban.web.api.calling import Call
from duban.web.api.shapes import Given, Rows, one_page
from duban.web.api.task_shapes import FiledVersion, filed_version
from flows.views.filing_states import Stand
from flows.views.filings import Compared, Review, review_of
from flows.views.form import typed_again
from flows.views.matrix import Column, Matrix, MatrixRow
from flows.views.task import filed_versions
from plans.columns import figure_text
from plans.periods import Period
from tasks.drafts import seen_now
from tasks.filings import form_of, latest_filing
from tasks.form import Form
from tasks.tables import Task
from tasks.verbs import item_of


class FilingItem(BaseModel):
    """一个要企业填报的事项"""

    id: int = Field(description="事项编号")
    title: str = Field(description="事项", examples=["研发月报"])
    form: str = Field(description="报表的 key，没有报表就是空", examples=["rd_monthly"])


class MonthRate(BaseModel):
    """一个月的报送情况"""

    month: str = Field(description="月份", examples=["2026-09"])
    label: str = Field(description="月份，中文")
    due: int = Field(description="应报几家")
    done: int = Field(description="已报几家")
    at_cut_off: int | None = Field(description="截止时已报几家，还没有截止就是 null")
    rate: float | None = Field(description="报送率，按家数，0 到 1")
    weight_rate: float | None = Field(description="报送率，按权重，0 到 1")


class Cell(BaseModel):
    """一家企业的一个月"""

    month: str = Field(description="月份", examples=["2026-09"])
    stand: Stand = Field(description="状态")
    word: str = Field(description="状态，中文", examples=["未报"])
    detail: str = Field(description="补充说明", examples=["逾3天"])
    task: int | None = Field(description="任务编号，没有任务就是 null")


class MatrixLine(BaseModel):
    """一家企业的各月"""

    enterprise: int = Field(description="企业编号")
    name: str = Field(description="企业", examples=["云溪精工有限公司"])
    weight: str = Field(description="权重：上年研发投入，万元", examples=["900"])
    agency: str = Field(description="代账公司，没有就是空")
    months: list[Cell] = Field(description="各月，早的在前")


class MatrixShown(BaseModel):
    """填报矩阵的一页"""

    item: FilingItem = Field(description="哪个事项")
    month: str = Field(description="state 筛选的是哪个月")
    months: list[MonthRate] = Field(description="各月的报送情况，早的在前")
    enterprises: Rows[MatrixLine] = Field(description="企业，默认权重大的在前")


class FormField(BaseModel):
    """报表的一个栏目"""

    key: str = Field(description="栏目的 key，代报时写在 answers 里", examples=["cost_month"])
    label: str = Field(description="栏目", examples=["本月研发费用"])
    unit: str = Field(description="单位，文字栏目是空", examples=["万元"])
    words: bool = Field(description="填文字还是填数")
    optional: bool = Field(description="可不可以不填")
    help: str = Field(description="填写说明")


class FormShown(BaseModel):
    """要填的报表"""

    key: str = Field(description="报表的 key", examples=["rd_monthly"])
    name: str = Field(description="名称", examples=["研发月报"])
    zero_reply: str = Field(description="零报的说法；可以零报时，代报写 zero: 1")
    fields: list[FormField] = Field(description="栏目")


class ComparedRow(BaseModel):
    """一个栏目和以前的数"""

    label: str = Field(description="栏目")
    now: str = Field(description="这一期")
    last_month: str = Field(description="上一期")
    last_year: str = Field(description="去年同期")
    change: str = Field(description="比上一期")
    reason: str = Field(description="企业写的说明")


class SeenVersions(BaseModel):
    """看到的是第几版：代报时原样带回，别人先改过就不覆盖"""

    filing: int = Field(0, ge=0, le=1_000_000, description="填报的版本，没有报过是 0")
    draft: int = Field(0, ge=0, le=1_000_000, description="企业草稿的版本，没有草稿是 0")


class FilingWhole(BaseModel):
    """一份填报"""

    task: int = Field(description="任务编号")
    item: FilingItem = Field(description="哪个事项")
    enterprise: int = Field(description="企业编号")
    enterprise_name: str = Field(description="企业")
    period: str = Field(description="期间", examples=["2026-09"])
    period_label: str = Field(description="期间，中文")
    due_on: date = Field(description="期限")
    stand: Stand = Field(description="状态")
    word: str = Field(description="状态，中文")
    detail: str = Field(description="补充说明")
    may_decide: bool = Field(description="报来了、还没有核定")
    answers: dict[str, str] = Field(description="最近一次报的，按栏目的 key；没有报过是空的")
    compared: list[ComparedRow] = Field(description="和以前的数对照")
    versions: list[FiledVersion] = Field(description="历次填报，新的在前")
    form: FormShown | None = Field(description="要填的报表，没有报表就是 null")
    seen: SeenVersions = Field(description="现在的版本")


class Behalf(Given):
    """代报的内容"""

    answers: dict[str, str] = Field(
        description="各栏目，按 key；数写成文字，可带单位。需要说明的栏目用 reason: 开头的 key，见答复里的 faults",
        max_length=300,
        examples=[
            {"staff": "12", "cost_month": "85.5", "cost_year": "600", "filler": "赵会计", "phone": "13900000001"}
        ],
    )
    seen: SeenVersions = Field(SeenVersions(), description="看到的是第几版，见 GET 答复里的 seen")


def matrix_shown(matrix: Matrix) -> MatrixShown:
    """A page of the matrix."""
    keys = [column.key for column in matrix.columns]
    return MatrixShown(
        item=FilingItem.model_validate(matrix.item, from_attributes=True),
        month=matrix.month,
        months=[_rate(column) for column in matrix.columns],
        enterprises=one_page(matrix.page, lambda row: _line(row, keys)),
    )


def _rate(column: Column) -> MonthRate:
    return MonthRate.model_validate(
        {"month": column.key}
        | {name: getattr(column, name) for name in ("label", "due", "done", "at_cut_off", "rate", "weight_rate")}
    )


def _line(row: MatrixRow, keys: list[str]) -> MatrixLine:
    cells = [
        Cell(month=key, stand=cell.stand, word=cell.stand.word, detail=cell.detail, task=cell.task_id or None)
        for key, cell in zip(keys, row.cells, strict=True)
    ]
    one = row.enterprise
    return MatrixLine(
        enterprise=one.id or 0, name=one.name, weight=figure_text(one.weight), agency=row.agency, months=cells
    )


def filing_whole(session: Session, call: Call, task: Task) -> FilingWhole:
    """One report with its form and all its versions."""
    review, forms = review_of(session, task, call.today, call.runtime.forms), call.runtime.forms
    filing, seen = latest_filing(session, task), seen_now(session, task)
    return FilingWhole(
        **_about(review),
        answers=typed_again(filing.answers) if filing else {},
        compared=[_compared(row) for row in review.rows],
        versions=[filed_version(one) for one in filed_versions(session, task, forms)],
        form=_form(form_of(item_of(session, task), forms)) if review.item.form else None,
        seen=SeenVersions(filing=seen.filing, draft=seen.draft),
    )


def _about(review: Review) -> dict[str, object]:
    task, one = review.task, review.enterprise
    return {
        "task": task.id,
        "item": FilingItem.model_validate(review.item, from_attributes=True),
        "enterprise": one.id,
        "enterprise_name": one.name,
        "period": task.period,
        "period_label": Period.parse(task.period).label,
        "due_on": task.due_on,
        "stand": review.stand,
        "word": review.stand.word,
        "detail": review.detail,
        "may_decide": review.may_decide,
    }


def _compared(row: Compared) -> ComparedRow:
    return ComparedRow.model_validate(row, from_attributes=True)


def _form(form: Form) -> FormShown:
    fields = [
        FormField(key=one.key, label=one.label, unit=one.unit, words=one.text, optional=one.optional, help=one.help)
        for one in form.fields
    ]
    return FormShown(key=form.key, name=form.name, zero_reply=form.zero_reply, fields=fields)
