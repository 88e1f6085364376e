"""People and their links."""

from datetime import datetime

from sqlmodel import select

from flows.runtime import Runtime
from plans.database import reading
from plans.errors import Refused
from plans.tables import Person
from plans.zone import local_day


def link_for(runtime: Runtime, name: str, now: datetime) -> str:
    """The address of a person's own pages, or of the whole bureau's for no name. Raises Refused for an unknown name."""
    today = local_day(now)
    if not name:
        return runtime.links.office(today)
    with reading(runtime.engine) as session:
        person = session.exec(select(Person).where(Person.name == name)).first()
        if person is None:
            known = "、".join(session.exec(select(Person.name).order_by(Person.name)))
            raise Refused(f"没有叫“{name}”的人：现有 {known}。")
    return runtime.links.desk(person.id or 0, person.link_version, today)
