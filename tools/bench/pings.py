# SPDX-License-Identifier: MIT
"""How long a second client waits for Kodi's answer while another one marks 200 episodes."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, closing
from statistics import median, quantiles
from typing import NamedTuple

from tests.e2e.jsonrpc import Connection
from tests.e2e.kodi import Kodi
from tests.e2e.media import PATROL

from .stage import Stage, end, simkl, start
from .table import Figure

_EPISODES = 200
_PLAYCOUNTS = 1, 0, 1
_PAUSE = 0.005
# As long as the service waits for the end of a burst, and then reads it.
_AFTERWARDS = 4.0
_AIM = 50.0
_READ = "marked in Kodi:"


class Ping(NamedTuple):
    """The monotonic moment of the question, and the milliseconds until the answer."""

    asked: float
    took: float


class Waits(NamedTuple):
    """Milliseconds: of pings while another client marks, and of those after that."""

    during: list[float]
    afterwards: list[float]


def measure(stage: Stage) -> list[Figure]:
    """What Kodi itself takes to write is the floor's; ours hears of all of it, and reads it.

    They take turns, so that both meet the same moods of the machine.
    """
    with ExitStack() as stack:
        server = stack.enter_context(simkl())
        floor = stack.enter_context(stage.with_floor("pings-floor"))
        ours = stack.enter_context(stage.with_ours("pings-ours", server))
        waits = {kodi: Waits([], []) for kodi in (floor, ours)}
        for kodi in waits:
            start(kodi)
        for number, playcount in enumerate(_PLAYCOUNTS, 1):
            _burst(floor, playcount, waits[floor])
            _burst(ours, playcount, waits[ours])
            ours.wait_for_log(f"{_READ} {_EPISODES}, which are {_EPISODES}", times=number)
            _refuse(ours)
        for kodi in waits:
            end(kodi)
    return [
        _figure(
            f"ping while {_EPISODES} episodes are marked", waits[ours].during, waits[floor].during
        ),
        _figure(
            "ping after that, the burst is read", waits[ours].afterwards, waits[floor].afterwards
        ),
    ]


def _figure(name: str, ours: list[float], floor: list[float]) -> Figure:
    most = _percentile(ours)
    return Figure(name, _said(ours), _said(floor), f"≤ {_AIM:.0f} ms", most <= _AIM)


def _said(waits: list[float]) -> str:
    middle, worst = median(waits), max(waits)
    return f"99 of 100 in {_percentile(waits):.1f} ms (median {middle:.1f}, worst {worst:.1f})"


def _percentile(waits: list[float]) -> float:
    return quantiles(waits, n=100)[98]


def _burst(kodi: Kodi, playcount: int, waits: Waits) -> None:
    episodes = _episodes(kodi)
    with closing(kodi.another_client()) as client, closing(_Pinger(client)) as pinger:
        for episode in episodes:
            kodi.rpc("VideoLibrary.SetEpisodeDetails", episodeid=episode, playcount=playcount)
        marked = time.monotonic()
        time.sleep(_AFTERWARDS)
    for ping in pinger.pings:
        (waits.during if ping.asked <= marked else waits.afterwards).append(ping.took)


def _episodes(kodi: Kodi) -> list[int]:
    """Their numbers in the library; the specials are too many."""
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    found = kodi.rpc("VideoLibrary.GetEpisodes", tvshowid=show["tvshowid"])["episodes"]
    return [each["episodeid"] for each in found][-_EPISODES:]


def _refuse(kodi: Kodi) -> None:
    """The question whether so many are meant."""
    kodi.wait_for_focus("No")
    kodi.press("Back")
    kodi.wait_until("!Window.IsActive(yesnodialog)")


class _Pinger:
    """Asks again and again, in a thread of its own, until it is closed."""

    def __init__(self, client: Connection) -> None:
        self.pings: list[Ping] = []
        self._client = client
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pinger")
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(_PAUSE):
            asked = time.monotonic()
            self._client.call("JSONRPC.Ping", {})
            self.pings.append(Ping(asked, (time.monotonic() - asked) * 1000))
