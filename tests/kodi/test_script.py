"""What a person, a skin or another add-on may ask of default.py."""

from __future__ import annotations

import pytest
import xbmc

from simkl_scrobbler.kodi import script

from .fakes import FakeKodi


@pytest.mark.parametrize("arguments", [["action=send_now"], ["when=now", "action=send_now"]])
def test_run__send_now(kodi: FakeKodi, arguments: list[str]) -> None:
    """`action=send_now` tells the running service, without any dialog."""
    script.run(arguments)
    assert kodi.asked("JSONRPC.NotifyAll") == [{"sender": "service.simkl", "message": "send_now"}]
    assert kodi.settings_opened == 0


def test_run__no_action(kodi: FakeKodi) -> None:
    """Without an action, as from the list of programs, the settings open."""
    script.run([])
    assert kodi.settings_opened == 1
    assert kodi.requests == []


@pytest.mark.parametrize("arguments", [["action="], ["action=nonsense"], ["action=__init__"]])
def test_run__unknown_action(kodi: FakeKodi, arguments: list[str]) -> None:
    """An action that there is not is said once in the log, and nothing is done."""
    script.run(arguments)
    assert [level for level, _ in kodi.log] == [xbmc.LOGERROR]
    assert (kodi.settings_opened, kodi.requests) == (0, [])
