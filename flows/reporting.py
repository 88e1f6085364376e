"""The 工作总结 of a period as people ask for it: a draft of what is recorded now, in every form it is read in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flows.runtime import Runtime
from notifications.report import Facts, as_html, as_markdown, report_facts
from notifications.report_sentences import Sentences, load_sentences
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period, Span


@dataclass(frozen=True)
class Report:
    """A drafted 工作总结: ``done``, ``problems`` and ``ahead`` among its facts, ``sources`` and ``missing`` behind."""

    facts: Facts
    made_at: datetime

    @property
    def html(self) -> str:
        return as_html(self.facts, self.made_at)

    @property
    def markdown(self) -> str:
        return as_markdown(self.facts, self.made_at)

    @property
    def docx(self) -> bytes:
        """The Word document."""
        # Word and its library cost more to import than a short command takes.
        from notifications.documents.report_word import report_docx

        return report_docx(self.facts, self.made_at)

    @property
    def pdf(self) -> bytes:
        """The Word document as PDF. Raises Refused without LibreOffice."""
        from notifications.documents.pdf import as_pdf

        return as_pdf(self.docx)

    def written(self, suffix: str) -> bytes:
        """The draft as a file of that kind, such as ``.docx``. Raises Refused for a kind that is not written."""
        write = WRITERS.get(suffix.lower())
        if write is None:
            raise Refused(f"不会写 {suffix or '没有后缀的'} 文件：请用 {'、'.join(WRITERS)}。")
        return write(self)


WRITERS: dict[str, Callable[[Report], bytes]] = {
    ".docx": lambda report: report.docx,
    ".pdf": lambda report: report.pdf,
    ".html": lambda report: report.html.encode(),
    ".md": lambda report: report.markdown.encode(),
}
"""How a report becomes a file, by its suffix."""
TOO_SHORT = (Span.DAY, Span.WEEK)


def period_report(runtime: Runtime, key: str, now: datetime) -> Report:
    """The 工作总结 of a period (2026H1, 2026Q1, 2026, 2026-10). Raises Refused for what is none or has no data."""
    period = Period.parse(key)
    if period.span in TOO_SHORT:
        raise Refused(f"{period.label}太短，写不成工作总结：请写成 2026H1、2026Q1、2026 或 2026-10。")
    with reading(runtime.engine) as session:
        facts = report_facts(session, period, now, runtime.gauge, runtime.programmes, own_sentences(runtime))
    return Report(facts, now)


def own_sentences(runtime: Runtime) -> Sentences:
    """The sentences of reports with the bureau's own in ``wordings/report.yaml``. Raises ReportSentencesError."""
    return load_sentences(runtime.settings.data / "wordings" / "report.yaml")
