"""A runtime that follows its data folder: whoever asks gets the settings and files as they stand now.

What cannot be read stays as it was, and is told until it can be read again.
"""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

from flows.runtime import Runtime
from flows.settings import Settings, SettingsProblem, read_settings
from flows.where_broken import told_with_line
from plans.errors import Broken
from tasks.form_files import Forms, told_of_file

logger = logging.getLogger(__name__)

UNTIL_RESTART = ("data", "database_url", "host", "port", "prefect", "prefect_port")
"""The settings that a running ``duban up`` has taken to heart: others need a restart."""


class Source(Protocol):
    """Where the pages get their runtime; ``trouble`` is what could not be read, in sentences."""

    @property
    def runtime(self) -> Runtime: ...

    @property
    def trouble(self) -> str: ...


@dataclass(frozen=True)
class Fixed:
    """A runtime that stays as it is."""

    runtime: Runtime
    trouble: str = ""


@dataclass(frozen=True)
class Part:
    """A piece of a runtime that is read from a file, or from the ``.yaml`` files of a folder, and its name there."""

    name: str
    place: Callable[[Settings], Path | None]
    folder: bool = False


PARTS = (
    Part("programmes", lambda set_to: set_to.programmes_file),
    Part("ladders", lambda set_to: set_to.ladders_file),
    Part("forms", lambda set_to: set_to.data / "forms", folder=True),
    Part("workdays", lambda set_to: set_to.data / "workdays", folder=True),
    Part("wordings", lambda set_to: set_to.data / "wordings", folder=True),
    Part("announced", lambda set_to: set_to.data / "batches.yaml"),
    Part("language", lambda set_to: set_to.language),
)
SETTINGS = Part("settings", lambda set_to: set_to.file)
Stamp = tuple[object, ...]
Stamps = Mapping[str, Stamp]
Watched = tuple[tuple[str, str, bool], ...]
"""What is looked at with every request, so as plain as can be: name, path, whether it is a folder."""


@dataclass
class Current:
    """The runtime of now. ``read`` reads the settings anew; it is asked only after their file changed."""

    first: Runtime
    read: Callable[[], Settings]
    _runtime: Runtime = field(init=False)
    _watched: Watched = field(init=False)
    _seen: Stamps = field(init=False)
    _troubles: dict[str, str] = field(default_factory=dict, init=False)
    _turn: Lock = field(default_factory=Lock, init=False)

    def __post_init__(self) -> None:
        self._runtime = self.first
        self._watched = _watched(self.first.settings)
        self._seen = _stamps(self._watched)
        for part in PARTS:
            if told := _broken_in(getattr(self.first, part.name)):
                self._troubles[part.name] = told

    @property
    def runtime(self) -> Runtime:
        """The runtime with everything that changed since. A few file stamps are looked at each time."""
        if _stamps(self._watched) != self._seen:
            with self._turn:
                self._follow()
        return self._runtime

    @property
    def trouble(self) -> str:
        """What could not be read and stays as it was, in sentences; empty while all is well."""
        return "".join(tuple(self._troubles.values()))

    def _follow(self) -> None:
        stamps = _stamps(self._watched)
        if stamps == self._seen:
            return
        settings = self._settings(stamps)
        watched = _watched(settings)
        stamps = {**_stamps(watched), SETTINGS.name: stamps[SETTINGS.name]}
        # Nobody sees the new one before all its parts are in it.
        following = Runtime(settings)
        for part in PARTS:
            self._take_over(following, part, stamps)
        self._runtime, self._watched, self._seen = following, watched, stamps

    def _settings(self, stamps: Stamps) -> Settings:
        if stamps[SETTINGS.name] == self._seen[SETTINGS.name]:
            return self._runtime.settings
        try:
            settings = self.read()
        except SettingsProblem as problem:
            self._troubles[SETTINGS.name] = f"{problem}改好以前，设置照旧。"
            return self._runtime.settings
        self._troubles.pop(SETTINGS.name, None)
        return settings

    def _take_over(self, following: Runtime, part: Part, stamps: Stamps) -> None:
        if stamps[part.name] == self._seen[part.name]:
            _put(following, part, getattr(self._runtime, part.name))
            return
        self._troubles.pop(part.name, None)
        if told := _trouble_with(following, part):
            _put(following, part, getattr(self._runtime, part.name))
            self._troubles[part.name] = f"{told}改好以前，照旧办理。"


def follow(runtime: Runtime) -> Current:
    """Follow the data folder of a runtime whose settings came from there. Raises Broken for a file that cannot be
    read already now: there is nothing to fall back on."""
    kept = {name: getattr(runtime.settings, name) for name in UNTIL_RESTART}
    return Current(runtime, lambda: read_settings(**kept))


def _watched(settings: Settings) -> Watched:
    places = ((part, part.place(settings)) for part in (*PARTS, SETTINGS))
    return tuple((part.name, str(place or ""), part.folder) for part, place in places)


def _stamps(watched: Watched) -> Stamps:
    return {name: (path, *_look(path, folder)) for name, path, folder in watched}


def _look(path: str, folder: bool) -> Stamp:
    # Not with pathlib, which would cost every request three times as much.
    try:
        if not folder:
            return _stamp_of(os.stat(path))  # noqa: PTH116
        with os.scandir(path) as found:
            return tuple(sorted((one.name, *_stamp_of(one.stat())) for one in found if one.name.endswith(".yaml")))
    except OSError:
        return ()


def _stamp_of(kept: os.stat_result) -> tuple[int, int, int]:
    return kept.st_mtime_ns, kept.st_size, kept.st_ino


def _trouble_with(runtime: Runtime, part: Part) -> str:
    place = part.place(runtime.settings)
    files = sorted(place.glob("*.yaml")) if place and part.folder else [place] if place else []
    try:
        return _broken_in(getattr(runtime, part.name))
    except Broken as problem:
        return told_with_line(problem, files)
    except Exception as problem:
        logger.warning("%s 读不懂。", place, exc_info=problem)
        return f"{'、'.join(one.name for one in files)} 读不懂：请检查内容，存成 UTF-8 文本。"


def _broken_in(value: object) -> str:
    """What is wrong with files of which a broken one takes only itself away."""
    broken = value.broken if isinstance(value, Forms) else {}
    return "".join(told_of_file(name, problems) for name, problems in broken.items())


def _put(runtime: Runtime, part: Part, value: object) -> None:
    # Into the place of the cached property.
    vars(runtime)[part.name] = value
