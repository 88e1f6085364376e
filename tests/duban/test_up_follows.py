"""The clock of a running ``duban up`` works with the settings as they stand, not as they stood when it began."""

import time_machine

from cast import PATROL, at
from conftest import Begin
from duban.up import _House
from flows.current import Current
from flows.running import tick
from flows.settings import read_settings
from flows.settings_file import change_settings
from support.smtp import ReceivingServer


def test_mail_that_was_held_leaves_as_soon_as_a_server_is_set(
    begin: Begin, mailbox: ReceivingServer, with_mail: dict[str, object]
) -> None:
    runtime = begin(PATROL)
    kept = {name: getattr(runtime.settings, name) for name in ("data", "database_url", "secret")}
    house = _House(Current(runtime, lambda: read_settings(**kept)))
    tick(runtime, at("2026-07-10 08:31"))
    with time_machine.travel(at("2026-07-10 09:00"), tick=False):
        house.run("deliver")
        assert mailbox.messages == []
        change_settings(runtime.settings, {name: str(value) for name, value in with_mail.items()})
        house.run("deliver")
    assert [one.recipients for one in mailbox.messages] == [("wang@yunxi.example",)]
