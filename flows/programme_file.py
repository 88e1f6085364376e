"""业务线 kept by the bureau: its own file in DATA/programmes.yaml, checked before it is kept."""

from pathlib import Path

from sqlmodel import Session, select

from flows.runtime import Runtime
from flows.yaml_uploads import FileRefused, text_in
from plans.database import one_at_a_time, writing
from plans.errors import Refused
from plans.kept_files import FILES_LOCK, mark_of, replace_file, require_unchanged, text_of
from plans.programme_files import Known, programme_problems
from plans.programmes import OWN
from plans.tables import PlanItem


def programme_text(runtime: Runtime) -> str:
    """The bureau's own file, empty where it has none."""
    return text_of(runtime.settings.programmes_file)


def shipped_text() -> str:
    """The file of this package, to begin one's own from."""
    return OWN.read_text(encoding="utf-8")


def mark_of_programmes(runtime: Runtime) -> str:
    """What the page carries."""
    return mark_of(programme_text(runtime))


def keep_programmes(runtime: Runtime, content: bytes, seen: str) -> None:
    """Keep an uploaded file. Raises FileRefused, Overtaken, Refused; then nothing is kept."""
    text, path = text_in(content), own_programmes(runtime)
    with writing(runtime.engine) as session:
        one_at_a_time(session, FILES_LOCK)
        require_unchanged(seen, programme_text(runtime), "业务线文件")
        if problems := programme_problems(text, _known(session, runtime)):
            raise FileRefused(problems, text)
        replace_file(path, text)


def drop_programmes(runtime: Runtime, seen: str) -> None:
    """The shipped programmes alone again. Raises Overtaken; Refused where an item has one of the bureau's own."""
    path = own_programmes(runtime)
    with writing(runtime.engine) as session:
        one_at_a_time(session, FILES_LOCK)
        require_unchanged(seen, programme_text(runtime), "业务线文件")
        if problems := programme_problems("{}", _known(session, runtime)):
            raise Refused(problems[0].message.replace("请补上", "不能恢复自带的"))
        path.unlink(missing_ok=True)


def own_programmes(runtime: Runtime) -> Path:
    """Where the bureau's programmes are kept. Raises Refused where a setting names another file."""
    if runtime.settings.programmes:
        raise Refused("业务线由设置 DUBAN_PROGRAMMES 指定的文件决定：请改那个文件，或去掉这个设置后在这里上传。")
    return runtime.settings.programmes_file


def _known(session: Session, runtime: Runtime) -> Known:
    used = session.exec(select(PlanItem.programme).distinct())
    return Known(list(runtime.ladders), list(runtime.forms), frozenset(used))
