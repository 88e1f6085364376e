"""The five kinds of work as plain functions: what is due now, and one batch of it. Prefect is not needed here.

``due_jobs`` asks the database what there is to do; ``run_batch`` does one batch of a job and says how much that was.
Both are safe to call from many processes at once: the database decides who gets what.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from flows.digest_approval import send_out
from flows.runtime import Runtime
from flows.webhooks import call_webhooks
from notifications.bundling import bundle
from notifications.digest import as_markdown, freeze, frozen, month_to_freeze
from notifications.digest_filings import cut_off_line
from notifications.letter_outcomes import follow_letters, letters_to_follow
from notifications.outbox import deliver, release_held, something_to_send
from notifications.stepping import Choice, DueGroup, claim, due_groups, take_steps
from notifications.webhooks import something_to_call
from plans.database import reading, writing
from plans.periods import Period
from plans.zone import instant_at, local_day, local_text
from tasks.cutoff import Waiting, cut_off, due_cut_offs
from tasks.form_model import Form
from tasks.opening import count_unopened, open_tasks
from tasks.renewing import count_strays, follow_batches

STEP_BATCH = 200
SEND_BATCH = 100

FLOWS = ("open_tasks", "remind", "chase", "digest", "deliver")


@dataclass(frozen=True)
class Job:
    """One run of one flow. ``label`` is what people read behind the flow's name; ``selection`` is plain data."""

    flow: str
    label: str
    selection: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """What one batch did: how many rows (0: nothing is left), one Chinese line, and Markdown worth keeping."""

    count: int
    line: str
    artifact: str = ""


def due_jobs(flow: str, runtime: Runtime, now: datetime) -> list[Job]:
    """The jobs of a flow that have something to do at that instant; cheap when there are none."""
    return _DUE[flow](runtime, now)


def run_batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
    """Do one batch of a job. Call again until ``count`` is 0."""
    return _BATCH[job.flow](job, runtime, now)


def run_job(job: Job, runtime: Runtime, now: datetime) -> list[Batch]:
    """All of a job, without Prefect. A long one moves on with the time, or its leases would begin in the past."""
    began, batches = monotonic(), []
    while (batch := run_batch(job, runtime, moved_on(now, monotonic() - began))).count:
        batches.append(batch)
    return batches


def moved_on(now: datetime, seconds: float) -> datetime:
    """``now`` after so many seconds of work, in whole minutes."""
    return now + timedelta(minutes=seconds // 60)


def _open_due(runtime: Runtime, now: datetime) -> list[Job]:
    with reading(runtime.engine) as session:
        wanted = count_unopened(session, runtime.workdays, runtime.batches, now)
        wanted = wanted or count_strays(session, runtime.batches, runtime.workdays, now)
    return [Job("open_tasks", local_day(now).isoformat())] if wanted else []


def _open_batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
    with writing(runtime.engine) as session:
        alarm = runtime.rules.first_alarm
        moved = follow_batches(session, runtime.batches, runtime.workdays, now, alarm)
        opened = open_tasks(session, runtime.workdays, runtime.batches, now, alarm)
    told = f"，随证书和批次调整{moved}项" if moved else ""
    return Batch(opened.count + moved, f"新开任务{opened.count}项，到期日至{opened.last_day}{told}")


def _step_jobs(runtime: Runtime, now: datetime, enterprises: bool) -> list[Job]:
    with reading(runtime.engine) as session:
        groups = due_groups(session, Choice(enterprises), now)
    if not enterprises:
        return [Job("remind", local_text(now), {})] if groups else []
    return [_chase_job(group, runtime, now) for group in groups]


def _chase_job(group: DueGroup, runtime: Runtime, now: datetime) -> Job:
    late = runtime.workdays.between(group.due_on, local_day(now))
    label = f"{group.title} {group.period} {late:+d}"
    return Job("chase", label, {"item_id": group.item_id, "period": group.period})


def _step_batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
    choice = Choice(job.flow == "chase", _number(job.selection.get("item_id")), _text(job.selection.get("period")))
    with writing(runtime.engine) as session:
        claimed = claim(session, choice, now, STEP_BATCH)
    with writing(runtime.engine) as session:
        said = take_steps(session, claimed, now, runtime.rules)
    return Batch(len(claimed), f"看过{len(claimed)}项任务，写下{said}条提醒")


def _deliver_due(runtime: Runtime, now: datetime) -> list[Job]:
    with reading(runtime.engine) as session:
        wanted = something_to_send(session, runtime.desk, runtime.rules, now)
        wanted = wanted or letters_to_follow(session, local_day(now)) or something_to_call(session, now)
    return [Job("deliver", local_text(now))] if wanted else []


def _deliver_batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
    with writing(runtime.engine) as session:
        bundle(session, now, runtime.rules)
    release_held(runtime.engine, runtime.desk, now)
    count = deliver(runtime.engine, runtime.desk, now, SEND_BATCH)
    return Batch(count, f"处理{count}封") if count else _after_the_mails(runtime, now)


def _after_the_mails(runtime: Runtime, now: datetime) -> Batch:
    # Another program that hangs must not hold up a mail.
    with writing(runtime.engine) as session:
        follow_letters(session, now)
    told = call_webhooks(runtime, now)
    return Batch(told, f"推送{told}条变更")


def _digest_due(runtime: Runtime, now: datetime) -> list[Job]:
    with reading(runtime.engine) as session:
        waiting = due_cut_offs(session, runtime.cut_off_days, now)
        month = month_to_freeze(session, now, runtime.workdays) if _is_by_itself(runtime, now) else None
    cuts = [_cut_off_job(one) for one in waiting]
    return [*cuts, Job("digest", month.key, {"month": month.key})] if month else cuts


def _is_by_itself(runtime: Runtime, now: datetime) -> bool:
    if runtime.settings.digest_approval:
        return False
    return now >= instant_at(local_day(now), runtime.settings.digest_at)


def _cut_off_job(waiting: Waiting) -> Job:
    selection: dict[str, str | int] = {"item_id": waiting.item.id or 0, "period": waiting.period}
    return Job("digest", f"截止 {waiting.item.title} {waiting.period}", selection)


def _digest_batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
    return _cut_off_batch(job, runtime, now) if "period" in job.selection else _month_batch(job, runtime, now)


def _cut_off_batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
    chosen = job.selection["item_id"], job.selection["period"]
    with writing(runtime.engine) as session:
        made = [
            cut_off(session, one, _form_of(one, runtime))
            for one in due_cut_offs(session, runtime.cut_off_days, now)
            if (one.item.id, one.period) == chosen
        ]
    return Batch(len(made), "".join(cut_off_line(one) for one in made))


def _form_of(waiting: Waiting, runtime: Runtime) -> Form | None:
    # A file somebody is just editing can wait; a form that is gone must not hold up the month.
    key, forms = waiting.item.form, runtime.forms
    return forms[key] if key in forms or f"{key}.yaml" in forms.broken else None


def _month_batch(job: Job, runtime: Runtime, now: datetime) -> Batch:
    with writing(runtime.engine) as session:
        month = Period.parse(str(job.selection["month"])) if job.selection else None
        month = month or month_to_freeze(session, now, runtime.workdays)
        if month is None or frozen(session, month):
            return Batch(0, "没有要做的通报")
        # Another process may still be at it, and the month's facts lean on them.
        for waiting in due_cut_offs(session, runtime.cut_off_days, now):
            cut_off(session, waiting, _form_of(waiting, runtime))
        made = freeze(session, month, now, runtime.gauge, runtime.batches, runtime.programmes)
        count = send_out(session, made, now)
        artifact = as_markdown(made.facts, made.made_at)
    return Batch(1, f"{month.label}通报已做好，寄给{count}位领导", artifact)


def _number(value: object) -> int | None:
    return int(str(value)) if value is not None else None


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


_DUE: dict[str, Callable[[Runtime, datetime], list[Job]]] = {
    "open_tasks": _open_due,
    "remind": lambda runtime, now: _step_jobs(runtime, now, enterprises=False),
    "chase": lambda runtime, now: _step_jobs(runtime, now, enterprises=True),
    "deliver": _deliver_due,
    "digest": _digest_due,
}
_BATCH: dict[str, Callable[[Job, Runtime, datetime], Batch]] = {
    "open_tasks": _open_batch,
    "remind": _step_batch,
    "chase": _step_batch,
    "deliver": _deliver_batch,
    "digest": _digest_batch,
}
