"""What is wrong with the rows of a roster taken together: the same enterprise twice, shared mail, short names."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from plans.reading.model import Severity
from plans.reading.source import Source
from plans.roster.fields import folded_name, label_of
from plans.roster.reading import RosterProblem, RosterReading, RosterRow, Shared, read_table_rows
from plans.sheet.roster import FullNames, is_full

FEW = 3


def read_roster(source: Source) -> RosterReading:
    """The enterprises of a roster file, each once, and everything a person must settle or should know."""
    found, problems = read_table_rows(source)
    rows = list(_once(found, problems))
    shared = tuple(_shared(rows))
    lines = {row.name: row.row for row in rows}
    problems += [_one_agency(one, lines[one.names[0]]) for one in shared]
    problems += _short_names(rows)
    problems += _certificates(rows)
    # What is said of the file comes first, then row by row.
    return RosterReading(tuple(rows), tuple(sorted(problems, key=lambda problem: problem.row)), shared)


def _once(rows: Sequence[RosterRow], problems: list[RosterProblem]) -> Iterator[RosterRow]:
    """The rows without those that name an enterprise a second time: which of them is right a person must say."""
    by_code: dict[str, RosterRow] = {}
    by_name: dict[str, RosterRow] = {}
    for row in rows:
        code, name = row.of("credit_code"), folded_name(row.name)
        first, field = (by_code[code], "credit_code") if code in by_code else (by_name.get(name), "name")
        if first is None:
            yield row
            by_name[name] = row
            by_code |= {code: row} if code else {}
        else:
            told = f"和第{first.row}行“{first.name}”重复，只读取了前面那一行：请删去一行。"
            problems.append(RosterProblem(row.row, label_of(field), told, row.quotes.get(field, "")))


def _shared(rows: Sequence[RosterRow]) -> Iterator[Shared]:
    by_mail: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row.of("email") and not row.of("agency"):
            by_mail[row.of("email").lower()].append(row)
    for same in by_mail.values():
        if len(same) > 1:
            first = same[0]
            yield Shared(first.of("email"), first.of("contact"), first.of("phone"), tuple(row.name for row in same))


def _one_agency(shared: Shared, line: int) -> RosterProblem:
    told = (
        f"{_few(shared.names)}共{len(shared.names)}家用同一个邮箱 {shared.email}："
        "是同一位代账会计吗？可以设为一个代账单位，一封邮件、一个链接报全部。"
    )
    return RosterProblem(line, label_of("email"), told, shared.email, Severity.WARNING)


def _few(names: Sequence[str]) -> str:
    return "、".join(names[:FEW]) + ("等" if len(names) > FEW else "")


def _short_names(rows: Sequence[RosterRow]) -> Iterator[RosterProblem]:
    """A short name that fits several, and a name that is only a short one."""
    book = FullNames(row.name for row in rows if is_full(row.name))
    owners: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        owners[folded_name(row.of("short_name"))].append(row)
    for row in rows:
        if short := row.of("short_name"):
            same = [other.name for other in owners[folded_name(short)] if other is not row]
            fits = same or [name for name in book.named_by(short) if name != row.name]
            if fits:
                told = f"简称“{short}”也可以指“{fits[0]}”：请改成不会混的简称，或留空。"
                yield RosterProblem(row.row, label_of("short_name"), told, short, Severity.WARNING)
        if not is_full(row.name):
            yield _only_short(row, book.named_by(row.name))


def _only_short(row: RosterRow, fits: Sequence[str]) -> RosterProblem:
    told = f"是不是“{'”“'.join(fits)}”？" if fits else ""
    said = f"“{row.name}”像是简称：{told}请写营业执照上的全称。"
    return RosterProblem(row.row, label_of("name"), said, row.quotes.get("name", ""), Severity.WARNING)


def _certificates(rows: Sequence[RosterRow]) -> Iterator[RosterProblem]:
    for row in rows:
        if row.of("certificate_number") and not row.of("certificate_on"):
            told = "有证书编号、没有发证日期，证书没有读取：请补上发证日期，复审要按它算。"
            number = row.quotes.get("certificate_number", "")
            yield RosterProblem(row.row, label_of("certificate_on"), told, number, Severity.WARNING)
