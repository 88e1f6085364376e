"""Certificates and batches as people ask for them: a list taken in, what ends and when its review is due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from plans.batches import Batch
from plans.certificate_rows import CertificateReading, CertificateRow, RowProblem, read_certificates
from plans.certificates import Ending
from plans.database import reading, writing
from plans.reading.files import source_of
from plans.roster.fields import folded_name
from plans.roster_tables import Certificate
from plans.tables import Enterprise
from tasks.certificates import endings, is_review
from tasks.lights import Gauge, Light, task_light
from tasks.states import State
from tasks.tables import Task

HIGH_TECH = "高新技术企业"


@dataclass(frozen=True)
class Taken:
    """What a file brought: certificates that are new, changed, as they were, and the rows that were refused."""

    added: int
    changed: int
    same: int
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class CertificateLine:
    """A certificate that ends, when its review is due and by what, and how far that is."""

    enterprise: str
    number: str
    ends_on: date
    due_on: date
    batch: str
    announced: bool
    light: Light
    state: str
    task_id: int | None
    owner_id: int | None


@dataclass(frozen=True)
class BatchLine:
    """A batch as it stands on a day."""

    programme: str
    year: int
    name: str
    opens: date
    closes: date
    state: str
    enterprises: tuple[str, ...]


def take_certificates(runtime: Runtime, path: Path, kind: str = HIGH_TECH) -> Taken:
    """Take in a list of certificates; rows that cannot be read or belong to nobody are told. Raises DocumentError."""
    read = read_certificates(source_of(path))
    with writing(runtime.engine) as session:
        return _take(session, read, kind)


def _take(session: Session, read: CertificateReading, kind: str) -> Taken:
    roster = session.exec(select(Enterprise).order_by(col(Enterprise.id))).all()
    known = {key: enterprise for enterprise in roster for key in _keys(enterprise)}
    held = session.exec(select(Certificate).where(Certificate.kind == kind))
    kept = {(one.enterprise_id, one.issued_on): one for one in held}
    counted = {"added": 0, "changed": 0, "same": 0}
    strangers = []
    for row in read.rows:
        enterprise = known.get(row.credit_code) or known.get(folded_name(row.name))
        if enterprise is None:
            told = f"名册里没有“{row.name or row.credit_code}”：请先列入名册，或核对名称。"
            strangers.append(RowProblem(row.row, told, row.name))
            continue
        key = enterprise.id or 0, row.issued_on
        fresh = Certificate(enterprise_id=key[0], kind=kind, issued_on=row.issued_on, ends_on=row.ends_on)
        counted[_keep(session, kept.setdefault(key, fresh), row)] += 1
    return Taken(**counted, problems=tuple(sorted([*read.problems, *strangers], key=lambda one: one.row)))


def _keys(enterprise: Enterprise) -> Iterator[str]:
    names = (folded_name(enterprise.short_name), folded_name(enterprise.name), enterprise.credit_code or "")
    yield from (name for name in names if name)


def _keep(session: Session, certificate: Certificate, row: CertificateRow) -> str:
    given = (row.number or certificate.number, row.ends_on, row.revoked_on or certificate.revoked_on)
    is_new, before = certificate.id is None, (certificate.number, certificate.ends_on, certificate.revoked_on)
    certificate.number, certificate.ends_on, certificate.revoked_on = given
    session.add(certificate)
    session.flush()
    return "added" if is_new else "changed" if given != before else "same"


def certificate_lines(runtime: Runtime, today: date, years: Iterable[int] = ()) -> list[CertificateLine]:
    """The certificates that end in these years (this and the next), the one whose review is due first first."""
    with reading(runtime.engine) as session:
        return lines_of(session, runtime, today, years)


def lines_of(session: Session, runtime: Runtime, today: date, years: Iterable[int] = ()) -> list[CertificateLine]:
    """The same inside a transaction that is open already."""
    wanted = set(years) or {today.year, today.year + 1}
    numbers = dict(session.exec(select(Certificate.id, Certificate.number)).all())
    reviews = _reviews(session)
    found = (
        _line(runtime, one, numbers.get(one.certificate_id, ""), reviews.get((one.enterprise_id, one.year)), today)
        for one in endings(session)
        if one.ends_on.year in wanted
    )
    return sorted(found, key=lambda line: (line.due_on, line.enterprise))


def _reviews(session: Session) -> dict[tuple[int, str], Task]:
    query = select(Task).where(is_review(), Task.state != State.CANCELLED)
    return {(task.enterprise_id or 0, task.period): task for task in session.exec(query.order_by(col(Task.id)))}


def _line(runtime: Runtime, ending: Ending, number: str, task: Task | None, today: date) -> CertificateLine:
    programme = next((key for key, kind in runtime.batches.kinds.items() if kind == ending.kind), "")
    timing = runtime.batches.timing(programme, ending.enterprise, ending.ends_on, runtime.workdays)
    due_on = task.due_on if task else timing.due_on
    return CertificateLine(
        enterprise=ending.enterprise,
        number=number,
        ends_on=ending.ends_on,
        due_on=due_on,
        batch=timing.told,
        announced=timing.batch is not None,
        light=_light(task, due_on, today, runtime.gauge),
        state=State(task.state).label if task else "未开出",
        task_id=task.id if task else None,
        owner_id=task.owner_id if task else None,
    )


def _light(task: Task | None, due_on: date, today: date, gauge: Gauge) -> Light:
    return task_light(State(task.state) if task else State.OPEN, due_on, today, gauge, task.done_on if task else None)


def batch_lines(runtime: Runtime, today: date) -> list[BatchLine]:
    """The batches there are, newest first."""
    rows = sorted(runtime.batches.rows, key=lambda one: (one.programme, one.closes), reverse=True)
    names = {key: one.name for key, one in runtime.programmes.items()}
    return [_batch_line(one, names.get(one.programme, one.programme), today) for one in rows]


def _batch_line(one: Batch, programme: str, today: date) -> BatchLine:
    state = "未开始" if today < one.opens else "受理中" if today <= one.closes else "已截止"
    return BatchLine(programme, one.year, one.name, one.opens, one.closes, state, one.enterprises)
