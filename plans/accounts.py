"""Accounts: who may sign in, by which password, from which seat, and how attempts are slowed."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from pwdlib import PasswordHash
from sqlmodel import Session, col, func, select

from plans.account_tables import Account, SignIn, SignInFailure
from plans.errors import Refused
from plans.people import find_person
from plans.tables import Person
from plans.words import Role

LASTS = timedelta(hours=12)
"""How long a sign-in is good for: one working day."""
SHORTEST, LONGEST = 8, 200
"""Characters of a password."""
WATCHED = timedelta(minutes=15)
FREE_TRIES = 5
"""Failures of a name within the watched time before the next try has to wait."""
SOURCE_TRIES = 50
"""Failures of an address: a whole bureau may sit behind one."""
WRONG = "账号或密码不对：请再试一次；忘了密码请找管理员重设。"


class SignInRefused(Refused):
    """账号或密码不对：请再试一次。"""


class Seat(StrEnum):
    """Whose chair somebody sits in on the pages: their duty on them, else their place in the bureau."""

    ADMIN = "admin"
    OFFICE = "office"
    LEADER = "leader"
    HEAD = "head"
    STAFF = "staff"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Seat.ADMIN: "管理员",
    Seat.OFFICE: "办公室",
    Seat.LEADER: "局领导",
    Seat.HEAD: "股室负责人",
    Seat.STAFF: "工作人员",
}
_PLACES = {
    Role.STAFF: Seat.STAFF,
    Role.OFFICE_HEAD: Seat.HEAD,
    Role.DEPUTY_DIRECTOR: Seat.LEADER,
    Role.DIRECTOR: Seat.LEADER,
}
DUTIES = (Seat.ADMIN, Seat.OFFICE)
"""The seats that are given with an account; the others come from the person's place."""


def seat_of(account: Account, person: Person) -> Seat:
    """The seat of an account."""
    return Seat(account.duty) if account.duty else _PLACES[Role(person.role)]


def seat_of_person(session: Session, person: Person) -> Seat:
    """Where somebody sits, with an account or without one."""
    query = select(Account).where(Account.person_id == person.id, Account.active)
    account = session.exec(query).first()
    return seat_of(account, person) if account else _PLACES[Role(person.role)]


def open_account(session: Session, person: Person, login: str, password: str, duty: str, now: datetime) -> Account:
    """A new account; without a password it is for single sign-on only. Raises Refused."""
    if session.exec(select(Account).where(Account.person_id == person.id)).first():
        raise Refused(f"{person.name}已经有账号了：忘了密码可以重设。")
    account = Account(person_id=person.id or 0, login=_free_login(session, login), duty=_duty(duty), made_at=now)
    if password:
        account.password_hash = _hashed(password)
    session.add(account)
    session.flush()
    return account


def set_password(session: Session, account: Account, password: str) -> None:
    """A new password; every sign-in so far ends. Raises Refused for one too short."""
    account.password_hash = _hashed(password)
    account.version += 1
    session.add(account)


def change_own_password(session: Session, account: Account, old: str, new: str) -> None:
    """Like set_password, by its owner, who knows the old one. Raises Refused."""
    if not _matches(old, account.password_hash):
        raise Refused("原来的密码不对：请再输一遍。")
    set_password(session, account, new)


def close_account(session: Session, account: Account, active: bool = False) -> None:
    """停用, or back again; the last administrator stays. Raises Refused."""
    if not active and account.duty == Seat.ADMIN and _other_admins(session, account) == 0:
        raise Refused("这是最后一个管理员账号，不能停用：请先另设一位管理员。")
    account.active = active
    account.version += 1
    session.add(account)


def keep_an_administrator(session: Session, person: Person) -> None:
    """Raises Refused for the last administrator, before they go."""
    account = session.exec(select(Account).where(Account.person_id == person.id, Account.active)).first()
    if account and account.duty == Seat.ADMIN and _other_admins(session, account) == 0:
        raise Refused(f"{person.name}是最后一位管理员：请先另设一位管理员，再登记离岗。")


def give_duty(session: Session, account: Account, duty: str) -> None:
    """Another duty, or none; the last administrator stays. Raises Refused."""
    if account.duty == Seat.ADMIN and duty != Seat.ADMIN and _other_admins(session, account) == 0:
        raise Refused("这是最后一个管理员账号：请先另设一位管理员，再改这一位。")
    account.duty = _duty(duty)
    session.add(account)


def find_account(session: Session, login: str) -> Account | None:
    """The account of that name, in whatever case it is typed."""
    return session.exec(select(Account).where(Account.login == login.strip().lower())).first()


def account_known_as(session: Session, subject: str, login: str) -> Account | None:
    """Whose single sign-on this is: by the lasting name there or, where a login is given, for the first time by that,
    and from then on by the name. None where nobody is, or may not any more."""
    query = select(Account, Person).join(Person, col(Person.id) == col(Account.person_id))
    found = session.exec(query.where(Account.subject == subject)).first()
    if found is None and login.strip():
        first = query.where(Account.login == login.strip().lower(), Account.subject == "")
        found = session.exec(first).first()
    if found is None or not found[0].active or not found[1].active:
        return None
    found[0].subject = subject
    session.add(found[0])
    return found[0]


def account_of(session: Session, name: str) -> Account:
    """The account of the person of that name. Raises Refused."""
    person = find_person(session, name)
    account = session.exec(select(Account).where(Account.person_id == person.id)).first()
    if account is None:
        raise Refused(f"{person.name}还没有账号：请先给他开一个。")
    return account


def accounts(session: Session) -> Sequence[tuple[Account, Person]]:
    """All accounts with their people, the oldest first."""
    query = select(Account, Person).join(Person, col(Person.id) == col(Account.person_id))
    return session.exec(query.order_by(col(Account.id))).all()


def has_accounts(session: Session) -> bool:
    """True once the set-up has made the first account."""
    return session.exec(select(Account.id).limit(1)).first() is not None


def check_password(session: Session, login: str, password: str) -> Account | None:
    """The account these open, or None. As slow for a name nobody has as for a wrong password."""
    account = find_account(session, login)
    known = account is not None and account.active and account.password_hash
    right = _matches(password, account.password_hash if known and account else _nobody())
    return account if known and right else None


def wait_before(session: Session, login: str, source: str, now: datetime) -> timedelta:
    """How long this name or this address still has to wait; zero when it may try."""
    if _failures(session, SignInFailure.source == source, now)[0] >= SOURCE_TRIES:
        return WATCHED
    count, last = _failures(session, SignInFailure.login == login.strip().lower(), now)
    if count < FREE_TRIES or last is None:
        return timedelta()
    pause = min(timedelta(seconds=15 * 2 ** (count - FREE_TRIES)), WATCHED)
    return max(last + pause - now, timedelta())


def note_failure(session: Session, login: str, source: str, now: datetime) -> None:
    """Remember a refused attempt, and forget those that count no more."""
    for old in session.exec(select(SignInFailure).where(col(SignInFailure.at) < now - WATCHED)):
        session.delete(old)
    session.add(SignInFailure(login=login.strip().lower()[:200], source=source, at=now))


def _failures(session: Session, where: object, now: datetime) -> tuple[int, datetime | None]:
    query = select(func.count(), func.max(SignInFailure.at)).where(col(SignInFailure.at) > now - WATCHED)
    return session.exec(query.where(where)).one()  # type: ignore[arg-type]


def sign_in(session: Session, account: Account, now: datetime) -> str:
    """A new key for this browser; never one that came from it."""
    key = secrets.token_urlsafe(32)
    for old in session.exec(
        select(SignIn).where(SignIn.account_id == account.id, col(SignIn.started_at) < now - LASTS)
    ):
        session.delete(old)
    session.add(SignIn(key_hash=key_hash(key), account_id=account.id or 0, version=account.version, started_at=now))
    return key


def sign_out(session: Session, key: str) -> None:
    """End this browser's sign-in, if there is one."""
    for found in session.exec(select(SignIn).where(SignIn.key_hash == key_hash(key))):
        session.delete(found)


def signed_in_as(session: Session, key: str, now: datetime) -> tuple[Account, Person] | None:
    """Whose browser this is, while the sign-in, the account and the person are good."""
    query = (
        select(SignIn, Account, Person)
        .join(Account, col(Account.id) == SignIn.account_id)
        .join(Person, col(Person.id) == Account.person_id)
        .where(SignIn.key_hash == key_hash(key))
    )
    found = session.exec(query).first()
    if found is None:
        return None
    kept, account, person = found
    fresh = kept.version == account.version and now < kept.started_at + LASTS
    return (account, person) if fresh and account.active and person.active else None


def key_hash(key: str) -> str:
    """What is kept of a key that is random enough to need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def _free_login(session: Session, login: str) -> str:
    wanted = login.strip().lower()
    if not wanted or len(wanted) > 60 or any(char.isspace() for char in wanted):
        raise Refused("账号请用1到60个字母、数字或汉字，中间不要空格。")
    if find_account(session, wanted):
        raise Refused(f"账号“{wanted}”已经有人用了：请换一个。")
    return wanted


def _duty(duty: str) -> str:
    if duty and duty not in DUTIES:
        raise Refused("账号的职责只能是管理员或办公室。")
    return duty


def _other_admins(session: Session, account: Account) -> int:
    # Whoever left the bureau cannot sign in.
    query = select(func.count(col(Account.id))).join(Person).where(col(Person.active))
    query = query.where(Account.duty == Seat.ADMIN, Account.active, col(Account.id) != account.id)
    return session.exec(query).one()


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(f"密码请用{SHORTEST}到{LONGEST}个字符。")
    return _hasher().hash(password)


def _matches(password: str, hashed: str) -> bool:
    return len(password) <= LONGEST and bool(hashed) and _hasher().verify(password, hashed)
