# SPDX-License-Identifier: MIT
"""The settings as one immutable snapshot, and where the add-on keeps its files."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from typing import NamedTuple

import xbmc
import xbmcaddon
import xbmcvfs

from ..chosen import ChosenFile
from ..events import Rules
from ..exclusions import Exclusions
from ..log import LOG

NEVER, ASK, ALWAYS = range(3)

_NUMBERS = {"threshold": range(50, 101), "min_length": range(61), "unmark": range(3)}
_SWITCHES = frozenset(
    (
        "scrobble_movies",
        "scrobble_episodes",
        "notify",
        "follow_library",
        "track_rewatches",
        "ask_simkl",
        "exclude_streams",
        "library_only",
    )
)
# The text of Kodi's that it adds to the title of a film whose trailer it plays.
_TRAILER = 20410
# Any number that has more digits fits nowhere, and is not worth the computing.
_DIGITS = 9
# A file as Kodi saves it; cheaper than to parse each at start.
_WHOLE = re.compile(
    r"\s*<settings\b[^<>]*>(\s*<setting [^<>]*(/>|>[^<>]*</setting>))*\s*</settings>\s*"
)
_WRITTEN = re.compile(r"""<setting\s+id=["'](\w+)["'][^>]*?(?<!/)>([^<]*)<""")


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
    track_rewatches: bool
    ask_simkl: bool
    exclusions: Exclusions


def read() -> Settings:
    """The settings as they are now.

    A fresh `Addon` each time: one that lives longer keeps the values it was made with.
    """
    addon = xbmcaddon.Addon()
    return Settings(
        client_id=addon.getSetting("client_id").strip(),
        rules=Rules(
            threshold=_number("threshold", addon.getSetting("threshold"), 80),
            min_length=_number("min_length", addon.getSetting("min_length"), 2) * 60,
        ),
        scrobble_movies=addon.getSetting("scrobble_movies") != "false",
        scrobble_episodes=addon.getSetting("scrobble_episodes") != "false",
        notify=addon.getSetting("notify") != "false",
        follow_library=addon.getSetting("follow_library") != "false",
        unmark=_number("unmark", addon.getSetting("unmark"), ASK),
        track_rewatches=addon.getSetting("track_rewatches") == "true",
        ask_simkl=addon.getSetting("ask_simkl") != "false",
        exclusions=chosen()
        .load()
        ._replace(
            streams=addon.getSetting("exclude_streams") == "true",
            library_only=addon.getSetting("library_only") == "true",
            trailer=xbmc.getLocalizedString(_TRAILER) or "Trailer",
        ),
    )


def check() -> bool:
    """Say in the log what the file holds in vain; whether it was of no use, and was set aside.

    Kodi hands out the default for a value that it cannot use, and keeps that as soon as it saves:
    once, at the service's start, is enough. The value is not said: it may be anything. Of a file
    that is no settings file it reads nothing, and saves nothing into it.
    """
    path = profile("settings.xml")
    content = _content(path)
    written = _WRITTEN.findall(content)
    if not _WHOLE.fullmatch(content):
        return _begin_anew(path, dict(written).get("client_id", "").strip())
    for name, value in written:
        if not _fits(name, value):
            LOG.warning("setting %s: no value that it can have; the default is used", name)
    return False


def _content(path: str) -> str:
    """The text of a settings file, that of an empty one where there is none yet."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return "<settings></settings>"


def _begin_anew(path: str, client_id: str) -> bool:
    """The application key is kept: it is long, and the person has a remote control."""
    # What Kodi can read all the same, an XML declaration for instance, is gone when it saves.
    store_client_id(read().client_id)
    if _WHOLE.fullmatch(_content(path)):
        return False
    aside = path + time.strftime(".damaged-%Y%m%d-%H%M%S", time.gmtime())
    try:
        os.replace(path, aside)
    except OSError as error:
        LOG.error("the damaged settings stay in the way: %s", type(error).__name__)
        return False
    LOG.error("the settings are damaged; set aside as %s", os.path.basename(aside))
    if client_id:
        store_client_id(client_id)
    return True


def store_client_id(client_id: str) -> bool:
    """Store what the person has entered outside the settings dialog, while that is closed.

    Kodi does not say whether it could.
    """
    xbmcaddon.Addon().setSetting("client_id", client_id)
    return read().client_id == client_id


def show_account(described: str) -> None:
    """Let the settings say who is signed in: "Anna (PRO)", "" for nobody."""
    xbmcaddon.Addon().setSetting("account", described)


def chosen() -> ChosenFile:
    """What the person picked from lists, which no line of the settings could show."""
    return ChosenFile(profile("exclusions.json"))


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


def _number(name: str, value: str, default: int) -> int:
    return int(value) if _fits(name, value) else default


def _fits(name: str, value: str) -> bool:
    """Whether it is a value that the setting can have; of a text everything is."""
    if name in _NUMBERS:
        number = value.isascii() and value.isdigit() and len(value) <= _DIGITS
        return number and int(value) in _NUMBERS[name]
    return name not in _SWITCHES or value in ("true", "false")
