"""填报 and files: returned tables looked at and imported, everything exported, the empty table to hand out."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from duban.web.admission import TurnedAway, person_of, ticket_of
from duban.web.carrying import status_of
from duban.web.errands import carry_out_long
from duban.web.filings import acting, around, item_named, month_of
from duban.web.rendering import page
from duban.web.visit import Here, ManyUploaded, Typed, Upload, Visit, Words
from flows.errands import Outcome, Tell
from flows.filing_export import calls_workbook, filings_workbook, matrix_workbook, template_workbook
from flows.filing_import import Import, Look, Verdict
from flows.views.filing_states import SHOWN
from flows.views.matrix import Wanted
from flows.workbook import MEDIA_TYPE
from notifications.phone_list import phone_list
from plans.database import reading, writing
from plans.errors import Refused
from plans.periods import Period
from plans.tables import PlanItem

pages = APIRouter(prefix="/desk/{token}/filings")

KEPT = re.compile(r"([0-9a-f]{64}) (.+)", re.DOTALL)
FILE = "file-"
MOST_FILES = 200
DAYS_KEPT = 2
NO_FILE = "请先选择报回来的表格。"
GONE = "选好的文件已经不在了：请重新选择。"


@pages.get("/import")
def show_import(token: str, visit: Here, item: int = 0, month: Words = "") -> Response:
    """Where returned tables are handed in."""
    return _import_page(token, visit, 200, item, month)


@pages.post("/import")
def looked_at(token: str, visit: Here, upload: ManyUploaded, item: int = 0, month: Words = "") -> Response:
    """Look: what would become of each row. Nothing is filed yet; the files are kept aside for the second step."""
    try:
        with reading(visit.engine) as session:
            acting(session, visit, token, item_named(session, item))
        kept = _keep(visit, upload)
        look = _look(visit, item, month, kept)
    except TurnedAway:
        raise
    except Refused as refused:
        return _import_page(token, visit, status_of(refused), item, month, fault=str(refused))
    return _import_page(token, visit, 200, item, month, look=look, kept=kept)


@pages.post("/import/apply")
def applied(token: str, visit: Here, typed: Typed, item: int = 0, month: Words = "") -> Response:
    """Apply: every row that was found good becomes a filing, all of them or, where anything changed, none."""
    kept = _names(typed)

    def take(tell: Tell) -> Outcome:
        files = _kept_files(visit, kept)
        with writing(visit.engine) as session:
            chosen = item_named(session, item)
            act = acting(session, visit, token, chosen)
            imported = Import.of(chosen, month_of(month).key, files, visit.runtime.forms)
            look = imported.apply(session, act, typed.get("seal", "") or "-", tell)
        for name in kept:
            (_folder(visit) / name).unlink(missing_ok=True)
        onward = f"{visit.home('desk', token)}/filings?item={chosen.id}&month={month}&said=imported"
        return Outcome(f"收下{look.counts[Verdict.ACCEPTED]}家的填报。", onward)

    def again(status: int, refused: Refused) -> Response:
        return _import_page(token, visit, status, item, month, fault=str(refused))

    back = f"{visit.home('desk', token)}/filings/import?item={item}&month={month}"
    return carry_out_long(visit, token, "导入填报表格", take, back, again)


def _import_page(
    token: str,
    visit: Visit,
    status: int,
    item: int,
    month: str,
    fault: str = "",
    look: Look | None = None,
    kept: Mapping[str, str] | None = None,
) -> Response:
    ticket = ticket_of(visit, token, "desk")
    period = month_of(month)
    with reading(visit.engine) as session:
        chosen = item_named(session, item)
        facts = around(session, visit, token, person_of(session, ticket), chosen, period.key)
    told = {"period": period.label, "fault": fault, "look": look, "kept": kept or {}, "verdicts": list(Verdict)}
    return page("filings_import.html.j2", visit, {**facts, **told}, status)


def _look(visit: Visit, item: int, month: str, kept: Mapping[str, str]) -> Look:
    with reading(visit.engine) as session:
        chosen, files = item_named(session, item), _kept_files(visit, kept)
        return Import.of(chosen, month_of(month).key, files, visit.runtime.forms).look(session)


def _folder(visit: Visit) -> Path:
    return visit.runtime.settings.data / "imports"


def _keep(visit: Visit, uploads: Iterable[Upload]) -> dict[str, str]:
    """Put the files aside under what is in them; gives back the name of each by that."""
    files = {hashlib.sha256(one.content).hexdigest(): one for one in uploads}
    if not files:
        raise Refused(NO_FILE)
    if len(files) > MOST_FILES:
        raise Refused(f"一次最多选{MOST_FILES}个文件，请分几次导入。")
    folder = _folder(visit)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if old.stat().st_mtime < visit.now.timestamp() - DAYS_KEPT * 86_400:
            old.unlink(missing_ok=True)
    for name, upload in files.items():
        (folder / name).write_bytes(upload.content)
    return {name: upload.name[:200] for name, upload in files.items()}


def _names(typed: Mapping[str, str]) -> dict[str, str]:
    found = (KEPT.fullmatch(text) for name, text in typed.items() if name.startswith(FILE))
    return {match[1]: match[2] for match in found if match}


def _kept_files(visit: Visit, names: Mapping[str, str]) -> list[tuple[str, bytes]]:
    paths = [(name, _folder(visit) / key) for key, name in names.items()]
    if not paths or not all(path.exists() for _, path in paths):
        raise Refused(GONE)
    return [(name, path.read_bytes()) for name, path in paths]


@pages.get("/export/{what}")
def export(
    token: str,
    what: str,
    visit: Here,
    item: int = 0,
    month: Words = "",
    state: Words = "",
    q: Words = "",
    agency: int = 0,
    sort: Words = "weight",
) -> Response:
    """An Excel file: the matrix as it is filtered, a month's reports, the phone list, or the table to hand out."""
    ticket = ticket_of(visit, token, "desk")
    wanted = Wanted(month, state if state in SHOWN else "", q.strip(), agency, sort)
    with reading(visit.engine) as session:
        person_of(session, ticket)
        chosen = item_named(session, item)
        if what == "matrix":
            return _download(chosen, "填报矩阵", matrix_workbook(session, chosen, wanted, visit.now))
        if what == "calls":
            rows = phone_list(session, visit.runtime.rules, visit.today, chosen.id)
            return _download(chosen, "电话催报", calls_workbook(rows))
        make = template_workbook if what == "template" else filings_workbook
        content = make(session, chosen, month_of(month).key, visit.now, visit.runtime.forms)
    return _download(chosen, f"{Period.parse(month).label}{'空表' if what == 'template' else '填报'}", content)


def _download(item: PlanItem, what: str, content: bytes) -> Response:
    name = "".join(char for char in f"{item.title[:40]}{what}.xlsx" if char.isprintable() and char not in '/\\:*?"<>|')
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})
