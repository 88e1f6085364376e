"""Finding the people of the bureau by name, as somebody types it."""

from sqlmodel import Session, select

from plans.errors import Refused
from plans.tables import Person


def find_person(session: Session, name: str) -> Person:
    """The person of that name, here or gone. Raises Refused naming those there are."""
    person = session.exec(select(Person).where(Person.name == name.strip())).first()
    if person is None:
        known = "、".join(session.exec(select(Person.name).order_by(Person.name)))
        raise Refused(f"没有叫“{name}”的人：现有 {known}。")
    return person


def person_here(session: Session, name: str) -> Person:
    """The person of that name, who can be given work. Raises Refused for one who left."""
    person = find_person(session, name)
    if not person.active:
        raise Refused(f"{person.name}已经离岗，不能承办：请换一位。")
    return person
