"""Starting a plan: a checked draft becomes rows, all of them or none."""

from datetime import datetime

from sqlmodel import Session, col, select

from plans.checking import settle_item
from plans.draft import Draft, DraftEnterprise, DraftItem, DraftPerson
from plans.periods import Period
from plans.programmes import Programmes
from plans.tables import Enterprise, Office, Person, Plan, PlanItem, Target
from plans.zone import local_day


def start_plan(session: Session, draft: Draft, programmes: Programmes, by: str, now: datetime) -> Plan:
    """Write the plan with its people, enterprises, items and targets. The draft must have been checked."""
    for person in draft.people:
        keep_person(session, person)
    for enterprise in draft.enterprises:
        _keep_enterprise(session, enterprise)
    plan = Plan(
        title=draft.title,
        bureau=draft.bureau,
        period=Period.parse(draft.period).key,
        started_on=local_day(now),
        started_at=now,
        started_by=by,
        source=draft.source,
    )
    session.add(plan)
    session.flush()
    owners = {person.name: person.id or 0 for person in session.exec(select(Person))}
    for number, item in enumerate(draft.items, start=1):
        write_item(session, plan, number, item, draft.owner, programmes, owners)
    return plan


def keep_person(session: Session, given: DraftPerson) -> None:
    """Write a person of a checked draft, or bring the one of that name up to date."""
    person = session.exec(select(Person).where(Person.name == given.name)).first() or Person(name=given.name)
    person.email, person.role, person.active = given.mail, given.role.value, True
    person.office_id = _office_id(session, given.office) if given.office else person.office_id
    session.add(person)


def _office_id(session: Session, name: str) -> int | None:
    office = session.exec(select(Office).where(Office.name == name)).first()
    if office is None:
        office = Office(name=name)
        session.add(office)
        session.flush()
    return office.id


def _keep_enterprise(session: Session, given: DraftEnterprise) -> None:
    """Write an enterprise of a checked draft. What the draft leaves out of one that is known stays, and so does who
    files for it: that duty, and the links that go with it, are moved by a hand-over only."""
    known = session.exec(select(Enterprise).where(Enterprise.name == given.name)).first()
    enterprise = known or Enterprise(name=given.name)
    if not (enterprise.contact or enterprise.email):
        enterprise.contact, enterprise.email, enterprise.phone = given.contact, given.mail, given.phone
    enterprise.credit_code = given.credit_code or enterprise.credit_code
    enterprise.weight = given.weight or enterprise.weight
    for name in ("first_month", "last_month", "exempt_reason"):
        setattr(enterprise, name, getattr(given, name) or getattr(enterprise, name))
    session.add(enterprise)


def write_item(
    session: Session,
    plan: Plan,
    number: int,
    item: DraftItem,
    default_owner: str,
    programmes: Programmes,
    owners: dict[str, int],
) -> PlanItem:
    """Write one item of a checked draft with its targets. ``owners``: name → id of the people."""
    settled = settle_item(item, programmes[item.programme], default_owner)
    row = PlanItem(
        plan_id=plan.id or 0,
        number=number,
        title=item.title,
        text=item.text,
        programme=item.programme,
        owner_id=owners[settled.owner],
        kind=settled.kind.value,
        cadence=settled.cadence,
        due_policy=settled.due_policy.value,
        in_arrears=settled.in_arrears,
        skip_months=settled.skip_months,
        assignees=settled.assignees.value,
        ladder=settled.ladder,
        form=settled.form,
        weight=item.weight,
        needs_sign=item.needs_sign,
        needs_review=item.needs_review,
        needs_evidence=item.needs_evidence,
        carried_from=item.carried_from,
    )
    session.add(row)
    session.flush()
    kept = [target.kept() for target in item.targets]
    session.add_all(Target(item_id=row.id or 0, **values) for values in kept)
    return row


def known_people(session: Session) -> dict[str, str]:
    """The people who are there already: name → mail address."""
    return {person.name: person.email for person in session.exec(select(Person).where(col(Person.active)))}
