"""The draft 计划草稿: a YAML file a person completes and confirms, and everything that is wrong with one, by line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from plans.errors import Refused
from plans.reading.model import Problem, Severity
from plans.words import Assignees, DuePolicy, Kind, Role

TO_FILL = "待填"
LARGEST_DRAFT = 5_000_000
# What ruamel lets slip besides its own errors: a wrong !!tag, an impossible escape, a thousand open brackets.
UNREADABLE = (YAMLError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class DraftPerson(_Entry):
    """Someone of the bureau."""

    name: str = Field(min_length=1, max_length=50)
    mail: str = ""
    office: str = ""
    role: Role = Role.STAFF

    @field_validator("mail", mode="before")
    @classmethod
    def _no_mail(cls, value: object) -> object:
        return "" if value in (TO_FILL, None) else value


class DraftEnterprise(_Entry):
    """An enterprise of the roster; ``weight`` is last year's R&D in 万元."""

    name: str = Field(min_length=1, max_length=100)
    contact: str = ""
    mail: str = ""
    phone: str = ""
    credit_code: str | None = None
    weight: Decimal = Field(Decimal(0), ge=0, lt=Decimal(10) ** 12)
    first_month: str = ""
    last_month: str = ""
    exempt_reason: str = ""

    @field_validator("phone", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class DraftTarget(_Entry):
    """A target; 待填 for a number nobody knows yet; ``approximate`` where the document says 约 or 左右."""

    indicator: str = Field(min_length=1, max_length=100)
    floor: Decimal | None = Field(None, ge=0, lt=Decimal(10) ** 12)
    stretch: Decimal | None = Field(None, ge=0, lt=Decimal(10) ** 12)
    unit: str = ""
    masked: bool = False
    qualitative: bool = False
    level: str = ""
    quote: str = ""
    approximate: bool = False

    @field_validator("floor", "stretch", mode="before")
    @classmethod
    def _unknown(cls, value: object) -> object:
        return None if value in (TO_FILL, "") else value

    def kept(self) -> dict[str, Any]:
        """The fields of a Target row; that a number is about so much is only told by its quote."""
        return self.model_dump(exclude={"approximate"})


class DraftItem(_Entry):
    """One promise. Fields left out are taken from its programme (plans/programmes.yaml)."""

    title: str = Field(min_length=1, max_length=200)
    programme: str
    kind: Kind | None = None
    owner: str = ""
    cadence: str | None = None
    due_policy: DuePolicy | None = None
    in_arrears: bool | None = None
    skip_months: list[int] | None = None
    assignees: Assignees | None = None
    ladder: str | None = None
    form: str | None = None
    targets: list[DraftTarget] = []
    text: str = ""
    weight: Decimal = Field(Decimal(1), gt=0, lt=Decimal(10) ** 6)
    needs_sign: bool = False
    needs_review: bool = False
    needs_evidence: bool = False
    carried_from: int | None = None

    @field_validator("owner", mode="before")
    @classmethod
    def _nobody(cls, value: object) -> object:
        return "" if value in (TO_FILL, None) else value


class Draft(_Entry):
    """A whole draft."""

    bureau: str = Field(min_length=1, max_length=100)
    title: str = Field(min_length=1, max_length=200)
    period: str
    owner: str = ""
    source: str = ""
    people: list[DraftPerson] = []
    enterprises: list[DraftEnterprise] = []
    items: list[DraftItem] = []

    @field_validator("period", mode="before")
    @classmethod
    def _written_year(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value

    @field_validator("owner", mode="before")
    @classmethod
    def _nobody(cls, value: object) -> object:
        return "" if value in (TO_FILL, None) else value


Path = tuple[str | int, ...]


@dataclass(frozen=True)
class DraftFile:
    """A draft as it was written: its values, and on which line each of them stands."""

    draft: Draft | None
    tree: Any
    problems: tuple[Problem, ...]

    def line(self, path: Path) -> int:
        """The 1-based line of a value, or of the nearest thing around it."""
        node, line = self.tree, 1
        for key in path:
            marks = getattr(node, "lc", None)
            try:
                line = marks.data[key][0] + 1 if marks else line
                node = node[key]
            except (KeyError, IndexError, TypeError):
                return line
        return line

    def problem(self, path: Path, message: str, quote: object = "", severity: Severity = Severity.ERROR) -> Problem:
        """A problem at that value."""
        return Problem(line=self.line(path), severity=severity, message=message, quote=str(quote))


def parse_draft(text: str) -> DraftFile:
    """Read a draft; what is not even well-formed comes back as problems, with no draft.

    Raises Refused for one over 5 million characters.
    """
    if len(text) > LARGEST_DRAFT:
        raise Refused("草稿太大（超过500万字），请检查是不是选错了文件。")
    try:
        tree = YAML().load(text)
    except MarkedYAMLError as error:
        told = "这一行的格式不对：请检查缩进、冒号后的空格和引号。"
        return DraftFile(None, None, (_broken(_broken_line(error), told),))
    except UNREADABLE:
        return DraftFile(None, None, (_broken(1, "这个文件不是计划草稿：里面有无法识别的字符。"),))
    if not isinstance(tree, dict):
        return DraftFile(None, None, (_broken(1, "这个文件不是计划草稿：请用 duban plan read 生成一份。"),))
    return _validated(tree)


def _broken_line(error: MarkedYAMLError) -> int:
    # A missing colon or closing quote is noticed only on a line further down.
    begun = "expected ':'" in str(error.problem) or "quoted scalar" in str(error.context)
    mark = error.context_mark if begun else error.problem_mark
    return mark.line + 1 if mark else 1


def _broken(line: int, message: str) -> Problem:
    return Problem(line=line, severity=Severity.ERROR, message=message, quote="")


def _validated(tree: Any) -> DraftFile:
    try:
        return DraftFile(Draft.model_validate(tree), tree, ())
    except ValidationError as error:
        file = DraftFile(None, tree, ())
        problems = [file.problem(fault["loc"], _fault_text(fault), _typed(fault)) for fault in error.errors()]
        return DraftFile(None, tree, tuple(problems))


def _typed(fault: Any) -> str:
    given = fault["input"]
    return "" if isinstance(given, dict | list) else str(given)


_FAULTS = {
    "missing": "缺少“{field}”这一项。",
    "extra_forbidden": "不认识“{field}”这一项，请检查拼写。",
    "string_too_short": "“{field}”不能空着。",
    "string_too_long": "“{field}”太长了。",
    "enum": "“{field}”只能写：{choices}。",
    "greater_than_equal": "“{field}”不能是负数。",
    "greater_than": "“{field}”要大于零。",
    "less_than": "“{field}”的数字太大了，请检查单位。",
    "decimal_parsing": "“{field}”请写数字，不知道就写“待填”。",
    "decimal_type": "“{field}”请写数字，不知道就写“待填”。",
    "finite_number": "“{field}”请写数字，不知道就写“待填”。",
    "bool_parsing": "“{field}”只能写 true 或 false。",
    "list_type": "“{field}”下面请逐行用“- ”列出。",
    "int_parsing": "“{field}”里请写整数。",
    "string_type": "“{field}”请写文字。",
}
_CHOICES: dict[str, type[StrEnum]] = {"kind": Kind, "role": Role, "due_policy": DuePolicy, "assignees": Assignees}


def _fault_text(fault: Any) -> str:
    names = [part for part in fault["loc"] if isinstance(part, str)]
    field = names[-1] if names else "草稿"
    choices = "、".join(_CHOICES[field]) if field in _CHOICES else ""
    return _FAULTS.get(fault["type"], "“{field}”写得不对。").format(field=field, choices=choices)


def has_errors(problems: Iterable[Problem]) -> bool:
    """True when something must be settled before the plan can start."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def in_line_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems as a person works through them."""
    return sorted(problems, key=lambda problem: (problem.line, problem.message))


def duplicates(names: Sequence[str]) -> Iterator[int]:
    """The positions of names that stood there before."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield position
        seen.add(name)


class DraftRefused(Refused):
    """草稿还有 3 处要改……。 ``problems`` are all of them, in line order."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        super().__init__(f"{name} 还有{len(errors)}处要改，没有启动：请改好后再试。")
        self.problems = tuple(problems)
