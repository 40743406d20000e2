"""What a person, a skin or another add-on may ask of default.py."""

from __future__ import annotations

import pytest

from simkl_scrobbler.kodi import script

from .fakes import FakeKodi


@pytest.mark.parametrize("arguments", [["action=send_now"], ["when=now", "action=send_now"]])
def test_run__send_now(kodi: FakeKodi, arguments: list[str]) -> None:
    """`action=send_now` tells the running service, without any dialog."""
    script.run(arguments)
    assert kodi.asked("JSONRPC.NotifyAll") == [{"sender": "service.simkl", "message": "send_now"}]
    assert kodi.settings_opened == 0


@pytest.mark.parametrize("arguments", [[], [""], ["action="], ["action=nonsense"], ["send_now"]])
def test_run__nothing_that_it_knows(kodi: FakeKodi, arguments: list[str]) -> None:
    """Without an action, as from the list of programs, the settings open."""
    script.run(arguments)
    assert kodi.settings_opened == 1
    assert kodi.requests == []
