# SPDX-License-Identifier: MIT
"""What is not to be recorded, and why: by what it is, and by what the person chose. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, Iterable, NamedTuple

if TYPE_CHECKING:
    from .identify import Facts

PRIVATE = "private"

DAY = 24 * 3600

_MUSIC = frozenset(("song", "album", "artist", "musicvideo"))
# Patterns are compiled when they are first used: not at the start of Kodi.
_STREAM = r"(?i)(https?|rtmp\w{0,2}|rtsps?|rtp|udp|mms[ht]?)://"
_PLUGIN = r"(?i)plugin://([^/?]+)"
_YOUTUBE = "plugin.video.youtube"

# The names that Kodi and other media centres have for what belongs to a film and is none.
_EXTRAS_FOLDER = (
    r"trailers?|extras?|featurettes?|behind the scenes|deleted scenes|interviews?|samples?"
)
_EXTRAS_NAME = (
    r"(.*[-._ ])?(movie-)?trailer\d*|.*-(behindthescenes|deleted|featurette|interview|extra)\d*"
    r"|(.*[-._])?sample|sample[-._].*|.*[-._]sample[-._].*"
)
_TRAILER_ADDRESS = r"plugin://[^/?]*trailer|[?&/](\w+=)?(play_?)?trailers?([&/?]|$)"
_EPISODE = r"[-._ ]*(\(?\d{4}\)?[-._ ]*)?s?\d+[ex]\d+"

# Each holds in its place for a host what else is a path of its own, with % for its slashes.
_WRAPPED = r"(zip|rar|archive|udf|iso9660|bluray|apk|xbt|image)://([^/]*)/?(.*)"
_LISTED = "multipath://"
_STACKED = "stack://"


class Exclusions(NamedTuple):
    """What the person chose to leave alone.

    `addons` are ids, `folders` paths and addresses as Kodi's dialog gives them. `streams` means
    what comes from the net and of which nobody says what it is, `library_only` everything that is
    not in the library. Nothing at all is recorded until `private_until`, a UTC epoch second.
    `trailer` is Kodi's word for a trailer, in the person's language.
    """

    addons: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    streams: bool = False
    library_only: bool = False
    private_until: int = 0
    trailer: str = "Trailer"


def private(exclusions: Exclusions, now: float) -> bool:
    """Whether nothing is to be recorded; never for longer than a day, whatever the clock does."""
    return now < exclusions.private_until <= now + DAY


def left_alone(facts: Facts, exclusions: Exclusions, now: float) -> str:
    """Why what plays is not to be recorded, in one word; "" if it is. `now` in UTC seconds."""
    return PRIVATE if private(exclusions, now) else excluded(facts, exclusions)


def excluded(facts: Facts, exclusions: Exclusions) -> str:
    """As `left_alone`, whenever it is."""
    reasons: tuple[tuple[str, Callable[[Facts, Exclusions], bool]], ...] = (
        ("paused", lambda facts, _: facts.paused),
        ("excluded", lambda facts, _: facts.excluded),
        ("music", _music),
        ("live", _live),
        ("trailer", _trailer),
        ("addon", _unwanted_addon),
        ("folder", _in_folder),
        (
            "genre",
            lambda facts, exclusions: bool(_folded(facts.genres) & _folded(exclusions.genres)),
        ),
        ("stream", lambda facts, exclusions: exclusions.streams and _stream(facts)),
        ("library", lambda facts, exclusions: exclusions.library_only and facts.dbid <= 0),
    )
    return next((reason for reason, holds in reasons if holds(facts, exclusions)), "")


def _folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text.strip().casefold() for text in texts)


def _music(facts: Facts, _: Exclusions) -> bool:
    return facts.kind in _MUSIC or facts.file.startswith("pvr://recordings/radio")


def _live(facts: Facts, _: Exclusions) -> bool:
    addresses = facts.file.lower(), facts.stream.lower()
    return facts.kind == "channel" or any(each.startswith("pvr://channels") for each in addresses)


def _trailer(facts: Facts, exclusions: Exclusions) -> bool:
    """A trailer or an extra; what the library has as a film or an episode is neither."""
    if facts.dbid > 0:
        return False
    # What Kodi plays when a film's trailer is asked for has the film's own ids, and this title.
    words = _folded((exclusions.trailer, "Trailer"))
    if facts.title.casefold().endswith(tuple(f"({word})" for word in words if word)):
        return True
    # No film is to be had there, only what an add-on calls so for its trailer.
    film = facts.kind == "movie" or bool(facts.ids.known())
    return (_addon(facts) == _YOUTUBE and film) or any(map(_extra, _files(facts)))


def _extra(file: str) -> bool:
    if file.startswith("plugin://"):
        return bool(re.search(_TRAILER_ADDRESS, file))
    folder, _, name = file.rpartition("/")
    parent = folder.rpartition("/")[2]
    base = name.rpartition(".")[0] or name
    if re.fullmatch(_EXTRAS_NAME, base):
        return True
    # A series may have such a name, too.
    of_its_own = base.startswith(parent) and re.match(_EPISODE, base[len(parent) :])
    return bool(re.fullmatch(_EXTRAS_FOLDER, parent)) and not of_its_own


def _unwanted_addon(facts: Facts, exclusions: Exclusions) -> bool:
    addon = _addon(facts)
    # It plays what it gave the library by two others, which nobody picks.
    own = re.sub(r"(plugin\.video\.plexkodiconnect)\.(movies|tvshows)", r"\1", addon)
    return not _folded(exclusions.addons).isdisjoint((addon, own))


def _addon(facts: Facts) -> str:
    found = re.match(_PLUGIN, facts.file) or re.match(_PLUGIN, facts.stream)
    return facts.addon.casefold() or (found[1].casefold() if found else "")


def _stream(facts: Facts) -> bool:
    strm = facts.file.lower().endswith(".strm") and facts.stream
    address = facts.stream if strm else facts.file
    # By UPnP any video is called a film.
    film = facts.kind == "movie" and bool(facts.ids.known() or not facts.served)
    told = facts.dbid > 0 or facts.kind == "episode" or film or _addon(facts)
    return not told and bool(re.match(_STREAM, address))


def _in_folder(facts: Facts, exclusions: Exclusions) -> bool:
    folders = [each for folder in exclusions.folders for each in _plain(folder)]
    return any(
        file == folder or file.startswith(folder.rstrip("/") + "/")
        for file in (_files(facts) if folders else ())
        for folder in folders
    )


def _files(facts: Facts) -> list[str]:
    return [each for path in (facts.file, facts.stream) if path for each in _plain(path)]


def bare(folder: str) -> list[str]:
    """The folders that a choice means, as they may be kept: without user and password."""
    return [
        _one_form(each) if re.match(_WRAPPED, each) else _without_credentials(each)
        for each in _parts(folder)
    ]


def _plain(path: str) -> list[str]:
    """Each path that is meant, in one form of writing: "nas/films/a.mkv"."""
    return [_one_form(each) for each in _parts(path)]


def _parts(path: str) -> list[str]:
    if path.startswith(_LISTED):
        return [_decoded(each) for each in path[len(_LISTED) :].split("/") if each]
    if path.startswith(_STACKED):
        return [each.replace(",,", ",") for each in path[len(_STACKED) :].split(" , ")]
    return [path] if path else []


def _one_form(path: str) -> str:
    wrapped = re.match(_WRAPPED, path)
    if wrapped:
        return f"{_one_form(_decoded(wrapped[2]))}/{wrapped[3]}".rstrip("/").casefold()
    if re.match(r"(?i)[a-z]:[\\/]|\\\\", path):
        path = path.replace("\\", "/")
        path = f"smb:{path}" if path.startswith("//") else path
    path = _without_credentials(re.sub(r"^file://", "", path))
    if "://" in path:
        path = _decoded(path)
    # Two that differ by nothing but this are taken for one: it is the safer side.
    return (path.rstrip("/") or path[:1]).casefold()


def _decoded(path: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 -- not at the start of Kodi

    return unquote(path)


def _without_credentials(path: str) -> str:
    return re.sub(r"^([\w.+-]+://)[^/]*@", r"\1", path)
