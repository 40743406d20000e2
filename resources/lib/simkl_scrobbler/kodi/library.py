# SPDX-License-Identifier: MIT
"""Kodi's library and player, asked by JSON-RPC, as items."""

from __future__ import annotations

import json
import logging
from typing import Any

import xbmc

from ..media import Episode, Ids, Item, Movie, Show

LOG = logging.getLogger(__name__)

_VIDEO_PLAYER = 1


def playing() -> Item | None:
    """The library item that plays now; None if it is something else.

    Of `{"item": {"id": 12, "type": "episode", "tvshowid": 3, "season": 1, "episode": 4, …}}` an
    episode's own ids are left alone: Simkl wants those of its show.
    """
    properties = ["title", "year", "uniqueid", "showtitle", "season", "episode", "tvshowid"]
    answer = _ask("Player.GetItem", playerid=_VIDEO_PLAYER, properties=properties)
    item = _dict(answer.get("item"))
    if not _int(item.get("id")) > 0:
        LOG.debug("not from the library: nothing to scrobble")
        return None
    if item.get("type") == "movie":
        return Movie(_title(item), _year(item), Ids.checked(item.get("uniqueid")))
    if item.get("type") == "episode":
        return _episode(item)
    return None


def _episode(item: dict[str, Any]) -> Episode | None:
    season, number = _int(item.get("season")), _int(item.get("episode"))
    show = _show(_int(item.get("tvshowid")))
    if season < 0 or number < 0 or show is None:
        LOG.debug("an episode without show, season or number: nothing to scrobble")
        return None
    # Only for specials: elsewhere the id could be stale and would win over the number.
    tvdb = Ids.checked(item.get("uniqueid")).tvdb if season == 0 else 0
    return Episode(show, season, number, tvdb)


def _show(tvshowid: int) -> Show | None:
    """From `{"tvshowdetails": {"title": "Night Ferry", "year": 2021, "uniqueid": {…}}}`."""
    answer = _ask(
        "VideoLibrary.GetTVShowDetails",
        tvshowid=tvshowid,
        properties=["title", "year", "uniqueid"],
    )
    details = _dict(answer.get("tvshowdetails"))
    if not details:
        return None
    return Show(_title(details), _year(details), Ids.checked(details.get("uniqueid")))


def _title(details: dict[str, Any]) -> str:
    title = str(details.get("title") or details.get("label") or "")
    # Bytes that are no UTF-8 come as surrogates, which neither SQLite nor Kodi's log takes.
    return title.encode("utf-8", "replace").decode()


def _year(details: dict[str, Any]) -> int:
    return max(0, _int(details.get("year")))


def _int(value: Any) -> int:
    return value if isinstance(value, int) else -1


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _ask(method: str, **params: Any) -> dict[str, Any]:
    """The result of a call, {} when Kodi refuses it."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = json.loads(xbmc.executeJSONRPC(json.dumps(request)))
    if "error" in answer:
        LOG.warning("%s: %s", method, answer["error"].get("message"))
    return _dict(answer.get("result"))
