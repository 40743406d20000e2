"""How a person begins and ends private mode."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
import xbmc

from simkl_scrobbler.chosen import ChosenFile
from simkl_scrobbler.exclusions import DAY
from simkl_scrobbler.kodi import log, private, settings
from simkl_scrobbler.kodi.private import PrivateMode
from tests.unit.builders import EVENING

from .fakes import BACK, FakeKodi, Toast

HOUR = 3600
# EVENING is 23:13:20 of the 14th in Berlin, where the next 6 o'clock is this much later.
TO_MORNING = 6 * HOUR + 46 * 60 + 40


class Mode:
    """Private mode with everything around it."""

    def __init__(self, kodi: FakeKodi) -> None:
        self.kodi = kodi
        self.changes = 0
        self.mode = PrivateMode(settings.chosen(), self._changed)

    def _changed(self) -> None:
        self.changes += 1

    @property
    def left(self) -> int:
        """Seconds until the end that is on the disk."""
        return settings.chosen().load().private_until - EVENING

    def ask(self, *plan: str) -> None:
        self.kodi.plan = list(plan)
        self.mode.ask()


@pytest.fixture
def mode(kodi: FakeKodi, berlin: None, monkeypatch: pytest.MonkeyPatch) -> Mode:
    clock = SimpleNamespace(
        time=lambda: EVENING + 0.5, localtime=time.localtime, mktime=time.mktime
    )
    monkeypatch.setattr(private, "time", clock)
    return Mode(kodi)


@pytest.mark.parametrize("minutes", [1, 120, 1440])
def test_by_script__begins(mode: Mode, minutes: int) -> None:
    """A script begins it for so many minutes; the service and the person hear of it."""
    mode.mode.by_script(str(minutes))
    assert (mode.left, mode.changes) == (minutes * 60, 1)
    (toast,) = mode.kodi.toasts
    assert toast.message.startswith("Private mode until ")
    assert mode.kodi.shown == []


def test_by_script__ends(mode: Mode) -> None:
    """Zero minutes end it."""
    mode.mode.by_script("120")
    mode.mode.by_script("0")
    assert (mode.left, mode.changes) == (-EVENING, 2)
    assert mode.kodi.toasts[-1].message == "Private mode has ended."


@pytest.mark.parametrize("minutes", ["", "x", "-1", "1441", "9" * 5000, "1.5", "٣"])
def test_by_script__junk(mode: Mode, minutes: str) -> None:
    """What makes no sense is said in the log, and changes nothing."""
    log.install()
    mode.mode.by_script(minutes)
    assert [level for level, _ in mode.kodi.log] == [xbmc.LOGERROR]
    assert (mode.left, mode.changes) == (-EVENING, 0)


@pytest.mark.parametrize(
    ("line", "left"), [("1 hour", HOUR), ("2", 2 * HOUR), ("4", 4 * HOUR), ("Until", TO_MORNING)]
)
def test_ask__how_long(mode: Mode, line: str, left: int) -> None:
    """The person chooses for how long, and sees until when that is."""
    mode.ask(line)
    assert (mode.left, mode.changes) == (left, 1)
    (shown,) = mode.kodi.shown
    assert shown.labels == ["1 hour", "2 hours", "4 hours", "Until tomorrow morning"]
    assert shown.details[-1] == "Until 15.11.2023 06:00"


def test_ask__back(mode: Mode) -> None:
    """Who goes back has changed nothing."""
    mode.ask(BACK)
    assert (mode.left, mode.changes, mode.kodi.toasts) == (-EVENING, 0, [])


def test_ask__end(mode: Mode) -> None:
    """While it is on the list can end it."""
    mode.mode.by_script("30")
    mode.ask("End private mode")
    assert mode.left == -EVENING


def test_lines__for_the_status(mode: Mode) -> None:
    """The status says it and its end while it is on; choosing the line ends it."""
    assert mode.mode.lines() == []
    mode.mode.by_script("30")
    (line,) = mode.mode.lines()
    assert (line.label, line.detail) == (
        "Private mode until 14.11.2023 23:43",
        "Nothing is recorded. Choose this to end it.",
    )
    line.act()
    assert mode.mode.lines() == []


def test_lines__of_a_wrong_clock(mode: Mode) -> None:
    """What does not hold is not shown."""
    settings.chosen().save(private_until=EVENING + 2 * DAY)
    assert mode.mode.lines() == []


def test_begin__on_a_disk_that_takes_nothing(kodi: FakeKodi) -> None:
    """That it has begun is only said when it has."""
    path = kodi.profile / "exclusions.json"
    path.mkdir(parents=True)
    changes: list[int] = []
    PrivateMode(ChosenFile(str(path)), lambda: changes.append(1)).by_script("30")
    assert kodi.toasts == [Toast("This cannot be saved: is the disk full?", kodi.toasts[0].icon)]
    assert changes == []
