"""The two things that stop the work. ``str(error)`` is one Chinese sentence for the person; the cause is chained."""


class Refused(Exception):
    """What the person gave cannot be used; nothing was changed. Exit code 1."""


class Broken(Exception):
    """The system around us is not as it must be: database, settings, disk. Exit code 3."""
