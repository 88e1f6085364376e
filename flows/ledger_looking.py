"""What the changed cells of a ledger would do, looked at beside the plan as it stands; nothing is written here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from flows.ledger_reading import Fault, FileRow
from flows.runtime import Runtime
from flows.supervising import LEADERS, may_supervise
from notifications.audience import same_office
from plans.deputies import voices
from plans.errors import Refused
from plans.periods import Period
from plans.tables import Person, Plan, PlanItem, Target
from plans.words import Role
from plans.zone import local_text
from tasks.revision import Revision
from tasks.tables import ItemChange

LONGEST_NOTE = 1_000
NOT_YOURS = "这一行由{owner}负责，要由其股室负责人、局领导或办公室来改。"
OVER = "“{title}”已经取消或结束，不能再改。"
GONE = "这一项已经不在计划里，不能再改。"
MOVED = "写出台账以后有了变化：{told}。请重新写出一份，看过再改。"

Deed = Callable[[Revision], None]


@dataclass(frozen=True)
class Hand:
    """Who brings a ledger back. ``everyone``: may change anybody's rows; else a head those of the own 股室."""

    person: Person | None
    everyone: bool = False

    def may_touch(self, owner: Person) -> bool:
        if self.everyone or self.person is None:
            return self.everyone
        mine = self.person.id == owner.id or self.person.role in LEADERS
        return mine or (self.person.role == Role.OFFICE_HEAD and same_office(self.person, owner))

    def may_grant(self, session: Session, owner: Person, today: date) -> bool:
        """May decide on extensions of what the owner does: oneself, or for whom one stands in."""
        if self.person is None:
            return False
        return any(may_supervise(one, owner) for one in voices(session, self.person, today))


@dataclass(frozen=True)
class CellChange:
    """One changed cell, and what comes of it."""

    column: str
    before: str
    after: str
    effect: str


@dataclass(frozen=True)
class RowChange:
    """The changed cells of one row, which are done together by ``deed`` or not at all."""

    row: FileRow
    title: str
    cells: Sequence[CellChange]
    deed: Deed

    @property
    def key(self) -> str:
        return self.row.key


@dataclass
class Looking:
    """One look: ``faults`` gathers what cannot be done; ``reported`` the items a new figure comes for."""

    session: Session
    runtime: Runtime
    hand: Hand
    today: date
    faults: list[Fault] = field(default_factory=list)
    reported: set[int] = field(default_factory=set)

    def refuse(self, row: FileRow, name: str, message: str) -> None:
        """Note why a cell cannot be done."""
        self.faults.append(row.fault(name, message))

    def trying(self, row: FileRow, name: str, read: Callable[[], object]) -> bool:
        """True where it can be read; else the reason is noted."""
        try:
            read()
        except Refused as refused:
            self.refuse(row, name, str(refused))
            return False
        return True

    def admits(self, row: FileRow, item: PlanItem, owner: Person) -> bool:
        """True where the row's item still runs and whoever brings it may change it."""
        closed = self.session.get_one(Plan, item.plan_id).closed_at
        if item.cancelled_at is not None or closed is not None:
            self.refuse(row, next(iter(row.changed)), OVER.format(title=item.title))
            return False
        if not self.hand.may_touch(owner):
            self.refuse(row, next(iter(row.changed)), NOT_YOURS.format(owner=owner.name))
            return False
        return True

    def note_of(self, row: FileRow) -> str:
        """What was written in 本次说明."""
        return row.changed.get("note", "")

    def note_fits(self, row: FileRow) -> bool:
        """False, with the reason noted, for a note that is too long."""
        if len(self.note_of(row)) > LONGEST_NOTE:
            self.refuse(row, "note", f"说明请在{LONGEST_NOTE}字以内。")
            return False
        return True

    def field_moved(self, item: PlanItem, label: str) -> str:
        """Who changed a field of the item last, in a sentence."""
        query = select(ItemChange).where(ItemChange.item_id == item.id, ItemChange.field == label)
        last = self.session.exec(query.order_by(col(ItemChange.id).desc()).limit(1)).first()
        told = f"{last.by}已于 {local_text(last.at)} 从 {last.before} 改为 {last.after}" if last else "别人刚改过"
        return MOVED.format(told=told)


def period_of(session: Session, item: PlanItem) -> Period:
    """The period of the plan an item belongs to."""
    return Period.parse(session.get_one(Plan, item.plan_id).period)


def title_of(item: PlanItem, more: str) -> str:
    """What a row is called."""
    return f"{' '.join(item.title.split())} · {more}"


def of_target(session: Session, row: FileRow) -> tuple[Target, PlanItem, Person] | None:
    """The target of a row with its item and owner; None where it is gone."""
    target = session.get(Target, row.mark.id)
    if target is None or target.ended_at is not None:
        return None
    item = session.get_one(PlanItem, target.item_id)
    return target, item, session.get_one(Person, item.owner_id)


def done(deeds: Iterable[Deed]) -> Deed:
    """Several deeds as one, in their order."""
    kept = list(deeds)

    def do(revision: Revision) -> None:
        for deed in kept:
            deed(revision)

    return do
