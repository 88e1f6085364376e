"""The settings that pages keep: fields of ``duban.toml``, changed in place so that comments and order stay."""

from collections.abc import Mapping, Sequence
from datetime import time
from pathlib import Path
from threading import Lock
from typing import Any

import tomlkit
from pydantic import ValidationError
from pydantic_settings import PydanticBaseSettingsSource
from tomlkit import TOMLDocument
from tomlkit.exceptions import ParseError

from flows.settings import FILE_NAME, Settings, faults_in, from_environment
from plans.errors import Refused
from plans.kept_files import mark_of, replace_file, require_unchanged, text_of
from plans.sheet.errors import FieldFaults

SECRET = frozenset({"mail_password", "robot_url", "sso_client_secret"})
"""What is never shown again once it is kept."""
_TURN = Lock()


class _AsWritten(Settings):
    """Settings as they would be if the file said what is given: the environment over it, and no file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[Any],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def change_settings(settings: Settings, typed: Mapping[str, str], seen: str = "", page: Sequence[str] = ()) -> None:
    """Keep these settings as typed; an empty one goes back to its default. ``seen`` is the mark of what stood on the
    page of the settings ``page`` (see ``mark_of_settings``). Raises FieldFaults, Overtaken, Refused; then nothing is
    written."""
    with _TURN:
        if page:
            require_unchanged(seen, _standing(settings.file, page), "这一页的设置")
        document = _document(settings.file)
        _fill(document, settings.data, typed)
        replace_file(settings.file, tomlkit.dumps(document))


def mark_of_settings(settings: Settings, names: Sequence[str]) -> str:
    """What a form carries to tell whether somebody changed these settings since."""
    return mark_of(_standing(settings.file, names))


def _standing(file: Path, names: Sequence[str]) -> str:
    document = _document(file)
    return repr([(name, document.get(name)) for name in sorted(names)])


def _document(file: Path) -> TOMLDocument:
    try:
        return tomlkit.parse(text_of(file))
    except ParseError as error:
        raise Refused(f"{FILE_NAME} 第 {error.line} 行读不懂，没有保存：请先在服务器上改好这个文件。") from error


def _fill(document: TOMLDocument, data: Path, typed: Mapping[str, str]) -> None:
    if given := sorted(set(typed) & from_environment()):
        raise FieldFaults(dict.fromkeys(given, "由环境变量设定，这里不能改"))
    written = {name: text.strip() for name, text in typed.items()}
    kept = {name: value for name, value in document.unwrap().items() if name not in written}
    checked = _checked(data, kept | {name: text for name, text in written.items() if text}, written)
    for name, text in written.items():
        value = getattr(checked, name)
        if text and (name in document or value != Settings.model_fields[name].default):
            document[name] = _plain(value)
        elif not text:
            document.pop(name, None)


def _checked(data: Path, given: Mapping[str, object], written: Mapping[str, str]) -> Settings:
    try:
        return _AsWritten(**{**given, "data": data})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = faults_in(error)
    if others := sorted(set(faults) - set(written)):
        raise Refused(f"{FILE_NAME} 里的 {'、'.join(others)} 写得不对，没有保存：请先在服务器上改好这个文件。")
    raise FieldFaults({name: f"{told}。" for name, told in faults.items()})


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | time) else str(value)
