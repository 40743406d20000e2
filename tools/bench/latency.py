# SPDX-License-Identifier: MIT
"""From the crossing of the threshold to the request at the server."""

from __future__ import annotations

import time
from datetime import datetime
from typing import NamedTuple

from zoneinfo import ZoneInfo

from tests.e2e.kodi import Kodi
from tests.e2e.media import LONG
from tests.e2e.processes import until
from tests.simkl_server.server import SimklServer

from .stage import Failed, Stage, end, simkl, start
from .table import Figure, summary

_ROUNDS = 5
_GOAL = LONG * 0.8
# More than the twentieth of the film that has to be played for a watch.
_PLAYED = LONG * 0.05 + 2
_BEFORE = 4.0
_ASKED_UNTIL = 0.5
_TIMEOUT = 20.0
_AIM = 0.5
_NOTICED = "watched, by playback"


class Crossing(NamedTuple):
    """Seconds from the crossing to the line in the log, and to the arrival of the request."""

    noticed: float
    arrived: float


def measure(stage: Stage) -> list[Figure]:
    """Several sessions, because only the first request loads what all of them need."""
    with simkl() as server, stage.with_ours("latency", server) as kodi:
        [cold] = _sessions(server, kodi, 1)
        warm, *later = _sessions(server, kodi, _ROUNDS)
    noticed = [each.noticed for each in (cold, warm, *later)]
    return [
        Figure("crossing to its being noticed", summary(noticed, "s", 2)),
        _figure("the first request of all, without .pyc files", [cold.arrived]),
        _figure("the first request after a start", [warm.arrived]),
        _figure("later requests", [each.arrived for each in later]),
    ]


def _figure(which: str, arrived: list[float]) -> Figure:
    aim = f"≤ {_AIM} s", max(arrived) <= _AIM
    return Figure(f"crossing to {which}", summary(arrived, "s", 2), "–", *aim)


def _sessions(server: SimklServer, kodi: Kodi, count: int) -> list[Crossing]:
    start(kodi)
    crossings = [_cross(server, kodi, number) for number in range(count)]
    end(kodi)
    return crossings


def _cross(server: SimklServer, kodi: Kodi, number: int) -> Crossing:
    before = len(server.requests)
    kodi.play_movie("A Winter at Holm")
    until(lambda: kodi.position() > _PLAYED, _TIMEOUT, "the film was played for a while")
    kodi.seek(_GOAL - _BEFORE)
    crossing = _moment_of(kodi, _GOAL)
    if not server.wait_for(lambda: len(server.requests) > before):
        raise Failed("a crossing led to no request")
    arrived = server.requests[before].monotonic
    kodi.stop()
    return Crossing(_noticed(kodi, number) - crossing, arrived - crossing)


def _moment_of(kodi: Kodi, goal: float) -> float:
    """The monotonic moment at which playback is there.

    The player renews what it says five times a second only: the answer that leads to the earliest
    moment is a fresh one.
    """
    moments: list[float] = []
    while not moments or moments[-1] - time.monotonic() > _ASKED_UNTIL:
        position = kodi.position()
        moments.append(time.monotonic() + goal - position)
    return min(moments)


def _noticed(kodi: Kodi, number: int) -> float:
    """The monotonic moment of the line in the log, which says local time without its zone."""
    lines = [line for line in kodi.log.splitlines() if _NOTICED in line]
    said = datetime.fromisoformat(" ".join(lines[number].split()[:2]))
    now = datetime.now(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    return time.monotonic() - (now - said).total_seconds()
