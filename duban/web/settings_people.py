"""设置·人员: who is in the bureau, where each sits, who may sign in. Looking changes nothing."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from duban.web.admission import TurnedAway, signed_in
from duban.web.carrying import carry_out, status_of
from duban.web.rights import may_open
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Number, Typed, Visit, Words
from flows.changing import hand_over
from flows.people import come_back, leave
from flows.staffing import (
    About,
    NobodyThere,
    about,
    add_person,
    change_person,
    end_links,
    give_account,
    person_numbered,
    reset_password,
    set_duty,
    set_open,
)
from flows.views.staff import duty_choices, office_lines, staff_card, staff_lines
from plans.database import reading, writing
from plans.errors import Refused
from plans.sheet.errors import FieldFaults
from plans.words import Role
from tasks.verbs import Act

ROLES = [(role.value, role.label) for role in Role]
ACCOUNTS = "/office/{token}/settings/people/{number}/account"

pages = APIRouter(prefix="/office/{token}/settings/people")

Verb = Callable[[About, Mapping[str, str]], str]
"""What a button does to a person; the code of what is then said."""


@pages.get("")
def show_people(token: str, visit: Here, q: Words = "", said: Words = "") -> Response:
    """Everybody, and the form for one more."""
    return _list_page(token, visit, 200, q.strip(), message=SAID.get(said, ""))


@pages.post("")
def added(token: str, visit: Here, typed: Typed) -> Response:
    """One more person."""
    signed_in(visit, token)

    def add() -> str:
        with writing(visit.engine) as session:
            person = add_person(session, typed)
        return f"{_base(visit, token)}/{person.id}?said=person_added"

    return carry_out(add, lambda status, refused: _list_page(token, visit, status, typed=typed, refused=refused))


@pages.get("/{number}")
def show_person(token: str, number: Number, visit: Here, said: Words = "") -> Response:
    """One person with all that can be done."""
    return _person_page(token, number, visit, 200, message=SAID.get(said, ""))


@pages.post("/{number}/{verb}")
def done(token: str, number: Number, verb: str, visit: Here, typed: Typed) -> Response:
    """A button on a person's page."""
    return _carried_out(token, number, visit, typed, verb, VERBS)


@pages.post("/{number}/account/{verb}")
def account_done(token: str, number: Number, verb: str, visit: Here, typed: Typed) -> Response:
    """A button about a person's account."""
    if verb in KEYS:
        return _key_given(token, number, visit, typed, verb)
    return _carried_out(token, number, visit, typed, verb, ACCOUNT_VERBS)


def _carried_out(
    token: str, number: int, visit: Visit, typed: Mapping[str, str], name: str, verbs: Mapping[str, Verb]
) -> Response:
    act = Act(signed_in(visit, token).name, "page", visit.now)

    def do() -> str:
        verb = _known(verbs, name)
        with _about(visit, number, typed, act) as one:
            said = verb(one, typed)
        return f"{_base(visit, token)}/{number}?said={said}"

    return carry_out(do, lambda status, refused: _person_page(token, number, visit, status, typed, name, refused))


def _key_given(token: str, number: int, visit: Visit, typed: Mapping[str, str], name: str) -> Response:
    """The new password is on the page that answers, and nowhere else."""
    act = Act(signed_in(visit, token).name, "page", visit.now)
    try:
        with _about(visit, number, typed, act) as one:
            key = KEYS[name](one, typed)
    except Refused as refused:
        return _person_page(token, number, visit, status_of(refused), typed, name, refused)
    return _person_page(token, number, visit, 200, key=key)


def _about(visit: Visit, number: int, typed: Mapping[str, str], act: Act) -> AbstractContextManager[About]:
    return about(visit.runtime, number, typed.get("seen", ""), act)


def _known(verbs: Mapping[str, Verb], name: str) -> Verb:
    if name not in verbs:
        raise TurnedAway("没有这个操作：请从页面上的按钮进入。", 404, "没有找到")
    return verbs[name]


def _base(visit: Visit, token: str) -> str:
    return visit.home("office", token) + "/settings/people"


def _list_page(
    token: str,
    visit: Visit,
    status: int,
    wanted: str = "",
    message: str = "",
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    signed_in(visit, token)
    with reading(visit.engine) as session:
        facts = {"lines": staff_lines(session, wanted), "wanted": wanted, **_choices(session)}
    facts |= {"typed": typed or {}, "message": message, "adding": typed is not None, **_faults(refused)}
    return settings_page("settings_people.html.j2", visit, token, facts, status)


def _person_page(
    token: str,
    number: int,
    visit: Visit,
    status: int,
    typed: Mapping[str, str] | None = None,
    verb: str = "",
    refused: Refused | None = None,
    message: str = "",
    key: str = "",
) -> Response:
    visitor = signed_in(visit, token)
    with reading(visit.engine) as session:
        try:
            card = staff_card(session, person_numbered(session, number))
        except NobodyThere as nobody:
            raise TurnedAway(str(nobody), 404, "没有找到") from nobody
        facts = {"card": card, **_choices(session)}
    facts |= {"typed": typed or {}, "verb": verb, "message": message, "key": key, **_faults(refused)}
    # Who keeps the accounts is an administrator's matter alone.
    facts |= {"accounts": may_open(visitor.seat, ACCOUNTS), "duties": list(duty_choices())}
    return settings_page("settings_person.html.j2", visit, token, facts, status)


def _choices(session: Session) -> dict[str, Any]:
    return {"roles": ROLES, "offices": [(str(one.office.id), one.office.name) for one in office_lines(session)]}


def _faults(refused: Refused | None) -> dict[str, Any]:
    faults = refused.faults if isinstance(refused, FieldFaults) else {}
    return {"fault": str(refused) if refused else "", "faults": faults}


def _change(one: About, typed: Mapping[str, str]) -> str:
    return "changed" if change_person(one, typed) else "unchanged"


def _leave(one: About, typed: Mapping[str, str]) -> str:
    leave(one.revision, one.person.name)
    return "left"


def _come_back(one: About, typed: Mapping[str, str]) -> str:
    come_back(one.revision, one.person.name)
    return "came_back"


def _reassign(one: About, typed: Mapping[str, str]) -> str:
    if not typed.get("to", "").strip():
        raise Refused("请选择改派给谁。")
    hand_over(one.revision, None, None, one.person.name, typed["to"])
    return "reassigned"


def _end_links(one: About, typed: Mapping[str, str]) -> str:
    end_links(one)
    return "links_ended"


def _duty(one: About, typed: Mapping[str, str]) -> str:
    set_duty(one, typed.get("duty", ""))
    return "changed"


def _close(one: About, typed: Mapping[str, str]) -> str:
    set_open(one, active=False)
    return "account_closed"


def _open_again(one: About, typed: Mapping[str, str]) -> str:
    set_open(one, active=True)
    return "account_opened"


def _give_account(one: About, typed: Mapping[str, str]) -> str:
    return give_account(one, typed.get("login", ""), typed.get("duty", ""))


def _reset(one: About, typed: Mapping[str, str]) -> str:
    return reset_password(one)


VERBS: Mapping[str, Verb] = {
    "change": _change,
    "leave": _leave,
    "back": _come_back,
    "reassign": _reassign,
    "links": _end_links,
}
ACCOUNT_VERBS: Mapping[str, Verb] = {"duty": _duty, "close": _close, "again": _open_again}
KEYS: Mapping[str, Verb] = {"open": _give_account, "password": _reset}
"""Those that answer with a password instead of a code."""
