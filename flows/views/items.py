"""The items of a plan with their lights: what the plan's page and the leader's are both made of."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from flows.views.lines import Badge
from plans.periods import Period
from plans.tables import Office, Person, Plan, PlanItem
from tasks.item_lights import item_lights
from tasks.lights import Gauge, Light

NO_OFFICE = "局领导和其他"
CANCELLED = "cancelled"
SHOWN_LIGHTS = (Light.RED, Light.YELLOW, Light.BLUE, Light.GREEN, Light.NONE)
"""The lights in the order in which they press."""


def light_word(light: Light) -> str:
    """What a light is called where items are counted: none covers what has not begun and what is 待填."""
    return "未亮灯" if light is Light.NONE else light.label


LIGHT_COLUMNS = [(light, light_word(light)) for light in SHOWN_LIGHTS]
"""The columns of a table that counts lights."""


class LitItem(NamedTuple):
    """An item with its light; ``programme`` is a key.

    ``target_light`` is the most pressing of its targets', None where figures say nothing, ``least`` their least share.
    """

    id: int
    number: int
    title: str
    programme: str
    kind: str
    cadence: str
    owner: str
    office: str
    light: Light
    target_light: Light | None
    least: float | None
    cancelled: bool

    @property
    def badge(self) -> Badge:
        """The light as a colour and a word."""
        if self.cancelled:
            return Badge("none", "已取消")
        return Badge(self.light.value, "未开始" if self.is_waiting else self.light.label)

    @property
    def is_waiting(self) -> bool:
        """Nothing tells its light yet: no figure is asked for and no task was handed out."""
        return self.light is Light.NONE and self.target_light is None


def lit_items(session: Session, plan: Plan, today: date, gauge: Gauge) -> list[LitItem]:
    """Every item of the plan by number, also those that were cancelled."""
    lights = item_lights(plan.id or 0, Period.parse(plan.period), today, gauge)
    own = (PlanItem.id, PlanItem.number, PlanItem.title, PlanItem.programme, PlanItem.kind, PlanItem.cadence)
    told: tuple[Any, ...] = (Office.name, lights.c.light, lights.c.target_light, lights.c.least)
    rows = session.execute(
        select_columns(*map(col, own), col(Person.name), *told)
        .select_from(PlanItem)
        .join(Person, col(Person.id) == col(PlanItem.owner_id))
        .join(Office, col(Office.id) == col(Person.office_id), isouter=True)
        .join(lights, lights.c.item_id == col(PlanItem.id), isouter=True)
        .where(col(PlanItem.plan_id) == plan.id)
        .order_by(col(PlanItem.number))
    )
    return [_lit(*row) for row in rows]


def _lit(
    item_id: int,
    number: int,
    title: str,
    programme: str,
    kind: str,
    cadence: str,
    owner: str,
    office: str | None,
    light: str | None,
    target_light: str | None,
    least: float | None,
) -> LitItem:
    told = (item_id, number, " ".join(title.split()), programme, kind, cadence, owner, office or NO_OFFICE)
    of_targets = (Light(target_light) if target_light else None, least)
    return LitItem(*told, Light(light or "none"), *of_targets, cancelled=light is None)


def count_lights(items: Iterable[LitItem]) -> Mapping[Light, int]:
    """How many items have each light; the cancelled have none."""
    return Counter(item.light for item in items if not item.cancelled)
