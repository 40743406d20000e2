# SPDX-License-Identifier: MIT
"""Moments, UTC epoch seconds, to and from the texts of Kodi and of people.

Texts are taken apart by hand: Python's own way fails in every interpreter of Kodi but the first.
"""

from __future__ import annotations

import re
import time

import xbmc
import xbmcgui

from ..media import DATE_UNKNOWN
from .texts import Text
from .ui import text

_NOT_BEFORE = 1971
_NOON = 12 * 3600
_DATE_DIALOG, _TIME_DIALOG = 1, 2


def of_library(local: object) -> int:
    """Of Kodi's `"2024-03-12 20:15:00"`, on the clock of that day; 0 for what is no such text."""
    parts = _numbers(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)", local)
    return _of_local(*parts) if parts else 0


def of_day(day: object) -> int:
    """Noon of Kodi's `"2021-03-02"`, which is that day nearly everywhere; 0 for other texts."""
    parts = _numbers(r"(\d{4})-(\d\d)-(\d\d)", day)
    return _of_utc(*parts) + _NOON if parts and _of_utc(*parts) else 0


def of_iso(utc: str) -> int:
    """Of `"2024-05-01T20:15:00Z"`; 0 for other texts."""
    parts = _numbers(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", utc)
    return _of_utc(*parts) if parts else 0


def _numbers(form: str, value: object) -> list[int]:
    found = re.fullmatch(form, value, re.ASCII) if isinstance(value, str) else None
    numbers = [int(part) for part in found.groups()] if found else []
    return numbers if numbers and numbers[0] >= _NOT_BEFORE else []


def _of_utc(*parts: int) -> int:
    from datetime import datetime, timezone  # noqa: PLC0415 -- not at the start of Kodi

    try:
        return int(datetime(*parts, tzinfo=timezone.utc).timestamp())  # type: ignore[arg-type, misc]
    except ValueError:
        return 0


def _of_local(*parts: int) -> int:
    """By the rules of daylight saving that held on that day."""
    if not _of_utc(*parts):
        return 0
    try:
        return int(time.mktime((*parts, 0, 0, -1)))  # type: ignore[arg-type]
    except (OverflowError, ValueError):
        return 0


def shown(utc: float) -> str:
    """On the person's clock, as Kodi's region writes it; of today only the time."""
    at = time.localtime(utc)
    clock = time.strftime(_clock(), at)
    if at[:3] == time.localtime()[:3]:
        return clock
    return f"{day(utc)} {clock}"


def day(utc: float) -> str:
    """The day of it."""
    return time.strftime(xbmc.getRegion("dateshort"), time.localtime(utc))


def _clock() -> str:
    """Hours and minutes; Kodi doubles the hour where it wants two digits of it."""
    whole = xbmc.getRegion("time")
    return whole.replace("%H%H", "%H").replace("%I%I", "%I").replace(":%S", "")


def picked() -> int:
    """The date and time that the person enters, beginning at now; 0 if they leave.

    What is too old for a moment is one of which Simkl does not know the date.
    """
    # With a day of ours to begin at, Kodi 20 shows only the first digit of it.
    date = _entered(_DATE_DIALOG, Text.WHICH_DAY)
    clock = _entered(_TIME_DIALOG, Text.WHICH_TIME) if date else []
    if not clock:
        return 0
    parts = (*reversed(date), *clock, 0)
    return _of_local(*parts) if parts[0] >= _NOT_BEFORE else DATE_UNKNOWN


def _entered(dialog: int, heading: int) -> list[int]:
    """The numbers of " 1/ 5/2024" or of " 9:05"; [] if the person leaves."""
    entered = xbmcgui.Dialog().numeric(dialog, text(heading))
    return [int(part) for part in re.findall(r"\d+", entered)]
