# SPDX-License-Identifier: MIT
"""The status window over an outbox of few entries, and of many."""

from __future__ import annotations

from statistics import median

from simkl_scrobbler.history import SENT
from tests.e2e.kodi import Kodi
from tests.e2e.test_status import fill, go_to, open_status
from tools.build import ADDON_ID

from .logged import BEGUN, LIST, LIST_GONE, RETURNED, from_to
from .stage import Stage, end, simkl, start
from .table import Figure, summary

_ROUNDS = 3
_FEW, _MANY = 20, 2000
_SCRIPT = f"{ADDON_ID}/default.py"
_AIM = 100.0


def measure(stage: Stage) -> list[Figure]:
    """The first time is for the .pyc files."""
    with simkl() as server, stage.with_ours("window", server) as kodi:
        start(kodi)
        took = {}
        for number in (_FEW, _MANY):
            fill(kodi, number, SENT)
            _rounds(kodi, 1)
            took[number] = _rounds(kodi, _ROUNDS)
        end(kodi)
    few, many = took[_FEW], took[_MANY]
    return [
        _figure("opened", [each[0] for each in few], [each[0] for each in many]),
        _figure("the newest of them", [each[1] for each in few], [each[1] for each in many]),
    ]


def _figure(what: str, few: list[float], many: list[float]) -> Figure:
    more = median(many) - median(few)
    return Figure(
        f"status window of {_MANY} entries: {what}",
        f"{summary(many, 'ms', 0)}; of {_FEW} {summary(few, 'ms', 0)}",
        aim=f"≤ {_AIM:.0f} ms more",
        met=more <= _AIM,
    )


def _rounds(kodi: Kodi, count: int) -> list[tuple[float, float]]:
    return [_round(kodi) for _ in range(count)]


def _round(kodi: Kodi) -> tuple[float, float]:
    """Until the window is shown, and from when it makes room until the entries are."""
    opened = from_to(kodi, lambda: open_status(kodi), f"{_SCRIPT}{BEGUN}", LIST)
    go_to(kodi, "Sent lately")
    listed = from_to(kodi, lambda: kodi.press("Select"), LIST_GONE, LIST)
    kodi.wait_for_focus("Reel")
    returned = kodi.log.count(f"{_SCRIPT}{RETURNED}")
    kodi.press("Back")
    kodi.wait_for_focus("Sent lately")
    kodi.press("Back")
    kodi.wait_for_log(f"{_SCRIPT}{RETURNED}", times=returned + 1)
    return opened, listed
