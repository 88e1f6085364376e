"""Calling: who calls, by which token, and whether its scope goes that far.

A route says its scope by the type of its first argument: ``call: Reading`` or ``call: Tasking``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlmodel import Session

from duban.web.admission import TurnedAway
from duban.web.visit import House
from flows.runtime import Runtime
from plans.account_tables import ApiToken
from plans.api_tokens import Scope, note_use, token_of, wants_noting
from plans.database import reading, writing
from plans.errors import Refused
from plans.tables import Person
from plans.typed import plain
from plans.zone import local_day
from tasks.lights import Gauge
from tasks.verbs import Act

NO_TOKEN = "请在请求头里带上令牌：Authorization: Bearer duban_…，令牌由管理员用 duban token new 发放。"  # noqa: S105
BAD_TOKEN = "这个令牌不存在、已经停用，或者它的主人已经离岗：请找管理员重新发放。"  # noqa: S105
_bearer = HTTPBearer(scheme_name="令牌", description="管理员发放的令牌，以 duban_ 开头。", auto_error=False)


@dataclass(frozen=True)
class Call:
    """One request of another program: the token it came with, and one instant, however long it takes."""

    runtime: Runtime
    now: datetime
    token: ApiToken
    person_id: int

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def engine(self) -> Engine:
        return self.runtime.engine

    @property
    def gauge(self) -> Gauge:
        return self.runtime.gauge

    def person(self, session: Session) -> Person:
        """In whose name it is."""
        return session.get_one(Person, self.person_id)

    def act(self, session: Session, named: Person) -> Act:
        """What the token's person does through it, for a deputy in the name of the absent one."""
        person = self.person(session)
        return Act(person.name, "api", self.now, "" if named.id == person.id else named.name)


@dataclass(frozen=True)
class Needed:
    """Lets a token with this scope in, or for None any good one. Raises TurnedAway."""

    scope: Scope | None

    def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Call:
        house: House = request.app.state.house
        if given is None:
            raise TurnedAway(NO_TOKEN, 401)
        _refuse_unknown(request)
        call = _called(house, given.credentials)
        if self.scope is not None and self.scope not in call.token.scopes:
            raise TurnedAway(f"这个令牌没有“{self.scope.label}”的权限（{self.scope.value}）：请找管理员重新发放。", 403)
        return call


def _refuse_unknown(request: Request) -> None:
    # A filter that is mistyped and passed over would give everything.
    known = {asked.alias for asked in request.scope["route"].dependant.query_params}
    unknown = next((name for name in request.query_params if name not in known), None)
    if unknown is not None:
        raise Refused(f"没有“{plain(unknown)[:60]}”这个参数：可以用 {'、'.join(sorted(known)) or '的一个也没有'}。")


def _called(house: House, key: str) -> Call:
    now, engine = house.clock(), house.runtime.engine
    with reading(engine) as session:
        found = token_of(session, key)
    if found is None:
        raise TurnedAway(BAD_TOKEN, 401)
    token, person = found
    if wants_noting(token, now):
        with writing(engine) as session:
            note_use(session, token.id or 0, now)
    return Call(house.runtime, now, token, person.id or 0)


Calling = Annotated[Call, Depends(Needed(None))]
Reading = Annotated[Call, Depends(Needed(Scope.READ))]
Tasking = Annotated[Call, Depends(Needed(Scope.TASKS))]
Filing = Annotated[Call, Depends(Needed(Scope.FILINGS))]
Planning = Annotated[Call, Depends(Needed(Scope.PLAN))]
Enlisting = Annotated[Call, Depends(Needed(Scope.ROSTER))]
