"""The menu of whoever is signed in: what their seat may open, in the order of a day's work, and what lies below."""

from collections.abc import Iterator
from dataclasses import dataclass

from duban.web.rights import may_open
from duban.web.visit import ME, Visit
from plans.accounts import Seat


@dataclass(frozen=True)
class Entry:
    """One entry: the purpose and the path of its page, its word, and ``below`` it the pages its second row shows.

    ``also`` are routes that belong to it, too; ``hidden_from`` whom it would tell nothing."""

    purpose: str
    path: str
    word: str
    below: tuple["Entry", ...] = ()
    also: tuple[str, ...] = ()
    hidden_from: tuple[Seat, ...] = ()

    @property
    def route(self) -> str:
        return f"/{self.purpose}/{{token}}{self.path}"

    @property
    def routes(self) -> Iterator[str]:
        """Where its pages begin."""
        yield from (self.route, *self.also)
        for entry in self.below:
            yield from entry.routes


ENTRIES = (
    Entry("desk", "", "我的工作", (Entry("desk", "", "要办的"), Entry("desk", "/deputy", "代理"))),
    Entry("office", "", "一览"),
    Entry(
        "office",
        "/plan",
        "工作计划",
        (Entry("office", "/plan", "计划"), Entry("office", "/ledger", "台账"), Entry("office", "/drafts", "起草")),
        also=("/desk/{token}/plan",),
    ),
    Entry(
        "office",
        "/supervision",
        "督办",
        (Entry("office", "/supervision", "要处理的"), Entry("office", "/tasks", "全部任务")),
        also=("/desk/{token}/decisions",),
    ),
    Entry(
        "desk",
        "/filings",
        "企业填报",
        (
            Entry("desk", "/filings", "填报", also=("/office/{token}/matrix",)),
            Entry("desk", "/roster", "名册"),
            Entry("desk", "/letters", "函件", hidden_from=(Seat.STAFF,)),
        ),
        also=("/desk/{token}/certificates",),
    ),
    Entry(
        "office",
        "/digests",
        "通报总结",
        (Entry("office", "/digests", "月度通报"), Entry("office", "/reports", "工作总结")),
    ),
    Entry(
        "office",
        "/calendar",
        "日历",
        (
            Entry("office", "/calendar", "月历"),
            Entry("office", "/rehearsal", "提醒预演"),
            Entry("desk", "/calendar", "订阅到手机"),
        ),
    ),
    Entry("office", "/outbox", "发件箱"),
    Entry("office", "/settings", "设置"),
)


@dataclass(frozen=True)
class Item:
    """An entry as the page shows it; ``open`` when the page lies in it, ``below`` its second row then."""

    address: str
    word: str
    open: bool
    below: tuple["Item", ...] = ()


def menu_of(visit: Visit) -> list[Item]:
    """The menu of who is signed in; none for who came by a link."""
    # Who opens a link sees that link's page, whoever else uses this browser.
    visitor = visit.visitor if visit.token == ME else None
    return list(_items(visit, visitor.seat, ENTRIES)) if visitor else []


def _items(visit: Visit, seat: Seat, entries: tuple[Entry, ...]) -> Iterator[Item]:
    shown = [entry for entry in entries if may_open(seat, entry.route) and seat not in entry.hidden_from]
    here = _nearest(visit.route, shown)
    for entry in shown:
        below = tuple(_items(visit, seat, entry.below)) if entry is here else ()
        address = visit.home(entry.purpose, ME) + entry.path
        yield Item(address, entry.word, entry is here, below if len(below) > 1 else ())


def _nearest(route: str, entries: list[Entry]) -> Entry | None:
    """The entry whose route is the longest beginning of this one."""
    found = [(len(start), entry) for entry in entries for start in entry.routes if _lies_in(route, start)]
    return max(found, key=lambda one: one[0], default=(0, None))[1]


def _lies_in(route: str, start: str) -> bool:
    return route == start or route.startswith(f"{start}/")
