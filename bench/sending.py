"""How fast queued reminders leave, beside smtplib on one connection and yagmail used as its manual says.

Each sends the very same subjects, texts and pages to the same local server in the same run; only duban writes them from
the database, marks each mail before it leaves and keeps its outcome. smtplib is there twice: building each mail as it
goes, and handed mails that were built before the clock began, which is no more than the wire. duban renews its
connection every 100 mails, smtplib keeps its one. Run: ``uv run --group dev python bench/sending.py [SIZE …]``
"""

import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import yagmail
from sqlmodel import select

from flows.planning import start_from_text
from flows.running import run_flow
from flows.runtime import Runtime, open_runtime
from flows.settings import read_settings
from notifications.tables import Delivery, DeliveryState
from plans.database import insert_new, reading, writing
from plans.tables import Enterprise
from plans.zone import LOCAL
from reminders import DRAFT, enterprise
from sink import HOST, sink

SIZES = (300, 1_000, 3_000)
RUNS = 3
SENDER = "duban@yunxi.example"
NOON = datetime(2026, 7, 3, 9, tzinfo=LOCAL)


@contextmanager
def queued(size: int, port: int) -> Iterator[Runtime]:
    """A bureau whose enterprises' reminders wait to be sent."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(
            data=Path(folder),
            secret="s" * 32,
            mail_host=HOST,
            mail_port=port,
            mail_security="none",
            mail_sender=SENDER,
        )
        start_from_text(settings, DRAFT, "draft.yaml", "李明", datetime(2026, 7, 1, 8, tzinfo=LOCAL))
        runtime = open_runtime(settings)
        with writing(runtime.engine) as session:
            insert_new(session, Enterprise, [enterprise(number) for number in range(1, size)])
        run_flow("open_tasks", runtime, datetime(2026, 7, 1, 9, tzinfo=LOCAL))
        run_flow("chase", runtime, NOON)
        yield runtime
        runtime.engine.dispose()


def by_duban(size: int, port: int) -> tuple[float, Sequence[Delivery]]:
    """Seconds, and what was sent: the others send the same."""
    with queued(size, port) as runtime:
        took = timed(lambda: run_flow("deliver", runtime, NOON))
        with reading(runtime.engine) as session:
            sent = session.exec(select(Delivery).where(Delivery.state == DeliveryState.SENT)).all()
        assert len(sent) == size, len(sent)
        return took, sent


def by_smtplib(letters: Iterable[EmailMessage], port: int) -> float:
    def send() -> None:
        with smtplib.SMTP(HOST, port) as connection:
            for letter in letters:
                connection.send_message(letter)

    return timed(send)


def by_yagmail(deliveries: Sequence[Delivery], port: int) -> float:
    def send() -> None:
        client = yagmail.SMTP(
            {SENDER: "督办"}, "", HOST, port, smtp_ssl=False, smtp_skip_login=True, smtp_starttls=False
        )
        for delivery in deliveries:
            client.send(delivery.to_address, delivery.subject, [delivery.text, delivery.html])
        client.close()

    return timed(send)


def letter_of(delivery: Delivery) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, delivery.to_address, delivery.subject
    message.set_content(delivery.text)
    message.add_alternative(delivery.html, subtype="html")
    return message


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def seconds(size: int) -> tuple[float, ...]:
    """One run: duban, smtplib building each, smtplib with built ones, yagmail."""
    with sink() as port:
        ours, sent = by_duban(size, port)
    took = [ours]
    built = [letter_of(delivery) for delivery in sent]
    others: tuple[Callable[[int], float], ...] = (
        lambda port: by_smtplib(map(letter_of, sent), port),
        lambda port: by_smtplib(built, port),
        lambda port: by_yagmail(sent, port),
    )
    for other in others:
        with sink() as port:
            took.append(other(port))
    return tuple(took)


def row(size: int, runs: Sequence[tuple[float, ...]]) -> str:
    """The median rates, and the ratios run by run as median (least–most)."""
    rates = [f"{size / statistics.median(way):.0f}" for way in zip(*runs, strict=True)]
    ratios = [_spread([run[other] / run[0] for run in runs]) for other in (1, 2, 3)]
    return f"| {' | '.join([str(size), *rates, *ratios])} |"


def _spread(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def main() -> None:
    """Print one row a size."""
    ways = "duban /s | smtplib /s | smtplib, built before /s | yagmail.send /s"
    print(f"| mails | {ways} | duban ÷ smtplib | duban ÷ built before | duban ÷ yagmail |")
    print("|---|---|---|---|---|---|---|---|")
    for size in [int(given) for given in sys.argv[1:]] or SIZES:
        print(row(size, [seconds(size) for _ in range(RUNS)]), flush=True)


if __name__ == "__main__":
    main()
