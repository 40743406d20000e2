# SPDX-License-Identifier: MIT
"""The settings as one immutable snapshot, and where the add-on keeps its files."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import NamedTuple

import xbmcaddon
import xbmcvfs

from ..playback import Rules

NEVER, ASK, ALWAYS = 0, 1, 2


class Settings(NamedTuple):
    """What the person chose, read once; a change makes a new snapshot."""

    client_id: str
    rules: Rules
    scrobble_movies: bool
    scrobble_episodes: bool
    notify: bool
    follow_library: bool
    unmark: int
    """NEVER, ASK or ALWAYS."""


def read() -> Settings:
    """The settings as they are now.

    A fresh `Addon` each time: one that lives longer keeps the values it was made with.
    """
    addon = xbmcaddon.Addon()
    return Settings(
        client_id=addon.getSetting("client_id").strip(),
        rules=Rules(
            threshold=_number(addon.getSetting("threshold"), 50, 100, 80),
            min_length=_number(addon.getSetting("min_length"), 0, 60, 2) * 60,
        ),
        scrobble_movies=addon.getSetting("scrobble_movies") != "false",
        scrobble_episodes=addon.getSetting("scrobble_episodes") != "false",
        notify=addon.getSetting("notify") != "false",
        follow_library=addon.getSetting("follow_library") != "false",
        unmark=_number(addon.getSetting("unmark"), NEVER, ALWAYS, ASK),
    )


def store_client_id(client_id: str) -> None:
    """Store what the person has entered outside the settings dialog, while that is closed."""
    xbmcaddon.Addon().setSetting("client_id", client_id)


def show_account(described: str) -> None:
    """Let the settings say who is signed in: "Anna (PRO)", "" for nobody."""
    xbmcaddon.Addon().setSetting("account", described)


def version() -> str:
    """The version of the add-on as addon.xml says."""
    return str(xbmcaddon.Addon().getAddonInfo("version"))


def profile(name: str) -> str:
    """The path of one of our files in the profile that is in use; the folder exists afterwards."""
    folder = xbmcvfs.translatePath("special://profile/addon_data/service.simkl/")
    # A profile that takes nothing is told of by whoever wants to write there.
    with suppress(OSError):
        os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, name)


def _number(text: str, least: int, most: int, default: int) -> int:
    """The number in a settings file that a person may have edited by hand."""
    number = int(text[:9]) if text.isascii() and text.isdigit() else default
    return number if least <= number <= most else default
