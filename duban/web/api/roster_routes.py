"""企业: the roster, one enterprise, and keeping it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlmodel import Session

from duban.web.api.admitting import enterprise_here, keeping
from duban.web.api.calling import Call, Enlisting, Reading
from duban.web.api.shapes import Given, Moment, Nth, Number, Reason, Rows, Sought, one_page
from flows.changing import revising
from flows.roster import Filer, edit_enterprise, end_exemption, exempt, hand_over, set_months
from flows.views.roster import Card, Line, Wanted, card_of, roster_page
from plans.database import reading
from plans.periods import Period, Span
from plans.roster.fields import read_month
from plans.tables import Enterprise
from tasks.revision import Revision

routes = APIRouter(prefix="/enterprises", tags=["企业"])

Belongs = Literal["in", "exempt", "out", "all"]
Short = Annotated[str, Field(max_length=200)]
Month = Annotated[str, Field(max_length=20, description="月份，空是不限", examples=["2026-11"])]
Deed = Callable[[Revision, Enterprise], object]


class EnterpriseShort(BaseModel):
    """名册里的一家企业"""

    id: int = Field(description="企业编号")
    name: str = Field(description="名称", examples=["云溪精工有限公司"])
    short_name: str = Field(description="简称")
    standing: str = Field(description="在册、新列入、免报、停报或不在册", examples=["在册"])
    why: str = Field(description="免报的原因")
    filer: str = Field(description="谁填报")
    phone: str = Field(description="填报人的电话")
    email: str = Field(description="填报人的邮箱")
    agency: str = Field(description="代账公司，没有就是空")
    months: str = Field(description="报哪些月，空是一直报")
    weight: str = Field(description="权重：上年研发投入，万元", examples=["900"])
    open_months: list[str] = Field(description="还欠哪几期")


class ContactShort(BaseModel):
    """其他联系人"""

    name: str = Field(description="姓名")
    role: str = Field(description="身份")
    phone: str = Field(description="电话")
    email: str = Field(description="邮箱")


class CertificateShort(BaseModel):
    """一张证书"""

    kind: str = Field(description="种类", examples=["高新技术企业"])
    number: str = Field(description="编号")
    issued_on: date = Field(description="哪天发的")
    ends_on: date = Field(description="哪天到期")
    revoked_on: date | None = Field(description="哪天撤销，没有就是 null")


class RosterChange(BaseModel):
    """名册的一处变更"""

    at: Moment = Field(description="何时")
    by: str = Field(description="谁")
    field: str = Field(description="哪一项", examples=["填报人"])
    before: str = Field(description="原来")
    after: str = Field(description="现在")
    note: str = Field(description="原因")


class OfEnterprise(BaseModel):
    """一份填报"""

    task: int = Field(description="任务编号")
    title: str = Field(description="事项")
    period: str = Field(description="期间，中文")
    state: str = Field(description="状态，中文")


class EnterpriseWhole(EnterpriseShort):
    """一家企业的全部"""

    credit_code: str = Field(description="统一社会信用代码，没有就是空")
    contacts: list[ContactShort] = Field(description="其他联系人")
    certificates: list[CertificateShort] = Field(description="证书，新的在前")
    filings: list[OfEnterprise] = Field(description="最近的填报，新的在前")
    changes: list[RosterChange] = Field(description="变更经过，新的在前，最多50条")


class Edited(Given):
    """要改的，不写的不变"""

    name: Short | None = Field(None, description="名称")
    short_name: Short | None = Field(None, description="简称")
    credit_code: Short | None = Field(None, description="统一社会信用代码")
    weight: Short | None = Field(None, description="权重：上年研发投入，万元", examples=["950"])


class Handed(Given):
    """移交给谁"""

    name: Short = Field(description="姓名", examples=["吴会计"])
    mail: Short = Field("", description="邮箱；邮箱和电话至少写一个")
    phone: Short = Field("", description="电话", examples=["13900000009"])
    reason: Annotated[str, Field(max_length=500, description="原因")] = ""


class Exempted(Given):
    """免报"""

    reason: Reason
    month: Month = ""


class Months(Given):
    """报哪些月"""

    first: Month = ""
    last: Month = ""


@routes.get("", summary="企业名册")
def list_enterprises(
    call: Reading,
    state: Annotated[Belongs, Query(description="in 在册、exempt 免报、out 不在册、all 全部")] = "in",
    month: Annotated[str, Query(max_length=20, description="哪个月的名册，不写是本月", examples=["2026-10"])] = "",
    q: Sought = "",
    agency: Annotated[int, Query(ge=0, le=2_147_483_647, description="只看这家代账公司的")] = 0,
    nth: Nth = 1,
) -> Rows[EnterpriseShort]:
    """权重大的在前；q 找名称、简称、信用代码、填报人和代账公司。"""
    wanted = Wanted(read_month(month) or _this_month(call), state, q.strip(), agency)
    with reading(call.engine) as session:
        return one_page(roster_page(session, wanted, nth), lambda line: EnterpriseShort(**_line(line)))


def _this_month(call: Call) -> str:
    return Period.containing(Span.MONTH, call.today).key


def _line(line: Line) -> dict[str, object]:
    kept = ("id", "name", "short_name", "why", "filer", "phone", "email", "agency", "months", "weight", "open_months")
    return {name: getattr(line, name) for name in kept} | {"standing": line.badge.word}


@routes.get("/{number}", summary="一家企业：联系人、证书、填报和变更")
def one_enterprise(call: Reading, number: Number) -> EnterpriseWhole:
    """各项新的在前。"""
    with reading(call.engine) as session:
        return _whole(session, call, enterprise_here(session, number))


def _whole(session: Session, call: Call, enterprise: Enterprise) -> EnterpriseWhole:
    card: Card = card_of(session, enterprise, _this_month(call))
    filings = [
        OfEnterprise(task=one.task_id, title=one.title, period=one.period, state=one.badge.word) for one in card.filings
    ]
    return EnterpriseWhole(
        **_line(card.line),
        credit_code=enterprise.credit_code or "",
        contacts=[ContactShort.model_validate(one, from_attributes=True) for one in card.contacts],
        certificates=[CertificateShort.model_validate(one, from_attributes=True) for one in card.certificates],
        filings=filings,
        changes=[RosterChange.model_validate(one, from_attributes=True) for one in card.changes],
    )


@routes.post("/{number}/edit", summary="修改一家企业")
def edit(call: Enlisting, number: Number, given: Edited) -> EnterpriseWhole:
    """只改写了的；有一处不对就什么都不改。"""
    values: Mapping[str, str] = given.model_dump(exclude_none=True)
    return _keep(call, number, lambda revision, one: edit_enterprise(revision.session, one, values, revision.act))


@routes.post("/{number}/hand-over", summary="移交给新的填报人")
def handed_over(call: Enlisting, number: Number, given: Handed) -> EnterpriseWhole:
    """原来的链接随即作废。"""
    after = Filer(given.name.strip(), given.mail.strip(), given.phone.strip())
    return _keep(
        call, number, lambda revision, one: hand_over(revision.session, one, after, revision.act, given.reason.strip())
    )


@routes.post("/{number}/exempt", summary="免报")
def exempted(call: Enlisting, number: Number, given: Exempted) -> EnterpriseWhole:
    """从 month 起免报，要写明原因；不用再报的任务随即取消。"""
    return _keep(call, number, lambda revision, one: exempt(revision, one, given.reason.strip(), given.month.strip()))


@routes.post("/{number}/exempt-end", summary="恢复填报")
def exempt_ended(call: Enlisting, number: Number) -> EnterpriseWhole:
    """不再免报。"""
    return _keep(call, number, end_exemption)


@routes.post("/{number}/months", summary="修改报哪些月")
def months_set(call: Enlisting, number: Number, given: Months) -> EnterpriseWhole:
    """不再要报的月份，没有报的任务随即取消。"""
    return _keep(call, number, lambda revision, one: set_months(revision, one, given.first.strip(), given.last.strip()))


def _keep(call: Call, number: int, deed: Deed) -> EnterpriseWhole:
    with reading(call.engine) as session:
        act = keeping(session, call)
    with revising(call.runtime, act) as revision:
        enterprise = enterprise_here(revision.session, number)
        deed(revision, enterprise)
        revision.session.flush()
        return _whole(revision.session, call, enterprise)
