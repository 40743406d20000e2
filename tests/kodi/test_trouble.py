"""Why everything waits, from the sender's reports to the property that the status reads."""

from __future__ import annotations

import time

import pytest
import xbmcgui

from simkl_scrobbler.history import PARKED, SENT
from simkl_scrobbler.kodi import service, trouble
from simkl_scrobbler.pauses import OFFLINE, Trouble
from simkl_scrobbler.sender import REFUSED, TROUBLE, Report
from tests.unit.builders import EVENING, a_movie

from .evening import Evening
from .fakes import FakeKodi

DOWN = Trouble(OFFLINE, 1000.0, 1900.5)


def test_told__what_was_told(kodi: FakeKodi) -> None:
    """What the service tells is what a script reads, and nothing is nothing."""
    assert trouble.told() is None
    trouble.tell(DOWN)
    assert trouble.told() == DOWN
    trouble.tell(None)
    assert trouble.told() is None


def test_report__trouble(evening: Evening) -> None:
    """Trouble is shown in the status and nowhere else."""
    evening.at(0, evening.put, Report(TROUBLE, [], DOWN))
    evening.live(100)
    assert trouble.told() == DOWN
    assert evening.kodi.toasts == []


def test_report__refused(evening: Evening) -> None:
    """A refused token is trouble, too, since that moment."""
    evening.at(5, evening.put, Report(REFUSED, []))
    evening.live(100)
    assert trouble.told() == Trouble(REFUSED, EVENING + 5)


@pytest.mark.parametrize("state", [SENT, PARKED])
def test_report__works_again(evening: Evening, state: str) -> None:
    """When Simkl has answered, the trouble is over."""
    evening.at(0, evening.put, Report(TROUBLE, [], DOWN))
    evening.at(1, evening.put, Report(state, [a_movie()]))
    evening.live(100)
    assert trouble.told() is None


def test_service__leaves_none_behind(kodi: FakeKodi) -> None:
    """What an earlier service left there is gone with this one's start, and end."""
    trouble.tell(Trouble(OFFLINE, time.time()))
    service.run()
    assert trouble.told() is None


@pytest.mark.parametrize("moment", ["Infinity", "-Infinity", "NaN", "1e300", '"x"', "null", "[]"])
def test_told__what_anybody_can_write_there(kodi: FakeKodi, moment: str) -> None:
    """A moment that no clock can show is no trouble of ours."""
    home = xbmcgui.Window(10000)
    home.setProperty("service.simkl.trouble", f'{{"kind": "x", "since": {moment}, "until": 0}}')
    assert trouble.told() is None
