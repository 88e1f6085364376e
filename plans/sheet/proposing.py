"""From a document's reading to a sheet: everything that was read becomes a proposal."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from plans.checking import DEFAULT_LADDERS
from plans.columns import fits
from plans.draft import DraftItem, DraftTarget
from plans.programmes import Programme, Programmes
from plans.reading.lines_of_work import OTHER
from plans.reading.model import Item, Reading, StatedTarget
from plans.reading.source import Source
from plans.sheet.dating import cadence_by_deadlines, deciding, rhythm_of
from plans.sheet.figures import figures_of
from plans.sheet.model import Sheet, SheetFigure, SheetItem
from plans.sheet.names import holder_of
from plans.sheet.placing import Ground, find_in_order
from plans.sheet.recurring import duties_of, rhythms_inside
from plans.sheet.roster import roster_of
from plans.typed import LARGEST_GOAL, one_line
from plans.words import Assignees, Kind

_NAMED = re.compile("[^县市区旗*xX×_]{2,}[县市区旗].*局")


def sheet_of(reading: Reading, name: str, programmes: Programmes, source: Source | None = None) -> Sheet:
    """The proposals of a document. ``source`` is the document itself, to find where duties and figures stand in it."""
    ground = Ground(source or Source(""))
    rhythms = rhythms_inside(reading, ground)
    items = [
        _proposed(key, item, reading.plan_period or "", programmes, rhythms.get(item.start, ""), ground)
        for key, item in enumerate(reading.plan_items, start=1)
    ]
    items += duties_of(reading, ground, programmes, len(items) + 1)
    return Sheet(
        bureau=_bureau(reading.bureau_area or ""),
        title=one_line(reading.title or name)[:200] or "工作计划",
        period=reading.plan_period or "",
        source=one_line(name),
        enterprises=roster_of(reading),
        items=tuple(items),
        figures=tuple(_placed(figures_of(reading, items, programmes), ground)),
        next_key=len(items) + 1,
    )


def _bureau(named: str) -> str:
    """云溪县科技局 is a name; 县科技局 and *县科技局 are not."""
    return named[:100] if _NAMED.fullmatch(named) else ""


def _proposed(key: int, item: Item, period: str, programmes: Programmes, rhythm: str, ground: Ground) -> SheetItem:
    programme = programmes.get(item.programme) or programmes[OTHER]
    holder = holder_of(item.owner)
    in_table = ground.in_table(item.start)
    return SheetItem(
        key=key,
        item=_draft_item(item, programme, holder.person, period, in_table),
        places=((item.start, item.end),),
        deadlines=item.deadlines,
        rhythm=rhythm,
        office=holder.office,
        counterparties=item.counterparties,
        table_row=in_table,
    )


def _draft_item(item: Item, programme: Programme, owner: str, period: str, in_table: bool) -> DraftItem:
    kind = _kind(item, programme)
    deadlines = deciding(item.deadlines, kind, [target.quote for target in item.targets], in_table)
    return DraftItem(
        title=title_of(item.title, item.text),
        programme=programme.key,
        kind=kind,
        owner=owner,
        cadence=rhythm_of(item.cadence, kind) or cadence_by_deadlines(deadlines, kind, period) or programme.cadence,
        due_policy=programme.due_policy,
        ladder=programme.ladder or DEFAULT_LADDERS[kind],
        targets=[_target(target, item) for target in item.targets if target.level != "workload"],
        text=item.text,
    )


def _kind(item: Item, programme: Programme) -> Kind:
    """As it was read; but what each enterprise fills in is a filing, unless it promises a number."""
    counted = any(target.level != "workload" and not target.qualitative for target in item.targets)
    return item.kind if counted or programme.assignees is Assignees.OWNER else programme.kind


def title_of(title: str, text: str) -> str:
    """A title that can be kept: one line of at most 200 characters, never empty."""
    return one_line(title)[:200] or one_line(text)[:40] or "未命名事项"


def _target(target: StatedTarget, item: Item) -> DraftTarget:
    floor, stretch = _number(target.floor), _number(target.stretch)
    unkept = (floor, stretch) != (None, None) or (target.floor is None and target.stretch is None)
    return DraftTarget(
        indicator=one_line(target.indicator)[:100] or title_of(item.title, item.text)[:100],
        floor=floor,
        stretch=stretch,
        unit=target.unit or "",
        masked=target.masked or not unkept,
        qualitative=target.qualitative,
        level=target.level,
        quote=target.quote,
        approximate=target.approximate,
    )


def _number(value: float | None) -> Decimal | None:
    """The number where it can be kept as a goal; a person is asked for any other."""
    if value is None or not 0 <= value < LARGEST_GOAL:
        return None
    number = Decimal(int(value)) if value == int(value) else Decimal(str(value))
    return number if fits(number) else None


def _placed(figures: Sequence[SheetFigure], ground: Ground) -> Iterator[SheetFigure]:
    places = find_in_order(ground.text, [one.figure.text for one in figures])
    for one, place in zip(figures, places, strict=True):
        yield one if one.place else one.model_copy(update={"place": place})
