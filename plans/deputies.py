"""代理: who stands in for whom on a day, and the checks before somebody does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from plans.errors import Refused
from plans.tables import Deputy, Person
from plans.workdays import STEP


class DeputyRefused(Refused):
    """代理形成了循环：李明→王芳→李明。"""


@dataclass(frozen=True)
class Deputies:
    """The terms whose deputy is still there."""

    terms: Sequence[Deputy] = ()

    @classmethod
    def of(cls, session: Session) -> "Deputies":
        there = select(Deputy).join(Person, col(Person.id) == col(Deputy.deputy_id)).where(col(Person.active))
        return cls(session.exec(there.order_by(col(Deputy.id))).all())

    def stand_in(self, person_id: int, day: date) -> int:
        """Who acts for the person on that day, deputies of deputies followed; the person while nobody does."""
        chain = [person_id]
        while (following := self._next(chain[-1], day)) is not None and following not in chain:
            chain.append(following)
        return chain[-1]

    def stood_in_for(self, deputy_id: int, day: date) -> list[int]:
        """Whose notices and rights the deputy has on that day."""
        absent = {term.person_id for term in self.terms if covers(term, day)}
        return sorted(person for person in absent - {deputy_id} if self.stand_in(person, day) == deputy_id)

    def _next(self, person_id: int, day: date) -> int | None:
        terms = (term for term in self.terms if term.person_id == person_id and covers(term, day))
        return next((term.deputy_id for term in terms), None)


def covers(term: Deputy, day: date) -> bool:
    """True on the days of a term, the first and the last among them."""
    return term.first_day <= day <= term.last_day


def add_deputy(session: Session, name: str, to: str, first_day: date, last_day: date) -> Deputy:
    """Let one person stand in for another from the first to the last day. Raises DeputyRefused."""
    absent, deputy = person_named(session, name), person_named(session, to)
    if last_day < first_day:
        raise DeputyRefused(f"代理的最后一天 {last_day} 比第一天 {first_day} 还早：请把两个日期对调。", "until")
    if absent.id == deputy.id:
        raise DeputyRefused(f"{name}不能代理自己：请换一个人。", "to")
    if not deputy.active:
        raise DeputyRefused(f"{to}已经离岗，不能代理：请换一个人。", "to")
    term = Deputy(person_id=absent.id or 0, deputy_id=deputy.id or 0, first_day=first_day, last_day=last_day)
    terms = session.exec(select(Deputy).order_by(col(Deputy.id))).all()
    _refuse_overlap(session, term, terms)
    _refuse_loop(session, term, terms)
    session.add(term)
    session.flush()
    return term


def _refuse_overlap(session: Session, new: Deputy, terms: Sequence[Deputy]) -> None:
    for term in terms:
        if term.person_id == new.person_id and _shared(term, new.first_day, new.last_day):
            name, deputy = names_of(session, term)
            told = f"{name} {term.first_day} 至 {term.last_day} 已由{deputy}代理"
            raise DeputyRefused(f"{told}（编号 {term.id}）：请先结束原来的代理。", "from")


def _refuse_loop(session: Session, new: Deputy, terms: Sequence[Deputy]) -> None:
    for chain in _chains((new.person_id, new.deputy_id), new.first_day, new.last_day, terms):
        if chain[-1] == new.person_id:
            names = (session.get_one(Person, person_id).name for person_id in chain)
            raise DeputyRefused(f"代理形成了循环：{'→'.join(names)}。", "to")


def _chains(
    chain: tuple[int, ...], first_day: date, last_day: date, terms: Sequence[Deputy]
) -> Iterator[tuple[int, ...]]:
    """Every chain of deputies that holds on some day from first to last."""
    for term in terms:
        if term.person_id == chain[-1] and (days := _shared(term, first_day, last_day)):
            longer = (*chain, term.deputy_id)
            yield longer
            if term.deputy_id not in chain:
                yield from _chains(longer, *days, terms)


def _shared(term: Deputy, first_day: date, last_day: date) -> tuple[date, date] | None:
    first, last = max(term.first_day, first_day), min(term.last_day, last_day)
    return (first, last) if first <= last else None


def end_deputy(session: Session, number: int, today: date) -> Deputy:
    """End a term: from today on the person acts again. A term that never began is gone. Raises DeputyRefused."""
    term = session.get(Deputy, number)
    if term is None:
        raise DeputyRefused(f"没有编号为 {number} 的代理：请用 duban deputy list 查看编号。")
    if term.last_day < today:
        raise DeputyRefused(f"这个代理已于 {term.last_day} 结束。")
    if term.first_day >= today:
        session.delete(term)
    else:
        term.last_day = today - STEP
        session.add(term)
    return term


def voices(session: Session, person: Person, day: date) -> list[Person]:
    """In whose names a person may act on that day: their own first, then those they stand in for."""
    absent = Deputies.of(session).stood_in_for(person.id or 0, day)
    return [person, *(session.get_one(Person, person_id) for person_id in absent)]


def names_of(session: Session, term: Deputy) -> tuple[str, str]:
    """The names of the absent person and of the deputy."""
    return session.get_one(Person, term.person_id).name, session.get_one(Person, term.deputy_id).name


def person_named(session: Session, name: str) -> Person:
    """The person of that name. Raises DeputyRefused listing who there is."""
    person = session.exec(select(Person).where(Person.name == name)).first()
    if person is None:
        known = "、".join(session.exec(select(Person.name).where(col(Person.active)).order_by(col(Person.id))))
        raise DeputyRefused(f"没有叫“{name}”的人：现有 {known}。")
    return person
