"""第一次使用, the last step: hand in the plan, or look at the sample; and where the steps are gone on with."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from duban.web.admission import signed_in
from duban.web.carrying import carry_out
from duban.web.office import ACCEPTED
from duban.web.settings_index import settings_page
from duban.web.setup_steps import first_frame, first_undone
from duban.web.visit import Here, Visit
from flows.first_run import hand_in_sample
from flows.sheets import sheet_rows

pages = APIRouter(prefix="/office/{token}/settings/first")


@pages.get("")
def go_on(token: str, visit: Here) -> Response:
    """To the step that is to be done next."""
    signed_in(visit, token)
    return RedirectResponse(f"{visit.home('office', token)}/settings/first/{first_undone(visit)}", 303)


@pages.get("/plan")
def show_plan_step(token: str, visit: Here) -> Response:
    """The place to hand in, the sample, and what was handed in so far."""
    return _page(visit, token, 200)


@pages.post("/sample")
def sample_handed_in(token: str, visit: Here) -> Response:
    """看看样例: a draft of the fictional bureau, which can be dropped again."""
    visitor = signed_in(visit, token)

    def take() -> str:
        number = hand_in_sample(visit.runtime, visitor.name, visit.now)
        return f"{visit.home('office', token)}/drafts/{number}?said=sample"

    return carry_out(take, lambda status, refused: _page(visit, token, status, str(refused)))


def _page(visit: Visit, token: str, status: int, fault: str = "") -> Response:
    signed_in(visit, token)
    rows = sheet_rows(visit.runtime, visit.now)
    facts = {**first_frame(visit, "plan"), "rows": rows, "fault": fault, "accepted": ACCEPTED}
    return settings_page("setup_plan.html.j2", visit, token, facts, status)
