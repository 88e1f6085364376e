"""What can go wrong before there is any text to read."""

from plans.errors import Refused


class DocumentError(Refused):
    """The file cannot be read as a document; str(error) is one Chinese sentence that names it and what to do."""


class Unreadable(Exception):
    """Why a file's content cannot be read: the rest of the sentence that begins with the file's name."""
