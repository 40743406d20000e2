# SPDX-License-Identifier: MIT
"""How long to wait after trouble, and what is told of it."""

from __future__ import annotations

import time
from typing import Callable, NamedTuple

from .answer import Busy
from .database import Unwritable
from .log import LOG

OFFLINE, LIMIT, DISK, CLOCK = "offline", "limit", "disk", "clock"

_LONGEST = 1800.0


class WrongClock(Exception):
    """The clock of this device is wrong; Simkl would be told moments that are."""


class Trouble(NamedTuple):
    """Why everything waits: OFFLINE, LIMIT, DISK, CLOCK or the sender's REFUSED.

    In UTC epoch seconds since when, and until when nothing is tried, 0 where nobody knows.
    """

    kind: str
    since: float
    until: float = 0.0


class Pauses:
    """Counts what went wrong in a row; `held_until` is the monotonic end of what Simkl asks for."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.held_until = 0.0
        self._monotonic = monotonic
        self._trouble: tuple[str, tuple[float, ...]] | None = None
        self._repeats = self._failures = 0
        self._since = 0.0

    def forget(self) -> None:
        """Try as if nothing had failed."""
        self.held_until, self._repeats, self._failures = 0.0, 0, 0

    def over(self) -> None:
        """Something has gone well."""
        if self._trouble:
            LOG.info("delivery works again")
        self._trouble, self._repeats, self._failures = None, 0, 0

    def after(self, error: Exception) -> tuple[float, Trouble]:
        """The seconds to wait, and what is to be told; it is logged once, not per attempt."""
        waits, holds = (error.waits, error.holds) if isinstance(error, Busy) else ((), False)
        kind = _kind(error)
        if (kind, waits) != self._trouble:
            LOG.warning("delivery has to wait: %s: %s", type(error).__name__, error)
            if not self._trouble or self._trouble[0] != kind:
                self._since = time.time()
            self._trouble, self._repeats = (kind, waits), 0
        if self._repeats < len(waits):
            wait = waits[self._repeats]
        else:
            wait = waits[-1] if holds else _back_off(self._failures)
        self._repeats += 1
        self._failures += 1
        if isinstance(error, Busy):
            self.held_until = self._monotonic() + wait
        return wait, Trouble(kind, self._since, time.time() + wait)


def _kind(error: Exception) -> str:
    if isinstance(error, (Unwritable, OSError)):
        return DISK
    if isinstance(error, WrongClock):
        return CLOCK
    return LIMIT if isinstance(error, Busy) else OFFLINE


def _back_off(failures: int) -> float:
    import random  # noqa: PLC0415 -- only in trouble, not at every start of Kodi

    return min(_LONGEST, 2.0 ** min(failures + 1, 20)) * random.uniform(0.75, 1.0)
