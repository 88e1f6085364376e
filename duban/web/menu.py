"""The menu of whoever is signed in: what their seat may open, in the order of a day's work."""

from dataclasses import dataclass

from duban.web.rights import may_open
from duban.web.visit import ME, Visit


@dataclass(frozen=True)
class Entry:
    """One entry: its key, the purpose and the path of its page, its word, and the keys of pages that belong to it."""

    key: str
    purpose: str
    path: str
    word: str
    also: tuple[str, ...] = ()

    @property
    def route(self) -> str:
        return f"/{self.purpose}/{{token}}{self.path}"


ENTRIES = (
    Entry("today", "desk", "", "我的工作", ("desk", "deputy")),
    Entry("leader", "office", "", "一览", ("overview",)),
    Entry("plan", "office", "/plan", "工作计划", ("drafts",)),
    Entry("supervision", "office", "/supervision", "督办", ("tasks",)),
    Entry("enterprises", "desk", "/filings", "企业填报", ("filings", "matrix", "roster", "letters")),
    Entry("summaries", "office", "/digests", "通报总结", ("digests",)),
    Entry("dates", "office", "/calendar", "日历"),
    Entry("outbox", "office", "/outbox", "发件箱"),
    Entry("settings", "office", "/settings", "设置"),
)


@dataclass(frozen=True)
class Item:
    """An entry as the page shows it; ``keys`` are what its page may call itself."""

    keys: tuple[str, ...]
    address: str
    word: str


def menu_of(visit: Visit) -> list[Item]:
    """The menu of who is signed in; none for who came by a link."""
    # Who opens a link sees that link's page, whoever else uses this browser.
    visitor = visit.visitor if visit.token == ME else None
    if visitor is None:
        return []
    shown = [entry for entry in ENTRIES if may_open(visitor.seat, entry.route)]
    return [Item((entry.key, *entry.also), visit.home(entry.purpose, ME) + entry.path, entry.word) for entry in shown]
