# SPDX-License-Identifier: MIT
"""How often the service's threads wake up, and what CPU they take: idle, playing and paused."""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from tests.e2e.kodi import Kodi

from .addons import FLOOR_ID
from .procfs import Usage, python_threads, usage_of
from .stage import Stage, end, simkl, start
from .table import Figure

# As long as from one look at the player to the next, so that there is one look in it.
_SPAN = 30.0
_SETTLING = 5.0
_MINUTE = 60.0
_WITHIN = {"idle": 0.02, "playing": 0.05, "paused": 0.02}


class Pace(NamedTuple):
    """Wake-ups and milliseconds of CPU in a minute."""

    wake_ups: float
    cpu: float


def measure(stage: Stage) -> list[Figure]:
    """Both in one Kodi: when the machine is busy with other things, all threads wake up late."""
    both = stage.ours, stage.floor
    with simkl() as server, stage.with_ours("paces", server, *both) as kodi:
        start(kodi)
        floor = {_thread_of(kodi, FLOOR_ID)}
        threads = set(python_threads(kodi.pid)) - floor, floor
        idle = _paces(kodi.pid, threads)
        kodi.play_movie("A Winter at Holm")
        playing = _paces(kodi.pid, threads)
        kodi.pause()
        paused = _paces(kodi.pid, threads)
        kodi.stop()
        end(kodi)
    return [*_figures("idle", *idle), *_figures("playing", *playing), *_figures("paused", *paused)]


def _thread_of(kodi: Kodi, addon_id: str) -> int:
    """The one that Kodi made for an add-on; its own log tells which."""
    line = kodi.wait_for_log(f"{addon_id}/service.py): start processing")
    [thread] = re.findall(r" T:(\d+) ", line)
    return int(thread)


def _paces(pid: int, threads: tuple[set[int], set[int]]) -> list[Pace]:
    """Of both at the same time."""
    time.sleep(_SETTLING)
    before, begun = [usage_of(pid, each) for each in threads], time.monotonic()
    time.sleep(_SPAN)
    after, ended = [usage_of(pid, each) for each in threads], time.monotonic()
    minutes = (ended - begun) / _MINUTE
    return [_pace(now.since(then), minutes) for now, then in zip(after, before, strict=True)]


def _pace(used: Usage, minutes: float) -> Pace:
    return Pace(used.wake_ups / minutes, used.cpu / minutes)


def _hourly(pace: Pace) -> str:
    return f"{pace.cpu * _MINUTE / 1000:.2f} s"


def _figures(state: str, ours: Pace, floor: Pace) -> list[Figure]:
    more, within = ours.wake_ups / floor.wake_ups - 1, _WITHIN[state]
    return [
        Figure(
            f"{state}: wake-ups a minute",
            f"{ours.wake_ups:.0f} ({more:+.1%})",
            f"{floor.wake_ups:.0f}",
            f"within {within:.0%}",
            more <= within,
        ),
        Figure(f"{state}: CPU an hour", _hourly(ours), _hourly(floor)),
    ]
