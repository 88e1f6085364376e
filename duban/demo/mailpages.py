"""The demo's page of received mails: what people found in their mail, as it arrived."""

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from duban.demo.browsing import links_in
from duban.demo.mailbox import Letter, Mailbox
from duban.web.rendering import TEMPLATES as WEB_TEMPLATES
from plans.zone import local_text

PAGE = 50
SEALED = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"}
SAME_PAGE = {"X-Frame-Options": "SAMEORIGIN"}
TEMPLATES = Environment(
    loader=ChoiceLoader([FileSystemLoader(Path(__file__).with_name("templates")), FileSystemLoader(WEB_TEMPLATES)]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["local"] = local_text


def add_mail_pages(app: FastAPI, mailbox: Mailbox) -> None:
    """Hang ``/demo/mail`` on the app: newest first, by page, and each letter as it looks."""

    @app.get("/demo/mail")
    def letters(page: int = 1, to: str = "") -> HTMLResponse:
        chosen = [letter for letter in reversed(mailbox.letters) if to in letter.to]
        first = (max(page, 1) - 1) * PAGE
        facts = {"letters": chosen[first : first + PAGE], "count": len(chosen), "page": max(page, 1), "to": to}
        return render("demo_letters", more=first + PAGE < len(chosen), **facts)

    @app.get("/demo/mail/{number}")
    def letter(number: int) -> HTMLResponse:
        found = _letter(mailbox, number)
        return render("demo_letter", letter=found, links=links_in(found.part("plain")))

    @app.get("/demo/mail/{number}/html")
    def letter_html(number: int) -> HTMLResponse:
        return HTMLResponse(_letter(mailbox, number).part("html"), headers=SEALED | SAME_PAGE)


def render(name: str, **facts: object) -> HTMLResponse:
    """A page of the demo in the house's own layout."""
    return HTMLResponse(TEMPLATES.get_template(f"{name}.html.j2").render(facts, root=""))


def _letter(mailbox: Mailbox, number: int) -> Letter:
    if not 1 <= number <= len(mailbox.letters):
        raise HTTPException(404)
    return mailbox.letters[number - 1]
