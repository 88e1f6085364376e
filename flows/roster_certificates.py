"""High-tech certificates as the roster keeps them: who has one, and a new one good for three years."""

from datetime import date

from sqlmodel import Session, col, select

from flows.roster import Notes
from plans.periods import add_months
from plans.roster_tables import Certificate
from plans.tables import Enterprise

CERTIFICATE = "高企证书"
HIGH_TECH = "高新技术企业"
VALID_MONTHS = 36


def certificate_of(session: Session, enterprise: Enterprise) -> Certificate | None:
    """The newest high-tech certificate that nobody revoked."""
    held = select(Certificate).where(Certificate.enterprise_id == enterprise.id, Certificate.kind == HIGH_TECH)
    return session.exec(
        held.where(col(Certificate.revoked_on).is_(None)).order_by(col(Certificate.issued_on).desc())
    ).first()


def write_certificate(notes: Notes, enterprise: Enterprise, number: str, issued_on: date, why: str = "") -> None:
    """A high-tech certificate, good for three years; one of the same day gets the number."""
    issued = (Certificate.enterprise_id == enterprise.id, Certificate.issued_on == issued_on)
    known = notes.session.exec(select(Certificate).where(*issued, Certificate.kind == HIGH_TECH)).first()
    newest = certificate_of(notes.session, enterprise)
    certificate = known or new_certificate(enterprise, number, issued_on)
    certificate.number = number or certificate.number
    notes.session.add(certificate)
    notes.add(enterprise, CERTIFICATE, _told(newest), _told(certificate), why)


def new_certificate(enterprise: Enterprise, number: str, issued_on: date) -> Certificate:
    """A high-tech certificate of that day, good for three years."""
    ends_on = add_months(issued_on, VALID_MONTHS)
    return Certificate(
        enterprise_id=enterprise.id or 0, kind=HIGH_TECH, number=number, issued_on=issued_on, ends_on=ends_on
    )


def _told(certificate: Certificate | None) -> str:
    return f"{certificate.number} {certificate.issued_on} 发证".strip() if certificate else ""
