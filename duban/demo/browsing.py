"""A reader of the demo's mails: opens the link, reads the page's forms, fills one in and presses its button."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

LINK = re.compile(r"https?://[^\s<>\"]+/(?:desk|filing|agency)/[^\s<>\"]+")


@dataclass
class WebForm:
    """A form of a page: where it goes and what stands in its fields."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[WebForm] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.forms.append(WebForm(given.get("action", "")))
        elif self.forms and _is_typed(tag, given):
            self.forms[-1].fields[given["name"]] = given.get("value", "")


def _is_typed(tag: str, given: Mapping[str, str]) -> bool:
    return tag in ("input", "textarea") and bool(given.get("name")) and given.get("type") not in ("checkbox", "submit")


def links_in(text: str) -> list[str]:
    """The personal links of a mail, in order, each once."""
    return list(dict.fromkeys(LINK.findall(text)))


@dataclass(frozen=True)
class Browser:
    """What a person has: an address bar and a button."""

    client: httpx.Client

    def press(self, url: str, ending: str, typed: Mapping[str, str]) -> bool:
        """Open the page and send the form whose address ends so; True when the page took it."""
        page = self.client.get(url)
        form = next((form for form in forms_in(page.text) if form.action.endswith(ending)), None)
        if page.status_code != httpx.codes.OK or form is None:
            return False
        answer = self.client.post(page.url.join(form.action or str(page.url)), data=fill(form, typed))
        return answer.status_code == httpx.codes.SEE_OTHER


def forms_in(html: str) -> list[WebForm]:
    """The forms of a page that change something."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


def fill(form: WebForm, typed: Mapping[str, str]) -> dict[str, str]:
    """The form with what was typed; a figure field without a name of its own takes ``figure``."""
    filled = {name: typed.get(name, value) for name, value in form.fields.items()}
    figures = {name: typed["figure"] for name in filled if name.startswith("figure") and "figure" in typed}
    extra = {name: value for name, value in typed.items() if name == "zero"}
    return filled | figures | extra
