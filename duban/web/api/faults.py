"""Faults: whatever goes wrong, JSON with one Chinese sentence, and the field it is about where there is one."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from duban.web.admission import TurnedAway
from duban.web.carrying import status_of
from plans.errors import Broken, Refused
from tasks.filings import FilingRefused

logger = logging.getLogger(__name__)


class Fault(BaseModel):
    """没有办成：哪里不对、怎么办"""

    detail: str = Field(description="一句话：哪里不对、怎么办", examples=["这项任务要先签收。"])
    field: str = Field("", description="哪个字段，没有就是空", examples=["note"])
    faults: dict[str, str] = Field({}, description="各字段的问题，如填报有几处不对时")


FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "请求内容读不懂"},
    401: {"model": Fault, "description": "没有令牌，或令牌无效"},
    403: {"model": Fault, "description": "令牌没有这项权限，或不归令牌的主人办理"},
    404: {"model": Fault, "description": "没有这个编号"},
    409: {"model": Fault, "description": "现在不能这样办：别人已先一步办了，或状态不允许"},
    413: {"model": Fault, "description": "内容太大，最多 256 KB"},
    422: {"model": Fault, "description": "写得不对，没有保存"},
    500: {"model": Fault, "description": "系统出了问题，没有保存"},
}
"""The answers every address may give; said once, for the description of the API."""

_TOLD = {
    400: "请求内容读不懂：请用 UTF-8 的 JSON。",
    404: "没有这个地址：请对照 /api/v1/docs。",
    405: "这个地址不能这样用：请对照 /api/v1/docs 看用 GET 还是 POST。",
}
_SAYS = {
    "missing": "没有写",
    "extra_forbidden": "没有这个字段",
    "json_invalid": "不是完整的 JSON",
    "int_parsing": "要写整数",
    "int_type": "要写整数",
    "string_type": "要写文字",
    "string_too_long": "太长，最多{max_length}字",
    "string_too_short": "不能空着",
    "too_long": "太多，最多{max_length}个",
    "list_type": "要写成列表",
    "dict_type": "要写成对象",
    "bool_parsing": "要写 true 或 false",
    "enum": "只能是 {expected}",
    "literal_error": "只能是 {expected}",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "date_from_datetime_parsing": "请写成 2026-10-20",
    "date_parsing": "请写成 2026-10-20",
    "date_type": "请写成 2026-10-20",
    "string_pattern_mismatch": "写法不对",
}


def answer(status: int, detail: str, field: str = "", faults: Mapping[str, str] | None = None) -> JSONResponse:
    """A fault as it is sent."""
    told = Fault(detail=detail, field=field, faults=dict(faults or {}))
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(told.model_dump(), status, headers)


def add_faults(app: FastAPI) -> None:
    """Give every error of the API its sentence."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Exception, _broken)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)  # noqa: S101 - registered for nothing else
    if isinstance(error, TurnedAway):
        return answer(error.status, str(error))
    if isinstance(error, FilingRefused):
        faults = {**{one.field: one.says for one in error.asked}, **error.faults}
        return answer(422, str(error), next(iter(faults), ""), faults)
    return answer(status_of(error), str(error), next(iter(error.faults), ""), error.faults)


def http(error: HTTPException) -> JSONResponse:
    """What went wrong before any of our code was reached."""
    told = answer(error.status_code, _TOLD.get(error.status_code, _TOLD[400]))
    told.headers.update(error.headers or {})
    return told


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    return http(error)


async def _not_understood(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    told = _SAYS.get(first["type"], "写得不对").format_map(first.get("ctx", {}))
    return answer(
        422, f"“{field}”{told}。" if field and first["type"] != "json_invalid" else f"请求内容{told}。", field
    )


async def _broken(request: Request, error: Exception) -> JSONResponse:
    told = str(error) if isinstance(error, Broken) else "没有保存任何改动。请稍后再试；仍不行请告诉管理员查看日志。"
    return answer(500, told)
