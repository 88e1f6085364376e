"""我: whose token it is and what it may be used for."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from duban.web.api.calling import Calling
from duban.web.api.shapes import Moment
from plans.accounts import seat_of_person
from plans.api_tokens import Scope
from plans.database import reading
from plans.deputies import voices
from plans.tables import Office, Person
from plans.words import Role

routes = APIRouter(tags=["我"])


class Me(BaseModel):
    """令牌和它的主人"""

    name: str = Field(description="令牌的主人", examples=["李明"])
    role: str = Field(description="职务", examples=["科员"])
    office: str = Field(description="股室，没有就是空", examples=["创新股"])
    seat: str = Field(description="看得到什么：管理员、办公室、局领导、股室负责人、工作人员", examples=["工作人员"])
    stands_in_for: list[str] = Field(description="今天代理谁")
    token: str = Field(description="令牌的名称", examples=["OA"])
    scopes: list[Scope] = Field(description="令牌的权限")
    made_at: Moment = Field(description="令牌何时发放")


@routes.get("/me", summary="令牌是谁的、有什么权限")
def me(call: Calling) -> Me:
    """任何有效的令牌都可以用。"""
    with reading(call.engine) as session:
        person = session.get_one(Person, call.person_id)
        office = session.get(Office, person.office_id) if person.office_id else None
        return Me(
            name=person.name,
            role=Role(person.role).label,
            office=office.name if office else "",
            seat=seat_of_person(session, person).label,
            stands_in_for=[one.name for one in voices(session, person, call.today)[1:]],
            token=call.token.name,
            scopes=[Scope(scope) for scope in call.token.scopes],
            made_at=call.token.made_at,
        )
