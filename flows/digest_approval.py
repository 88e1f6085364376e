"""定稿: a month's digest is frozen as a person saw it and sent; an empty month is noted instead."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from flows.runtime import Runtime
from notifications.channels.message import Attachment
from notifications.digest import Facts, announce, freeze, frozen
from notifications.digest_charts import plots
from notifications.leaving import Attach
from notifications.tables import Delivery, Digest
from plans.database import writing
from plans.errors import Refused
from plans.periods import Period, Span
from plans.zone import local_day
from tasks.verbs import MoveRefused

NOTHING = "这个月没有到期的任务，也没有变化，没有发出"
LONGEST_NOTE = 1000
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def seal_of(facts: Facts) -> str:
    """What the facts are known by when they are approved: another seal, other facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def approve(runtime: Runtime, key: str, seal: str, note: str, by: str, now: datetime) -> Digest:
    """Freeze the month as it was seen and queue it to the leaders. Raises Refused, MoveRefused where it has moved."""
    month = _ended(key, now)
    if len(note) > LONGEST_NOTE:
        raise Refused(f"说明请在{LONGEST_NOTE}字以内。")
    with writing(runtime.engine) as session:
        _still_open(session, month)
        digest = freeze(session, month, now, runtime.gauge, runtime.batches, runtime.programmes)
        if seal != seal_of(digest.facts):
            raise MoveRefused("您打开以后又有新的办理情况，没有定稿：请看过现在的内容，再点一次。")
        digest.approved_by, digest.approved_at = by, now
        digest.facts = {**digest.facts, "remark": note.strip()}
        session.add(digest)
        send_out(session, digest, now)
        return digest


def send_out(session: Session, digest: Digest, now: datetime) -> int:
    """Queue the digest to the leaders; for a month with nothing to say, note that instead. How many were queued."""
    if has_something_to_say(digest.facts):
        return announce(session, digest, now)
    digest.note = NOTHING
    session.add(digest)
    return 0


def has_something_to_say(facts: Facts) -> bool:
    """False for a month in which nothing was due, nothing changed and nothing came in late."""
    told = ("changes", "extended", "corrections", "late_arrivals", "decisions", "remark")
    return bool(facts["totals"]["due"]) or any(facts.get(key) for key in told)


def attaching(runtime: Runtime) -> Attach:
    """The Word file that goes with a digest's mail: of the same frozen facts, made once for all who get it."""
    made: dict[int, tuple[Attachment, ...]] = {}

    def attach(session: Session, delivery: Delivery) -> tuple[Attachment, ...]:
        digest = frozen(session, Period.parse(delivery.about))
        if digest is None or digest.id is None:
            return ()
        if digest.id not in made:
            made[digest.id] = (_word(runtime, digest), *_pictures(digest))
        return made[digest.id]

    return attach


def _pictures(digest: Digest) -> Iterator[Attachment]:
    """What mail programs show below the text; none where no Chinese font is installed."""
    for plot in plots(digest.facts):
        if picture := plot.drawn("png"):
            yield Attachment(f"{plot.name}.png", picture, "image/png")


def _word(runtime: Runtime, digest: Digest) -> Attachment:
    # The summaries know the runtime, which knows us.
    from flows.summaries import summary_of

    summary = summary_of(runtime, digest)
    try:
        content = summary.docx
    except Refused:
        # A template that somebody is just editing must not keep the digest from the leaders.
        content = replace(summary, template=None).docx
    return Attachment(f"{digest.facts['label']}工作进展通报.docx", content, WORD)


def _ended(key: str, now: datetime) -> Period:
    month = Period.parse(key)
    if month.span is not Span.MONTH:
        raise Refused(f"“{key}”不是月份：请写成 2026-10。")
    if local_day(now) <= month.last:
        raise Refused(f"{month.label}还没有过完：月底以后才能定稿。")
    return month


def _still_open(session: Session, month: Period) -> None:
    kept = frozen(session, month)
    if kept:
        by = f"由{kept.approved_by}" if kept.approved_by else "到时自动"
        raise MoveRefused(f"{month.label}的通报已经{by}定稿：以后的变化写进下一期。")
