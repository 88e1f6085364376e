"""人员与股室: people are added, moved and given accounts, offices made and named; every page that does so carries what
it was shown, and who comes second is told."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import Session, col, select

from flows.changing import revising
from flows.runtime import Runtime
from plans.account_tables import Account
from plans.accounts import close_account, give_duty, open_account, set_password
from plans.errors import Refused
from plans.kept_files import mark_of, require_unchanged
from plans.sheet.typed import Typed, one_of, read_mail, words
from plans.tables import Office, Person
from plans.words import Role
from tasks.revision import Revision
from tasks.verbs import Act

LONGEST_NAME = 50
KEY_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those of a first password: none that is mistaken for another when it is read out."""


class NobodyThere(Refused):
    """没有这个人：请从名单里打开。"""


class NoSuchOffice(Refused):
    """没有这个股室：请从名单里打开。"""


@dataclass(frozen=True)
class About:
    """A person held for a change, with their account if there is one."""

    revision: Revision
    person: Person
    account: Account | None

    @property
    def own_account(self) -> Account:
        """Raises Refused for a person without one."""
        if self.account is None:
            raise Refused(f"{self.person.name}还没有账号：请先开一个。")
        return self.account


@contextmanager
def about(runtime: Runtime, number: int, seen: str, act: Act) -> Iterator[About]:
    """A transaction about one person as the page showed them. Raises Overtaken, NobodyThere."""
    with revising(runtime, act) as revision:
        person = person_numbered(revision.session, number)
        revision.session.refresh(person, with_for_update=True)
        account = account_of_person(revision.session, person)
        require_unchanged(seen, _told(person, account), person.name)
        yield About(revision, person, account)


def mark_of_person(person: Person, account: Account | None) -> str:
    """What a page about this person carries."""
    return mark_of(_told(person, account))


def _told(person: Person, account: Account | None) -> str:
    kept = account.model_dump_json(include={"login", "duty", "active", "version"}) if account else ""
    return person.model_dump_json() + kept


def person_numbered(session: Session, number: int) -> Person:
    """The person with that id. Raises NobodyThere."""
    person = session.get(Person, number)
    if person is None:
        raise NobodyThere("没有这个人：请从名单里打开。")
    return person


def account_of_person(session: Session, person: Person) -> Account | None:
    """Their account, or None."""
    return session.exec(select(Account).where(Account.person_id == person.id)).first()


def add_person(session: Session, given: Mapping[str, str]) -> Person:
    """A new person of ``name``, ``mail``, ``office`` and ``role`` as typed. Raises FieldFaults."""
    person = Person(name="")
    typed = Typed(given)
    person.name = typed.read("name", _new_name(session), "")
    _read(session, person, typed)
    session.add(person)
    session.flush()
    return person


def change_person(about_: About, given: Mapping[str, str]) -> bool:
    """Another ``mail``, ``office`` or ``role``; False where nothing is different. Raises FieldFaults."""
    session, person = about_.revision.session, about_.person
    before = person.model_dump()
    _read(session, person, Typed(given))
    session.add(person)
    return person.model_dump() != before


def _read(session: Session, person: Person, typed: Typed) -> None:
    mail = typed.read("mail", read_mail, person.email)
    office = typed.read("office", _office_in(session), person.office_id)
    role = typed.read("role", one_of("职务", Role), None)
    typed.settle()
    person.email, person.office_id = mail, office
    person.role = (role or Role(person.role)).value


def end_links(about_: About) -> None:
    """作废旧链接: no link this person was ever sent opens any more."""
    about_.person.link_version += 1
    about_.revision.session.add(about_.person)


def give_account(about_: About, login: str, duty: str) -> str:
    """Open an account; its first password, which is kept nowhere in the clear. Raises Refused."""
    if not about_.person.active:
        raise Refused(f"{about_.person.name}已经离岗：请先登记回岗，再开账号。")
    password = first_password()
    open_account(about_.revision.session, about_.person, login, password, duty, about_.revision.act.at)
    return password


def reset_password(about_: About) -> str:
    """A new first password; every browser has to sign in anew. Raises Refused."""
    password = first_password()
    set_password(about_.revision.session, about_.own_account, password)
    return password


def set_duty(about_: About, duty: str) -> None:
    """管理员, 办公室, or neither. Raises Refused, for the last administrator too."""
    give_duty(about_.revision.session, about_.own_account, duty)


def set_open(about_: About, active: bool) -> None:
    """停用 an account, or open it again. Raises Refused for the last administrator."""
    close_account(about_.revision.session, about_.own_account, active)


def first_password() -> str:
    """Twelve characters in three groups, to be read out and changed."""
    return "-".join("".join(secrets.choice(KEY_CHARACTERS) for _ in range(4)) for _ in range(3))


def add_office(session: Session, name: str) -> Office:
    """A new 股室. Raises Refused for a name that is there already."""
    office = Office(name=_office_name(session, name))
    session.add(office)
    session.flush()
    return office


def rename_office(session: Session, number: int, seen: str, name: str) -> Office:
    """Another name for a 股室; its people stay in it. Raises Overtaken, Refused."""
    office = _office_seen(session, number, seen)
    if words("名称", LONGEST_NAME)(name) != office.name:
        office.name = _office_name(session, name)
        session.add(office)
    return office


def remove_office(session: Session, number: int, seen: str) -> str:
    """撤并 a 股室 that nobody is in any more; its name. Raises Overtaken, Refused naming who is in it."""
    office = _office_seen(session, number, seen)
    people = session.exec(select(Person.name).where(Person.office_id == number).order_by(col(Person.id))).all()
    if people:
        few = "、".join(people[:5]) + (f"等{len(people)}人" if len(people) > 5 else "")
        raise Refused(f"{office.name}里还有{few}：请先在各人的页面调到别的股室。")
    session.delete(office)
    return office.name


def _office_seen(session: Session, number: int, seen: str) -> Office:
    office = session.get(Office, number)
    if office is None:
        raise NoSuchOffice("没有这个股室，可能刚刚被撤并：请从名单里打开。")
    session.refresh(office, with_for_update=True)
    require_unchanged(seen, office.name, office.name)
    return office


def _office_name(session: Session, typed: str) -> str:
    name = words("名称", LONGEST_NAME, needed=True)(typed)
    if session.exec(select(Office.id).where(Office.name == name)).first():
        raise Refused(f"已经有“{name}”了：请换一个名称。")
    return name


def _new_name(session: Session) -> Callable[[str], str]:
    def read(text: str) -> str:
        name = words("姓名", LONGEST_NAME, needed=True)(text)
        if session.exec(select(Person.id).where(Person.name == name)).first():
            raise Refused(f"已经有叫{name}的人：同名的请加上区别，如“{name}（二）”；离岗的请点开他登记回岗。")
        return name

    return read


def _office_in(session: Session) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        if not text:
            return None
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
        if session.get(Office, number) is None:
            raise Refused("没有这个股室，可能刚刚被撤并：请重新选。")
        return number

    return read
