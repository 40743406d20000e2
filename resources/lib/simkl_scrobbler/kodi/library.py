# SPDX-License-Identifier: MIT
"""Kodi's library, player and list items as items: by JSON-RPC, and by InfoTags."""

from __future__ import annotations

import json
import re
from typing import Any, Iterable, Iterator, NamedTuple

import xbmc
import xbmcgui

from ..log import LOG
from ..media import Episode, Ids, Item, Movie, Show
from . import moment

MOVIE, EPISODE, SEASON, TVSHOW = KINDS = "movie", "episode", "season", "tvshow"

_NONE = -1
_TOO_BIG = 2**31
# What is longer is no title.
_LONGEST = 500
_PAGE = 500
_MOVIE = ["title", "year", "uniqueid", "playcount", "lastplayed", "premiered", "file"]
_EPISODE = ["season", "episode", "uniqueid", "playcount", "lastplayed", "firstaired", "file"]
_EPISODE += ["runtime"]
_IDS = ("simkl", "imdb", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu")
# Kodi's line above the seasons of a show calls itself a season, but its number is none of one.
_ALL_SEASONS = re.compile(r"videodb://.*/-1/\?(?:.*&)?tvshowid=([1-9]\d*)(?:&.*)?", re.ASCII)


class Ref(NamedTuple):
    """What the library calls an item: MOVIE or EPISODE, and its number there."""

    kind: str
    dbid: int


class Listed(NamedTuple):
    """An item with what Kodi knows of it; moments are UTC epoch seconds, `runtime`
    is in seconds; 0 where it knows nothing.
    """

    item: Item
    ref: Ref = Ref("", 0)
    watched: bool = False
    last_played: int = 0
    released: int = 0
    file: str = ""
    runtime: int = 0


def listed(kind: str, dbid: int) -> list[Listed]:
    """The film or the episode, all episodes of the season or the show; [] if there are none."""
    if kind == MOVIE:
        details = _details("VideoLibrary.GetMovieDetails", movieid=dbid, properties=_MOVIE)
        return [_listed(_movie(details), Ref(kind, dbid), details)] if details else []
    if kind == TVSHOW:
        return _episodes(dbid)
    if kind == SEASON:
        wanted = ["tvshowid", "season"]
        details = _details("VideoLibrary.GetSeasonDetails", seasonid=dbid, properties=wanted)
        return _episodes(as_int(details.get("tvshowid")), season=as_int(details.get("season")))
    return [row for row in _season_around(dbid) if row.ref.dbid == dbid]


def shown(focused: xbmcgui.ListItem) -> list[Listed]:
    """What a list shows: of the library as `listed`, else by what its InfoTag tells."""
    tag = focused.getVideoInfoTag()
    kind, dbid = tag.getMediaType(), tag.getDbId()
    all_seasons = _ALL_SEASONS.fullmatch(focused.getPath()) if kind == SEASON else None
    if all_seasons:
        return listed(TVSHOW, int(all_seasons[1]))
    if kind in KINDS and dbid > 0:
        return listed(kind, dbid)
    item = _tagged(kind, tag)
    if item is None:
        return []
    day = tag.getFirstAiredAsW3C() if isinstance(item, Episode) else tag.getPremieredAsW3C()
    last_played = moment.of_library(tag.getLastPlayedAsW3C().replace("T", " ")[:19])
    return [Listed(item, last_played=last_played, released=moment.of_day(day[:10]))]


def together(refs: Iterable[Ref]) -> dict[Ref, list[Listed]]:
    """Each with whatever shares its file: a file of several episodes has one playcount.

    Read season by season, because a whole season is what people mark.
    """
    left = dict.fromkeys(refs)
    found: dict[Ref, list[Listed]] = {}
    while left:
        ref = next(iter(left))
        rows = listed(*ref) if ref.kind == MOVIE else _season_around(ref.dbid)
        for row in rows:
            if row.ref in left:
                found[row.ref] = [
                    other for other in rows if other is row or (row.file and other.file == row.file)
                ]
        left = {other: None for other in left if other not in found and other != ref}
    return found


def sharing(tvshowid: int, of_it: Show, file: str) -> list[Listed]:
    """The episodes of a show that are in one file with each other."""
    name = re.split(r"[\\/]", file)[-1]
    named = {"field": "filename", "operator": "is", "value": name}
    return [row for row in _rows(tvshowid, of_it, filter=named) if row.file == file]


def _season_around(episodeid: int) -> list[Listed]:
    wanted = ["tvshowid", "season"]
    details = _details("VideoLibrary.GetEpisodeDetails", episodeid=episodeid, properties=wanted)
    return _episodes(as_int(details.get("tvshowid")), season=as_int(details.get("season")))


def _episodes(tvshowid: int, **only: Any) -> list[Listed]:
    """Of a show, or only some of it; [] for what is not there."""
    of_it = show(tvshowid) if tvshowid > 0 and only.get("season") != _NONE else None
    return _rows(tvshowid, of_it, **only) if of_it else []


def _rows(tvshowid: int, of_it: Show, **only: Any) -> list[Listed]:
    rows: list[Listed] = []
    for details in _paged("VideoLibrary.GetEpisodes", "episodes", tvshowid=tvshowid, **only):
        item = _episode(details, of_it)
        if item:
            rows.append(_listed(item, Ref(EPISODE, as_int(details.get("episodeid"))), details))
    return rows


def genres_in(details: dict[str, Any]) -> tuple[str, ...]:
    """Of `{"genre": ["Drama", …]}`."""
    return tuple(map(str, as_list(details.get("genre"))))


def video_addons() -> dict[str, str]:
    """Id -> name, of `{"addons": [{"addonid": "plugin.video.other", "name": "Other"}]}`."""
    answer = ask("Addons.GetAddons", type="xbmc.addon.video", properties=["name"])
    rows = map(as_dict, as_list(answer.get("addons")))
    return {str(row.get("addonid")): str(row.get("name")) for row in rows}


def genres() -> list[str]:
    """All that films and series of the library have, `{"genres": [{"label": "Drama", …}]}`."""
    answers = [ask("VideoLibrary.GetGenres", type=kind) for kind in (MOVIE, TVSHOW)]
    rows = [as_dict(row) for answer in answers for row in as_list(answer.get("genres"))]
    return sorted({str(row.get("label")) for row in rows}, key=str.casefold)


def genres_of(ref: Ref) -> tuple[str, ...]:
    """Those of a film of the library; an episode has those of its show."""
    wanted = ["genre"]
    if ref.kind == MOVIE:
        return genres_in(
            _details("VideoLibrary.GetMovieDetails", movieid=ref.dbid, properties=wanted)
        )
    episode = _details(
        "VideoLibrary.GetEpisodeDetails", episodeid=ref.dbid, properties=["tvshowid"]
    )
    show = as_int(episode.get("tvshowid"))
    if show <= 0:
        return ()
    return genres_in(_details("VideoLibrary.GetTVShowDetails", tvshowid=show, properties=wanted))


def _paged(method: str, key: str, **params: Any) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        limits = {"start": start, "end": start + _PAGE}
        sort = {"method": "episode", "order": "ascending"}
        answer = ask(method, properties=_EPISODE, limits=limits, sort=sort, **params)
        rows = as_list(answer.get(key))
        yield from map(as_dict, rows)
        start += _PAGE
        # Whatever it says of more: after a page of nothing there is none.
        if not rows or start >= as_int(as_dict(answer.get("limits")).get("total")):
            return


def _listed(item: Item, ref: Ref, details: dict[str, Any]) -> Listed:
    return Listed(
        item,
        ref,
        watched=as_int(details.get("playcount")) > 0,
        last_played=moment.of_library(details.get("lastplayed")),
        released=moment.of_day(details.get("firstaired") or details.get("premiered")),
        file=str(details.get("file") or ""),
        runtime=max(0, as_int(details.get("runtime"))),
    )


def _tagged(kind: str, tag: xbmc.InfoTagVideo) -> Item | None:
    """From the tag of an item that is not in the library; None if it does not say enough.

    An episode's own ids are left alone here, too: only `tvshow.*` are those of its show.
    """
    if kind == EPISODE or (kind == "" and tag.getTVShowTitle()):
        # Of a show or a season the number would be how many episodes it has.
        season, number = tag.getSeason(), tag.getEpisode()
        show = Show(utf8(tag.getTVShowTitle()), 0, _tagged_ids(tag, "tvshow."))
        return Episode(show, season, number) if show.title and season >= 0 < number else None
    movie = Movie(utf8(tag.getTitle()), max(0, tag.getYear()), _tagged_ids(tag))
    # With a title alone another film of that name could be meant.
    known = movie.ids.known() or (kind == MOVIE and movie.title and movie.year)
    return movie if kind in (MOVIE, "") and known else None


def _tagged_ids(tag: xbmc.InfoTagVideo, prefix: str = "") -> Ids:
    ids = {key: tag.getUniqueID(prefix + key) for key in _IDS}
    return Ids.checked({key: value for key, value in ids.items() if value})


def _movie(details: dict[str, Any]) -> Movie:
    return Movie(title(details), _year(details), Ids.checked(details.get("uniqueid")))


def _episode(details: dict[str, Any], show: Show | None) -> Episode | None:
    season, number = as_int(details.get("season")), as_int(details.get("episode"))
    if season < 0 or number < 0 or show is None:
        LOG.debug("an episode without show, season or number")
        return None
    # Only for specials: elsewhere the id could be stale and would win over the number.
    tvdb = Ids.checked(details.get("uniqueid")).tvdb if season == 0 else 0
    return Episode(show, season, number, tvdb)


def show(tvshowid: int) -> Show | None:
    """From `{"tvshowdetails": {"title": "Night Ferry", "year": 2021, "uniqueid": {…}}}`."""
    properties = ["title", "year", "uniqueid"]
    details = _details("VideoLibrary.GetTVShowDetails", tvshowid=tvshowid, properties=properties)
    if not details:
        return None
    return Show(title(details), _year(details), Ids.checked(details.get("uniqueid")))


def title(details: dict[str, Any]) -> str:
    return utf8(str(details.get("title") or details.get("label") or ""))


def utf8(text: str) -> str:
    """A title; bytes that are no UTF-8 come as surrogates, which neither SQLite nor the log takes.

    What is too long for one is cut.
    """
    return text[:_LONGEST].encode("utf-8", "replace").decode()


def _year(details: dict[str, Any]) -> int:
    return max(0, as_int(details.get("year")))


def as_int(value: Any) -> int:
    """A number of Kodi's, which has 32 bits; -1 for anything else, JSON's true among it."""
    return value if type(value) is int and 0 <= value < _TOO_BIG else _NONE


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _details(method: str, **params: Any) -> dict[str, Any]:
    """Of the one thing that is asked for: `{"moviedetails": {…}}`; {} if it is not there."""
    return next(map(as_dict, ask(method, **params).values()), {})


def ask(method: str, **params: Any) -> dict[str, Any]:
    """The result of a call, {} when Kodi refuses it or says nothing that can be read."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    try:
        answer = as_dict(json.loads(xbmc.executeJSONRPC(json.dumps(request))))
    except (ValueError, RecursionError):
        answer = {"error": {"message": "no answer"}}
    if "error" in answer:
        LOG.warning("%s: %.99s", method, as_dict(answer["error"]).get("message"))
    return as_dict(answer.get("result"))
