"""Fail-points: named places in the code at which a process kills itself."""

import os
import pkgutil
import signal
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """A place in the code at which a process kills itself, there for the how manieth time, and what becomes of it.

    ``copies``: how often the letter on its way arrives in the end; ``unknown``: how many are of unknown fate then.
    """

    owner: str
    name: str
    after: bool
    copies: int = 1
    unknown: int = 0
    turn: int = 1

    def set_trap(self) -> None:
        owner = pkgutil.resolve_name(self.owner)
        honest, turns = getattr(owner, self.name), iter(range(1, self.turn))

        def trap(*args: object, **given: object) -> object:
            if next(turns, None):
                return honest(*args, **given)
            if self.after:
                honest(*args, **given)
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError("a killed process goes on")

        setattr(owner, self.name, trap)


POINTS = {
    "tasks written, not committed": Point("flows.work", "open_tasks", after=True),
    "tasks committed": Point("flows.work", "due_groups", after=False),
    "claim committed": Point("flows.work", "take_steps", after=False),
    "steps written, not committed": Point("flows.work", "take_steps", after=True),
    "steps committed": Point("flows.work", "something_to_send", after=False),
    "bundle written, not committed": Point("flows.work", "bundle", after=True),
    "bundle committed": Point("flows.work", "release_held", after=False),
    "written ahead, not committed": Point("notifications.leaving", "write_ahead", after=True),
    "written ahead, none left": Point("notifications.channels.mail:_Line", "carry", after=False),
    "sending written, not committed": Point("notifications.leaving", "mark", after=True),
    "sending committed, nothing sent": Point("notifications.channels.mail", "hand_over", after=False, unknown=1),
    "sent, outcome not known": Point("notifications.channels.handover", "_verdict", after=False, copies=2, unknown=1),
    "sent, more being taken meanwhile": Point(
        "notifications.leaving:Round", "_take", after=False, turn=2, copies=2, unknown=1
    ),
    "sent, outcome not written": Point("notifications.outbox", "settle", after=False, copies=2, unknown=1),
    "outcome written, not committed": Point("notifications.outbox", "settle", after=True, copies=2, unknown=1),
    "one sent, the next not marked": Point("notifications.leaving", "mark", after=False, turn=2),
    "one sent, the next marked": Point("notifications.channels.mail", "hand_over", after=False, turn=2, unknown=1),
    "all sent": Point("flows.work", "deliver", after=True),
}
