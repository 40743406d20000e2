# SPDX-License-Identifier: MIT
"""Entries become the body of a request, and its answer becomes one outcome per entry.

Watches go to `POST /sync/history`, removals to `POST /sync/history/remove`.

Pure.
"""

from __future__ import annotations

import time
from itertools import takewhile
from typing import Any, Iterable, NamedTuple

from .media import Act, Episode, Ids, Item, Movie, Order, Rewatch, Show, Watch

# Why the person has to say something about a parked entry: which title it is, or whether a special
# of an anime is to go by its number.
WHICH_ONE, ANIME_SPECIAL = "which one", "special of an anime"
# What Simkl took a title for, where that is worth telling; its own word for the kind may follow.
ANIME = "anime"
# Those of the kinds of anime that say more than that it is one.
_KINDS = ("special", "ova", "ona", "movie", "music video")
WAITING, SENT, PARKED = "waiting", "sent", "parked"

# Reference "Size": the documentation speaks of 50 items; the number of episodes is bounded by us.
_MOST_ITEMS, _MOST_EPISODES = 50, 200
# Reference "Time stamps": "watched, date unknown", valid wherever a watch time is.
_DATE_UNKNOWN = "1970-01-01T00:00:01Z"
YEAR_2000 = 946684800
"""Earlier moments mean that the date is unknown, in UTC epoch seconds."""


class Entry(NamedTuple):
    """An act as the outbox keeps it; `by_number`: the person has said that its number is right."""

    id: int
    act: Act
    by_number: bool = False


class Outcome(NamedTuple):
    """What became of one entry.

    `reason` is Simkl's for a parked one; `item` replaces the stored one if given; the person
    hears of it as `told`, or else as its state.
    """

    entry: Entry
    state: str
    reason: str = ""
    item: Item | Show | None = None
    told: str = ""


class Unclear(Exception):
    """The answer speaks of something that none of the entries is: ask again with fewer of them."""


def batch(entries: Iterable[Entry]) -> list[Entry]:
    """The first entries, in their order, that go into one request together.

    The same item a second time waits for the next request: within one, Simkl does not say which
    moment it keeps. So does what follows on a change between watches and removals: each kind has a
    request of its own, and the last act on an item has to be the last that Simkl hears of. What is
    about a rewatch goes alone: one item's trouble must not be another's. So
    does what has no ids. Specials by their numbers wait for the other episodes: by those Simkl
    tells whether the show is an anime.
    """
    chosen: list[Entry] = []
    items: set[Item | Show] = set()
    objects: set[Movie | Show] = set()
    alike = _alike(list(entries))
    telling = {_title(entry) for entry in alike if not numbered_special(entry)}
    for entry in alike:
        item = entry.act.item
        if _key(item) in items or (numbered_special(entry) and _title(entry) in telling):
            continue
        top = _title(entry)
        if len(chosen) == _MOST_EPISODES or len(objects | {top}) > _MOST_ITEMS:
            break
        chosen.append(entry)
        items.add(_key(item))
        objects.add(top)
    return chosen


def _alike(entries: list[Entry]) -> list[Entry]:
    """Those from the first on that can go together."""
    return entries[:1] + list(takewhile(lambda other: _together(entries[0], other), entries[1:]))


def _together(first: Entry, other: Entry) -> bool:
    alone = isinstance(other.act, (Rewatch, Order)) or nameless(first) or nameless(other)
    return type(first.act) is type(other.act) and not alone


def _title(entry: Entry) -> Movie | Show:
    item = entry.act.item
    return item.show if isinstance(item, Episode) else item


def nameless(entry: Entry) -> bool:
    """Whether nothing but a title says what it is: Simkl has to be asked first."""
    return not _title(entry).ids.known()


def numbered_special(entry: Entry) -> bool:
    """Whether it is a special that only its number tells from others, and nobody says is right."""
    item = entry.act.item
    numbered = isinstance(item, Episode) and item.season == 0 and not item.tvdb
    return numbered and not entry.by_number


def anime_ids(ids: Ids) -> bool:
    """Whether databases of anime know it."""
    return bool(ids.mal or ids.anidb or ids.anilist or ids.kitsu)


def _key(item: Item | Show) -> Item | Show:
    """The item without what does not tell it apart from others."""
    return item._replace(tvdb=0) if isinstance(item, Episode) else item


def body(entries: Iterable[Entry], now: float) -> dict[str, list[dict[str, Any]]]:
    """The body that records or removes `entries`, which are all of one kind.

    `now` is the UTC epoch second at which it is sent. A show object comes into being only with an
    episode in it: one without would mean the whole show (reference "What gets marked" and
    "Danger"). `use_tvdb_anime_seasons` lets Simkl find the right cour and is harmless elsewhere.
    """
    adds, movies = False, []
    shows: dict[Show, dict[int, list[dict[str, Any]]]] = {}
    for _, act, _ in entries:
        adds = isinstance(act, Watch)
        item = act.item
        moment = {"watched_at": sent_as(act.watched_at, now)} if isinstance(act, Watch) else {}
        if isinstance(item, Episode):
            ids = {"ids": {"tvdb": item.tvdb}} if item.tvdb else {}
            episode = {"number": item.number, **ids, **moment}
            shows.setdefault(item.show, {}).setdefault(item.season, []).append(episode)
        else:
            movies.append({**_named(item), **moment})
    parts: dict[str, list[dict[str, Any]]] = {"movies": movies, "shows": [], "anime": []}
    for show, seasons in shows.items():
        native = _native(show) and set(seasons) == {1}
        # Of removals Simkl reads nothing that stands under anime (reference, section 4).
        where = parts["anime" if native and adds else "shows"]
        where.append(_flat(show, seasons[1]) if native else _show(show, seasons))
    return {key: items for key, items in parts.items() if items}


def _native(show: Show) -> bool:
    """Whether only databases of anime know it: they count each cour by itself, from 1 on."""
    ids = show.ids
    return not (ids.simkl or ids.imdb or ids.tmdb or ids.tvdb) and anime_ids(ids)


def _flat(show: Show, episodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {**_named(show), "episodes": episodes}


def _named(item: Movie | Show) -> dict[str, Any]:
    year = {"year": item.year} if item.year else {}
    return {"title": item.title, **year, "ids": item.ids.known()}


def _show(show: Show, seasons: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    numbered = [{"number": number, "episodes": episodes} for number, episodes in seasons.items()]
    return {**_named(show), "use_tvdb_anime_seasons": True, "seasons": numbered}


def utc(moment: int) -> str:
    """ISO 8601 with Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def sent_as(moment: int, now: float) -> str:
    """The moment as Simkl is told.

    A clock that was never set cannot tell when; one that ran ahead is held at now, unless it is
    now that it is not set.
    """
    if moment < YEAR_2000:
        return _DATE_UNKNOWN
    latest = int(now) if now >= YEAR_2000 else moment
    return utc(min(moment, latest))


def outcomes(entries: list[Entry], answer: dict[str, Any]) -> list[Outcome]:
    """What became of each entry.

    From `{"added": {…}, "not_found": {"movies": […], "shows": […], "episodes": […]}}`; the answer
    to removals says "deleted", and of no episode that it is unknown.

    Success is to be in no `not_found` list, whatever the counts say: they are 0 for what was
    watched already. Unknown episodes of a known show come show-shaped. Raises `Unclear` when an
    unknown thing is none of several entries.
    """
    unknown: dict[int, str] = {}
    not_found = answer.get("not_found") or {}
    for reason in ("movies", "shows", "episodes"):
        for thing in not_found.get(reason) or ():
            for entry in _meant(reason, thing, entries):
                unknown[entry.id] = reason
    return [_outcome(entry, unknown.get(entry.id), answer) for entry in entries]


def _outcome(entry: Entry, unknown: str | None, answer: dict[str, Any]) -> Outcome:
    item, anime = entry.act.item, _as_anime(entry, answer)
    if unknown is None:
        return Outcome(entry, SENT, anime)
    if isinstance(item, Episode) and item.tvdb:
        # An episode's own id wins over its number and can be stale: once more by the number alone.
        # Of an anime that number may be another's (reference Q14).
        if anime or anime_ids(item.show.ids):
            return Outcome(entry, PARKED, ANIME_SPECIAL)
        return Outcome(entry, WAITING, item=item._replace(tvdb=0))
    return Outcome(entry, PARKED, f"unknown {unknown[:-1]}")


def _as_anime(entry: Entry, answer: dict[str, Any]) -> str:
    """ANIME, with Simkl's word for the kind if it has one, where Simkl took it for an anime.

    In `{"added": {"statuses": [{"request": …, "response": {"simkl_type": "anime", "anime_type":
    "ova"}}]}}`. Which cour it was the answer does not say: its request is what we sent, without
    episodes (reference "Response").
    """
    added, title = answer.get("added"), _title(entry)
    for each in _dicts(added.get("statuses") if isinstance(added, dict) else None):
        asked, said = each.get("request"), each.get("response")
        if not (isinstance(asked, dict) and isinstance(said, dict) and _same(asked, title)):
            continue
        # Films and shows of TMDb have the same numbers.
        same_kind = (asked.get("type") == "movie") == isinstance(title, Movie)
        if same_kind and said.get("simkl_type") == ANIME:
            kind = said.get("anime_type")
            return f"{ANIME} {kind}" if kind in _KINDS else ANIME
    return ""


def _meant(reason: str, thing: Any, entries: list[Entry]) -> list[Entry]:
    meant = [entry for entry in entries if _is(reason, thing, entry.act.item)]
    if meant:
        return meant
    if len(entries) == 1:
        return entries
    raise Unclear(reason)


def _is(reason: str, thing: Any, item: Item | Show) -> bool:
    # What is about a show as such is alone in its request.
    if not isinstance(thing, dict) or isinstance(item, Show):
        return False
    if isinstance(item, Movie):
        return reason == "movies" and _same(thing, item)
    if reason == "shows":
        return _same(thing, item.show)
    return (
        reason == "episodes"
        and _same(thing, item.show)
        and (item.season, item.number) in _numbers(thing)
    )


def _same(thing: dict[str, Any], ours: Movie | Show) -> bool:
    """The echo is verbatim, save that numbers may come back as text."""
    theirs = thing.get("ids")
    if isinstance(theirs, dict) and theirs:
        return any(str(theirs.get(key)) == str(value) for key, value in ours.ids.known().items())
    return thing.get("title") == ours.title and (thing.get("year") or 0) == ours.year


def _numbers(thing: dict[str, Any]) -> list[tuple[Any, Any]]:
    """(season, number) of each episode in `{"seasons": [{"number": 1, "episodes": […]}]}`."""
    found = [
        (episode.get("season", 1), episode.get("number"))
        for episode in _dicts(thing.get("episodes"))
    ]
    for season in _dicts(thing.get("seasons")):
        found += [
            (season.get("number"), episode.get("number"))
            for episode in _dicts(season.get("episodes"))
        ]
    return found


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
