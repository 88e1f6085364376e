"""The first run: the address that sets a bureau up, the first administrator, and the sample document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.settings import from_environment
from flows.settings_file import change_settings
from flows.sheets import hand_in
from flows.staffing import add_person
from plans.accounts import Seat, has_accounts, open_account, sign_in
from plans.checking import is_address
from plans.database import one_at_a_time, reading, writing
from plans.errors import Refused
from plans.people import person_here
from plans.sheet.errors import FieldFaults
from plans.tables import Person
from plans.typed import one_line
from plans.zone import local_day

SETUP_LOCK = 20_261_201
SAMPLE = Path(__file__).with_name("sample.txt")


class SetUpAlready(Refused):
    """管理员账号已经有了：请用它登录。"""

    def __init__(self) -> None:
        super().__init__(
            "已经有账号了，这个设置地址随即作废：请用管理员账号登录，忘了密码在服务器上用 duban account 重设。"
        )


@dataclass(frozen=True)
class FirstAdministrator:
    """What is typed about them; ``person`` is somebody the bureau has already, else ``name`` is new."""

    bureau: str
    person: str
    name: str
    mail: str
    login: str
    password: str
    again: str

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> "FirstAdministrator":
        spaced = {name: one_line(typed.get(name, "")) for name in ("bureau", "person", "name", "mail", "login")}
        return cls(**spaced, password=typed.get("password", ""), again=typed.get("again", ""))

    def faults(self) -> dict[str, str]:
        """What is wrong with which field, before anybody is asked."""
        found: dict[str, str] = {}
        if not self.bureau and "bureau" not in from_environment():
            found["bureau"] = "请写本局全称，如 云溪县科技局。"
        if not self.person and not self.name:
            found["name"] = "请写姓名。"
        if self.mail and (not is_address(self.mail) or len(self.mail) > 200):
            found["mail"] = "这不是一个邮箱地址：请写成 liming@example.gov.cn 这样。"
        if not self.password:
            found |= {"password": "请设一个密码。"}
        if self.password != self.again:
            found["again"] = "两次输入的密码不一样：请再输一遍。"
        return found


def setup_address(runtime: Runtime, now: datetime) -> str:
    """Where the bureau is set up, while nobody has an account; empty from then on."""
    with reading(runtime.engine) as session:
        settled = has_accounts(session)
    return "" if settled else runtime.links.setup(local_day(now))


def people_to_choose(session: Session) -> list[str]:
    """Who is here already and may become the first administrator."""
    return list(session.exec(select(Person.name).where(col(Person.active)).order_by(col(Person.id))))


def set_up(runtime: Runtime, typed: FirstAdministrator, now: datetime) -> str:
    """Make the first administrator and keep the bureau's name; the key of their sign-in.

    Raises SetUpAlready, FieldFaults, Refused; then nothing is kept.
    """
    if faults := typed.faults():
        raise FieldFaults(faults)
    with writing(runtime.engine) as session:
        # Two who have the address may press at once.
        one_at_a_time(session, SETUP_LOCK)
        if has_accounts(session):
            raise SetUpAlready
        person = _person(session, typed)
        try:
            account = open_account(session, person, typed.login, typed.password, Seat.ADMIN, now)
        except Refused as refused:
            raise FieldFaults({"password" if "密码" in str(refused) else "login": str(refused)}) from refused
        if "bureau" not in from_environment():
            change_settings(runtime.settings, {"bureau": typed.bureau})
        return sign_in(session, account, now)


def _person(session: Session, typed: FirstAdministrator) -> Person:
    if not typed.person:
        return add_person(session, {"name": typed.name, "mail": typed.mail})
    person = person_here(session, typed.person)
    person.email = typed.mail or person.email
    session.add(person)
    return person


def hand_in_sample(runtime: Runtime, by: str, now: datetime) -> int:
    """Hand in the fictional bureau's plan of this year, to look at; the number of its draft."""
    text = SAMPLE.read_text(encoding="utf-8").replace("{year}", str(local_day(now).year))
    return hand_in(runtime, "样例（虚构的云溪县科技局，看完可以收起）.txt", text.encode(), by, now)
