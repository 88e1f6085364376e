"""起草: a sheet as its page shows it: cards in plain words, the document beside them, and what starting would do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, func, select

from flows.runtime import Runtime
from flows.sheets import OpenSheet
from flows.views.lines import PAGE, Badge, Paged
from flows.views.passages import Piece, excerpt
from notifications.ladder import Ladder
from plans.cadence import Cadence, CadenceError
from plans.checking import Settled, settle_item
from plans.columns import figure_text
from plans.draft import DraftTarget
from plans.periods import Period, PeriodError
from plans.reading.model import Figure, Problem, Severity
from plans.sheet.model import Sheet, SheetFigure, SheetItem, Standing
from plans.sheet.questions import Question
from plans.sheet.stretches import stretch_told
from plans.tables import Person, Plan, PlanItem
from plans.words import Assignees, DuePolicy, Kind
from tasks.tables import Task

FEW = 60
"""Of questions, figures and enterprises a page shows so many."""
LONGEST_QUOTE = 200
SHARED = 3
"""A sentence that would stand on more cards than this stands on none."""
BADGES = {Standing.PROPOSED: "yellow", Standing.CONFIRMED: "green", Standing.DROPPED: ""}
ON_DAYS_OFF = {
    DuePolicy.HARD: "遇休息日不顺延",
    DuePolicy.NEXT: "遇休息日顺延",
    DuePolicy.PREVIOUS: "遇休息日提前",
    DuePolicy.SKIP: "遇休息日跳过",
}


@dataclass(frozen=True)
class Card:
    """One item in plain words. ``written`` is what the document itself says of dates; ``told`` what is wrong."""

    item: SheetItem
    number: int
    badge: Badge
    facts: Settled
    programme: str
    kind: str
    targets: list[str]
    cadence: str
    typed_cadence: str
    reminders: str
    written: str
    quote: str
    told: list[Problem]

    @property
    def key(self) -> int:
        return self.item.key

    @property
    def dropped(self) -> bool:
        return self.item.standing is Standing.DROPPED


@dataclass(frozen=True)
class Launch:
    """What starting would do. ``in_the_way`` are sentences with the keys of their items; with any it cannot start."""

    items: int
    unconfirmed: int
    period: str
    owners: list[str]
    in_the_way: dict[str, list[int]]
    worth_knowing: dict[str, list[int]]


@dataclass(frozen=True)
class SheetView:
    """Everything the page of one sheet shows. ``people`` may own items and start the plan."""

    cards: Paged[Card]
    document: list[Piece]
    questions: list[Question]
    people: list[str]
    launch: Launch
    marks: dict[int, str]
    """The colour of an item's words in the document, by its key."""


def sheet_view(opened: OpenSheet, runtime: Runtime, known: Sequence[str], nth: int) -> SheetView:
    """The page ``nth`` of a sheet; ``known`` are the people the bureau has already."""
    sheet = opened.sheet
    cards = _paged(opened, runtime, nth)
    places = [(*place, card.key) for card in cards.rows for place in card.item.places]
    return SheetView(
        cards=cards,
        document=excerpt(opened.source.text, places),
        questions=list(opened.questions[:FEW]),
        people=people_of(sheet, known),
        launch=_launch(opened),
        marks={card.key: card.badge.key for card in cards.rows},
    )


def people_of(sheet: Sheet, known: Sequence[str]) -> list[str]:
    """Who may own items and start the plan: the people of the draft, then those the bureau has already."""
    return list(dict.fromkeys([*(person.name for person in sheet.people), *known]))


def page_of(sheet: Sheet, key: str) -> int:
    """On which page of cards the item of that key is; 0 for one that is not there."""
    return next((position // PAGE + 1 for position, one in enumerate(sheet.items) if str(one.key) == key), 0)


def _paged(opened: OpenSheet, runtime: Runtime, nth: int) -> Paged[Card]:
    often = Counter(problem.message for _, problem in opened.problems)
    told: dict[int, list[Problem]] = {}
    for key, problem in opened.problems:
        # What is wrong everywhere is said once, at the start.
        if often[problem.message] <= SHARED:
            told.setdefault(key or 0, []).append(problem)
    total = len(opened.sheet.items)
    number = min(max(nth, 1), max(1, -(-total // PAGE)))
    first = (number - 1) * PAGE
    rows = [
        _card(one, position + 1, opened.sheet.owner, runtime, told.get(one.key, []))
        for position, one in enumerate(opened.sheet.items[first : first + PAGE], start=first)
    ]
    return Paged(rows, number, total)


def _card(one: SheetItem, number: int, owner: str, runtime: Runtime, told: list[Problem]) -> Card:
    programme = runtime.programmes.get(one.item.programme) or runtime.programmes["other"]
    facts = settle_item(one.item, programme, owner)
    return Card(
        item=one,
        number=number,
        badge=Badge(BADGES[one.standing], one.standing.label),
        facts=facts,
        programme=programme.name,
        kind=facts.kind.label,
        targets=[target_words(target) for target in one.item.targets],
        cadence=cadence_words(facts),
        typed_cadence=day_words(facts.cadence),
        reminders=_reminders(facts, runtime),
        written="、".join(dict.fromkeys([*one.deadlines, *([one.rhythm] if one.rhythm else [])])),
        quote=one.item.text[:LONGEST_QUOTE] + ("……" if len(one.item.text) > LONGEST_QUOTE else ""),
        told=told,
    )


def target_words(target: DraftTarget) -> str:
    """A target as people say it: 高企认定：确保5家，力争8家."""
    if target.qualitative:
        return f"{target.indicator}（定性）"
    about = "约" if target.approximate else ""
    goals = [
        f"{word}{about}{figure_text(value)}{target.unit}"
        for word, value in (("确保", target.floor), ("力争", target.stretch))
        if value is not None
    ]
    return f"{target.indicator}：{'，'.join(goals) or '待填' + target.unit}"


def cadence_words(facts: Settled) -> str:
    """An item's rhythm in words; a goal without one reports monthly, anything else is not yet dated."""
    if not facts.cadence:
        return "每月报进度" if facts.kind is Kind.GOAL else "还没有日期，暂不安排"
    return day_words(facts.cadence)


def day_words(cadence: str) -> str:
    """A cadence as people write it, and as it is read again: 每月10日, 2026年9月30日."""
    try:
        rhythm = Cadence.parse(cadence)
    except CadenceError:
        return cadence
    if rhythm.rhythm == "once" and rhythm.day:
        year, month, day = (int(part) for part in rhythm.day.split("-"))
        return f"{year}年{month}月{day}日"
    return rhythm.label


def shown_fields(card: Card) -> dict[str, str]:
    """What the form of a card holds in its fields of words and figures, by their names."""
    item = card.item.item
    shown = {"title": item.title, "owner": item.owner, "cadence": card.typed_cadence}
    for position, target in enumerate(item.targets):
        at = f"target.{position}"
        shown |= {f"{at}.indicator": target.indicator, f"{at}.unit": target.unit}
        for name in ("floor", "stretch"):
            value = getattr(target, name)
            shown[f"{at}.{name}"] = "" if value is None else figure_text(value)
    return shown


def figure_words(figure: Figure) -> str:
    """A done figure: 41.5亿元，同比12%."""
    if figure.value is None:
        return "待填"
    yoy = f"，同比{figure_text(Decimal(str(figure.yoy)))}%" if figure.yoy is not None else ""
    return f"{figure_text(Decimal(str(figure.value)))}{figure.unit}{yoy}"


def stand_words(one: SheetFigure) -> str:
    """As of when a done figure stands: 2026年上半年; 20_年1-3月 where that is no certain time."""
    if not one.as_of:
        return one.figure.as_of or "没有写时间"
    return stretch_told(one.as_of) + ("" if one.figure.as_of else "（文中没写，按文件的期间）")


def _reminders(facts: Settled, runtime: Runtime) -> str:
    if facts.cadence == "irregular" or (not facts.cadence and facts.kind is not Kind.GOAL):
        return ""
    who = "企业填报" if facts.assignees is Assignees.ENTERPRISES else ""
    ladder = runtime.ladders.get(facts.ladder)
    said = ladder_words(ladder) if ladder else ""
    return "；".join(part for part in (who, said, ON_DAYS_OFF[facts.due_policy]) if part)


def ladder_words(ladder: Ladder) -> str:
    """When a ladder speaks, in workdays: 提前3天，当天，逾期1、3天提醒."""
    ahead = "、".join(str(-step.offset) for step in ladder.steps if step.offset < 0)
    late = "、".join(str(step.offset) for step in ladder.steps if step.offset > 0)
    on_the_day = any(step.offset == 0 for step in ladder.steps)
    parts = [f"提前{ahead}天" if ahead else "", "当天" if on_the_day else "", f"逾期{late}天" if late else ""]
    return f"{'，'.join(part for part in parts if part)}提醒"


def _launch(opened: OpenSheet) -> Launch:
    sheet = opened.sheet
    kept = sheet.kept()
    owners = [one.item.owner or sheet.owner for one in kept]
    return Launch(
        items=len(kept),
        unconfirmed=sum(one.standing is Standing.PROPOSED for one in kept),
        period=_span(sheet.period),
        owners=[name for name in dict.fromkeys(owners) if name],
        in_the_way=_told(opened, Severity.ERROR),
        worth_knowing=_told(opened, Severity.WARNING),
    )


def _told(opened: OpenSheet, severity: Severity) -> dict[str, list[int]]:
    told: dict[str, list[int]] = {}
    for key, one in opened.problems:
        if one.severity is severity:
            told.setdefault(one.message, []).extend([key] if key else [])
    return told


def _span(key: str) -> str:
    try:
        period = Period.parse(key)
    except PeriodError:
        return ""
    first, last = period.first, period.last
    return f"{first.year}年{first.month}月{first.day}日到{last.month}月{last.day}日"


@dataclass(frozen=True)
class StartedView:
    """What a sheet became: its plan with the number of its items, of tasks so far, and who holds items."""

    title: str
    period: str
    items: int
    tasks: int
    people: list[str]


def started_view(session: Session, plan_id: int) -> StartedView:
    """The plan a sheet started or amended."""
    plan = session.get_one(Plan, plan_id)
    of_plan = PlanItem.plan_id == plan_id
    items = session.exec(select(func.count(col(PlanItem.id))).where(of_plan)).one()
    tasks = session.exec(select(func.count(col(Task.id))).join(PlanItem).where(of_plan)).one()
    holders = select(Person.name).join(PlanItem).where(of_plan).distinct().order_by(col(Person.name))
    return StartedView(plan.title, Period.parse(plan.period).label, items, tasks, list(session.exec(holders)))
