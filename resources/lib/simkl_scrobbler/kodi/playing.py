# SPDX-License-Identifier: MIT
"""What the player plays: all that Kodi knows of it, and what that makes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import xbmc
import xbmcgui

from ..exclusions import Exclusions, excluded
from ..identify import Facts, Identified, identify
from ..log import LOG
from ..media import Episode, Ids, Item
from ..playback import Part
from . import library, moment
from .library import EPISODE, Ref

if TYPE_CHECKING:
    from ..filename import Named

_VIDEO_PLAYER = 1
_HOME = 10000
_PROPERTIES = [
    *("title", "year", "uniqueid", "showtitle", "season", "episode", "tvshowid", "genre"),
    *("runtime", "streamdetails", "playcount", "lastplayed", "file", "mediapath"),
    "customproperties",
]
# What has numbers of its own, which are not the library's.
_NUMBERED = ("channel", "recording", "extra")
# A property that only what comes by UPnP has, be it chosen here or sent here by another device.
_UPNP = "original_listitem_mime"
# Streaming add-ons say here which ids belong to what they play, before it starts.
_HANDED = ("script.simkl.ids", "script.trakt.ids")


class Playing(NamedTuple):
    """What plays; `parts` hold one item, or of a file of several episodes each of them.

    `seen_at` is when Kodi last had it played as a whole, in UTC epoch seconds, None if never, 0 if
    nobody knows when. Without `sure` the person has to say which title it is.
    """

    facts: Facts
    ref: Ref
    parts: tuple[Part, ...]
    seen_at: int | None
    sure: bool


class _Handed(NamedTuple):
    """What was handed over, by whom, and the title of the film or the show that played then."""

    addon: str = ""
    title: str = ""
    text: str = ""


class Look:
    """Looks at what plays, and remembers what was handed over for what played before."""

    def __init__(self) -> None:
        self._handed_before = _Handed()

    def now(self, asks: bool = True) -> Playing | None:
        """What plays now; None if it is nothing that can be watched on Simkl.

        `asks`: Simkl may be asked what a file is by its name.
        """
        answer = library.ask("Player.GetItem", playerid=_VIDEO_PLAYER, properties=_PROPERTIES)
        details = library.as_dict(answer.get("item"))
        facts = self._facts(details)
        found = identify(facts, _named, asks)
        if found is None:
            why = excluded(facts, Exclusions())
            if why:
                LOG.debug("left alone: %s", why)
            else:
                LOG.debug("what plays is not known: kind %r, add-on %r", facts.kind, facts.addon)
            return None
        LOG.debug("what plays is known by %s%s", found.by, "" if found.sure else ", not surely")
        played = library.as_int(details.get("playcount")) > 0
        seen_at = moment.of_library(details.get("lastplayed")) if played else None
        ref, parts = Ref(facts.kind, max(0, facts.dbid)), _parts(facts, found, details)
        return Playing(facts, ref, parts, seen_at, found.sure)

    def _facts(self, details: dict[str, Any]) -> Facts:
        """Of `{"id": 12, "type": "episode", "tvshowid": 3, "season": 1, "episode": 4, …}`."""
        uniqueid = library.as_dict(details.get("uniqueid"))
        asked = str(details.get("mediapath") or "")
        if not asked or asked.startswith("videodb:"):
            # An entry of the library's lists: what is meant is its file.
            asked = str(details.get("file") or "")
        address = asked.partition("://")[2] if asked.startswith("plugin:") else ""
        addon = address.partition("?")[0].partition("/")[0]
        custom = library.as_dict(details.get("customproperties"))
        kind = _kind(details)
        facts = Facts(
            kind=kind,
            dbid=0 if kind in _NUMBERED else max(0, library.as_int(details.get("id"))),
            title=library.title(details) if details.get("id") else _text(details.get("title")),
            year=max(0, library.as_int(details.get("year"))),
            show=_text(details.get("showtitle")),
            season=library.as_int(details.get("season")),
            episode=library.as_int(details.get("episode")),
            ids=Ids.checked(uniqueid),
            show_ids=Ids.checked(_of_show(uniqueid)),
            handed_ids=self._handed(addon, details),
            file=asked,
            stream=str(details.get("file") or ""),
            addon=addon,
            served=_UPNP in custom,
            runtime=max(0, library.as_int(details.get("runtime"))),
            # Only a playback brings these.
            measured=bool(library.as_dict(details.get("streamdetails")).get("video")),
            genres=library.genres_in(details),
            paused=_property("script.trakt.paused").lower() == "true",
            excluded=str(custom.get("script.trakt.exclude") or "").lower() == "true",
        )
        tvshowid = library.as_int(details.get("tvshowid"))
        show = library.show(tvshowid) if facts.kind == EPISODE and facts.dbid else None
        if show:
            facts = facts._replace(show=show.title, show_year=show.year, show_ids=show.ids)
        return facts

    def _handed(self, addon: str, details: dict[str, Any]) -> Ids:
        """The ids that the add-on handed over for what it plays now.

        Nobody else's: a library or a file has none, and what was there already for another add-on's
        video, another show or another film is a leftover. They are script.trakt's to clear, if that
        is there; of what is skipped it does not hear.
        """
        title = _text(details.get("showtitle") or details.get("title"))
        text = next(filter(None, map(_property, _HANDED)), "")
        before = self._handed_before
        if text == before.text and (addon, title) != before[:2]:
            return Ids()
        self._handed_before = _Handed(addon, title, text)
        if not addon:
            return Ids()
        if not xbmc.getCondVisibility("System.AddonIsEnabled(script.trakt)"):
            for name in _HANDED:
                xbmcgui.Window(_HOME).clearProperty(name)
            self._handed_before = _Handed(addon, title)
        try:
            return Ids.checked(json.loads(text)) if text else Ids()
        except (ValueError, RecursionError):
            LOG.debug("what was handed over are no ids")
            return Ids()


def _kind(details: dict[str, Any]) -> str:
    """Kodi's, and "extra" for those of Kodi 21: entries of a film's own, of no kind in JSON-RPC."""
    kind = str(details.get("type") or "")
    listed = str(details.get("mediapath") or "").startswith("videodb:")
    return "extra" if listed and kind == "unknown" else kind


def _of_show(uniqueid: dict[str, Any]) -> dict[str, Any]:
    """What stands there as `tvshow.tvdb` and so on."""
    prefix = "tvshow."
    return {key[len(prefix) :]: value for key, value in uniqueid.items() if key.startswith(prefix)}


def _named(path: str) -> Named | None:
    from ..filename import parse  # noqa: PLC0415 -- only for what is not known otherwise

    return parse(path)


def _parts(facts: Facts, found: Identified, details: dict[str, Any]) -> tuple[Part, ...]:
    """Of a file of several episodes each with its share: by their own lengths, or equal ones."""
    items, lengths = list(found.items), [0] * len(found.items)
    if facts.dbid and facts.kind == EPISODE:
        show = items[0].show if isinstance(items[0], Episode) else None
        tvshowid = library.as_int(details.get("tvshowid"))
        rows = library.sharing(tvshowid, show, facts.file) if show and tvshowid > 0 else []
        if len(rows) > 1:
            items, lengths = [row.item for row in rows], [row.runtime for row in rows]
    return _shares(items, lengths if all(lengths) else [1] * len(items))


def _shares(items: list[Item], lengths: list[int]) -> tuple[Part, ...]:
    whole, until, parts = sum(lengths), 0, []
    for item, length in zip(items, lengths):
        parts.append(Part(item, until / whole, (until + length) / whole))
        until += length
    return tuple(parts)


def _property(name: str) -> str:
    return str(xbmcgui.Window(_HOME).getProperty(name))


def _text(value: Any) -> str:
    return library.utf8(str(value or ""))
