"""The pages of 起草: the list, the draft beside its document, a table's columns, and what was started."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from fastapi.responses import Response

from duban.web.admission import TurnedAway, ticket_of
from duban.web.office import ACCEPTED, office_page
from duban.web.sheet_forms import COLUMN, FIGURE, FIGURE_DATE, figure_choice, rows_in
from duban.web.visit import Visit
from flows.amending import runs
from flows.sheets import OpenSheet, SheetMoved, open_sheet, sheet_rows
from flows.views.office import people_names
from flows.views.sheet import (
    FEW,
    ON_DAYS_OFF,
    SheetView,
    ladder_words,
    page_of,
    people_of,
    sheet_view,
    shown_fields,
    started_view,
    target_words,
)
from notifications.ladder import RETURNED
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period, Span
from plans.reading.tables.columns import field_labels
from plans.sheet.errors import FieldFaults
from plans.sheet.model import Sheet
from plans.tables import SheetState
from plans.words import Assignees, Kind, Role

CHOOSE_STARTER = "请选择由谁启动。"
MOVED = "别人刚刚改过，您的改动没有保存：请看最新内容后再改。"
NO_SUCH_TABLE = "文件里没有这张表：请从草稿页面打开。"
ASSIGNEES = {Assignees.OWNER.value: "责任人", Assignees.ENTERPRISES.value: "名册上的企业"}
EMPTY_ROWS = 2
SAMPLES = 3
LONGEST_CELL = 60
LONGEST_TYPED = 300
CADENCES = ("每月10日", "每月底", "每季度末", "每周五", "每天", "每年3月10日", "9月30日", "12月31日", "不定期")
# What people type themselves; what they chose from a list is quickly chosen again.
TYPED_LABELS = {
    "title": "标题",
    "owner": "责任人",
    "cadence": "频次或日期",
    "titles": "拆成",
    "indicator": "指标",
    "floor": "确保",
    "stretch": "力争",
    "unit": "单位",
    "bureau": "单位名称",
    "name": "名称",
    "office": "股室",
    "contact": "联系人",
    "mail": "邮箱",
    "phone": "电话",
}


@dataclass(frozen=True)
class Told:
    """What a page says of the form just sent: a message or a fault at a place, and what had been typed."""

    message: str = ""
    fault: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    verb: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False

    def lost(self, latest: Mapping[str, str]) -> list[tuple[str, str]]:
        """What was typed and not kept, each with its label, where somebody else was quicker; ``latest`` is what the
        form holds now."""
        named = {name: TYPED_LABELS.get(name.rpartition(".")[2], "") for name in self.typed}
        new = {name: text.strip() for name, text in self.typed.items() if text.strip() != latest.get(name, "")}
        return [(named[name], text[:LONGEST_TYPED]) for name, text in new.items() if named[name]]


def refused_so(told: Told, refused: Refused) -> Told:
    """The same form, with what was wrong."""
    if isinstance(refused, SheetMoved):
        return replace(told, fault=MOVED, moved=True)
    return replace(told, fault=str(refused), faults=refused.faults if isinstance(refused, FieldFaults) else {})


def drafts_page(token: str, visit: Visit, status: int, message: str = "", fault: str = "") -> Response:
    """The list with the place to hand in."""
    ticket_of(visit, token, "office")
    facts = {"rows": sheet_rows(visit.runtime, visit.now), "message": message, "fault": fault, "accepted": ACCEPTED}
    return office_page("sheets.html.j2", visit, token, "drafts", facts, status)


def draft_page(token: str, number: int, visit: Visit, status: int, told: Told, nth: int = 1) -> Response:
    """The draft beside its document, or what became of it."""
    ticket_of(visit, token, "office")
    opened = opened_sheet(visit, number)
    if opened.state is not SheetState.OPEN:
        return _finished_page(token, visit, opened, status, told)
    with reading(visit.engine) as session:
        known, amends = people_names(session), runs(session, opened.sheet.period)
    nth = page_of(opened.sheet, told.at.removeprefix("item-")) or nth
    view = sheet_view(opened, visit.runtime, known, nth)
    facts = {"opened": opened, "sheet": opened.sheet, "view": view, "told": _placed(told, opened, view), "few": FEW}
    facts |= {"lost": told.lost(_latest(told, view)) if told.moved else []}
    facts |= _choices(visit, opened.sheet, view) | _filled(opened.sheet, told) | {"amends": amends}
    return office_page("sheet.html.j2", visit, token, "drafts", facts, status)


def columns_page(token: str, number: int, table: int, visit: Visit, status: int, told: Told) -> Response:
    """A table's header and first rows, with a choice over each column."""
    ticket_of(visit, token, "office")
    opened = opened_sheet(visit, number)
    found = next((one for one in opened.tables if one.number == table), None)
    if found is None or opened.state is not SheetState.OPEN:
        raise TurnedAway(NO_SUCH_TABLE, 404, "没有找到")
    chosen = [told.typed.get(f"{COLUMN}{position}", is_now) for position, is_now in enumerate(found.columns)]
    facts = {"opened": opened, "table": found, "chosen": chosen, "told": told, "fields": list(field_labels().items())}
    rows = opened.source.tables[table].rows[found.header_row : found.header_row + SAMPLES]
    facts |= {"samples": [[cell.words[:LONGEST_CELL] for cell in row] for row in rows]}
    return office_page("sheet_columns.html.j2", visit, token, "drafts", facts, status)


def starter_in(visit: Visit, number: int, typed: Mapping[str, str]) -> str:
    """Who was chosen to start the plan. Raises Refused for nobody the draft or the bureau knows."""
    with reading(visit.engine) as session:
        known = people_names(session)
    if (name := typed.get("by", "")) not in people_of(opened_sheet(visit, number).sheet, known):
        raise Refused(CHOOSE_STARTER)
    return name


def opened_sheet(visit: Visit, number: int) -> OpenSheet:
    """The sheet of that number. Raises TurnedAway."""
    try:
        return open_sheet(visit.runtime, number, visit.now)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused


def _finished_page(token: str, visit: Visit, opened: OpenSheet, status: int, told: Told) -> Response:
    with reading(visit.engine) as session:
        began = started_view(session, opened.plan_id) if opened.plan_id else None
    facts = {"opened": opened, "began": began, "told": told}
    return office_page("sheet_started.html.j2", visit, token, "drafts", facts, status)


def _placed(told: Told, opened: OpenSheet, view: SheetView) -> Told:
    """With a place that this page has: what was said of an item that is gone stands at the top."""
    places = {"header", "questions", "items", "people", "start"} | {f"item-{card.key}" for card in view.cards.rows}
    places |= {"tables"} if opened.tables else set()
    places |= {"enterprises"} if opened.sheet.enterprises else set()
    places |= {"figures"} if opened.sheet.figures else set()
    return told if told.at in places else replace(told, at="")


def _latest(told: Told, view: SheetView) -> dict[str, str]:
    if told.verb != "change":
        return {}
    return next((shown_fields(card) for card in view.cards.rows if str(card.key) == told.typed.get("key")), {})


def _choices(visit: Visit, sheet: Sheet, view: SheetView) -> dict[str, Any]:
    """What the selects of the page offer: (value, words)."""
    runtime = visit.runtime
    targets = [
        (figure_choice("reading", (one.key, position)), f"{one.item.title}：{target_words(target)}")
        for one in sheet.kept()
        for position, target in enumerate(one.item.targets)
        if not target.qualitative
    ]
    return {
        "programmes": [(key, programme.name) for key, programme in runtime.programmes.items()],
        "kinds": [(kind.value, kind.label) for kind in Kind],
        "policies": [(policy.value, words) for policy, words in ON_DAYS_OFF.items()],
        "ladders": [
            (key, f"{ladder.name}：{ladder_words(ladder)}")
            for key, ladder in runtime.ladders.items()
            if key != RETURNED
        ],
        "assignees": list(ASSIGNEES.items()),
        "roles": [(role.value, role.label) for role in Role],
        "periods": periods_around(visit.today, sheet.period),
        "cadences": CADENCES,
        "others": [(str(card.key), card.item.item.title) for card in view.cards.rows if not card.dropped],
        "uses": [("", "不用"), ("base", "留作同比的基数"), *targets[:FEW]],
        "numbers": {one.key: number for number, one in enumerate(sheet.items, start=1)},
        "page_of": page_of,
        "shown_fields": shown_fields,
        "figure_choice": figure_choice,
        "figure": FIGURE,
        "figure_date": FIGURE_DATE,
    }


def periods_around(today: date, chosen: str) -> list[tuple[str, str]]:
    """The periods a plan of these days can have: the current ones and the next, and the one that is chosen."""
    current = [Period.containing(span, today) for span in (Span.HALF, Span.YEAR, Span.QUARTER, Span.MONTH)]
    offered = {period.key: period.label for one in current for period in (one, one.next())}
    return list((offered if chosen in offered or not chosen else {chosen: _label(chosen)} | offered).items())


def _label(key: str) -> str:
    try:
        return Period.parse(key).label
    except Refused:
        return key


def _filled(sheet: Sheet, told: Told) -> dict[str, Any]:
    """The people's rows and the header as they are, or as they were just typed and refused."""
    rows = [person.model_dump(mode="json") for person in sheet.people]
    if told.verb == "people" and not told.moved:
        rows = list(rows_in(told.typed))
    rows += [{"name": "", "mail": "", "office": "", "role": Role.STAFF.value}] * EMPTY_ROWS
    header = {name: getattr(sheet, name) for name in ("bureau", "title", "period", "owner")}
    if told.verb == "header" and not told.moved:
        header |= {name: told.typed.get(name, "") for name in header}
    return {"people_rows": rows, "header": header}
