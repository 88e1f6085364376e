"""The composition root: settings become the engine, the workdays, the ladders and the channels, once a process."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import Engine

from flows.kept import Kept
from flows.settings import Settings
from notifications.channels.message import Channel
from notifications.digest import DIGEST
from notifications.formal import Press
from notifications.ladder import Ladders, load_ladders
from notifications.language import CHINESE_AS_WRITTEN, Language, read_language
from notifications.leaving import Desk
from notifications.letters import Pen
from notifications.links import Links
from notifications.stepping import Rules
from notifications.tables import LETTER
from notifications.wordings import Wordings, load_wordings
from plans.batches import Batch, Batches, load_batches
from plans.database import ensure_current, make_engine, require_current
from plans.programmes import Programmes, load_programmes
from plans.workdays import Workdays, load_workdays
from tasks.cutoff import CutOffDays
from tasks.form_files import Forms, load_forms
from tasks.lights import Gauge, Thresholds

if TYPE_CHECKING:
    from notifications.channels.mail import MailServer


@dataclass(frozen=True)
class Runtime:
    """Everything the work needs. Parts are made when first asked for, so that listing a task imports no mail."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        return make_engine(self.settings.database)

    @cached_property
    def kept(self) -> Kept:
        """What pages are made of, until something is written."""
        return Kept(self.engine)

    @cached_property
    def workdays(self) -> Workdays:
        return load_workdays(sorted((self.settings.data / "workdays").glob("*.yaml")))

    @cached_property
    def cut_off_days(self) -> CutOffDays:
        """When a period of what enterprises file is cut off."""
        own = {key: one.cut_off_days for key, one in self.programmes.items() if one.cut_off_days is not None}
        return CutOffDays(self.workdays, self.settings.cut_off_days, own)

    @cached_property
    def announced(self) -> tuple[Batch, ...]:
        """The province's batches as ``batches.yaml`` in the data folder has them."""
        return load_batches(self.settings.data / "batches.yaml")

    @cached_property
    def batches(self) -> Batches:
        """The province's batches, with what they are for."""
        kinds = {key: one.certificate for key, one in self.programmes.items() if one.certificate}
        return Batches(self.announced, kinds, self.settings.renewal_lead)

    @cached_property
    def language(self) -> Language:
        """What people read is said in: Chinese, or the wordings of the language file. Raises LanguageProblem."""
        return read_language(self.settings.language) if self.settings.language else CHINESE_AS_WRITTEN

    @cached_property
    def gauge(self) -> Gauge:
        """What lights are computed by."""
        set_to = self.settings
        return Gauge(self.workdays, Thresholds(set_to.light_yellow, set_to.light_red, set_to.light_soon))

    @cached_property
    def programmes(self) -> Programmes:
        return load_programmes(self.settings.programmes or _where_kept(self.settings.programmes_file))

    @cached_property
    def forms(self) -> Forms:
        """The forms of this package and those in the ``forms`` folder of the data folder."""
        return load_forms(self.settings.data / "forms")

    @cached_property
    def ladders(self) -> Ladders:
        return load_ladders(self.settings.ladders or _where_kept(self.settings.ladders_file))

    @cached_property
    def wordings(self) -> Wordings:
        """The sentences of mails and letters, with those of the ``wordings`` folder of the data folder."""
        return load_wordings(self.settings.data / "wordings")

    @cached_property
    def links(self) -> Links:
        secret = self.settings.secret or kept_secret(self.settings.data / "secret.key")
        return Links(secret, self.settings.base_url, self.settings.link_days)

    @cached_property
    def rules(self) -> Rules:
        set_to = self.settings
        return Rules(
            ladders=self.ladders,
            workdays=self.workdays,
            remind_at=set_to.remind_at,
            has_group=bool(set_to.robot_url),
            extension_wait=set_to.extension_wait,
            urge_cooldown=set_to.urge_cooldown,
            promise_days=set_to.promise_days,
            cut_off_days=self.cut_off_days,
            batches=self.batches,
        )

    @cached_property
    def pen(self) -> Pen:
        return Pen(self.links, self.workdays, self.ladders, self.wordings, self.language)

    @cached_property
    def press(self) -> Press:
        """What formal letters are made with."""
        return Press(self.rules, self.pen, self.settings.letter_mark, self.settings.office_phone)

    @cached_property
    def desk(self) -> Desk:
        host = urlsplit(self.settings.base_url).hostname or "localhost"
        from flows.digest_approval import attaching
        from flows.letter_files import attaching as attaching_letters

        files = {DIGEST: attaching(self), LETTER: attaching_letters(self)}
        return Desk(self.channels, self.pen, self.settings.mail_reply_to or None, host, files)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """The channels that are set up, by name; a delivery for any other is held, never pretended."""
        # Listing a task must not pay for yagmail and apprise.
        from notifications.channels.mail import MailChannel
        from notifications.channels.robot import RobotChannel

        channels: dict[str, Channel] = {}
        if server := mail_server(self.settings):
            channels["mail"] = MailChannel(server)
        if self.settings.robot_url:
            channels["robot"] = RobotChannel(self.settings.robot_url)
        return channels


def open_runtime(settings: Settings, create: bool = False) -> Runtime:
    """A runtime whose database is of this version; ``create`` makes or upgrades it. Raises DatabaseProblem."""
    runtime = Runtime(settings)
    if create:
        settings.data.mkdir(parents=True, exist_ok=True)
        ensure_current(runtime.engine)
    else:
        require_current(runtime.engine)
    return runtime


def mail_server(settings: Settings) -> "MailServer | None":
    """The mail server of the settings, or None while no host is set."""
    from notifications.channels.mail import MailServer

    if not settings.mail_host:
        return None
    return MailServer(
        host=settings.mail_host,
        port=settings.mail_port,
        user=settings.mail_user,
        password=settings.mail_password,
        sender=settings.mail_sender or settings.mail_user,
        sender_name=settings.mail_sender_name,
        security=settings.mail_security,
        timeout=settings.mail_timeout,
        pause=settings.mail_pause,
        ca_file=settings.mail_ca_file or None,
    )


def _where_kept(path: Path) -> Path | None:
    return path if path.exists() else None


def kept_secret(path: Path) -> str:
    """The secret that signs links, made at first use and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()
