"""Nothing to send is no job: an empty run a minute would bury the real ones on Prefect's pages."""

from datetime import timedelta

from sqlmodel import col, select

from cast import GAOQI, MONTHLY_REPORT, at
from conftest import Begin
from flows.running import tick
from flows.runtime import Runtime
from flows.work import due_jobs
from notifications.tables import Delivery, DeliveryState, Notice
from plans.database import reading, writing
from plans.tables import Enterprise, Person
from plans.zone import local_text
from support.smtp import ReceivingServer

DAY = at("2026-07-28 08:31")
MINUTE = timedelta(minutes=1)


def jobs(runtime: Runtime, moment: str) -> list[str]:
    return [job.label for job in due_jobs("deliver", runtime, at(moment))]


def noisy_moments(runtime: Runtime, first: str, hours: int) -> list[str]:
    """Every ten minutes: when there would be a run."""
    moments = [at(first) + timedelta(minutes=10 * n) for n in range(6 * hours)]
    return [local_text(moment) for moment in moments if due_jobs("deliver", runtime, moment)]


def add_waiting(runtime: Runtime, made_at: str) -> None:
    with writing(runtime.engine) as session:
        session.add(Notice(task_id=1, step="later", audience="assignee", recipient="person:4", made_at=at(made_at)))


def states(runtime: Runtime) -> list[str]:
    with reading(runtime.engine) as session:
        return list(session.exec(select(Delivery.state).order_by(col(Delivery.id))))


def test_a_mail_held_without_a_server_makes_no_job_until_its_next_day(begin: Begin) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)

    assert states(runtime) == [DeliveryState.HELD]
    assert noisy_moments(runtime, "2026-07-28 08:40", hours=23) == []
    assert jobs(runtime, "2026-07-29 08:31") == ["2026-07-29 08:31"]


def test_a_server_that_is_set_up_makes_a_job_for_what_was_held(begin: Begin, with_mail: dict[str, object]) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)

    with_server = Runtime(runtime.settings.model_copy(update=with_mail))

    assert jobs(with_server, "2026-07-28 10:00") == ["2026-07-28 10:00"]
    tick(with_server, at("2026-07-28 10:00"))
    assert jobs(with_server, "2026-07-28 10:01") == []


def test_an_enterprise_without_an_address_makes_no_job_until_it_has_one(
    begin: Begin, with_mail: dict[str, object]
) -> None:
    runtime = begin(MONTHLY_REPORT, **with_mail)
    tick(runtime, at("2026-07-03 08:31"))
    assert DeliveryState.HELD in states(runtime)

    assert noisy_moments(runtime, "2026-07-03 08:40", hours=71) == []
    with writing(runtime.engine) as session:
        session.get_one(Enterprise, 3).email = "sun@yuanshan.example"
    assert jobs(runtime, "2026-07-03 09:00") == ["2026-07-03 09:00"]


def test_a_person_without_an_address_makes_no_job_until_there_is_one(
    begin: Begin, with_mail: dict[str, object]
) -> None:
    runtime = begin(GAOQI, **with_mail)
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().email = ""
    tick(runtime, DAY)

    assert noisy_moments(runtime, "2026-07-28 08:40", hours=23) == []
    with writing(runtime.engine) as session:
        session.exec(select(Person).where(Person.name == "李明")).one().email = "li@yunxi.example"
    assert jobs(runtime, "2026-07-28 09:00") == ["2026-07-28 09:00"]


def test_a_group_message_held_without_a_robot_makes_no_job(begin: Begin, with_mail: dict[str, object]) -> None:
    runtime = begin(GAOQI, **with_mail)
    told = Delivery(
        kind="reminder",
        channel="robot",
        recipient="group:",
        on_day=DAY.date(),
        state=DeliveryState.HELD.value,
        next_try_at=DAY,
        made_at=DAY,
    )
    with writing(runtime.engine) as session:
        session.add(told)

    assert jobs(runtime, "2026-07-28 07:00") == []


def test_what_waits_for_tomorrow_makes_no_job_today(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    tick(runtime, DAY)
    add_waiting(runtime, "2026-07-28 09:00")

    assert noisy_moments(runtime, "2026-07-28 09:10", hours=23) == []
    assert jobs(runtime, "2026-07-29 08:31") == ["2026-07-29 08:31"]


def test_what_waits_over_a_weekend_makes_no_job_before_monday(begin: Begin, with_mail: dict[str, object]) -> None:
    runtime = begin(GAOQI, **with_mail)
    tick(runtime, at("2026-07-31 08:31"))
    add_waiting(runtime, "2026-07-31 17:00")

    assert noisy_moments(runtime, "2026-07-31 17:10", hours=63) == []
    tick(runtime, at("2026-08-03 08:31"))
    assert noisy_moments(runtime, "2026-08-03 08:40", hours=23) == []


def test_a_mail_that_is_put_off_makes_a_job_only_when_its_time_has_come(
    begin: Begin, with_mail: dict[str, object], mailbox: ReceivingServer
) -> None:
    runtime = begin(GAOQI, **with_mail)
    mailbox.answers["RCPT"] = "450 4.2.0 later"
    tick(runtime, DAY)
    tick(runtime, DAY + MINUTE)

    assert jobs(runtime, "2026-07-28 08:36") == []
    assert jobs(runtime, "2026-07-28 08:37") == ["2026-07-28 08:37"]


def test_a_dead_senders_mail_makes_a_job_when_its_lease_is_over(begin: Begin) -> None:
    runtime = begin(GAOQI)
    tick(runtime, DAY)
    with writing(runtime.engine) as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state, delivery.leased_until = DeliveryState.SENDING, at("2026-07-28 09:01")

    assert jobs(runtime, "2026-07-28 09:01") == []
    assert jobs(runtime, "2026-07-28 09:02") == ["2026-07-28 09:02"]
