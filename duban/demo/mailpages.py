"""The demo's page of received mails: what people found in their mail, as it arrived."""

from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from duban.demo.mailbox import Letter, Mailbox

PAGE = 50
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined
)


def add_mail_pages(app: FastAPI, mailbox: Mailbox) -> None:
    """Hang ``/demo/mail`` on the app: newest first, by page, and each letter as it looks."""

    @app.get("/demo/mail", response_class=HTMLResponse)
    def letters(page: int = 1, to: str = "") -> str:
        chosen = [letter for letter in reversed(mailbox.letters) if to in letter.to]
        first = (max(page, 1) - 1) * PAGE
        shown = chosen[first : first + PAGE]
        more = first + PAGE < len(chosen)
        return render("letters", letters=shown, count=len(chosen), page=max(page, 1), more=more, to=to)

    @app.get("/demo/mail/{number}", response_class=HTMLResponse)
    def letter(request: Request, number: int) -> str:
        return render("letter", letter=_letter(mailbox, number))

    @app.get("/demo/mail/{number}/html", response_class=HTMLResponse)
    def letter_html(number: int) -> str:
        return _letter(mailbox, number).part("html")


def render(name: str, **facts: object) -> str:
    return TEMPLATES.get_template(f"{name}.html.j2").render(**facts)


def _letter(mailbox: Mailbox, number: int) -> Letter:
    if not 1 <= number <= len(mailbox.letters):
        raise HTTPException(404)
    return mailbox.letters[number - 1]
