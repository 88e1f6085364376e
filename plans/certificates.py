"""Certificates 证书: which of them end, and the review 复审 each gives in the year it ends. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from plans.batches import NO_BATCHES, Batches, Timing
from plans.periods import Period, Span
from plans.roster_tables import Certificate
from plans.tables import Enterprise
from plans.workdays import Workdays


@dataclass(frozen=True)
class Ending:
    """A certificate in force of an enterprise of the roster."""

    certificate_id: int
    enterprise_id: int
    enterprise: str
    kind: str
    ends_on: date

    @property
    def year(self) -> str:
        """The key of the period its review is about."""
        return Period.containing(Span.YEAR, self.ends_on).key


@dataclass(frozen=True)
class Renewals:
    """The certificates that end, the batches they are renewed in, and which item holds a year's review already.

    ``held`` maps (enterprise, year) to the item, so that next half-year's plan does not ask for it again.
    """

    endings: tuple[Ending, ...] = ()
    batches: Batches = NO_BATCHES
    held: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def of(self, programme: str, item_id: int, workdays: Workdays) -> Iterator[tuple[Ending, Timing]]:
        """The reviews an item asks for, with when each is due."""
        kind = self.batches.kinds.get(programme)
        for ending in self.endings:
            if ending.kind == kind and self.held.get((ending.enterprise_id, ending.year), item_id) == item_id:
                yield ending, self.batches.timing(programme, ending.enterprise, ending.ends_on, workdays)


NO_RENEWALS = Renewals()


def endings_of(certificates: Iterable[tuple[Certificate, Enterprise]]) -> tuple[Ending, ...]:
    """The newest certificate of each enterprise and kind that nobody revoked: an older one is renewed already."""
    newest: dict[tuple[int, str], tuple[Certificate, Enterprise]] = {}
    for certificate, enterprise in certificates:
        key = certificate.enterprise_id, certificate.kind
        if certificate.revoked_on is None and certificate.issued_on >= _issued(newest.get(key)):
            newest[key] = certificate, enterprise
    endings = (_ending(*one) for one in newest.values())
    return tuple(sorted(endings, key=lambda one: (one.ends_on, one.enterprise_id)))


def _issued(known: tuple[Certificate, Enterprise] | None) -> date:
    return known[0].issued_on if known else date.min


def _ending(certificate: Certificate, enterprise: Enterprise) -> Ending:
    return Ending(
        certificate_id=certificate.id or 0,
        enterprise_id=certificate.enterprise_id,
        enterprise=enterprise.name,
        kind=certificate.kind,
        ends_on=certificate.ends_on,
    )
