"""The Word file that goes with a letter's mail: of the facts that were approved, and no others."""

from sqlmodel import Session

from flows.runtime import Runtime
from notifications.channels.message import Attachment
from notifications.leaving import Attach
from notifications.tables import Delivery, Letter

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attaching(runtime: Runtime) -> Attach:
    """What goes with the mail of a letter."""

    def attach(session: Session, delivery: Delivery) -> tuple[Attachment, ...]:
        # The letters know the runtime, which knows us.
        from flows.letters import letter_file

        letter = session.get(Letter, int(delivery.about))
        if letter is None:
            return ()
        name, content = letter_file(session, runtime, letter, delivery.made_at)
        return (Attachment(name, content, WORD),)

    return attach
