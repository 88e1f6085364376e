"""The month's 通报 as a Word document in the house style, or in the bureau's own template.

First what needs a decision, then the work by programme, what enterprises filed, what changed, and the month to come.
The table of progress is an attachment that lies; lists of names too long for a paragraph are attachments too.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from notifications.digest import Facts
from notifications.documents.digest_matters import arrived, by_programme, matters, reports, resting
from notifications.documents.digest_tables import attachments_of, next_month, totals
from notifications.documents.paper import Paper, Piece
from notifications.documents.wording import worded
from plans.zone import local_day


def digest_docx(facts: Facts, made_at: datetime, *, template: bytes | None = None, draft: bool = False) -> bytes:
    """The 通报 as .docx: the same facts at the same instant are the same bytes.

    ``template`` is the bureau's own .docx (digest_template.py); raises Refused where it cannot be filled in.
    A ``draft`` says so below its title.
    """
    if template is not None:
        from notifications.documents.digest_template import filled

        return filled(template, facts, made_at, draft=draft)
    paper = Paper(f"{facts['bureau']}{facts['label']}工作进展通报", facts["bureau"])
    paper.title(facts["bureau"], f"{facts['label']}工作进展通报")
    if draft:
        paper.subtitle("（草稿）")
    paper.blank()
    paper.write(_text(facts), _pieces(facts))
    attachments = attachments_of(facts)
    paper.attachments([one.title for one in attachments])
    paper.signature(facts["bureau"], local_day(made_at))
    for number, one in enumerate(attachments, 1):
        paper.attachment(number if len(attachments) > 1 else None, one.title, one.lying)
        one.write(paper)
    return paper.finished(made_at)


def _text(facts: Facts) -> str:
    return worded(
        "digest/word.txt.j2",
        facts,
        t=facts["totals"],
        matters=matters(facts),
        programmes=by_programme(facts),
        resting=resting(facts),
        reports=reports(facts),
        arrived=arrived(facts),
    )


def _pieces(facts: Facts) -> Mapping[str, Piece]:
    cuts = ((item, place, cut) for item, found in reports(facts) for place, cut in enumerate(found))
    tables = {f"合计 {place} {item['number']}": partial(totals, cut=cut) for item, place, cut in cuts}
    return {"下月": partial(next_month, facts=facts), **tables}
