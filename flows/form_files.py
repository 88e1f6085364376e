"""报表 kept by the bureau: its own form files in DATA/forms, checked before they are kept, removed when unused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from flows.runtime import Runtime
from flows.yaml_uploads import FileRefused, text_in
from plans.database import one_at_a_time, writing
from plans.errors import Refused
from plans.kept_files import FILES_LOCK, mark_of, replace_file, require_unchanged, text_of
from plans.reading.model import Problem
from plans.tables import PlanItem
from tasks.form_files import OWN, Forms, load_forms, read_form
from tasks.form_model import Form
from tasks.tables import Filing, Task


@dataclass(frozen=True)
class KeptForm:
    """A form in the list; ``own`` is in the bureau's folder, ``users`` are the titles of the items that use it."""

    key: str
    form: Form | None
    own: bool
    shipped: bool
    users: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def removable(self) -> bool:
        return self.own and not self.users


def kept_forms(session: Session, runtime: Runtime) -> list[KeptForm]:
    """Every form as its files have it now, those that cannot be read among them."""
    forms, shipped, own = _now(runtime), load_forms(), _own_files(runtime)
    users = _users(session)
    keys = sorted({*forms, *own})
    return [
        KeptForm(
            key,
            forms.known.get(key),
            key in own,
            key in shipped,
            tuple(users.get(key, ())),
            forms.broken.get(f"{key}.yaml", ()),
        )
        for key in keys
    ]


def form_text(runtime: Runtime, key: str) -> str:
    """The file of a form as it is kept. Raises Refused."""
    path = _own_files(runtime).get(key) or next((one for one in OWN.glob("*.yaml") if one.stem == key), None)
    if path is None:
        raise Refused("没有这张报表：请从列表里打开。")
    return path.read_text(encoding="utf-8", errors="replace")


def mark_of_forms(runtime: Runtime) -> str:
    """What the page with the list carries: it tells whether any of the bureau's own files changed since."""
    return mark_of(_told(runtime))


def keep_form(runtime: Runtime, content: bytes, seen: str) -> Form:
    """Keep an uploaded form under its key, in the place of an earlier one. Raises FileRefused, Overtaken, Refused."""
    text = text_in(content)
    file = read_form(text)
    if file.form is None:
        raise FileRefused(file.problems, text)
    with writing(runtime.engine) as session:
        one_at_a_time(session, FILES_LOCK)
        require_unchanged(seen, _told(runtime), "报表")
        _refuse_other_units(session, _now(runtime).known.get(file.form.key), file.form)
        replace_file(_folder(runtime) / f"{file.form.key}.yaml", text)
    return file.form


def remove_form(runtime: Runtime, key: str, seen: str) -> None:
    """Take one of the bureau's own forms away. Raises Overtaken; Refused where an item uses it."""
    with writing(runtime.engine) as session:
        one_at_a_time(session, FILES_LOCK)
        path = _own_files(runtime).get(key)
        if path is None:
            raise Refused("这张报表不是本局自己的，不能删去。")
        require_unchanged(seen, _told(runtime), "报表")
        if users := _users(session).get(key):
            raise Refused(f"“{users[0]}”{f'等{len(users)}个事项' if users[1:] else ''}用着这张报表，不能删去。")
        if named := [one.name for one in runtime.programmes.values() if one.form == key and key not in load_forms()]:
            raise Refused(f"业务线“{named[0]}”用着这张报表，不能删去：请先改业务线。")
        path.unlink(missing_ok=True)


def _refuse_other_units(session: Session, before: Form | None, after: Form) -> None:
    # What was answered is kept as numbers in the unit of then.
    if before is None or not _is_filed(session, after.key):
        return
    now = after.by_key
    for field in before.fields:
        if field.key in now and (now[field.key].unit, now[field.key].text) != (field.unit, field.text):
            told = f"“{field.label}”（{field.key}）的单位与已经填过的不同，没有保存：要改单位，请另起一个 key。"
            raise Refused(told)
        if field.key not in now:
            raise Refused(f"少了已经填过的“{field.label}”（{field.key}），没有保存：要删字段，请另起一个 key。")


def _is_filed(session: Session, key: str) -> bool:
    query = select(Filing.id).join(Task, col(Task.id) == Filing.task_id).join(PlanItem).where(PlanItem.form == key)
    return session.exec(query.limit(1)).first() is not None


def _users(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    used = select(PlanItem.form, PlanItem.title).where(PlanItem.form != "").order_by(col(PlanItem.id))
    for key, title in session.exec(used):
        found.setdefault(key, []).append(title)
    return found


def _now(runtime: Runtime) -> Forms:
    return load_forms(_folder(runtime))


def _folder(runtime: Runtime) -> Path:
    return runtime.settings.data / "forms"


def _own_files(runtime: Runtime) -> dict[str, Path]:
    return {path.stem: path for path in sorted(_folder(runtime).glob("*.yaml"))}


def _told(runtime: Runtime) -> str:
    return "\n".join(_told_files(runtime))


def _told_files(runtime: Runtime) -> Iterator[str]:
    for key, path in _own_files(runtime).items():
        yield f"{key} {text_of(path)}"
