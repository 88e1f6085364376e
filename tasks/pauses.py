"""Pauses 暂停催报: between two days nothing is said to an enterprise, nor about it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from plans.errors import Refused
from plans.tables import Enterprise
from plans.workdays import STEP
from plans.zone import local_day
from tasks.calls import ring
from tasks.chasing_tables import Pause
from tasks.tables import Task
from tasks.verbs import Act

LONGEST = timedelta(days=366)
LONGEST_REASON = 500


class PauseRefused(Refused):
    """已经暂停催报到 2026-10-31：请先恢复，再改日期。"""


def pause(session: Session, enterprise: Enterprise, first: date, last: date, reason: str, act: Act) -> Pause:
    """暂停催报 from the first to the last day, both inside. Raises PauseRefused."""
    # Held: of two who pause at once the second is told of the first.
    session.refresh(enterprise, with_for_update=True)
    _check(session, enterprise, first, last, reason, local_day(act.at))
    made = Pause(
        enterprise_id=enterprise.id or 0,
        first_day=first,
        last_day=last,
        reason=reason.strip(),
        by=act.by,
        at=act.at,
    )
    session.add(made)
    session.flush()
    _ring_all(session, enterprise.id or 0, act.at)
    return made


def end_pause(session: Session, found: Pause, act: Act) -> None:
    """恢复催报: from tomorrow on; one that has not begun is called off. Raises PauseRefused when it is over."""
    session.refresh(found, with_for_update=True)
    today = local_day(act.at)
    if found.last_day <= today:
        raise PauseRefused(f"这次暂停到 {found.last_day} 为止，不用再恢复。")
    found.last_day = today if found.first_day <= today else found.first_day - STEP
    session.add(found)
    session.flush()
    _ring_all(session, found.enterprise_id, act.at)


def find_pause(session: Session, number: int) -> Pause:
    """The pause of that number. Raises PauseRefused."""
    found = session.get(Pause, number)
    if found is None:
        raise PauseRefused(f"没有编号为 {number} 的暂停催报。")
    return found


def pauses_of(session: Session, enterprise_ids: Iterable[int], since: date) -> dict[int, list[Pause]]:
    """The pauses of these enterprises that last until ``since`` or longer, by enterprise, first one first."""
    found: dict[int, list[Pause]] = {}
    lasting = select(Pause).where(col(Pause.enterprise_id).in_(enterprise_ids), Pause.last_day >= since)
    for one in session.exec(lasting.order_by(col(Pause.first_day), col(Pause.id))):
        if one.first_day <= one.last_day:
            found.setdefault(one.enterprise_id, []).append(one)
    return found


def _check(session: Session, enterprise: Enterprise, first: date, last: date, reason: str, today: date) -> None:
    if last < first or last < today:
        raise PauseRefused("暂停的最后一天要在第一天之后，也不能早于今天。")
    if last - first > LONGEST:
        raise PauseRefused("一次最多暂停一年：请把日期改近一些。")
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise PauseRefused(f"暂停催报要写明原因，{LONGEST_REASON}字以内。")
    for other in pauses_of(session, [enterprise.id or 0], first).get(enterprise.id or 0, ()):
        if other.first_day <= last:
            raise PauseRefused(f"{other.first_day} 至 {other.last_day} 已经暂停催报：请先恢复，再改日期。")


def _ring_all(session: Session, enterprise_id: int, at: datetime) -> None:
    ids = session.exec(select(Task.id).where(Task.enterprise_id == enterprise_id)).all()
    ring(session, [number or 0 for number in ids], at)
