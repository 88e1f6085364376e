"""The documents opened by LibreOffice, and their pages measured by a third library."""

import pypdfium2
import pytest

from cast import at
from notifications.documents import pdf
from notifications.documents.digest_word import digest_docx
from notifications.documents.pdf import NoOffice, NotConverted, as_pdf
from plans.libreoffice import installed_office
from support.digests import cut, item, month, report, target

MADE_AT = at("2026-11-02 09:00")
installed = pytest.mark.skipif(installed_office() is None, reason="LibreOffice is not installed")


@pytest.mark.server
@installed
def test_libreoffice_shows_a4_pages_that_stand_and_then_lie() -> None:
    made = as_pdf(digest_docx(month(item(targets=[target()]), report(cut())), MADE_AT))

    pages = list(pypdfium2.PdfDocument(made))

    sizes = [tuple(round(length / 72 * 25.4) for length in page.get_size()) for page in pages]
    assert sizes[0] == (210, 297)
    assert sizes[-1] == (297, 210)
    first = pages[0].get_textpage().get_text_bounded()
    assert "工作进展通报" in first
    assert "— 1 —" in first


@pytest.mark.server
@installed
def test_a_full_page_has_22_lines_of_28_characters() -> None:
    long = item(notes=[{"day": "2026-10-28", "by": "李明", "told": "进" * 3_000, "finished": True}])

    made = as_pdf(digest_docx(month(long), MADE_AT))

    second = pypdfium2.PdfDocument(made)[1].get_textpage().get_text_bounded().splitlines()
    assert [len(line) for line in second if set(line) == {"进"}] == [28] * 22


@pytest.mark.server
@installed
def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(NotConverted, match="请下载 Word 版"):
        as_pdf(b"PK\x03\x04 broken")


def test_without_libreoffice_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NoOffice, match="没有装 LibreOffice"):
        pdf.as_pdf(b"")
