"""People: their links, who is here and who left, and what those who left still hold."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from plans.accounts import keep_an_administrator
from plans.api_tokens import end_tokens_of
from plans.database import reading
from plans.errors import Refused
from plans.people import find_person
from plans.tables import Office, Person
from plans.words import Role
from plans.zone import local_day
from tasks.reassigning import Holdings, holdings
from tasks.revision import Revision
from tasks.verbs import item_of

HERE, GONE = "在岗", "离岗"


def link_for(runtime: Runtime, name: str, now: datetime) -> str:
    """The address of a person's own pages, or of the whole bureau's for no name. Raises Refused for an unknown name."""
    today = local_day(now)
    if not name:
        return runtime.links.office(today)
    with reading(runtime.engine) as session:
        person = find_person(session, name)
    return runtime.links.desk(person.id or 0, person.link_version, today)


def person_rows(runtime: Runtime) -> list[dict[str, Any]]:
    """Everybody, those who are here first."""
    query = select(Person).order_by(col(Person.active).desc(), col(Person.id))
    with reading(runtime.engine) as session:
        offices = {office.id: office.name for office in session.exec(select(Office))}
        return [_person_row(session, person, offices) for person in session.exec(query)]


def _person_row(session: Session, person: Person, offices: dict[int | None, str]) -> dict[str, Any]:
    held = holdings(session, person)
    return {
        "name": person.name,
        "role": Role(person.role).label,
        "office": offices.get(person.office_id, ""),
        "mail": person.email,
        "state": HERE if person.active else GONE,
        "items": len(held.items),
        "tasks": len(held.tasks),
    }


def leave(revision: Revision, name: str) -> list[dict[str, Any]]:
    """离岗: no notice goes to the person any more and old links are worthless; what must be reassigned."""
    person = find_person(revision.session, name)
    if not person.active:
        raise Refused(f"{person.name}已经是离岗状态。")
    keep_an_administrator(revision.session, person)
    person.active, person.link_version = False, person.link_version + 1
    revision.session.add(person)
    end_tokens_of(revision.session, person, revision.act.at)
    held = holdings(revision.session, person)
    _note_all(revision, held, f"{person.name}（{HERE}）", f"{person.name}（{GONE}）")
    return held_rows(revision.session, held)


def come_back(revision: Revision, name: str) -> None:
    """回岗: the person can be given work again and gets notices."""
    person = find_person(revision.session, name)
    if person.active:
        raise Refused(f"{person.name}本来就在岗。")
    person.active = True
    revision.session.add(person)
    held = holdings(revision.session, person)
    _note_all(revision, held, f"{person.name}（{GONE}）", f"{person.name}（{HERE}）")


def _note_all(revision: Revision, held: Holdings, before: str, after: str) -> None:
    for item in held.items:
        revision.note(item, "责任人", before, after)


def held_rows(session: Session, held: Holdings) -> list[dict[str, Any]]:
    """Items and open tasks as plain rows."""
    items = [{"what": "事项", "id": item.id, "title": item.title, "due_on": ""} for item in held.items]
    tasks = [
        {"what": "任务", "id": task.id, "title": item_of(session, task).title, "due_on": task.due_on.isoformat()}
        for task in held.tasks
    ]
    return items + tasks
