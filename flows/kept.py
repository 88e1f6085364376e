"""What pages are made of, kept for as long as nothing is written: who looks again reads it from memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from plans.data_stamp import stamps_of
from plans.database import reading

Value = TypeVar("Value")
MOST = 64


class Kept:
    """The latest things read from a database, each under a key that says all it depends on beside the data.

    Whoever gets one shares it with others: it is only to be looked at.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stamp = stamps_of(engine)
        self._values: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()
        self._turn = Lock()

    def read(self, key: Hashable, read: Callable[[Session], Value]) -> Value:
        """What ``read`` finds in the database as it stands, read anew only after something was written."""
        # Looked at before reading: what is written meanwhile makes the value newer than its stamp, never older.
        stamp = self._stamp()
        with self._turn:
            kept = self._values.get(key)
        if kept is not None and kept[0] == stamp:
            value: Value = kept[1]
            return value
        with reading(self._engine) as session:
            value = read(session)
        with self._turn:
            self._values[key] = stamp, value
            self._values.move_to_end(key)
            while len(self._values) > MOST:
                self._values.popitem(last=False)
        return value
