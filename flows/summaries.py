"""Summaries as people ask for them: the frozen one where there is one, else a draft of the facts as they stand."""

from dataclasses import dataclass
from datetime import datetime

from flows.runtime import Runtime
from notifications.digest import Facts, as_html, as_markdown, frozen, month_facts
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period, Span


@dataclass(frozen=True)
class Summary:
    """A month's digest in every form it is read in."""

    facts: Facts
    made_at: datetime
    frozen: bool

    @property
    def html(self) -> str:
        return as_html(self.facts, self.made_at)

    @property
    def markdown(self) -> str:
        return as_markdown(self.facts, self.made_at)


def month_digest(runtime: Runtime, key: str, now: datetime) -> Summary:
    """The digest of a month (YYYY-MM). Raises Refused for what is not a month or has no plan."""
    month = Period.parse(key)
    if month.span is not Span.MONTH:
        raise Refused(f"“{key}”不是月份：请写成 2026-10。")
    with reading(runtime.engine) as session:
        kept = frozen(session, month)
        if kept:
            return Summary(kept.facts, kept.made_at, frozen=True)
        return Summary(month_facts(session, month, now, runtime.gauge, runtime.batches), now, frozen=False)
