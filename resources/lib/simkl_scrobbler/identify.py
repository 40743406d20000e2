# SPDX-License-Identifier: MIT
"""What Kodi knows of what plays becomes items, or nothing where it would be a guess. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, NamedTuple

from .media import NAME_ONLY, Episode, Ids, Item, Movie, Show

if TYPE_CHECKING:
    from .filename import Named


# In seconds: what film academies call a feature is longer.
_FEATURE = 40 * 60
_DISC_ADDRESSES = ("dvd://", "bluray://")
_DISC_ENDINGS = (
    *(".iso", ".img", ".nrg", ".udf"),
    *("/video_ts.ifo", "/video_ts", "/index.bdmv", "/movieobject.bdmv", "/bdmv", ".mpls"),
)
_MAYBE_FILMS = ("movie", "video", "", "unknown")
# What another Kodi has in its library, offered by UPnP.
_LIBRARY = r"(?i)upnp://[^/]*/videodb(%3a|:)"


class Facts(NamedTuple):
    """What Kodi knows of what plays; texts are "" and numbers 0 or -1 where it knows nothing.

    `kind` is Kodi's: movie, episode, musicvideo, channel, recording, …; `dbid` the library's
    number. Of a recording `title` is that of its show, and `show` that of its episode. `ids` are
    the item's own, `show_ids` those of its show, `handed_ids` were handed over by another add-on:
    of a film its own, of an episode its show's. `file` is what was asked to be played, a path or an
    address; `stream` what Kodi reads in the end, if that is something else. `addon` is the id of
    the add-on that plays it; `served`: it comes by UPnP. `runtime` is what the library tells, in
    seconds; `measured`: that is the length of what played last. `paused` and `excluded`: other
    add-ons say that nothing is to be recorded now, or not this.
    """

    kind: str = ""
    dbid: int = 0
    title: str = ""
    year: int = 0
    show: str = ""
    show_year: int = 0
    season: int = -1
    episode: int = -1
    ids: Ids = Ids()
    show_ids: Ids = Ids()
    handed_ids: Ids = Ids()
    file: str = ""
    stream: str = ""
    addon: str = ""
    served: bool = False
    runtime: int = 0
    measured: bool = False
    genres: tuple[str, ...] = ()
    paused: bool = False
    excluded: bool = False


def of_disc(facts: Facts) -> bool:
    """Whether it is a DVD or a Blu-ray, an image or folders: what plays is any title of it."""
    file = facts.file.lower().replace("\\", "/")
    return file.startswith(_DISC_ADDRESSES) or file.rstrip("/").endswith(_DISC_ENDINGS)


def shortest(facts: Facts, film: bool) -> int:
    """How long a title of a disc has to be, in seconds, to be the one that is meant; else 0.

    Before the film come trailers and menus, after it whatever else is on the disc. Kodi says
    nothing when another title begins. After a playback the library tells the length of the title
    that was the last one, which may have been a trailer.
    """
    if not of_disc(facts):
        return 0
    half = facts.runtime // 2
    return max(half, _FEATURE) if film and (facts.measured or not half) else half


class Identified(NamedTuple):
    """The items of what plays, and by what they are known.

    Without `sure` the person has to say which title it is.
    """

    items: tuple[Item, ...]
    by: str
    sure: bool = True


def identify(
    facts: Facts, named: Callable[[str], Named | None], asks: bool = False
) -> Identified | None:
    """The items, by the best that is known of them; None if it would be a guess.

    `named` reads a file's name, and is asked only when nothing else says what it is; then Simkl
    can be asked later, if the person `asks` it.
    """
    if facts.dbid > 0 and facts.kind in ("movie", "episode"):
        return _of_tags(facts, facts.ids, facts.show_ids, "library")
    if facts.kind == "recording":
        return _of_recording(facts, named)
    is_episode = facts.kind == "episode" or (facts.show and facts.episode > 0)
    own = facts.show_ids if is_episode else facts.ids
    for ids, by in ((own, "ids"), (facts.handed_ids, "handed ids")):
        if ids.known():
            found = _of_tags(facts, ids, ids, by)
            if found:
                return found
    if not is_episode and _hardly_known(facts):
        return _of_served(facts, named, asks)
    found = _of_tags(facts, facts.ids, Ids(), "title")
    if found and found.sure:
        return found
    by_name = _of_name(facts, named) or found
    return by_name or (_of_file(facts) if asks else None)


def _of_tags(facts: Facts, ids: Ids, show_ids: Ids, by: str) -> Identified | None:
    if facts.kind == "episode" or (facts.show and facts.episode > 0):
        title = facts.show
        if facts.season < 0 or facts.episode < 0 or not (title or show_ids.known()):
            return None
        # An episode's own id wins over its number and goes stale: only specials need it.
        tvdb = facts.ids.tvdb if facts.season == 0 else 0
        show = Show(title, facts.show_year, show_ids)
        return Identified((Episode(show, facts.season, facts.episode, tvdb),), by)
    if not (facts.title or ids.known()) or facts.kind not in _MAYBE_FILMS:
        return None
    # Half of what tells an episode; its ids are its show's, or its own.
    if facts.kind != "movie" and (facts.show or facts.episode > 0):
        return None
    movie = Movie(facts.title, facts.year, ids)
    # Only what calls itself a film is one by its title and year: anything can have them.
    if not (ids.known() or facts.kind == "movie"):
        return None
    return Identified((movie,), by, bool(ids.known() or (facts.title and facts.year)))


def _of_recording(facts: Facts, named: Callable[[str], Named | None]) -> Identified | None:
    """By what the guide said of it; season 0 is what guides say that know none."""
    if facts.title and facts.season > 0 and facts.episode > 0:
        show = Show(facts.title, 0, Ids())
        return Identified((Episode(show, facts.season, facts.episode),), "title")
    found = _of_name(_titled(facts, facts.title), named)
    if found and isinstance(found.items[0], Episode):
        return found
    # A year in the title can be its show's, too.
    if facts.show or facts.season > 0 or facts.episode > 0:
        return None
    if found and found.sure:
        return found
    if not (facts.title and facts.year):
        return None
    return Identified((Movie(facts.title, facts.year, Ids()),), "title")


def _hardly_known(facts: Facts) -> bool:
    """Whether a server calls it a film, as it does any video, and nothing else is known of it."""
    return facts.served and facts.kind in _MAYBE_FILMS and not re.match(_LIBRARY, facts.file)


def _of_served(facts: Facts, named: Callable[[str], Named | None], asks: bool) -> Identified | None:
    """Its title may be the name of a file, and its year that in which the file was written."""
    found = _of_name(_titled(facts, facts.title), named)
    if found or not (asks and facts.title):
        return found
    year = f" ({facts.year})" if facts.year else ""
    return _of_file(_titled(facts, f"{facts.title}{year}"))


def _titled(facts: Facts, title: str) -> Facts:
    """As a file of that name."""
    return facts._replace(kind="video", file=title.replace("/", " "))


def _of_file(facts: Facts) -> Identified | None:
    """Only the names of the file and of its folder, as much as ever leaves the house."""
    if facts.addon or facts.kind not in (*_MAYBE_FILMS, "episode"):
        return None
    from .filename import may_be_extra  # noqa: PLC0415 -- not at the start of Kodi
    from .path import split  # noqa: PLC0415 -- nor this

    # Simkl would take it for the film that it belongs to.
    if may_be_extra(facts.file):
        return None
    folders, name = split(facts.file)
    # What stands there in an address of the net can be the key to it.
    folders = () if re.match(r"(?i)https?:", facts.file) else folders
    film = Movie("/".join([*folders[-1:], name]), NAME_ONLY, Ids())
    return Identified((film,), "file") if name else None


def _of_name(facts: Facts, named: Callable[[str], Named | None]) -> Identified | None:
    if facts.addon or facts.kind not in (*_MAYBE_FILMS, "episode"):
        return None
    found = named(facts.file) if facts.file else None
    # A day, and numbers that count through all seasons, say nothing of season and number.
    if found is None or found.date or found.absolute:
        return None
    if not found.numbers:
        movie = Movie(found.title, found.year, Ids())
        return Identified((movie,), "name", bool(found.year))
    show = Show(found.title, found.year, Ids())
    season = found.season if found.season >= 0 else 1
    return Identified(tuple(Episode(show, season, each) for each in found.numbers), "name")
