# SPDX-License-Identifier: MIT
"""How long Kodi's callbacks take, in a copy of the add-on that logs it."""

from __future__ import annotations

import re
from statistics import median

from tests.e2e.kodi import Kodi
from tests.e2e.processes import until
from tools.build import ADDON_ID

from .addons import timed
from .stage import Failed, Stage, end, simkl, start
from .table import Figure

_TOOK = re.compile(r"callback (\w+) took ([\d.]+) s")
_ROUNDS = 2
_TIMEOUT = 20.0
_AIM = 5.0
_EXPECTED = {
    "onPlayBackStarted",
    "onAVStarted",
    "onPlayBackPaused",
    "onPlayBackResumed",
    "onPlayBackSeek",
    "onPlayBackSpeedChanged",
    "onPlayBackStopped",
    "onSettingsChanged",
    "onNotification",
}


def measure(stage: Stage) -> list[Figure]:
    """Everything that a person may do with the player, and saved settings."""
    copy = timed(stage.ours, stage.folder)
    with simkl() as server, stage.with_ours("callbacks", server, copy) as kodi:
        start(kodi)
        for number in range(1, _ROUNDS + 1):
            _use_everything(kodi)
            _wait_for(kodi, "onPlayBackStopped", number)
            kodi.execute_addon(ADDON_ID)
            _wait_for(kodi, "onSettingsChanged", number)
        end(kodi)
        took = [(float(seconds) * 1000, name) for name, seconds in _TOOK.findall(kodi.log)]
    missing = _EXPECTED - {name for _, name in took}
    if missing:
        raise Failed(f"Kodi did not call {sorted(missing)}")
    longest, name = max(took)
    middle = median(milliseconds for milliseconds, _ in took)
    ours = f"{longest:.2f} ms, {name} (median of {len(took)}: {middle * 1000:.0f} µs)"
    return [Figure("longest callback", ours, "none", f"≤ {_AIM:.0f} ms", longest <= _AIM)]


def _use_everything(kodi: Kodi) -> None:
    kodi.play_movie("A Winter at Holm")
    kodi.pause()
    kodi.resume()
    kodi.seek(60)
    kodi.rpc("Player.SetSpeed", playerid=1, speed=2)
    kodi.rpc("Player.SetSpeed", playerid=1, speed=1)
    kodi.stop()


def _wait_for(kodi: Kodi, callback: str, times: int) -> None:
    def called() -> bool:
        return [name for name, _ in _TOOK.findall(kodi.log)].count(callback) >= times

    until(called, _TIMEOUT, callback)
