"""The roster draft beside the enterprises the bureau has already: nobody is enlisted twice, nothing known is lost."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from plans.draft import DraftEnterprise
from plans.sheet.model import Sheet, SheetEnterprise, Standing
from plans.sheet.roster import FullNames, place_of
from plans.sheet.stretches import squeezed
from plans.tables import Enterprise


def known_names(session: Session) -> list[str]:
    """The names of the bureau's roster."""
    return list(session.exec(select(Enterprise.name).order_by(col(Enterprise.id))))


def already_listed(sheet: Sheet, known: Sequence[str]) -> dict[int, str]:
    """By its position, the known name that a row of the roster draft is, or has as its alias or full name."""
    exact = {squeezed(name): name for name in known}
    place = place_of(sheet.bureau)
    book = FullNames(known, place)
    drafted = FullNames((one.enterprise.name for one in sheet.enterprises), place)
    behind = {found[0]: name for name in known if len(found := drafted.named_by(name)) == 1}
    listed: dict[int, str] = {}
    for position, one in enumerate(sheet.enterprises):
        if is_known := _known(one, exact, book) or behind.get(one.enterprise.name):
            listed[position] = is_known
    return listed


def _known(one: SheetEnterprise, exact: Mapping[str, str], book: FullNames) -> str | None:
    names = (one.enterprise.name, *one.aliases)
    if same := next((exact[found] for name in names if (found := squeezed(name)) in exact), None):
        return same
    fits = {full[0] for name in names if len(full := book.named_by(name)) == 1}
    return fits.pop() if len(fits) == 1 else None


def with_known(session: Session, sheet: Sheet) -> Sheet:
    """The sheet to start: a confirmed row that is known already is that enterprise, with what was typed anew."""
    listed = already_listed(sheet, known_names(session))
    kept: dict[str, SheetEnterprise] = {}
    for position, one in enumerate(sheet.enterprises):
        if one.standing is not Standing.CONFIRMED:
            continue
        row = _joined(session, one, listed[position]) if position in listed else one
        kept.setdefault(row.enterprise.name, row)
    return sheet.model_copy(update={"enterprises": tuple(kept.values())})


def _joined(session: Session, one: SheetEnterprise, name: str) -> SheetEnterprise:
    row = session.exec(select(Enterprise).where(Enterprise.name == name)).one()
    known = DraftEnterprise(mail=row.email, **row.model_dump(include=set(DraftEnterprise.model_fields) - {"mail"}))
    typed = one.enterprise.model_dump(exclude_defaults=True, exclude={"name"})
    given = {field: value for field, value in typed.items() if value not in ("", None)}
    return one.model_copy(update={"enterprise": known.model_copy(update=given)})
