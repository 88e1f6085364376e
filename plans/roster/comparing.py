"""A roster file beside the roster there is: who is new, what differs, and who is not in the file. Pure.

Nobody is taken off the roster for not being in a file, and an empty cell changes nothing unless somebody says so.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plans.errors import Refused
from plans.roster.fields import canonical, folded_name, label_of, read_field, roster_columns
from plans.roster.reading import RosterProblem, RosterRow
from plans.sheet.roster import FullNames, is_full

OF_AGENCIES = ("agency_contact", "agency_phone", "agency_email")
"""What a file says of an agency, not of the enterprise; used when the agency is new."""
NOT_TAKEN_BACK = ("name", "certificate_number", "certificate_on")
"""An empty cell does not even propose to take these away."""
EMPTY = "（空）"


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise of the roster: ``values`` by the same fields as a row's."""

    id: int
    values: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.values.get("name", "")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one enterprise. ``silent``: the file's cell is empty, which may only mean that nobody filled it."""

    key: str
    field: str
    before: str
    after: str
    silent: bool

    @property
    def label(self) -> str:
        return label_of(self.field)


@dataclass(frozen=True, slots=True)
class Added:
    """A row that no enterprise of the roster answers to."""

    key: str
    row: RosterRow


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that differs from its enterprise; ``matched`` says by what it was recognised."""

    known: Known
    row: RosterRow
    matched: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class RosterChanges:
    """What a file would change. ``same``: how many enterprises stay as they are; ``absent``: who is not in the file."""

    added: tuple[Added, ...]
    changed: tuple[Changed, ...]
    same: int
    absent: tuple[Known, ...]
    problems: tuple[RosterProblem, ...]

    def usual(self) -> set[str]:
        """The keys of what is taken over unless a person says otherwise: everything but empty cells."""
        said = {change.key for one in self.changed for change in one.changes if not change.silent}
        return said | {one.key for one in self.added}

    def every(self) -> set[str]:
        """The keys of everything that can be taken over."""
        return {change.key for one in self.changed for change in one.changes} | {one.key for one in self.added}


def compare_roster(rows: Sequence[RosterRow], known: Sequence[Known]) -> RosterChanges:
    """Each row beside its enterprise: by credit code, then by name, then by a short name that only one has."""
    book = _Book(known)
    problems: list[RosterProblem] = []
    added: list[Added] = []
    changed: list[Changed] = []
    met: dict[int, RosterRow] = {}
    for nth, row in enumerate(rows):
        try:
            found, matched = book.find(row)
            _refuse_second(found, met)
        except Refused as refused:
            problems.append(RosterProblem(row.row, label_of("name"), str(refused), row.quotes.get("name", "")))
            continue
        if found is None:
            added.append(Added(f"add:{nth}", row))
            continue
        met[found.id] = row
        if changes := tuple(_changes(row, found, matched)):
            changed.append(Changed(found, row, matched, changes))
    absent = tuple(one for one in known if one.id not in met)
    return RosterChanges(tuple(added), tuple(changed), len(met) - len(changed), absent, tuple(problems))


def fingerprint(known: Iterable[Known]) -> str:
    """What a roster is known by: any change of any enterprise changes it."""
    told = [[one.id, sorted(one.values.items())] for one in known]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def _refuse_second(found: Known | None, met: Mapping[int, RosterRow]) -> None:
    if found and found.id in met:
        first = met[found.id]
        raise Refused(f"和第{first.row}行“{first.name}”都对应名册里的“{found.name}”，只取前面那一行：请核对。")


def _changes(row: RosterRow, known: Known, matched: str) -> Iterator[FieldChange]:
    for field in roster_columns():
        if field not in row.values or field in OF_AGENCIES or field not in known.values:
            continue
        if field == "name" and matched == "简称":
            continue  # a short name does not rename the enterprise it stands for
        before, after = known.values[field], row.values[field]
        if not after and field in NOT_TAKEN_BACK:
            continue
        if _bare(field, before) != _bare(field, after):
            yield FieldChange(f"{known.id}:{field}", field, before or EMPTY, after or EMPTY, not after)


def _bare(field: str, text: str) -> str:
    """What counts as the same: widths and blanks of names and mail do not."""
    if field in ("name", "short_name", "email", "agency"):
        return folded_name(text)
    try:
        return read_field(field, text)
    except Refused:
        return canonical(text)


class _Book:
    """The enterprises there are, by what a row may call them."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._by_code = {one.values.get("credit_code", ""): one for one in known}
        self._by_name = {folded_name(one.name): one for one in known}
        self._short: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            self._short[folded_name(one.values.get("short_name", ""))].append(one)
        self._full = FullNames(one.name for one in known)
        self._names = {one.name: one for one in known}

    def find(self, row: RosterRow) -> tuple[Known | None, str]:
        """The enterprise a row means, and how it was recognised. Raises Refused where the row contradicts itself."""
        code = row.of("credit_code")
        named = self._by_name.get(folded_name(row.name))
        coded = self._by_code.get(code) if code else None
        if coded:
            if named and named.id != coded.id:
                raise Refused(f"信用代码是“{coded.name}”的，名称却是另一家，没有读取：请核对。")
            return coded, "信用代码"
        if named:
            return named, "名称"
        return self._by_short_name(row)

    def _by_short_name(self, row: RosterRow) -> tuple[Known | None, str]:
        if is_full(row.name):
            return None, ""
        found = self._short.get(folded_name(row.name)) or [self._names[name] for name in self._full.named_by(row.name)]
        if len(found) > 1:
            raise Refused(f"简称“{row.name}”可以指“{found[0].name}”或“{found[1].name}”，没有读取：请写全称。")
        if found and (code := row.of("credit_code")) and found[0].values.get("credit_code", code) not in ("", code):
            return None, ""
        return (found[0], "简称") if found else (None, "")
