"""Error pages: whatever goes wrong, a sentence and what to do."""

import logging
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from duban.web.admission import NotSignedIn, TurnedAway
from duban.web.api import faults
from duban.web.guard import HEADERS
from duban.web.rendering import notice
from duban.web.visit import House, root_of
from flows.runtime import Runtime
from plans.errors import Broken

logger = logging.getLogger(__name__)

_TOLD = {
    404: ("没有这一页", "请检查地址，或从最近一封邮件里的链接重新打开。"),
    405: ("不能这样打开", "请回到上一页，用页面上的按钮操作。"),
}
_OTHER = ("没有看懂", "提交的内容不完整，请回到上一页再试一次。")


def add_error_pages(app: FastAPI) -> None:
    """Give every error of this application a page of ours."""
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(TurnedAway, _turned_away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Exception, _broken)


def _runtime(request: Request) -> Runtime:
    house: House = request.app.state.house
    return house.runtime


async def _not_signed_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotSignedIn)  # noqa: S101 - registered for nothing else
    if request.method == "GET":
        return RedirectResponse(f"{root_of(_runtime(request))}/login?{urlencode({'next': error.onward})}", 303)
    told = "登录已经过了有效期，刚才的内容没有保存：请点“返回”记下要紧的，登录后再提交。"
    return notice(_runtime(request), 401, "请重新登录", told)


async def _turned_away(request: Request, error: Exception) -> Response:
    assert isinstance(error, TurnedAway)  # noqa: S101 - registered for nothing else
    return notice(_runtime(request), error.status, error.title, str(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    if request.url.path.startswith("/api/"):
        return faults.http(error)
    answer = notice(_runtime(request), error.status_code, *_TOLD.get(error.status_code, _OTHER))
    answer.headers.update(error.headers or {})
    return answer


async def _not_understood(request: Request, error: Exception) -> Response:
    return notice(_runtime(request), 422, "地址里有看不懂的内容", "请回到上一页，用页面上的链接打开。")


async def _broken(request: Request, error: Exception) -> Response:
    told = str(error) if isinstance(error, Broken) else "没有保存任何改动。请稍后再试；仍不行请告诉管理员查看日志。"
    answer = notice(_runtime(request), 500, "系统出了问题", told)
    # This answer is made outside the guard.
    answer.headers.update(HEADERS)
    return answer
