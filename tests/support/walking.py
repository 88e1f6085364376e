"""A walk over the pages: from a few addresses along the links, one page of each kind."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')


@dataclass(frozen=True)
class Stop:
    """One page of the walk: its address, the route behind it, a short name."""

    address: str
    route: str
    name: str


@dataclass
class Walk:
    """Walks the routes with a client that is signed in, or not; what was seen before is passed over.

    ``patterns``: route → pattern, the longest fixed routes first; ``variants``: how many pages of one kind that
    differ in what is asked of them (?light=, ?q=, …)."""

    client: httpx.Client
    site: str
    patterns: list[tuple[str, re.Pattern[str]]]
    variants: int = 3
    seen: dict[str, set[frozenset[str]]] = field(default_factory=dict)

    def stops(self, first: Iterable[str]) -> Iterator[Stop]:
        """Every page that can be reached, nearest first."""
        waiting = deque(first)
        known = set(waiting)
        while waiting:
            address = waiting.popleft()
            route = self._new_route(address)
            if not route:
                continue
            answer = self.client.get(address)
            if answer.is_redirect:
                waiting.append(urljoin(address, answer.headers["location"]))
            if answer.is_redirect or not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            nth = self._remember(route, address)
            yield Stop(address, route, name_of(route) + (f"-{nth}" if nth > 1 else ""))
            for link in (urljoin(address, unescape(found)) for found in HREF.findall(answer.text)):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def _new_route(self, address: str) -> str:
        """The route behind an address of ours that still wants a picture; empty for others."""
        if not address.startswith(f"{self.site}/"):
            return ""
        path = urlsplit(address).path
        route = next((route for route, pattern in self.patterns if pattern.fullmatch(path)), "")
        shown = self.seen.get(route, set())
        return route if route and len(shown) < self.variants and asked(address) not in shown else ""

    def _remember(self, route: str, address: str) -> int:
        shown = self.seen.setdefault(route, set())
        shown.add(asked(address))
        return len(shown)


def asked(address: str) -> frozenset[str]:
    """The names in the question of an address: pages with the same names look alike."""
    return frozenset(parse_qs(urlsplit(address).query, keep_blank_values=True))


def name_of(route: str) -> str:
    """/office/{token}/outbox/{number} as a file's name: office-outbox-number."""
    plain = route.replace("{token}", "").replace("{", "").replace("}", "")
    return "-".join(part for part in re.split(r"[/.]", plain) if part) or "front"


def patterns(gets: Iterable[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Route and pattern, those with the fewest places first, as people would read them."""
    ordered = sorted(gets, key=lambda route: (route.count("{"), route))
    return [(route, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route)))) for route in ordered]
