# SPDX-License-Identifier: MIT
"""An add-on that is enabled in a Kodi at rest: CPU until it is ready, and the memory it adds.

From one start of Kodi to the next its memory differs by more than any add-on takes, so what is
compared is one process before and after.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Callable, NamedTuple, Sequence

from tests.e2e.kodi import Kodi
from tests.e2e.processes import until
from tools.build import ADDON_ID

from .addons import FLOOR_ID
from .procfs import Memory, memory, usage
from .stage import Stage, end, send, simkl
from .table import Figure, summary

_ROUNDS = 3

# Nothing announces that a Kodi has come to rest.
_SETTLING = 3.0
_TIMEOUT = 20.0
_AIM = 15.0


class Enabled(NamedTuple):
    """CPU in ms until ready, the memory added by then, and when it had done its work as well."""

    cpu: float
    ready: Memory
    worked: Memory


def measure(stage: Stage) -> list[Figure]:
    """The work of ours is to send a watch; the floor has none."""
    with stage.with_floor("enabled-floor") as kodi:
        floor = _rounds(kodi, FLOOR_ID, lambda: None)
    with simkl() as server, stage.with_ours("enabled-ours", server) as kodi:
        ours = _rounds(kodi, ADDON_ID, lambda: send(server, kodi))
    ours_cpu, floor_cpu = (summary([each.cpu for each in them], "ms") for them in (ours, floor))
    return [
        Figure("ready, enabled in a Kodi at rest: CPU", ours_cpu, floor_cpu),
        *_added("ready", [each.ready for each in ours], [each.ready for each in floor]),
        *_added("after a send", [each.worked for each in ours], [each.worked for each in floor]),
    ]


def _rounds(kodi: Kodi, addon_id: str, work: Callable[[], None]) -> list[Enabled]:
    """The first round is for the .pyc files, and leaves the add-on disabled."""
    kodi.start()
    _wait_for(kodi, addon_id)
    work()
    _leave(kodi, addon_id)
    return [_round(kodi, addon_id, work) for _ in range(_ROUNDS)]


def _round(kodi: Kodi, addon_id: str, work: Callable[[], None]) -> Enabled:
    kodi.start()
    time.sleep(_SETTLING)
    before = memory(kodi.pid)
    kodi.rpc("Addons.SetAddonEnabled", addonid=addon_id, enabled=True)
    _wait_for(kodi, addon_id)
    cpu, ready = usage(kodi.pid).cpu, memory(kodi.pid)
    work()
    time.sleep(_SETTLING)
    worked = memory(kodi.pid)
    _leave(kodi, addon_id)
    return Enabled(cpu, ready.since(before), worked.since(before))


def _wait_for(kodi: Kodi, addon_id: str) -> None:
    if addon_id == ADDON_ID:
        kodi.wait_for_log("is ready")
    until(lambda: usage(kodi.pid).cpu, _TIMEOUT, f"{addon_id} runs")
    time.sleep(_SETTLING)


def _leave(kodi: Kodi, addon_id: str) -> None:
    kodi.rpc("Addons.SetAddonEnabled", addonid=addon_id, enabled=False)
    end(kodi)


def _added(when: str, ours: Sequence[Memory], floor: Sequence[Memory]) -> list[Figure]:
    resident = [each.resident for each in ours]
    return [
        Figure(
            f"memory added, {when}",
            summary(resident, "MiB"),
            summary([each.resident for each in floor], "MiB"),
            f"≤ {_AIM:.0f} MiB",
            median(resident) <= _AIM,
        ),
        Figure(
            f"memory added, {when}: of it written",
            summary([each.private for each in ours], "MiB"),
            summary([each.private for each in floor], "MiB"),
        ),
    ]
