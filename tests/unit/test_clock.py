"""What a device tells of its start, and which moments its clock told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simkl_scrobbler import clock
from simkl_scrobbler.clock import Start, moved, started, told
from simkl_scrobbler.media import DATE_UNKNOWN
from simkl_scrobbler.outbox import Outbox

from .builders import EVENING, a_watch

THEN = Start("boot", EVENING)


def test_started__is_the_same_until_the_clock_is_set() -> None:
    """Asked twice it is one start; on a clock that is an hour behind it was an hour earlier."""
    one, other = started(time.time), started(time.time)
    behind = started(lambda: time.time() - 3600)
    assert (moved(one, other), one.boot) == (0, other.boot)
    assert moved(behind, one) == pytest.approx(3600, abs=2)


def test_started__on_a_device_that_does_not_say_which(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the number of the start can't be read, there is one of our own, as long as we run."""
    monkeypatch.setattr(clock, "_BOOT_ID", str(tmp_path / "missing"))
    assert started(time.time).boot == started(time.time).boot != ""


def test_started__on_a_device_with_a_clock_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing counts through a sleep, nothing is known, and nothing is ever moved."""
    monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    assert started(time.time) == Start("", 0)
    assert moved(Start("", 0), Start("", 10**9)) == 0


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (THEN, 0),
        (Start("boot", EVENING + 60), 0),
        (Start("boot", EVENING + 61), 61),
        (Start("boot", EVENING - 61), -61),
        (Start("another", EVENING + 99), 0),
    ],
)
def test_moved__by_what_the_clock_was_set(now: Start, seconds: int) -> None:
    """Only of the same start it can be said, and small steps are none."""
    assert moved(THEN, now) == seconds


@pytest.mark.parametrize(
    ("moment", "by_clock"),
    [(EVENING, True), (EVENING + 100, True), (EVENING - 1, False), (EVENING + 200, False)],
)
def test_told__since_the_start(moment: int, by_clock: bool) -> None:
    """What lies before the start, or after it was kept, somebody else has told."""
    assert told(moment, THEN, kept_at=EVENING + 100) == by_clock


def test_told__an_unknown_date_never() -> None:
    """It is no moment, also where the clock began in 1970."""
    assert not told(DATE_UNKNOWN, Start("boot", 0), kept_at=1000)


@pytest.mark.parametrize("by", [3600, -3600])
def test_set_right__onto_the_moment_of_another(tmp_path: Path, by: int) -> None:
    """Two watches of one film, as far apart as the clock was set by, stay two."""
    now, start = EVENING + 9000, Start("boot", EVENING)
    outbox = Outbox(str(tmp_path / "outbox.db"), clock=lambda: now, start=lambda _: start)
    moments = [EVENING + 100, EVENING + 3700, EVENING + 7300]
    outbox.add(*(a_watch(at=moment) for moment in moments))
    start = Start("boot", EVENING + by)
    assert outbox.set_right() == 3
    assert sorted(entry.act[1] for entry in outbox.due()) == [moment + by for moment in moments]
