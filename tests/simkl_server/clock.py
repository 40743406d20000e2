"""The settable clock of the emulator: wall time, monotonic time, Simkl's day."""

from __future__ import annotations

import math
import threading
import time
from datetime import date, datetime, timedelta, timezone

from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
_STEPS = 2**20  # per second


def parse_utc(text: str) -> datetime:
    """The UTC moment of an ISO 8601 text; a text without a zone is read as UTC."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc)


def format_utc(moment: datetime) -> str:
    """Simkl's form of a moment: whole seconds and a Z."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock:
    """Runs with real time, ahead of or behind it, or stands still until it is advanced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta(0)
        self._ahead = 0.0
        self._frozen: tuple[datetime, float] | None = None

    @property
    def manual(self) -> bool:
        """Whether the clock stands still between calls of advance."""
        return self._frozen is not None

    def _read(self) -> tuple[datetime, float]:
        if self._frozen is not None:
            return self._frozen
        return datetime.now(timezone.utc) + self._offset, time.monotonic() + self._ahead

    def now(self) -> datetime:
        """The wall time in UTC."""
        with self._lock:
            return self._read()[0]

    def monotonic(self) -> float:
        """Seconds that never go back; the speed limits count by them.

        In steps of a binary fraction, so that a second later is a whole second later.
        """
        with self._lock:
            return math.floor(self._read()[1] * _STEPS) / _STEPS

    def stamp(self) -> str:
        """The wall time in the form Simkl writes."""
        return format_utc(self.now())

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stand still, at the given moment or at the present one."""
        with self._lock:
            moment, monotonic = self._read()
            self._frozen = moment, math.floor(monotonic * _STEPS) / _STEPS
        if at is not None:
            self.set(at)

    def run(self) -> None:
        """Go on ticking from the moment the clock shows now."""
        with self._lock:
            moment, monotonic = self._read()
            self._frozen = None
            self._offset = moment - datetime.now(timezone.utc)
            self._ahead = monotonic - time.monotonic()

    def set(self, at: datetime | str) -> None:
        """Show another moment; a jump back leaves the monotonic time where it is."""
        moment = parse_utc(at) if isinstance(at, str) else at
        with self._lock:
            shift = moment - self._read()[0]
            self._shift(shift, max(0.0, shift.total_seconds()))

    def advance(self, seconds: float) -> None:
        """Let this much time pass at once."""
        with self._lock:
            self._shift(timedelta(seconds=seconds), seconds)

    def _shift(self, wall: timedelta, monotonic: float) -> None:
        if self._frozen is None:
            self._offset += wall
            self._ahead += monotonic
        else:
            self._frozen = (self._frozen[0] + wall, self._frozen[1] + monotonic)

    def reset(self) -> None:
        """Real time again; the monotonic time keeps what it gained, it must not go back."""
        self.run()
        with self._lock:
            self._offset = timedelta(0)

    def day(self) -> date:
        """The day the daily quota belongs to: rule 14, New York."""
        return self.now().astimezone(NEW_YORK).date()

    def seconds_to_reset(self) -> int:
        """Whole seconds to the next New York midnight: rules 8 and 12."""
        now = self.now()
        tomorrow = self.day() + timedelta(days=1)
        midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=NEW_YORK)
        return math.ceil((midnight.astimezone(timezone.utc) - now).total_seconds())
