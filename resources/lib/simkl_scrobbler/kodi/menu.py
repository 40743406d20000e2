# SPDX-License-Identifier: MIT
"""Lists to choose from, in Kodi's own dialogs, which every skin and every remote control knows."""

from __future__ import annotations

from typing import Callable, NamedTuple, Sequence

import xbmc
import xbmcgui

HEADING = "Simkl Scrobbler"
NO, YES, OTHER = range(3)


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
    # Told to quit, Kodi 21 goes on with the script, and with whatever dialog it opens next.
    monitor = xbmc.Monitor()
    at = 0
    while not monitor.abortRequested():
        shown = lines()
        at = ask(heading(), shown, at)
        if at < 0:
            return
        shown[at].act()


def ask(heading: str, lines: list[Option], at: int = 0) -> int:
    """Which of the lines was chosen, -1 for Back, or when Kodi quits.

    `at` has the focus, or the last one.
    """
    if not lines:
        return -1
    at = min(at, len(lines) - 1)
    items: list[str | xbmcgui.ListItem] = [_item(line) for line in lines]
    # Then Kodi 21 answers with what was preselected, as if that had been chosen; and only a monitor
    # that is there already hears of it.
    monitor = xbmc.Monitor()
    # What is preselected is coloured, as if it was chosen; the first has the focus without it.
    preselect = at or -1
    chosen = int(xbmcgui.Dialog().select(heading, items, preselect=preselect, useDetails=True))
    return -1 if monitor.abortRequested() else chosen


def _item(line: Option) -> xbmcgui.ListItem:
    item = xbmcgui.ListItem(line.label, line.detail, offscreen=True)
    item.setArt({"icon": line.icon})
    return item


def say(message: str) -> None:
    """A sentence that waits for OK."""
    xbmcgui.Dialog().ok(HEADING, message)


def agreed(message: str, seconds: int = 0) -> bool:
    """Whether the person says yes; with `seconds`, not to answer within them is a no."""
    return xbmcgui.Dialog().yesno(HEADING, message, autoclose=seconds * 1000)


def answer(message: str, seconds: int, labels: Sequence[str]) -> int:
    """NO, YES or OTHER; without `labels`, the texts of these three, there are only no and yes.

    Not to answer within so many seconds is a no, and so is Back.
    """
    if not labels:
        return YES if agreed(message, seconds) else NO
    no, yes, other = labels
    dialog = xbmcgui.Dialog()
    said = dialog.yesnocustom(HEADING, message, other, no, yes, autoclose=seconds * 1000)
    return int(said) if said in (YES, OTHER) else NO


def nothing() -> None:
    """What a line does that only tells something."""
