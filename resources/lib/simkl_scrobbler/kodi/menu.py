# SPDX-License-Identifier: MIT
"""Lists to choose from, in Kodi's own dialogs, which every skin and every remote control knows."""

from __future__ import annotations

import time
from typing import Callable, NamedTuple

import xbmc
import xbmcgui

HEADING = "Simkl Scrobbler"


class Option(NamedTuple):
    """What can be chosen, what is said of it, and what choosing it does.

    `icon` is one of Kodi's own, which come with every skin.
    """

    label: str
    detail: str
    act: Callable[[], object]
    icon: str = ""


def show(heading: Callable[[], str], lines: Callable[[], list[Option]]) -> None:
    """Do what is chosen and show the lines as they are then, until Back or until there are none."""
    at = 0
    while True:
        shown = lines()
        at = ask(heading(), shown, at)
        if at < 0:
            return
        shown[at].act()


def ask(heading: str, lines: list[Option], at: int = 0) -> int:
    """Which of the lines was chosen, -1 for Back; `at` has the focus, or the last one."""
    if not lines:
        return -1
    at = min(at, len(lines) - 1)
    items: list[str | xbmcgui.ListItem] = [_item(line) for line in lines]
    return int(xbmcgui.Dialog().select(heading, items, preselect=at, useDetails=True))


def _item(line: Option) -> xbmcgui.ListItem:
    item = xbmcgui.ListItem(line.label, line.detail, offscreen=True)
    item.setArt({"icon": line.icon})
    return item


def say(message: str) -> None:
    """A sentence that waits for OK."""
    xbmcgui.Dialog().ok(HEADING, message)


def nothing() -> None:
    """What a line does that only tells something."""


def moment(utc: float) -> str:
    """A moment on the person's clock, as Kodi's region writes it; of today only the time."""
    at = time.localtime(utc)
    clock = time.strftime(_clock(), at)
    if at[:3] == time.localtime()[:3]:
        return clock
    return f"{time.strftime(xbmc.getRegion('dateshort'), at)} {clock}"


def _clock() -> str:
    """Hours and minutes; Kodi doubles the hour where it wants two digits of it."""
    whole = xbmc.getRegion("time")
    return whole.replace("%H%H", "%H").replace("%I%I", "%I").replace(":%S", "")
