"""Which pages a seat may open: ``rights.yaml``, by the longest beginning of a route's path that is listed there.

A path that ends in ``$`` means that route alone and nothing below it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from plans.accounts import Seat

FILE = Path(__file__).with_name("rights.yaml")


def may_open(seat: Seat, route: str) -> bool:
    """True where the seat may open the route; a route that is nowhere listed is closed to all."""
    return seat in seats_of(route)


@cache
def seats_of(route: str) -> frozenset[Seat]:
    """Who may open a route such as ``/office/{token}/outbox/{number}``."""
    if alone := _rights().get(f"{route}$"):
        return alone
    listed = [path for path in _rights() if route == path or route.startswith(f"{path}/")]
    return _rights()[max(listed, key=len)] if listed else frozenset()


@cache
def _rights() -> Mapping[str, frozenset[Seat]]:
    return {
        path: frozenset(map(Seat, seats))
        for path, seats in YAML(typ="safe").load(FILE.read_text(encoding="utf-8")).items()
    }
