"""通报与总结: each month's digest, the draft as it stands, downloads, and 定稿并发送. Looking changes nothing."""

from collections.abc import Mapping
from typing import Annotated, Any, Protocol
from urllib.parse import quote

from fastapi import APIRouter
from fastapi import Path as PathPart
from fastapi.responses import Response

from duban.web.admission import TurnedAway, signed_in, ticket_of
from duban.web.carrying import carry_out
from duban.web.office import office_page
from duban.web.plan_pages import PICTURE
from duban.web.rights import may_open
from duban.web.visit import SAID, Here, Typed, Visit
from flows.digest_approval import LONGEST_NOTE, approve, seal_of
from flows.summaries import Summary, month_digest
from flows.views.digests import digest_months, digest_stand
from notifications.digest_charts import plots
from notifications.documents.digest_matters import matters
from plans.database import reading
from plans.errors import Refused

pages = APIRouter(prefix="/office/{token}/digests")
Month = Annotated[str, PathPart(max_length=20)]

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "html": "text/html",
    "md": "text/markdown",
}
APPROVE = "/office/{token}/digests/{month}/approve"


class Writable(Protocol):
    """What can be written as a file of some kinds."""

    def written(self, suffix: str) -> bytes:
        """The file; ``suffix`` like ``.docx``. Raises Refused for a kind that is not written."""
        ...


def as_download(summary: Writable, suffix: str, plain: str, title: str) -> Response:
    """The summary as a file to keep. Raises TurnedAway for a kind there is not, or one that could not be written."""
    try:
        content = summary.written(f".{suffix}")
    except Refused as refused:
        raise TurnedAway(str(refused), 404 if suffix not in MEDIA_TYPES else 422, "没有写成") from refused
    name = quote(f"{title}.{suffix}")
    disposition = f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{name}"
    return Response(content, media_type=MEDIA_TYPES[suffix], headers={"Content-Disposition": disposition})


@pages.get("")
def show_digests(token: str, visit: Here) -> Response:
    """The months there are, and what is still to be done with each."""
    ticket_of(visit, token, "office")
    with reading(visit.engine) as session:
        months = digest_months(session, visit.today)
    facts = {"months": months, "by_hand": visit.runtime.settings.digest_approval}
    return office_page("office_digests.html.j2", visit, token, "digests", facts)


@pages.get("/{month}/pictures/{nth}.svg")
def picture(token: str, month: Month, nth: int, visit: Here) -> Response:
    """One of the digest's pictures."""
    found = plots(_digest(token, month, visit).facts)
    if not 0 <= nth < len(found):
        raise TurnedAway("没有这张图：请从通报的页面打开。", 404, "没有找到")
    return Response(found[nth].drawn("svg"), media_type="image/svg+xml", headers=PICTURE)


@pages.get("/{month}.{suffix}")
def download(token: str, month: Month, suffix: str, visit: Here) -> Response:
    """The digest as a file: Word, Excel, PDF, a page that stands alone, or text."""
    return as_download(_digest(token, month, visit), suffix, f"digest-{month}", f"{month}工作进展通报")


@pages.get("/{month}")
def show_digest(token: str, month: Month, visit: Here, said: str = "") -> Response:
    """The digest of a month, frozen or as it stands."""
    return _digest_page(token, month, visit, 200, {}, message=SAID.get(said, ""))


@pages.post("/{month}/approve")
def approved(token: str, month: Month, visit: Here, typed: Typed) -> Response:
    """定稿并发送."""
    visitor = signed_in(visit, token)

    def freeze() -> str:
        approve(visit.runtime, month, typed.get("seal", ""), typed.get("note", ""), visitor.name, visit.now)
        return f"{visit.home('office', token)}/digests/{month}?said=digest_approved"

    return carry_out(freeze, lambda status, refused: _digest_page(token, month, visit, status, typed, str(refused)))


def _digest_page(
    token: str, month: str, visit: Visit, status: int, typed: Mapping[str, str], fault: str = "", message: str = ""
) -> Response:
    summary = _digest(token, month, visit)
    with reading(visit.engine) as session:
        stand = digest_stand(session, month)
    facts: dict[str, Any] = {"summary": summary, "facts": summary.facts, "stand": stand, "typed": typed}
    facts |= {
        "plots": plots(summary.facts),
        "matters": matters(summary.facts),
        "fault": fault,
        "message": message,
        "longest": LONGEST_NOTE,
        "seal": seal_of(summary.facts),
    }
    facts |= {"may_approve": not summary.frozen and _ended(summary, visit) and _may_approve(visit)}
    return office_page("office_digest.html.j2", visit, token, "digests", facts, status)


def _ended(summary: Summary, visit: Visit) -> bool:
    return str(summary.facts["month"]) < visit.today.isoformat()[:7]


def _may_approve(visit: Visit) -> bool:
    return visit.visitor is not None and may_open(visit.visitor.seat, APPROVE)


def _digest(token: str, month: str, visit: Visit) -> Summary:
    ticket_of(visit, token, "office")
    try:
        return month_digest(visit.runtime, month, visit.now)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused
