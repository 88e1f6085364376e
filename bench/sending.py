"""How fast queued reminders leave, beside smtplib on one connection and yagmail used as its manual says.

All three send as many mails of a like size to the same local server in the same run; only duban writes each mail from
the database, marks it before it leaves and keeps the outcome. Run: ``uv run --group dev python bench/sending.py``
"""

import smtplib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import yagmail
from sqlmodel import func, select

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

SIZES = (100, 300, 1_000)
BODY = "云溪县科技局提醒贵单位按时报送研发月报。" * 40
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
            mail_sender="duban@yunxi.example",
        )
        start_from_text(settings, DRAFT, "draft.yaml", "李明", datetime(2026, 7, 1, 8, tzinfo=LOCAL))
        runtime = open_runtime(settings)
        with writing(runtime.engine) as session:
            insert_new(session, Enterprise, [enterprise(number) for number in range(1, size)])
        run_flow("open_tasks", runtime, datetime(2026, 7, 1, 9, tzinfo=LOCAL))
        run_flow("chase", runtime, NOON)
        yield runtime
        runtime.engine.dispose()


def by_duban(size: int, port: int) -> float:
    with queued(size, port) as runtime:
        took = timed(lambda: run_flow("deliver", runtime, NOON))
        with reading(runtime.engine) as session:
            sent = session.exec(select(func.count()).where(Delivery.state == DeliveryState.SENT)).one()
        assert sent == size, sent
        return took


def by_smtplib(size: int, port: int) -> float:
    def send() -> None:
        with smtplib.SMTP(HOST, port) as connection:
            for number in range(size):
                connection.send_message(letter(number))

    return timed(send)


def by_yagmail(size: int, port: int) -> float:
    def send() -> None:
        client = yagmail.SMTP(
            {"duban@yunxi.example": "督办"},
            "",
            HOST,
            port,
            smtp_ssl=False,
            smtp_skip_login=True,
            smtp_starttls=False,
        )
        for number in range(size):
            client.send(f"e{number}@yunxi.example", "请报送研发月报", BODY)
        client.close()

    return timed(send)


def letter(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "duban@yunxi.example",
        f"e{number}@yunxi.example",
        "请报送研发月报",
    )
    message.set_content(BODY)
    message.add_alternative(f"<p>{BODY}</p>", subtype="html")
    return message


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print one row a size."""
    print("| mails | duban /s | smtplib /s | yagmail.send /s | duban ÷ smtplib | duban ÷ yagmail |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        rates = []
        for way in (by_duban, by_smtplib, by_yagmail):
            with sink() as port:
                rates.append(size / way(size, port))
        ours, plain, naive = rates
        print(f"| {size} | {ours:.0f} | {plain:.0f} | {naive:.0f} | {ours / plain:.2f} | {ours / naive:.2f} |")


if __name__ == "__main__":
    main()
