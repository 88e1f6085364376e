"""The steps of the first run: four pages, each saved on its own, in any order and as often as one likes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, select

from duban.web.visit import ME, Visit
from plans.accounts import has_accounts
from plans.database import reading
from plans.tables import Plan, PlanSheet

FIRST = "/settings/first"


@dataclass(frozen=True)
class Step:
    """One page: its key, which is also its address, and its title."""

    key: str
    title: str


STEPS = (
    Step("admin", "单位和管理员"),
    Step("mail", "发邮件"),
    Step("workdays", "放假安排"),
    Step("plan", "交工作计划"),
)
"""In the words of docs/guide.md, 第一次使用."""


@dataclass(frozen=True)
class Stage:
    """A step as the progress line shows it. ``address`` is empty where there is nothing to open."""

    number: int
    title: str
    done: bool
    here: bool
    address: str


def progress(visit: Visit, here: str) -> list[Stage]:
    """All steps with how far the bureau is."""
    with reading(visit.engine) as session:
        done = _done(visit, session)
    base = visit.home("office", ME) + FIRST
    return [
        Stage(number, step.title, done[step.key], step.key == here, _address(base, step, done))
        for number, step in enumerate(STEPS, start=1)
    ]


def first_frame(visit: Visit, here: str) -> dict[str, object]:
    """What a settings page shows besides while it is a step of the first run; nothing when it is not."""
    if "/first/" not in f"{visit.route}/":
        return {"steps": [], "step_title": "", "onward": "", "base": visit.home("office", ME) + "/settings"}
    base = visit.home("office", ME) + FIRST
    keys = [step.key for step in STEPS]
    later = keys[keys.index(here) + 1 :]
    title = next(step.title for step in STEPS if step.key == here)
    onward = f"{base}/{later[0]}" if later else visit.home("office", ME)
    return {"steps": progress(visit, here), "step_title": title, "onward": onward, "base": base}


def first_undone(visit: Visit) -> str:
    """The key of the step to go on with."""
    with reading(visit.engine) as session:
        done = _done(visit, session)
    return next((step.key for step in STEPS if not done[step.key]), STEPS[-1].key)


def _done(visit: Visit, session: Session) -> Mapping[str, bool]:
    return {
        "admin": has_accounts(session),
        "mail": bool(visit.runtime.settings.mail_host),
        "workdays": not years_wanted(visit),
        "plan": any(session.exec(select(table.id).limit(1)).first() for table in (Plan, PlanSheet)),
    }


def years_wanted(visit: Visit) -> list[int]:
    """The years whose days off should be known by now and are not: this one, and from November on the next."""
    year = visit.today.year
    wanted = [year, year + 1] if visit.today.month >= 11 else [year]  # the State Council tells in late autumn
    return [one for one in wanted if not visit.runtime.workdays.has_table(one)]


def _address(base: str, step: Step, done: Mapping[str, bool]) -> str:
    return f"{base}/{step.key}" if done["admin"] and step.key != "admin" else ""
