# SPDX-License-Identifier: MIT
"""What the player did, as a session hears of it, and the rules that the person has set for one."""

from __future__ import annotations

from typing import NamedTuple

STARTED, PAUSED, RESUMED, SEEKED, SPEED_CHANGED = (
    "started",
    "paused",
    "resumed",
    "seeked",
    "speed changed",
)
LOOKED, COUNTED, UNCOUNTED = "looked", "counted", "uncounted"
STOPPED, ENDED, REPLACED = "stopped", "ended", "replaced"

OVER = frozenset((STOPPED, ENDED, REPLACED))


class Rules(NamedTuple):
    """When playback counts as a watch:

    `threshold` in percent of the length, `min_length` in seconds (0 = any).
    """

    threshold: int = 80
    min_length: int = 120


class Event(NamedTuple):
    """What the player did, and when: `at` in monotonic, `utc` in epoch, `position` in seconds.

    `position` is None when the player could not be asked; it is reckoned then. `length` is 0 while
    unknown. `speed` counts with SPEED_CHANGED only: 1 is normal, above 2 or below 0 is winding.
    """

    kind: str
    at: float
    utc: float
    position: float | None = None
    length: float = 0.0
    speed: float = 1.0
