# SPDX-License-Identifier: MIT
"""The clock of a device that has none while it is off: behind or ahead at first, set later."""

from __future__ import annotations

import os
import time
from typing import Callable, NamedTuple

from .media import DATE_UNKNOWN

# Clocks are kept right in small steps; what differs by more, in seconds, was set.
SLACK = 60

_BOOT_ID = "/proc/sys/kernel/random/boot_id"


class Start(NamedTuple):
    """A start of the device: which one, and when it was, as its clock says now.

    `at` is a UTC epoch second; when it changes, the clock was set. `boot` is "" where the device
    does not tell, or has a clock of its own.
    """

    boot: str
    at: int


def started(clock: Callable[[], float]) -> Start:
    """The start of this device."""
    # What counts while the device sleeps, too; only Linux tells, and Android, which is one.
    counter = getattr(time, "CLOCK_BOOTTIME", None)
    if counter is None:
        return Start("", 0)
    return Start(_boot(), int(clock() - time.clock_gettime(counter)))


def _boot() -> str:
    try:
        with open(_BOOT_ID, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return _OURSELVES


# Where the device does not say which start it is, only what came from ourselves is known.
_OURSELVES = os.urandom(8).hex()


def moved(then: Start, now: Start) -> int:
    """By how many seconds the clock was set since; 0 as well when that can't be known."""
    moved_by = now.at - then.at
    return moved_by if then.boot and then.boot == now.boot and abs(moved_by) > SLACK else 0


def told(moment: int, then: Start, kept_at: int) -> bool:
    """Whether a moment comes from the clock, as it went from `then` to when that was kept."""
    return moment != DATE_UNKNOWN and then.at <= moment <= kept_at + SLACK
