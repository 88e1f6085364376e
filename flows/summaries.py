"""Summaries as people ask for them: the frozen one where there is one, else a draft of the facts as they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.runtime import Runtime
from notifications.digest import Facts, as_html, as_markdown, frozen, month_facts
from notifications.tables import Digest
from plans.database import reading
from plans.errors import Refused
from plans.periods import Period, Span


@dataclass(frozen=True)
class Summary:
    """A month's digest in every form it is read in. ``template`` is where the bureau keeps its own .docx."""

    facts: Facts
    made_at: datetime
    frozen: bool
    template: Path | None = None

    @property
    def html(self) -> str:
        return as_html(self.facts, self.made_at)

    @property
    def markdown(self) -> str:
        return as_markdown(self.facts, self.made_at)

    @property
    def docx(self) -> bytes:
        """The Word document. Raises Refused for a template of the bureau's that cannot be filled in."""
        # Word, Excel and their libraries cost more to import than a short command takes.
        from notifications.documents.digest_word import digest_docx

        return digest_docx(self.facts, self.made_at, template=_own(self.template), draft=not self.frozen)

    @property
    def xlsx(self) -> bytes:
        """The workbook."""
        from notifications.documents.digest_sheet import digest_xlsx

        return digest_xlsx(self.facts, self.made_at)

    @property
    def pdf(self) -> bytes:
        """The Word document as PDF. Raises Refused without LibreOffice."""
        from notifications.documents.pdf import as_pdf

        return as_pdf(self.docx)

    def written(self, suffix: str) -> bytes:
        """The digest as a file of that kind, such as ``.docx``. Raises Refused for a kind that is not written."""
        write = WRITERS.get(suffix.lower())
        if write is None:
            raise Refused(f"不会写 {suffix or '没有后缀的'} 文件：请用 {'、'.join(WRITERS)}。")
        return write(self)


WRITERS: dict[str, Callable[[Summary], bytes]] = {
    ".docx": lambda summary: summary.docx,
    ".xlsx": lambda summary: summary.xlsx,
    ".pdf": lambda summary: summary.pdf,
    ".html": lambda summary: summary.html.encode(),
    ".md": lambda summary: summary.markdown.encode(),
}
"""How a summary becomes a file, by its suffix."""


def month_digest(runtime: Runtime, key: str, now: datetime) -> Summary:
    """The digest of a month (YYYY-MM). Raises Refused for what is not a month or has no plan."""
    month = Period.parse(key)
    if month.span is not Span.MONTH:
        raise Refused(f"“{key}”不是月份：请写成 2026-10。")
    with reading(runtime.engine) as session:
        kept = frozen(session, month)
        if kept:
            return summary_of(runtime, kept)
        facts = month_facts(session, month, now, runtime.gauge, runtime.batches, runtime.programmes)
        return Summary(facts, now, frozen=False, template=_template(runtime))


def summary_of(runtime: Runtime, digest: Digest) -> Summary:
    """A frozen digest."""
    return Summary(digest.facts, digest.made_at, frozen=True, template=_template(runtime))


def _template(runtime: Runtime) -> Path:
    return runtime.settings.data / "templates" / "digest.docx"


def _own(template: Path | None) -> bytes | None:
    if template is None or not template.exists():
        return None
    try:
        return template.read_bytes()
    except OSError as error:
        raise Refused(f"通报模板 {template} 打不开：请检查它是不是一个 Word 文件、有没有读取权限。") from error
