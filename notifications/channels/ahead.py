"""Reading one ahead: what the next message needs is made while the receiver thinks about this one."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """An iterator whose next thing may be fetched before its turn."""

    def __init__(self, source: Iterator[T]) -> None:
        self._source = source
        self._fetched: list[T] = []
        self._trouble: Exception | None = None

    def fetch(self) -> None:
        """Have the next thing ready. Raises nothing: what goes wrong is told when its turn comes."""
        if self._fetched or self._trouble:
            return
        try:
            self._fetched.append(next(self._source))
        except Exception as error:  # noqa: BLE001 - raised again when its turn comes
            self._trouble = error

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._fetched:
            return self._fetched.pop()
        if self._trouble:
            raise self._trouble
        return next(self._source)
