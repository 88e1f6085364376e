"""设置·措辞: the sentences people hear, in the bureau's own words, with examples. Looking changes nothing."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from duban.web.admission import TurnedAway, signed_in
from duban.web.carrying import status_of
from duban.web.settings_form import faults_of
from duban.web.settings_index import settings_page
from duban.web.visit import SAID, Here, Typed, Visit, Words
from flows.wording_file import KeptGroup, keep_wordings, kept_group, kept_groups, pen_saying, read_sentences
from notifications.examples import examples_of
from notifications.wordings import LONGEST, WordingFileError
from plans.errors import Refused
from plans.kept_files import Overtaken

PLACES = {
    "name": "收信人",
    "enterprise": "企业名称",
    "title": "报表名称",
    "month": "截止日的月",
    "day": "截止日的日",
    "now": "生成的时间",
}

pages = APIRouter(prefix="/office/{token}/settings/wordings")


@pages.get("")
def show_wordings(token: str, visit: Here, said: Words = "") -> Response:
    """The groups of sentences."""
    signed_in(visit, token)
    try:
        kept, fault = kept_groups(visit.runtime), ""
    except WordingFileError as broken:
        kept, fault = [], str(broken)
    facts = {"groups": kept, "fault": fault, "message": SAID.get(said, "")}
    return settings_page("settings_wordings.html.j2", visit, token, facts)


@pages.get("/{key}")
def show_group(token: str, key: str, visit: Here, said: Words = "") -> Response:
    """One group as a form, with what it sounds like."""
    kept = _kept(visit, token, key)
    typed = {one.key: one.own or one.sentence.text for one in kept.sentences} | {"seen": kept.seen}
    return _page(token, visit, kept, typed, message=SAID.get(said, ""))


@pages.post("/{key}")
def pressed(token: str, key: str, visit: Here, typed: Typed) -> Response:
    """Look at what it would sound like, or keep it."""
    kept = _kept(visit, token, key)
    try:
        read_sentences(key, typed)
        if typed.get("do") == "look":
            return _page(token, visit, kept, typed)
        keep_wordings(visit.runtime, key, typed, typed.get("seen", ""))
    except Refused as refused:
        now = _kept(visit, token, key)
        moved = isinstance(refused, Overtaken)
        again = {**typed, "seen": now.seen} if moved else typed
        return _page(token, visit, now, again, refused, status_of(refused))
    return RedirectResponse(f"{visit.home('office', token)}/settings/wordings/{key}?said=saved", 303)


def _page(
    token: str,
    visit: Visit,
    kept: KeptGroup,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    status: int = 200,
    message: str = "",
) -> Response:
    own = {one.key: one.own for one in kept.sentences if one.own}
    faults = faults_of(refused)
    shown = own if faults else read_sentences(kept.key, typed)
    facts: dict[str, Any] = {"kept": kept, "typed": typed, "faults": faults, "places": PLACES, "longest": LONGEST}
    facts |= {"examples": examples_of(kept.key, pen_saying(visit.runtime, kept.key, shown), visit.today)}
    facts |= {"theirs": own if isinstance(refused, Overtaken) else {}, "fault": str(refused or ""), "message": message}
    # What is shown below is what is kept, or what would be.
    facts |= {"unsaved": shown != own}
    return settings_page("settings_wording.html.j2", visit, token, facts, status)


def _kept(visit: Visit, token: str, key: str) -> KeptGroup:
    signed_in(visit, token)
    try:
        return kept_group(visit.runtime, key)
    except Refused as refused:
        raise TurnedAway(str(refused), 404, "没有找到") from refused
    except WordingFileError as broken:
        raise TurnedAway(str(broken), 409, "读不懂这个文件") from broken
