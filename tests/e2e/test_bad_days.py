# SPDX-License-Identifier: MIT
"""Bad days of the real Kodi and of the device under it.

What docs/reliability.md tells of them was measured by `make bad-days`, with more of each than
`make test` has time for.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import threading
import time

import pytest

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .jsonrpc import KodiDied, RpcError
from .kodi import SMALL_SCREEN, Kodi
from .media import PATROL, SHORT
from .test_delivery import entries, send_now
from .test_scrobble import moment, started

INTERRUPTIONS = int(os.environ.get("BAD_DAYS_INTERRUPTIONS", "5"))
LOCKED = float(os.environ.get("BAD_DAYS_LOCKED", "4"))
SEED = int(os.environ.get("BAD_DAYS_SEED", "1"))
EVENING = 12
YEAR = 365 * 86400
_WATCHED = re.compile(rf"\] watched: {PATROL} S01E(\d+)")


@pytest.fixture
def screen() -> str:
    return SMALL_SCREEN


class Plays:
    """Episodes of one show, one after another, each beyond its threshold."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.begun: dict[int, float] = {}
        self.ended: dict[int, float] = {}
        self.watched: set[int] = set()
        """Of which the add-on has said so."""
        self._ids: list[int] = []

    def next(self, kodi: Kodi) -> None:
        self._ids = self._ids or _episodes(kodi)
        number = len(self.begun) + 1
        self.begun[number] = time.time()
        kodi.play({"episodeid": self._ids[number - 1]})
        kodi.seek(SHORT * 0.78)
        kodi.wait_for_position(SHORT * 0.84)
        kodi.stop()

    def until_interrupted(self, kodi: Kodi) -> None:
        """Kodi is killed at some moment, or leaves behind what is on its disk at that moment."""
        interruption = threading.Timer(self.chance.uniform(0, 9), self._interrupt, [kodi])
        interruption.start()
        try:
            while interruption.is_alive():
                self.next(kodi)
        except (KodiDied, RpcError, OSError):
            pass
        interruption.join()
        for number in self.begun:
            self.ended.setdefault(number, time.time())

    def _interrupt(self, kodi: Kodi) -> None:
        if self.chance.random() < 0.5:
            kodi.kill()
            self.take_down(kodi.log)
            return
        self.take_down(kodi.log)
        picture = kodi.home.data / "picture"
        shutil.copytree(kodi.home.userdata, picture)
        kodi.kill()
        shutil.rmtree(kodi.home.userdata)
        picture.rename(kodi.home.userdata)

    def take_down(self, log: str) -> None:
        self.watched |= {int(number) for number in _WATCHED.findall(log)}


def _episodes(kodi: Kodi) -> list[int]:
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    found = kodi.rpc(
        "VideoLibrary.GetEpisodes",
        tvshowid=show["tvshowid"],
        season=1,
        properties=["episode"],
        sort={"method": "episode"},
    )
    return [each["episodeid"] for each in found["episodes"]]


def drained(kodi: Kodi, simkl: SimklServer) -> None:
    """Waits until nothing waits any more."""
    send_now(kodi)
    assert simkl.wait_for(lambda: all(state == "sent" for _, state in entries(kodi)), 60)


def test_interrupted__at_random_moments(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Kills and power cuts at any moment of an evening, and of what is sent meanwhile: each watch
    that the disk had is on Simkl once, with a moment of its play, and nothing else is."""
    plays = Plays(random.Random(SEED))
    kodi = scrobbling()
    for _ in range(INTERRUPTIONS):
        fault = plays.chance.choice(["close_after", "hang", "hang_after", "slow"])
        simkl.faults.add(fault, path="/sync/history")
        started(kodi)
        plays.until_interrupted(kodi)
        simkl.faults.clear()
    started(kodi)
    while len(plays.begun) < EVENING:
        plays.next(kodi)
    plays.take_down(kodi.log)
    drained(kodi, simkl)
    history = {each["episode"]: each for each in simkl.account().history}
    assert len(history) == len(simkl.account().history)
    assert plays.watched <= set(history) <= set(plays.begun)
    for number, entry in history.items():
        until = plays.ended.get(number, time.time())
        assert plays.begun[number] - 1 <= moment(entry) <= until + 1
