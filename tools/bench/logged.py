# SPDX-License-Identifier: MIT
"""Milliseconds between two records of Kodi's log."""

from __future__ import annotations

from datetime import datetime
from typing import Callable

from tests.e2e.kodi import Kodi

BEGUN, RETURNED = "): start processing", "): script successfully run"
LIST, LIST_GONE = "Window Init (DialogSelect.xml)", "Window Deinit (DialogSelect.xml)"


def from_to(kodi: Kodi, act: Callable[[], None], begun: str, done: str) -> float:
    """Between those that an act leads to."""
    texts = begun, done
    times = [kodi.log.count(text) + 1 for text in texts]
    act()
    first, last = (
        _moment(kodi.wait_for_log(text, times=number))
        for text, number in zip(texts, times, strict=True)
    )
    return (last - first).total_seconds() * 1000


def _moment(record: str) -> datetime:
    return datetime.fromisoformat(" ".join(record.split()[:2]))
