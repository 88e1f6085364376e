"""The figures of the done part, as proposals: the first reading of a target, or the base of a later 同比.

A reading counts for its target from its day on, also where that lies before the plan's first day: of 全年新增5家 the
three of the first half are done. A goal of the second half alone must not count them, so none is proposed for it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plans.checking import period_of
from plans.columns import fits
from plans.draft import DraftTarget
from plans.periods import Period
from plans.programmes import Programmes, load_programmes
from plans.reading.lines_of_work import OTHER, programme_of
from plans.reading.model import Figure, Reading
from plans.sheet.as_of import Stand, stand_of
from plans.sheet.model import SheetFigure, SheetItem
from plans.sheet.stretches import bare, counted, sign, signs, squeezed
from plans.units import UnitMismatch, convert

Ref = tuple[int, int]
"""A target: the key of its item and its position there."""
LARGEST = Decimal(10) ** 12


def figures_of(
    reading: Reading, items: Sequence[SheetItem], programmes: Programmes | None = None
) -> tuple[SheetFigure, ...]:
    """Every figure of the done part, in order, with what it can become; undated and hidden ones become nothing yet."""
    reported, plan = period_of(reading.period_reported or ""), period_of(reading.plan_period or "")
    targets = _Targets(items, plan, programmes or load_programmes())
    stands = [stand_of(figure.as_of, reported) for figure in reading.done_figures]
    wanted = [
        targets.meant_by(figure, stand) if _is_level(figure) and stand.said and stand.key else None
        for figure, stand in zip(reading.done_figures, stands, strict=True)
    ]
    readings = set(_latest(reading.done_figures, stands, wanted))
    return tuple(
        _proposed(figure, stand, wanted[place] if place in readings else None)
        for place, (figure, stand) in enumerate(zip(reading.done_figures, stands, strict=True))
    )


def _proposed(figure: Figure, stand: Stand, target: Ref | None) -> SheetFigure:
    is_base = _is_level(figure) and stand.said and bool(stand.key)
    return SheetFigure(
        figure=figure,
        use="reading" if target else "base" if is_base else "",
        target=target,
        as_of=stand.key,
        calibre=calibre_of(figure.text),
    )


def calibre_of(words: str) -> str:
    """预报, 网报 or 认定 where the words say so; empty where they do not."""
    folded = squeezed(words)
    return next((name for name, pattern in signs("calibres") if pattern.search(folded)), "")


def value_of(figure: Figure, unit: str) -> Decimal | None:
    """The figure in a unit, exactly; None where it is unknown, measures something else or cannot be kept so."""
    if figure.value is None:
        return None
    try:
        value = convert(Decimal(str(figure.value)), figure.unit, unit)
    except UnitMismatch:
        return None
    return value if value.is_finite() and abs(value) < LARGEST and fits(value) else None


def _is_level(figure: Figure) -> bool:
    """A value that can be kept; a rate of growth alone is none."""
    is_growth = figure.yoy is not None and figure.value == figure.yoy and figure.unit == "%"
    return not figure.masked and not is_growth and value_of(figure, figure.unit) is not None


@dataclass(frozen=True, slots=True)
class _Goal:
    ref: Ref
    target: DraftTarget
    programmes: frozenset[str]


class _Targets:
    """The measured targets of a sheet by what they count."""

    def __init__(self, items: Sequence[SheetItem], plan: Period | None, programmes: Programmes) -> None:
        self._plan, self._programmes = plan, programmes
        self._by_name: dict[str, list[_Goal]] = defaultdict(list)
        for one in items:
            for position, target in enumerate(one.item.targets):
                if not target.qualitative:
                    about = frozenset({one.item.programme, self._programme(target.indicator)} - {OTHER})
                    self._by_name[bare(target.indicator)].append(_Goal((one.key, position), target, about))

    def meant_by(self, figure: Figure, stand: Stand) -> Ref | None:
        """The one target the figure can be the first reading of: same words, programme, unit and count."""
        programme = self._programme(f"{figure.indicator}{figure.text}")
        found = [
            goal.ref
            for goal in self._by_name.get(bare(figure.indicator), [])
            if programme in goal.programmes
            and value_of(figure, goal.target.unit) is not None
            and _stages(figure.text) == _stages(goal.target.quote)
            and self._counts_alike(goal.target, stand.key)
        ]
        return found[0] if len(found) == 1 else None

    def _programme(self, words: str) -> str:
        return programme_of(squeezed(words), "", self._programmes)

    def _counts_alike(self, target: DraftTarget, key: str) -> bool:
        """Begun on the same day: the plan's first, or January's for a goal of the whole year."""
        if self._plan is None:
            return False
        first, last = counted(key)
        is_yearly = sign("targets", "yearly").search(squeezed(target.quote)) is not None
        begins = self._plan.first.replace(month=1, day=1) if is_yearly else self._plan.first
        return first == begins and last <= self._plan.last


def _stages(words: str) -> set[str]:
    return set(sign("indicators", "stage").findall(squeezed(words)))


def _latest(figures: Sequence[Figure], stands: Sequence[Stand], wanted: Sequence[Ref | None]) -> Iterator[int]:
    """For each target one figure: the latest, of the same day the whole and not a part of it, else the first."""
    places: dict[Ref, list[int]] = defaultdict(list)
    for place, ref in enumerate(wanted):
        if ref is not None:
            places[ref].append(place)
    for several in places.values():
        yield max(several, key=lambda place: (counted(stands[place].key)[1], not _is_part(figures[place]), -place))


def _is_part(figure: Figure) -> bool:
    return sign("indicators", "part").search(squeezed(figure.text)) is not None
