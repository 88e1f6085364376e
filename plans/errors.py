"""The two things that stop the work. ``str(error)`` is one Chinese sentence for the person; the cause is chained."""

from collections.abc import Mapping


class Refused(Exception):
    """What the person gave cannot be used; nothing was changed. Exit code 1.

    ``field`` is what it is wrong with, called as on the command line and in forms (note, reason, to); ``faults`` says
    it of each such field, and is empty where the fault is no field's.
    """

    faults: Mapping[str, str]

    def __init__(self, sentence: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.faults = {field: sentence} if field else {}


class Broken(Exception):
    """The system around us is not as it must be: database, settings, disk. Exit code 3."""
