"""Items, watches and entries to test with."""

from __future__ import annotations

from simkl_scrobbler.history import Entry
from simkl_scrobbler.media import (
    Act,
    Episode,
    Ids,
    Item,
    Movie,
    Order,
    Removal,
    Rewatch,
    Seen,
    Show,
    Watch,
)

EVENING = 1_700_000_000
"""2023-11-14T22:13:20Z"""


def a_movie(number: int = 1) -> Movie:
    return Movie("Harbour Lights", 2019, Ids(imdb=f"tt9{number:06d}", tmdb=900000 + number))


def a_show(title: str = "Night Ferry") -> Show:
    return Show(title, 2021, Ids(imdb="tt9000002", tvdb=910002, tmdb=920002))


def an_episode(
    number: int = 4, season: int = 1, show: Show | None = None, tvdb: int = 0
) -> Episode:
    return Episode(show or a_show(), season, number, tvdb)


def a_watch(item: Item | None = None, at: int = EVENING) -> Watch:
    return Watch(item or a_movie(), at, "playback")


def a_removal(item: Item | None = None, at: int = EVENING) -> Removal:
    return Removal(item or a_movie(), at, "menu")


def entries(*items: Item) -> list[Entry]:
    return entries_of(*map(a_watch, items))


def entries_of(*acts: Act) -> list[Entry]:
    return [Entry(number, act) for number, act in enumerate(acts, 1)]


def a_rewatch(item: Item | None = None, at: int = EVENING) -> Rewatch:
    return Rewatch(item or a_movie(), at, "playback")


def an_order(
    status: str = "active", rewatch_id: int = 0, seen: Seen = (), at: int = EVENING
) -> Order:
    return Order(a_show(), at, "menu", status, rewatch_id, seen)
