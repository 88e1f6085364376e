"""A YAML file that somebody hands in: its words, and everything that is wrong with it, each with the line quoted."""

from collections.abc import Sequence
from itertools import accumulate

from plans.errors import Refused
from plans.reading.model import Problem, Severity

LARGEST_FILE = 1_000_000
LONGEST_QUOTE = 120
DEEPEST = 100
_OPENS = {"{": 1, "[": 1, "}": -1, "]": -1}


class FileRefused(Refused):
    """文件有 3 处要改，没有保存。 ``problems``: each with its line quoted."""

    def __init__(self, problems: Sequence[Problem], text: str = "") -> None:
        super().__init__(f"文件有{len(problems)}处要改，没有保存：请改好后再上传。")
        self.problems = tuple(_quoted(problem, text.splitlines()) for problem in problems)


def text_in(content: bytes) -> str:
    """The words of an uploaded file. Raises Refused for none, FileRefused for what is not a text in UTF-8."""
    if not content:
        raise Refused("请先选择文件。")
    if len(content) > LARGEST_FILE:
        raise Refused("文件太大，最大1 MB：请检查是不是选错了文件。")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise _unread("文件不是 UTF-8 编码的文本：请用记事本另存为 UTF-8。") from error
    # A thousand open brackets would keep the parser busy for minutes.
    if max(accumulate(_OPENS.get(char, 0) for char in text), default=0) > DEEPEST:
        raise _unread("括号套得太深，不像我们的文件：请检查有没有漏掉右括号。")
    return text


def _unread(told: str) -> FileRefused:
    return FileRefused([Problem(line=1, severity=Severity.ERROR, message=told, quote="")])


def _quoted(problem: Problem, lines: Sequence[str]) -> Problem:
    line = lines[problem.line - 1].strip() if 0 < problem.line <= len(lines) else ""
    return problem.model_copy(update={"quote": line[:LONGEST_QUOTE]})
