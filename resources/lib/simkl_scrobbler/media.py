# SPDX-License-Identifier: MIT
"""What can be watched, and what a person did with it: plain immutable values."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Mapping, NamedTuple, Tuple, Union

# Spellings seen in libraries made by scrapers and .nfo files -> the keys of Simkl (reference:
# "Keys of ids").
_KEYS = {
    "simkl": "simkl",
    "imdb": "imdb",
    "tmdb": "tmdb",
    "themoviedb": "tmdb",
    "tvdb": "tvdb",
    "thetvdb": "tvdb",
    "mal": "mal",
    "myanimelist": "mal",
    "anidb": "anidb",
    "anilist": "anilist",
    "kitsu": "kitsu",
}
_IMDB = re.compile(r"tt\d{5,12}", re.ASCII)
_REMOVED, _REWATCHED, _ORDERED = "removed", "rewatched", "ordered"
_NUMBER = re.compile(r"[1-9]\d{0,11}", re.ASCII)


class Ids(NamedTuple):
    """Under which ids the databases know a title; 0 or "" where it is not known."""

    simkl: int = 0
    imdb: str = ""
    tmdb: int = 0
    tvdb: int = 0
    mal: int = 0
    anidb: int = 0
    anilist: int = 0
    kitsu: int = 0

    @classmethod
    def checked(cls, uniqueid: object) -> Ids:
        """What can be trusted of Kodi's `uniqueid`, `{"imdb": "tt0000001", "unknown": "603"}`.

        A wrong id would mark a wrong title, so whatever does not have the form of its database is
        dropped. Scrapers file TMDb numbers under imdb, and imdb ids under names of their own: the
        form decides then.
        """
        known: dict[str, Any] = {}
        repaired: dict[str, Any] = {}
        for name, value in uniqueid.items() if isinstance(uniqueid, dict) else ():
            key, text = _KEYS.get(str(name).lower(), ""), str(value).strip()
            if _IMDB.fullmatch(text):
                (known if key == "imdb" else repaired)["imdb"] = text
            elif _NUMBER.fullmatch(text) and key == "imdb":
                repaired["tmdb"] = int(text)
            elif _NUMBER.fullmatch(text) and key:
                known[key] = int(text)
        return cls(**{**repaired, **known})

    def known(self) -> dict[str, int | str]:
        """Only the ids that are known, under Simkl's keys."""
        return {key: value for key, value in self._asdict().items() if value}


NAME_ONLY = -1


class Movie(NamedTuple):
    """A film; `year` is 0 when nobody knows it.

    It is NAME_ONLY of something that may be no film: then the title holds the names of its folder
    and its file, "Films/Reel 1", and nothing else is known of it.
    """

    title: str
    year: int
    ids: Ids


class Show(NamedTuple):
    """A series, named on every episode of it."""

    title: str
    year: int
    ids: Ids


class Episode(NamedTuple):
    """One episode: season and number count as on TheTVDB, season 0 holds the specials.

    `tvdb` is the episode's own id, 0 if unknown; only specials carry it, because it wins over the
    number on the server and goes stale more easily.
    """

    show: Show
    season: int
    number: int
    tvdb: int = 0


Item = Union[Movie, Episode]
Title = Union[Movie, Show]


DATE_UNKNOWN = 1
"""The moment of a watch of which nobody knows when it was (reference "Time stamps")."""


class Watch(NamedTuple):
    """The fact that an item was watched at a moment (UTC epoch seconds).

    `source` says who noticed: "playback", "library" for a mark made in Kodi itself, "menu".
    """

    item: Item
    watched_at: int
    source: str


class Removal(NamedTuple):
    """The wish, at a moment (UTC epoch seconds), that the history does not hold an item.

    `source` is as that of a `Watch`.
    """

    item: Item
    wished_at: int
    source: str


class Rewatch(NamedTuple):
    """The wish that a watch of what had been seen before is recorded as a rewatch of it.

    Its fields are those of a `Watch`, which it is where rewatches are not to be had.
    """

    item: Item
    watched_at: int
    source: str


Seen = Union[Tuple[int, int, str], Tuple[()]]


class Order(NamedTuple):
    """What the person wants of a rewatch session of a show, at a moment (UTC epoch seconds).

    `status` is Simkl's: active or closed. `rewatch_id` is 0 for a session that is to begin; `seen`
    is an episode in it, as season, number and Simkl's text of its moment, () if it has none.
    """

    item: Show
    wished_at: int
    source: str
    status: str
    rewatch_id: int = 0
    seen: Seen = ()


Act = Union[Watch, Removal, Rewatch, Order]


def label(item: Item | Show) -> str:
    """The item as people name it: "Harbour Lights (2019)", "Night Ferry S01E04"."""
    if isinstance(item, Episode):
        return f"{item.show.title} S{item.season:02d}E{item.number:02d}"
    if item.year == NAME_ONLY:
        return item.title.rpartition("/")[2]
    return f"{item.title} ({item.year})" if item.year else item.title


# Each act has its item encoded three times, and all acts of a season the same show.
@lru_cache(maxsize=16)
def encoded(value: Item | Show) -> str:
    """The value as JSON; the same value is always the same text."""
    import simplejson  # noqa: PLC0415 -- costs more than all of this module; nothing is encoded at start

    text: str = simplejson.dumps(value, sort_keys=True)
    return text


def written(act: Act) -> str:
    """What is done with which item, as JSON, without the moment.

    Of a watch it is the item alone; of anything else something that is no item, so that nobody
    can take one for the other.
    """
    if isinstance(act, Watch):
        return encoded(act.item)
    if isinstance(act, Removal):
        return f'{{"{_REMOVED}": {encoded(act.item)}}}'
    if isinstance(act, Rewatch):
        return f'{{"{_REWATCHED}": {encoded(act.item)}}}'
    order = json.dumps([act.status, act.rewatch_id, act.seen])
    return f'{{"{_ORDERED}": {encoded(act.item)}, "order": {order}}}'


def read(text: str, moment: int, source: str) -> Act:
    """The act that was `written`.

    Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` for what was not.
    """
    try:
        fields = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _REMOVED in fields:
        return Removal(_from_json(fields[_REMOVED]), moment, source)
    if _REWATCHED in fields:
        return Rewatch(_from_json(fields[_REWATCHED]), moment, source)
    if _ORDERED in fields:
        status, rewatch_id, seen = fields["order"]
        _check((status, rewatch_id, *seen), (str, int, int, int, str)[: 5 if seen else 2])
        show = _show_from_json(fields[_ORDERED])
        return Order(show, moment, source, status, rewatch_id, tuple(seen))
    return Watch(_from_json(fields), moment, source)


def _from_json(fields: Mapping[str, Any]) -> Item:
    """The item of `{"title": …, "year": …, "ids": {…}}` or `{"show": {…}, …}`."""
    if "show" not in fields:
        return Movie(*_title_from_json(fields))
    episode = Episode(**{**fields, "show": _show_from_json(fields["show"])})
    _check(episode[1:], (int, int, int))
    return episode


def _show_from_json(fields: Mapping[str, Any]) -> Show:
    return Show(*_title_from_json(fields))


def _title_from_json(fields: Mapping[str, Any]) -> Movie:
    ids = Ids(**fields["ids"])
    title = Movie(**{**fields, "ids": ids})
    _check((*title[:2], *ids), (str, int, *map(type, Ids())))
    return title


def _check(values: tuple[Any, ...], kinds: tuple[type, ...]) -> None:
    """A number where a text should be would only fail later, with others beside it."""
    if tuple(map(type, values)) != kinds:
        raise TypeError(values)
