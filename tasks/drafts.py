"""Drafts 填写中: what was typed and not handed in yet, unchecked. Of two people at once, the second is shown what the
first one kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from plans.errors import Refused
from plans.zone import local_text
from tasks.chasing_tables import FilingDraft
from tasks.filings import latest_filing
from tasks.tables import Filing, Task
from tasks.verbs import MoveRefused

LONGEST_DRAFT = 50_000
"""Characters of a draft in all: a hundred answers as long as an answer may be."""


class DraftTooLong(Refused):
    """草稿太长：最多50000字，请缩短后再保存。"""


@dataclass(frozen=True)
class Seen:
    """What a page showed when somebody began to type: the versions of the newest filing and the draft, 0 for none."""

    filing: int = 0
    draft: int = 0


class Moved(MoveRefused):
    """钱会计已于 2026-10-12 10:00 存过草稿：请对照后再提交您的。 ``theirs`` are the answers ``by`` kept
    meanwhile, ``seen`` the versions whoever goes on from there has seen.
    """

    def __init__(self, theirs: FilingDraft | Filing, seen: Seen) -> None:
        did = "存过草稿" if isinstance(theirs, FilingDraft) else "提交过这份报表"
        super().__init__(f"{theirs.by} 已于 {local_text(theirs.at)} {did}：请对照后决定。您填的都还在，还没有保存。")
        # Values, not the row: the transaction this ends has forgotten it.
        self.by, self.theirs = theirs.by, {key: str(value) for key, value in theirs.answers.items()}
        self.seen = seen


def draft_of(session: Session, task: Task) -> FilingDraft | None:
    """What was typed for a task and not handed in."""
    return session.exec(select(FilingDraft).where(FilingDraft.task_id == task.id)).first()


def seen_now(session: Session, task: Task) -> Seen:
    """The versions there are at this moment."""
    filing, draft = latest_filing(session, task), draft_of(session, task)
    return Seen(filing.version if filing else 0, draft.version if draft else 0)


def refuse_moved(session: Session, task: Task, seen: Seen) -> None:
    """Raise Moved where somebody filed or kept a draft since the page was shown."""
    filing, draft = latest_filing(session, task), draft_of(session, task)
    if filing and filing.version != seen.filing:
        # Filing ended the draft that was seen: whatever draft there is now is another one.
        raise Moved(filing, Seen(filing.version, 0))
    if draft and draft.version != seen.draft:
        raise Moved(draft, Seen(seen.filing, draft.version))


def save_draft(
    session: Session, task: Task, given: Mapping[str, str], by: str, now: datetime, version: int | None = None
) -> FilingDraft:
    """Keep what was typed over the draft of that ``version``, None where the page showed none. Raises Moved,
    DraftTooLong."""
    typed = {key: text for key, text in given.items() if text.strip()}
    if sum(len(key) + len(text) for key, text in typed.items()) > LONGEST_DRAFT:
        raise DraftTooLong(f"草稿太长：最多{LONGEST_DRAFT}字，请缩短后再保存。")
    # Held: of two first drafts at once, the second finds the one that is there.
    session.refresh(task, with_for_update=True)
    draft = draft_of(session, task)
    if draft is None:
        # A draft that was handed in or thrown away meanwhile is begun again after the version that was seen.
        draft = FilingDraft(task_id=task.id or 0, version=version or 0, by=by, at=now)
    elif draft.version != (version or 0):
        raise Moved(draft, seen_now(session, task))
    draft.answers, draft.version, draft.by, draft.at = typed, draft.version + 1, by, now
    session.add(draft)
    session.flush()
    return draft
